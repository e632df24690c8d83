"""The script that makes the environment, on machines that lack something."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ketnap.ops.settings import CHECKOUT

NEEDED = ("sh", "cat", "cksum", "date", "dirname", "grep", "mkdir", "ln", "rm", "sed", "tail")
MADE_OF = (
    "requirements.lock",
    "tests/requirements.lock",
    "deploy/local/build.lock",
    "pyproject.toml",
    "deploy/bootstrap",
)

UV = f"""#!/bin/sh
echo "$@" >> calls
case "$1" in
  venv) mkdir -p .venv/bin; ln -sf {sys.executable} .venv/bin/python ;;
  pip) [ ! -f trouble ] || {{ cat trouble; exit 1; }} ;;
esac
"""


class Checkout:
    """Only the files that the script looks at, on a machine with only the programs that it needs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "checkout"
        self.programs = folder / "bin"
        for name in MADE_OF:
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(CHECKOUT / name, self.folder / name)
        self.programs.mkdir()
        for name in NEEDED:
            found = shutil.which(name)
            assert found
            (self.programs / name).symlink_to(found)

    def program(self, name: str, script: str) -> None:
        (self.programs / name).write_text(script)
        (self.programs / name).chmod(0o755)

    def bootstrap(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", "deploy/bootstrap", *arguments],
            cwd=self.folder,
            env={"PATH": str(self.programs), "HOME": str(self.folder)},
            capture_output=True,
            text=True,
            check=False,
        )

    def calls(self) -> list[str]:
        file = self.folder / "calls"
        return file.read_text().splitlines() if file.exists() else []


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_a_machine_without_python_is_told_what_to_install(checkout: Checkout) -> None:
    done = checkout.bootstrap()

    assert done.returncode == 1
    assert done.stderr == "Python 3.12 or newer is needed: install it, or install uv, which brings one.\n"


def test_a_python_that_is_too_old_is_none(checkout: Checkout) -> None:
    checkout.program("python3", "#!/bin/sh\nexit 1\n")

    assert checkout.bootstrap().stderr.startswith("Python 3.12 or newer is needed")


def test_what_is_locked_is_installed_by_its_hashes_and_then_the_project(checkout: Checkout) -> None:
    checkout.program("uv", UV)

    done = checkout.bootstrap("--dev")

    assert done.returncode == 0, done.stderr
    [_, packages, project] = checkout.calls()
    assert packages.endswith("--require-hashes -r tests/requirements.lock -r deploy/local/build.lock")
    assert project.endswith("--no-deps --no-build-isolation --editable .")


def test_an_environment_is_filled_anew_when_what_it_is_made_of_changes_and_never_taken_away(
    checkout: Checkout,
) -> None:
    checkout.program("uv", UV)
    checkout.bootstrap("--dev")
    first = len(checkout.calls())

    checkout.bootstrap("--dev")
    checkout.bootstrap()
    assert len(checkout.calls()) == first

    with (checkout.folder / "tests/requirements.lock").open("a") as lock:
        lock.write("# newer\n")
    checkout.bootstrap("--dev")
    assert [call.split()[0] for call in checkout.calls()[first:]] == ["pip", "pip"]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "error: Request failed\n  cause: dns error\n",
            "The Python packages could not be installed (cause: dns error): look at the network and try again.\n",
        ),
        (
            "error: No space left on device (os error 28)\n",
            "The disk is full: free some space and try again.\n",
        ),
    ],
)
def test_a_failed_installation_is_one_sentence_and_is_tried_again(
    checkout: Checkout, said: str, told: str
) -> None:
    checkout.program("uv", UV)
    trouble = checkout.folder / "trouble"
    trouble.write_text(said)

    failed = checkout.bootstrap()
    trouble.unlink()
    again = checkout.bootstrap()

    assert failed.returncode == 1
    assert failed.stderr.endswith(told)
    assert again.returncode == 0, again.stderr


def test_a_python_that_cannot_make_environments_names_the_missing_package(checkout: Checkout) -> None:
    checkout.program(
        "python3", '#!/bin/sh\ncase "$2" in venv) echo "No module named ensurepip"; exit 1 ;; esac\n'
    )

    done = checkout.bootstrap()

    assert done.returncode == 1
    assert (
        "cannot make environments (No module named ensurepip): on Debian and Ubuntu install python3-venv."
        in done.stderr
    )
