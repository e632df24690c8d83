"""Is a pack sound? Every error at once, each with its place; a sound pack is handed over."""

from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from ketnap.common.frozen import frozen
from ketnap.packs.check_accounts import check_accounts
from ketnap.packs.check_plans import check_classes, check_plans
from ketnap.packs.check_simulation import check_simulation
from ketnap.packs.check_units import check_changes, check_instruments, check_units
from ketnap.packs.findings import Finding, Spot, error
from ketnap.packs.folder import Files, read_files, strangers
from ketnap.packs.pack import Contents, Pack, digest
from ketnap.packs.reading import Placed
from ketnap.packs.shape import Province
from ketnap.packs.words import Source
from ketnap.rules.workdays import Swap, SwapRefused, national_calendar


class NoPack(LookupError):
    """There is no such folder."""


@frozen
class Checked:
    """`pack` is None as long as there are errors."""

    pack: Pack | None
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.severity == "error"]


def check(folder: Path) -> Checked:
    """Read a folder and say what is wrong with it.

    Raises:
        NoPack
    """
    if not folder.is_dir():
        raise NoPack(f"{folder} is no folder.")
    files = read_files(folder)
    province = next(iter(files.province.values), None)
    findings = [
        *(finding for read in files.every for finding in read.findings),
        *strangers(folder),
        *_province(folder, province),
        *check_units(files, province),
        *check_changes(files),
        *check_instruments(files),
        *check_plans(files),
        *check_classes(files),
        *check_accounts(files, province),
        *check_simulation(files, province),
        *_sources(files, province),
    ]
    findings.sort(key=lambda finding: (finding.spot.file, finding.spot.line or 0))
    if any(finding.severity == "error" for finding in findings) or province is None:
        return Checked(pack=None, findings=tuple(findings))
    return Checked(pack=Pack(_contents(files, province.value), digest(folder)), findings=tuple(findings))


def _contents(files: Files, province: Province) -> Contents:
    [accounts] = files.accounts.values
    return Contents(
        province=province,
        units=tuple(placed.value for placed in files.units.values),
        changes=tuple(sorted((placed.value for placed in files.changes.values), key=lambda row: row.on)),
        instruments=tuple(placed.value for placed in files.instruments.values),
        plans=tuple(sorted((placed.value for placed in files.plans_given), key=lambda plan: plan.drafted_on)),
        quotas=tuple(placed.value for placed in files.quotas.values),
        class_lines=tuple(line for placed in files.classes.values for line in placed.value.lines),
        accounts=accounts.value,
        simulation=next((placed.value for placed in files.simulation.values), None),
        results=tuple(placed.value for placed in files.results.values),
    )


def _province(folder: Path, province: Placed[Province] | None) -> Iterator[Finding]:
    if province is None:
        return
    given = province.value
    if given.code != folder.resolve().name:
        yield error("code_differs", province.spot("code"), code=given.code, folder=folder.resolve().name)
    for n, document in enumerate(given.documents):
        if [other.id for other in given.documents].index(document.id) != n:
            yield error("id_twice", province.spot("documents", n, "id"), id=document.id, line=n)
        if document.dated is None and document.when is None:
            yield error("document_undated", province.spot("documents", n), document=document.id)
    for n, swap in enumerate(given.swaps):
        try:
            national_calendar([Swap(off=swap.off, work=swap.work)])
        except SwapRefused as refused:
            yield error("swap_refused", province.spot("swaps", n), what=refused)


def _sources(files: Files, province: Placed[Province] | None) -> Iterator[Finding]:
    """Every document that a figure names is among the documents of the pack."""
    if province is None:
        return
    known = [document.id for document in province.value.documents]
    for read in files.every:
        for placed in read.values:
            for source, spot in _said(placed):
                if source.document is not None and source.document not in known:
                    yield error(
                        "unknown_document", spot, document=source.document, known=", ".join(known) or "–"
                    )


def _said(placed: Placed[BaseModel]) -> Iterator[tuple[Source, Spot]]:
    """All sources in a value and in what it holds."""
    for name, field in type(placed.value).model_fields.items():
        inner = getattr(placed.value, name)
        called = field.alias or name
        if isinstance(inner, Source):
            yield inner, placed.spot(called)
        elif isinstance(inner, tuple):
            for n, one in enumerate(inner):
                if isinstance(one, BaseModel):
                    yield from _said(placed.inner(one, called, n))
