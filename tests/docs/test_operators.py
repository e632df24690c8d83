"""What the operators' pages and the alert rules name exists: commands, options, metrics, pages."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped] # it ships no types

from ketnap.common.metrics import Metrics
from ketnap.portal.metrics import Metrics as PortalMetrics
from tests.docs.command_line import INLINE, named, parse

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs/operators").rglob("*.md"))
ALERTS = ROOT / "deploy/prometheus/alerts.yml"
SOURCES = [
    *(ROOT / "deploy/ops/src/ketnap/ops").rglob("*.py"),
    *(ROOT / "libs/common/src").rglob("*.py"),
]
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
METRIC = re.compile(r"ketnap_[a-z_]+")


def lines() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        for block in BLOCK.findall(page.read_text(encoding="utf-8")):
            for line in block.splitlines():
                yield page.name, line.strip()


@pytest.mark.parametrize(("file", "line"), [pair for pair in lines() if "ketnap " in pair[1]])
def test_every_command_of_a_code_block_is_understood(file: str, line: str) -> None:
    start = line.index("ketnap ")
    assert start == 0 or line.startswith("docker compose exec "), file
    parse(line[start:])


def test_a_command_that_does_not_exist_would_be_noticed() -> None:
    for wrong in ("ketnap heal registry", "ketnap parked redrive registry", "ketnap doctor --all"):
        with pytest.raises((AssertionError, Exception), match=r"heal|PROJECTION|projection|--all"):
            parse(wrong)


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.name)
def test_every_command_named_in_a_sentence_exists(file: Path) -> None:
    text = BLOCK.sub("", file.read_text(encoding="utf-8"))
    for found in INLINE.findall(text):
        named(found)


def test_every_command_that_the_product_itself_advises_exists() -> None:
    advised = {
        found
        for source in SOURCES
        for found in re.findall(r"ketnap ((?:[a-z][a-z-]+ ?){1,2})(?=\{)", source.read_text(encoding="utf-8"))
    }
    assert len(advised) > 5
    for words in advised:
        named(f"ketnap {words}")


def test_make_has_every_target_that_is_named() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named_here = {line.split()[1] for _, line in lines() if line.startswith("make ")}
    assert named_here
    assert named_here <= targets


def exported() -> set[str]:
    """Names as a scrape has them, without the parts of histograms."""
    families = [family for one in (Metrics("test"), PortalMetrics()) for family in one.registry.collect()]
    return {f"{family.name}_total" if family.type == "counter" else family.name for family in families}


def test_every_metric_is_explained_and_every_explained_one_exists() -> None:
    page = (ROOT / "docs/operators/README.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `ketnap_")]
    assert {name for row in rows for name in METRIC.findall(row)} == exported()


def test_every_alert_asks_for_metrics_that_exist_and_names_a_page_that_exists() -> None:
    groups = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"]
    alerts = [rule for group in groups for rule in group["rules"]]
    assert len({rule["alert"] for rule in alerts}) == len(alerts) > 8
    for rule in alerts:
        asked = {re.sub(r"_bucket$", "", name) for name in METRIC.findall(rule["expr"])}
        assert asked <= exported(), rule["alert"]
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert rule["annotations"].keys() == {"summary", "description", "runbook_url"}
        page = ROOT / rule["annotations"]["runbook_url"]
        assert page in PAGES
        assert rule["alert"] in page.read_text(encoding="utf-8") or page.name == "README.md", rule["alert"]


def test_every_runbook_says_the_four_things_and_every_link_leads_somewhere() -> None:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for link in re.findall(r"\]\(([^)]+)\)", text):
            assert (page.parent / link).exists(), link
        if page.parent.name == "runbooks":
            headings = [line for line in text.splitlines() if line.startswith("## ")]
            assert headings == [
                "## How you notice",
                "## What it means",
                "## What to do",
                "## How you know it is over",
            ], page.name
