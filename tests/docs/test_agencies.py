"""The guide for developers of other agencies: every command and every snippet in it is run."""

import asyncio
import re
import shlex
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest

from ketnap.contracts import registry
from ketnap.contracts.schemas import HEADERS, RESTRICTED, TOPICS
from ketnap.portal import build, tokens
from ketnap.portal.app import create_app
from ketnap.portal.settings import Settings
from tests.common.topic import raw
from tests.kit import make_topics
from tests.portal.shelf import Shelf
from tests.teller import Teller

ROOT = Path(__file__).parents[2]
GUIDES = sorted((ROOT / "docs" / "agencies").glob("README*.md"))
TEXTS = [guide.read_text(encoding="utf-8") for guide in GUIDES]
KAFKA, PORTAL, PROVINCE = "127.0.0.1:17092", "http://127.0.0.1:17000", "lao-cai"


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def commands() -> list[str]:
    return [line for block in blocks(TEXTS[0], "sh") for line in block.splitlines()]


def pages() -> list[str]:
    return [line.removeprefix("curl ") for line in commands() if line.startswith("curl ")]


@pytest.fixture
async def province(kafka: str) -> str:
    code = f"t{uuid4().hex[:12]}"
    await make_topics(kafka, [f"{code}.{topic}" for topic in TOPICS])
    await Teller(kafka, f"{code}.registry.v1").tell(registry.Heartbeat(), registry.Heartbeat())
    return code


def test_both_languages_show_the_same_commands_and_snippets() -> None:
    assert len(GUIDES) == 2
    for language in ("sh", "python"):
        assert blocks(TEXTS[0], language) == blocks(TEXTS[1], language) != []
    headings = [[line.count("#") for line in re.findall(r"^#+", text, re.MULTILINE)] for text in TEXTS]
    assert headings[0] == headings[1]


def test_every_command_is_one_that_is_run_here() -> None:
    rest = [line for line in commands() if not line.startswith(("curl ", "python examples/consumer.py"))]
    assert rest == ["pip install aiokafka ./libs/contracts"]


def test_the_contracts_are_installed_by_their_folder(tmp_path: Path) -> None:
    [line] = [line for line in commands() if line.startswith("pip ")]
    folder = shlex.split(line)[-1]
    pip = ["uv", "pip"] if shutil.which("uv") else [sys.executable, "-m", "pip"]
    options = ["--python", sys.executable] if pip[0] == "uv" else []
    subprocess.run(
        [*pip, "install", *options, "--no-deps", "--no-build-isolation", "--target", str(tmp_path), folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    assert (tmp_path / "ketnap" / "contracts" / "meanings.toml").exists()
    assert not (tmp_path / "ketnap" / "common").exists()


async def test_the_consumer_runs_as_shown(kafka: str, province: str, tmp_path: Path) -> None:
    [line] = [line for line in commands() if line.startswith("python ")]
    shown = line.replace(KAFKA, kafka).replace(PROVINCE, province).replace("examples/", f"{ROOT}/examples/")

    said = await run(*shlex.split(shown)[1:], folder=tmp_path)

    assert f"{province}.registry.v1: facts 1 to 2 are all here" in said
    assert (tmp_path / f"{province}.position.json").exists()


async def test_the_consumer_of_ones_own_runs_as_shown(kafka: str, province: str, tmp_path: Path) -> None:
    [snippet, _] = blocks(TEXTS[0], "python")
    script = tmp_path / "consumer.py"
    script.write_text(snippet.replace(KAFKA, kafka).replace(PROVINCE, province))

    said = await run(str(script), folder=tmp_path)

    assert said.splitlines() == ["1 source='registry'", "2 source='registry'"]


async def test_the_snippet_for_any_cloudevents_library_runs_as_shown(
    kafka: str, province: str, capsys: pytest.CaptureFixture[str]
) -> None:
    [_, snippet] = blocks(TEXTS[0], "python")
    for record in await raw(kafka, f"{province}.registry.v1"):
        exec(compile(snippet, "snippet", "exec"), {"record": record})  # noqa: S102 - what the guide shows

    assert capsys.readouterr().out.splitlines() == [
        f"registry.heartbeat.v1 {n} {{'source': 'registry'}}" for n in (1, 2)
    ]


@pytest.mark.parametrize("address", pages(), ids=lambda address: urlsplit(address).path)
async def test_every_page_that_is_shown_is_there_without_signing_in(address: str, tmp_path: Path) -> None:
    build.build()
    tokens.make_key(tmp_path, datetime(2026, 1, 1, tzinfo=UTC))
    settings = Settings(
        province=PROVINCE,
        province_name="Đảng bộ tỉnh Lào Cai",
        support="0214 380 1234",
        database_url="postgresql+asyncpg://nobody@127.0.0.1:1/none",  # public pages ask no database
        services={"registry": "http://registry.test", "statistics": "http://statistics.test"},
        portal_url=PORTAL,
        signing_keys=tmp_path,
    )
    app = create_app(settings, Shelf().reads())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=PORTAL) as client:
        assert address.startswith(PORTAL)
        assert (await client.get(address)).status_code == 200


@pytest.mark.parametrize("text", TEXTS, ids=[guide.name for guide in GUIDES])
def test_the_guide_speaks_of_every_header_and_of_both_restricted_topics(text: str) -> None:
    for header in HEADERS["properties"]:
        assert header in {"content-type", "ce_specversion"} or f"`{header}`" in text, header
    for topic in RESTRICTED:
        assert f".{topic}`" in text


async def run(*arguments: str, folder: Path) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    said, wrong = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, wrong.decode()
    return said.decode()
