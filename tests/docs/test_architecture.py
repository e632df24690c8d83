"""What the documents name exists, and the page of the architecture says what the code does."""

import importlib
import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from ketnap.admission import app as admission
from ketnap.common.service import Service
from ketnap.contracts.schemas import RESTRICTED, TOPICS
from ketnap.registry import app as registry
from ketnap.statistics import app as statistics
from ketnap.training import app as training
from tests.kit import Database, settings

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
CORE = (ROOT / "libs/common/src/ketnap/common/migrations/core.sql").read_text(encoding="utf-8")
every_document = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


@every_document
def test_every_path_that_a_document_names_is_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    named = re.findall(r"`((?:libs|services|deploy|docs|tests|examples)/[\w./-]+)`", text)

    assert [name for name in named if not (ROOT / name).exists()] == []


@every_document
def test_every_link_of_a_document_leads_to_a_file(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text) if "://" not in link]

    assert [link for link in links if not (path.parent / link).exists()] == []


@every_document
def test_every_module_that_a_document_names_is_there(path: Path) -> None:
    names = set(re.findall(r"`(ketnap(?:\.\w+)+)`", path.read_text(encoding="utf-8")))

    assert [name for name in names if not is_there(name)] == []


def is_there(name: str) -> bool:
    """A module, or what a module holds."""
    module, _, attribute = name.rpartition(".")
    if module == "ketnap" or find_spec(name) is not None:
        return find_spec(name) is not None
    return hasattr(importlib.import_module(module), attribute)


def table(heading: str) -> list[list[str]]:
    """The rows of the first table behind a heading."""
    behind = PAGE.partition(f"\n## {heading}\n")[2]
    found = re.search(r"^\|.*?(?=\n\n)", behind, re.MULTILINE | re.DOTALL)
    assert found is not None, heading
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in found[0].splitlines()[2:]]


@pytest.fixture
def services(tmp_path: Path) -> dict[str, Service]:
    """Put together, never started."""
    nowhere = "postgresql+asyncpg://nobody@127.0.0.1:1/none"
    told = settings(
        Database(name="none", owner_url=nowhere, app_url=nowhere), "127.0.0.1:1", tmp_path, province="p"
    )
    apps = {"registry": registry, "training": training, "admission": admission, "statistics": statistics}
    return {name: app.create_service(told) for name, app in apps.items()}


def test_the_topics_are_told_and_heard_as_the_page_says(services: dict[str, Service]) -> None:
    said = {
        topic.strip("`"): (told_by, set(heard_by.split(", ")), kept.startswith("compacted"))
        for topic, told_by, heard_by, kept in table("Topics")
    }
    built = {
        topic: (
            next(name for name, one in services.items() if f"p.{topic}" in told_topics(one)),
            {name for name, one in services.items() if f"p.{topic}" in {heard.name for heard in one.hears}},
            topic in RESTRICTED,
        )
        for topic in TOPICS
    }
    assert said == built


def told_topics(service: Service) -> set[str]:
    return {relay.telling.topic for relay in service.relays}


def test_the_tables_of_a_service_are_those_of_the_page() -> None:
    said = {name.strip() for names, _ in table("A service's database") for name in names.split(",")}

    assert said == {f"`{name}`" for name in re.findall(r"CREATE TABLE core\.(\w+)", CORE)}


def test_every_decision_is_listed_and_says_why_and_what_holds_it() -> None:
    folder = ROOT / "docs" / "adr"
    pages = sorted(page for page in folder.glob("*.md") if page.name != "README.md")
    listed = re.findall(r"\]\((\d{4}-[^)]+)\) \| (.+) \|", (folder / "README.md").read_text(encoding="utf-8"))

    assert [name for name, _ in listed] == [page.name for page in pages]
    for (_, title), page in zip(listed, pages, strict=True):
        text = page.read_text(encoding="utf-8")
        assert text.startswith(f"# {page.name[:4]}. {title}\n")
        parts = re.findall(r"^\*\*(.+?)\.\*\*", text, re.MULTILINE)
        assert parts == ["Context", "Decision", "Consequences", "Held by"], page.name
