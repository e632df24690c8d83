"""README, changelog and dependencies: what they show exists, and nothing that exists is left out."""

import json
import re
import tomllib
from itertools import chain
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tests.docs.command_line import INLINE, named, parse

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
DOORS = [ROOT / "README.md", *sorted((ROOT / "docs/officers").glob("*.md"))]
every_door = pytest.mark.parametrize("door", DOORS, ids=lambda door: str(door.relative_to(ROOT)))
SCREEN = 2400
"""Characters of README up to the doors: name, two sentences, picture, commands, doors."""


def spans(text: str) -> list[str]:
    """Commands in blocks, line by line without their comments, and those in sentences."""
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    lines = [line.partition(" # ")[0].strip() for block in blocks for line in block.splitlines()]
    return [*filter(None, lines), *re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text)]


@every_door
def test_every_target_of_make_that_a_door_shows_exists(door: Path) -> None:
    asked = {span.split()[1] for span in spans(door.read_text(encoding="utf-8")) if span.startswith("make ")}

    assert asked <= TARGETS


@every_door
def test_every_command_that_a_door_shows_exists(door: Path) -> None:
    text = door.read_text(encoding="utf-8")
    for span in spans(text):
        if span.startswith("ketnap "):
            parse(span)
        elif span.endswith("/run"):
            assert (ROOT / span).stat().st_mode & 0o100, span
    for found in INLINE.findall(text):
        named(found)


def test_the_readme_shows_every_target_that_people_work_with() -> None:
    told = {target for target, _ in re.findall(r"^([a-z-]+):.*## (.+)", MAKEFILE, re.MULTILINE)}

    assert told - {"help", "lock"} <= {span.split()[1] for span in spans(README) if span.startswith("make ")}


def test_every_variable_that_the_readme_names_is_one_of_the_runner() -> None:
    source = (ROOT / "deploy/ops/src/ketnap/ops/settings.py").read_text(encoding="utf-8")
    named_here = {name.lower() for name in re.findall(r"`KETNAP_([A-Z_]+)`", README)}

    assert named_here
    assert named_here <= set(re.findall(r"^    (\w+): ", source, re.MULTILINE))


def test_the_readme_names_every_province_pack() -> None:
    packs = {path.parent.name for path in (ROOT / "deploy/provinces").glob("*/province.toml")}

    assert {pack for pack in packs if pack not in README} == set()


def test_the_readme_leads_to_what_everybody_needs_on_its_first_screen() -> None:
    first, heading, _ = README.partition("\n## ")

    assert heading
    assert len(first) < SCREEN
    for door in ("docs/officers/README.md", "docs/agencies/README.md", "docs/operators/README.md"):
        assert f"]({door})" in first
    for command in ("make up", "make test", "docker compose up --wait"):
        assert command in spans(first)


def test_every_picture_is_shown_and_none_is_heavy() -> None:
    pictures = sorted((ROOT / "docs").rglob("*.png"))
    texts = {
        path: path.read_text(encoding="utf-8")
        for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    }
    shown = {
        (page.parent / link).resolve()
        for page, text in texts.items()
        for link in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text)
    }

    assert set(pictures) == shown != set()
    assert [picture.name for picture in pictures if picture.stat().st_size > 300_000] == []


def bold(name: str) -> set[str]:
    text = (ROOT / "docs/officers" / name).read_text(encoding="utf-8")
    return {" ".join(words.split()) for words in re.findall(r"\*\*(.+?)\*\*", text, re.DOTALL)}


def test_the_words_that_the_officers_guide_quotes_stand_on_the_pages() -> None:
    portal = ROOT / "services/portal/src/ketnap/portal"
    pages = " ".join(
        path.read_text(encoding="utf-8") for path in sorted((portal / "templates").rglob("*.html"))
    )
    with (portal / "locale/en/LC_MESSAGES/portal.po").open("rb") as file:
        english = {text for message in read_po(file) for text in as_texts(message.string)}
    shown = " ".join(pages.split())

    assert {words for words in bold("README.md") if words not in shown} == set()
    assert bold("README.en.md") - english - {"English"} == set()


def as_texts(said: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [said] if isinstance(said, str) else list(said or ())


def test_the_officers_guide_tells_the_statuses_by_the_formula_in_force() -> None:
    """Both languages, each status in the order of its test, with the bounds of the newest formula."""
    versions = sorted((ROOT / "libs/rules/src/ketnap/rules").glob("status-*.toml"))
    formula = tomllib.loads(versions[-1].read_text(encoding="utf-8"))
    bounds = [["100%"], [formula["on_track_gap"].removeprefix("-")], [formula["urge_forecast"] + "%"]]
    bounds += [[formula["urge_forecast"] + "%"], [str(formula["small_quota"])]]
    for name in ("README.md", "README.en.md"):
        text = (ROOT / "docs/officers" / name).read_text(encoding="utf-8")
        rows = [line for line in text.splitlines() if re.match(r"\| [✓●▲■–] \*\*", line)]
        assert [re.findall(r"\d+%?", row)[-1:] for row in rows] == bounds, name


def requirements() -> set[str]:
    """What is asked for by name: in pyproject.toml, in deploy/local and in the pages' package.json."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [*project["dependencies"], *chain.from_iterable(project["optional-dependencies"].values())]
    for file in (ROOT / "deploy/local").glob("*.in"):
        if file.name != "kafka.in":
            lines += [
                line for line in file.read_text(encoding="utf-8").splitlines() if line[:1] not in {"", "#"}
            ]
    pages = json.loads((ROOT / "services/portal/web/package.json").read_text(encoding="utf-8"))
    names = {re.split(r"[\[=<>~! ]", line, maxsplit=1)[0] for line in lines}
    return names.union(pages["dependencies"], pages["devDependencies"])


def test_every_dependency_has_its_line_with_purpose_and_licence() -> None:
    text = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"
    ]
    rows = [row for row in rows if row[0] != "package" and set(row[0]) != {"-"}]
    listed = {name.partition(" ")[0] for row in rows for name in row[0].split(", ")}

    assert requirements() - listed == set()
    assert listed - requirements() - {"Apache", "46"} == set()
    assert [row for row in rows if len(row) != 3 or not all(row)] == []


def test_kafka_and_its_number_of_jars_stand_among_the_dependencies() -> None:
    jars = [
        line
        for line in (ROOT / "deploy/local/kafka.lock").read_text().splitlines()
        if line[:1] not in {"", "#"}
    ]
    text = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    [version] = re.findall(r"kafka_2\.13:([\d.]+)", (ROOT / "deploy/local/kafka.in").read_text())

    assert f"Apache Kafka {version} and what it needs, {len(jars)} jars" in text


def test_the_changelog_lists_each_thing_once_and_the_release_that_is_built() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    items = re.findall(r"^- (.+?)(?=\n- |\n\n|\Z)", text, re.MULTILINE | re.DOTALL)
    leads = [item.partition(":")[0] for item in items]
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]

    assert len(leads) == len(set(leads)) > 5
    assert re.findall(r"^## \[(.+?)\]", text, re.MULTILINE)[0] in {"Unreleased", version}
