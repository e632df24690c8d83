"""What is wrong with a pack is told with file and line, in both languages, all of it at once."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ketnap.ops.cli import app
from ketnap.packs.check import NoPack, check
from ketnap.packs.sentences import SENTENCES

SAMPLE = Path(__file__).parents[1] / "simulator/tinh-mau"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of the sample, to be spoilt."""
    return Path(shutil.copytree(SAMPLE, tmp_path / "tinh-mau"))


def replace(file: str, old: str, new: str) -> Callable[[Path], None]:
    def spoil(pack: Path) -> None:
        text = (pack / file).read_text()
        assert old in text
        (pack / file).write_text(text.replace(old, new, 1))

    return spoil


def rename(file: str, name: str) -> Callable[[Path], None]:
    def spoil(pack: Path) -> None:
        (pack / file).rename(pack / name)

    return spoil


SPOILT = [
    (replace("units.csv", "99.01.01,99.01,", "99.01.01,99.88,"), "unknown_parent", "units.csv:4:parent"),
    (replace("units.csv", ",agency,", ",cơ quan,"), "not_a_word", "units.csv:4:sector"),
    (replace("units.csv", "18,0,2024-01-01", "18,0,31/02/2024"), "no_such_day", "units.csv:5:roll_on"),
    (replace("units.csv", "18,0,2024-01-01", "mười,0,2024-01-01"), "not_a_number", "units.csv:5:official"),
    (
        replace("province.toml", 'code = "tinh-mau"', 'code = "tinh-khac"'),
        "code_differs",
        "province.toml:4:code",
    ),
    (replace("quotas.csv", "99.01.01,", "99.01.77,"), "unknown_unit", "quotas.csv:2:unit"),
    (
        replace("accounts.toml", 'role = "administrator"', 'role = "secretary"'),
        "not_a_word",
        "accounts.toml:7:accounts[1].grants[1].role",
    ),
    (
        replace("simulation.toml", 'women = "50%"', 'women = "150%"'),
        "number_out_of_range",
        "simulation.toml:14:categories[1].women",
    ),
    (rename("classes.toml", "class.toml"), "unknown_file", "class.toml"),
]


@pytest.mark.parametrize(
    ("spoil", "code", "spot"), SPOILT, ids=[f"{code} {spot}" for _, code, spot in SPOILT]
)
def test_an_error_names_its_file_and_line(
    pack: Path, spoil: Callable[[Path], None], code: str, spot: str
) -> None:
    spoil(pack)
    checked = check(pack)
    assert checked.pack is None
    assert (code, spot) in [(error.code, str(error.spot)) for error in checked.errors]


def test_all_errors_are_told_at_once(pack: Path) -> None:
    replace("units.csv", ",agency,", ",cơ quan,")(pack)
    replace("province.toml", 'code = "tinh-mau"', 'code = "tinh-khac"')(pack)
    assert {"not_a_word", "code_differs"} <= {error.code for error in check(pack).errors}


def test_quotas_that_do_not_add_up_are_an_error(pack: Path) -> None:
    lines = (pack / "quotas.csv").read_text().splitlines()
    (pack / "quotas.csv").write_text("\n".join(lines[:-1]) + "\n")
    assert "out_of_balance" in {error.code for error in check(pack).errors}


def test_the_sample_is_sound_and_a_missing_folder_is_told(tmp_path: Path) -> None:
    assert check(SAMPLE).errors == []
    with pytest.raises(NoPack):
        check(tmp_path / "nowhere")


def test_every_sentence_is_there_in_both_languages() -> None:
    for vietnamese, english in SENTENCES.values():
        assert vietnamese.strip()
        assert english.strip()
        assert vietnamese != english


def test_an_excel_table_with_semicolons_and_a_bom_is_read(pack: Path) -> None:
    table = (pack / "results.csv").read_text().replace(",", ";")
    (pack / "results.csv").write_bytes(b"\xef\xbb\xbf" + table.encode())
    checked = check(pack)
    assert checked.pack is not None
    assert {"saved_with_bom", "other_delimiter"} <= {finding.code for finding in checked.findings}


# The command


def test_the_command_prints_file_line_and_both_languages(pack: Path) -> None:
    replace("units.csv", ",agency,", ",cơ quan,")(pack)
    said = CliRunner().invoke(app, ["pack", "check", str(pack)])
    assert said.exit_code == 1
    assert "units.csv:4:sector" in said.stdout
    assert "“cơ quan” không có trong danh sách cho phép." in said.stdout
    assert "“cơ quan” is not among the words allowed here." in said.stdout
    assert "residential" in said.stdout
    assert "1 lỗi" in said.stderr
    assert "1 error" in said.stderr


def test_the_command_says_when_totals_cannot_be_reached(pack: Path) -> None:
    simulation = pack / "simulation.toml"
    text = simulation.read_text()
    first = text.index("[[courses]]")
    end = text.index("[[", text.rindex("[[courses]]") + 2)
    simulation.write_text(text[:first] + text[end:])
    said = CliRunner().invoke(app, ["pack", "check", str(pack)])
    assert said.exit_code == 1
    assert "Hãy thêm [[courses]]" in said.stdout
    assert "Add [[courses]]" in said.stdout


def test_the_command_praises_nothing_but_says_that_a_pack_is_sound() -> None:
    said = CliRunner().invoke(app, ["pack", "check", str(SAMPLE)])
    assert said.exit_code == 0
    assert "The pack tinh-mau is sound" in said.stdout


def test_the_command_names_a_missing_folder(tmp_path: Path) -> None:
    said = CliRunner().invoke(app, ["pack", "check", str(tmp_path / "nowhere")])
    assert said.exit_code == 3
    assert "There is no folder" in said.stderr
