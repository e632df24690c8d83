"""Commands on a province pack that need no deployment."""

from pathlib import Path
from typing import Annotated

import typer

from ketnap.packs.check import NoPack
from ketnap.packs.check import check as check_pack
from ketnap.packs.findings import Finding
from ketnap.packs.pack import Pack
from ketnap.simulator.run import agenda
from ketnap.simulator.slots import Unreachable

UNSOUND, NOT_FOUND = 1, 3  # exit codes, as of every command


def check(
    folder: Annotated[Path, typer.Argument(metavar="PACK", help="Folder of the province pack.")],
) -> None:
    """Say what is wrong with a province pack: file, line, what to do, in Vietnamese and English."""
    try:
        checked = check_pack(folder)
    except NoPack:
        typer.echo(f"Không có thư mục {folder}.\nThere is no folder {folder}.", err=True)
        raise typer.Exit(NOT_FOUND) from None
    for finding in checked.findings:
        _print(str(finding.spot), finding.sentence("vi"), finding.sentence("en"), _severity(finding))
    if checked.pack is None:
        typer.echo(
            f"{len(checked.errors)} lỗi trong {folder}.\n{len(checked.errors)} errors in {folder}.", err=True
        )
        raise typer.Exit(UNSOUND)
    try:
        acts = _acts(checked.pack)
    except Unreachable as no:
        _print("simulation.toml", no.vietnamese, no.english, "lỗi – error")
        raise typer.Exit(UNSOUND) from None
    typer.echo(f"Gói {checked.pack.code} đúng{acts[0]}.\nThe pack {checked.pack.code} is sound{acts[1]}.")


def _acts(pack: Pack) -> tuple[str, str]:
    """How long the story is, if there is one; planning it shows whether its totals can be reached."""
    if pack.contents.simulation is None:
        return "", ""
    number = sum(map(len, agenda(pack, issuer="").by_visit.values()))
    return f", mô phỏng gồm {number} việc", f", its story has {number} acts"


def _severity(finding: Finding) -> str:
    return "lỗi – error" if finding.severity == "error" else "ghi chú – note"


def _print(spot: str, vietnamese: str, english: str, severity: str) -> None:
    typer.echo(f"{spot} ({severity})\n  {vietnamese}\n  {english}")
