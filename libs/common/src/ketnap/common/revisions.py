"""Which migrations this release knows, read from their files: Alembic would stay in memory for this one look."""

import ast
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

CORE = Path(__file__).parent / "migrations" / "versions"


def missing(revisions: Collection[str], folders: Sequence[Path] = (CORE,)) -> list[str]:
    """What this release knows and a database with these revisions lacks; nothing when a newer release was there."""
    known = _known(folders)
    if not known.keys() >= set(revisions):
        return []
    there: set[str] = set()
    todo = list(revisions)
    while todo:  # a revision stands in the table for all that it builds upon
        revision = todo.pop()
        there.add(revision)
        todo += known[revision]
    return sorted(known.keys() - there)


def heads(folders: Sequence[Path]) -> set[str]:
    """The revisions that nothing builds upon: what stands in the table of a database that has them all."""
    known = _known(folders)
    return known.keys() - {revision for upon in known.values() for revision in upon}


def _known(folders: Sequence[Path]) -> Mapping[str, Sequence[str]]:
    """Every revision with those that it builds upon."""
    found: dict[str, Sequence[str]] = {}
    for folder in folders:
        for file in folder.glob("*.py"):
            said = _said(file)
            [revision] = said["revision"]
            found[revision] = (*said["down_revision"], *said["depends_on"])
    return found


def _said(file: Path) -> Mapping[str, Sequence[str]]:
    """The assignments that Alembic reads, each one name, several, or None."""
    said: dict[str, Sequence[str]] = {}
    for statement in ast.parse(file.read_text()).body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            name = statement.targets[0].id
            if name in {"revision", "down_revision", "depends_on"}:
                value = ast.literal_eval(statement.value)
                said[name] = (value,) if isinstance(value, str) else tuple(value or ())
    return said
