"""The guide to a new province: the files that it shows are a sound pack, the command says what it shows."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ketnap.ops.cli import app

TEXT = (Path(__file__).parents[2] / "docs/operators/new-province.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^```(?:toml|csv) (\S+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL))
[(COMMAND, SAID)] = re.findall(r"^```console\n\$ ([^\n]+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
[SPOILT] = re.findall(r"^```console spoilt\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
SMALLEST = ("province.toml", "units.csv", "accounts.toml")


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the command of the guide finds the folder that it names."""
    folder: Path = tmp_path / COMMAND.split()[-1]
    (folder / "plans").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return folder


def write(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).write_text(FILES[name], encoding="utf-8")


def run() -> tuple[int, str]:
    program, *arguments = COMMAND.split()
    assert program == "ketnap"
    done = CliRunner().invoke(app, arguments)
    return done.exit_code, done.stdout


def test_three_files_are_a_sound_pack(checkout: Path) -> None:
    write(checkout, *SMALLEST)
    assert run() == (0, SAID)


def test_all_files_of_the_guide_are_a_sound_pack(checkout: Path) -> None:
    write(checkout, *FILES)
    assert len(FILES) == 6
    assert run() == (0, SAID)


def test_the_error_that_the_guide_shows_is_what_the_command_says(checkout: Path) -> None:
    write(checkout, *FILES)
    units = checkout / "units.csv"
    units.write_text(units.read_text().replace("01.01.01.01,01.01.01,", "01.01.01.01,01.09,"))
    code, said = run()
    assert code == 1
    assert SPOILT in said
