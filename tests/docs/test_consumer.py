"""The example consumer on real Kafka: a first run, a restart, a gap, a refill, a restored source, a topic made anew."""

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4
from zipfile import ZipFile

import pytest

from ketnap.common.service import Core
from ketnap.contracts import registry, training
from ketnap.contracts.envelope import Envelope
from ketnap.contracts.fact import Fact, SourceRestored
from ketnap.contracts.schemas import RESTRICTED, TOPICS
from tests.common import places
from tests.common.topic import foreign_producer, records, send_again, tell
from tests.common.writing import DAY, intent, took
from tests.kit import make_topics
from tests.teller import Teller

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "consumer.py"
OPEN = sorted(set(TOPICS) - RESTRICTED)


@dataclass(frozen=True)
class Ended:
    code: int
    lines: list[str]
    said: str


@dataclass(frozen=True)
class Agency:
    """A developer's folder, and the province whose facts are read there."""

    kafka: str
    province: str
    folder: Path

    def topic(self, name: str) -> str:
        return f"{self.province}.{name}"

    async def reads(self, *arguments: str) -> Ended:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(EXAMPLE),
            *("--kafka", self.kafka, "--province", self.province),
            *arguments,
            cwd=self.folder,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, said = await asyncio.wait_for(process.communicate(), 60)
        return Ended(code=process.returncode or 0, lines=out.decode().splitlines(), said=said.decode())


@pytest.fixture
async def agency(kafka: str, tmp_path: Path) -> Agency:
    province = f"t{uuid4().hex[:12]}"
    await make_topics(kafka, [f"{province}.{topic}" for topic in TOPICS])
    return Agency(kafka=kafka, province=province, folder=tmp_path)


def heartbeats(count: int) -> list[Fact]:
    return [registry.Heartbeat() for _ in range(count)]


def numbers(ended: Ended) -> list[int]:
    return [int(line.split()[0]) for line in ended.lines if line[:7].strip().isdigit()]


async def send(agency: Agency, topic: str, envelope: Envelope, fact: Fact) -> None:
    async with foreign_producer(agency.kafka) as producer:
        await producer.send_and_wait(
            agency.topic(topic), fact.model_dump_json().encode(), headers=envelope.headers()
        )


async def test_every_open_topic_is_read_and_found_whole(agency: Agency) -> None:
    registered = registry.PersonRegistered(person=UUID(int=7))
    await Teller(agency.kafka, agency.topic("registry.v1")).tell(*heartbeats(3), registered)
    gone = training.ForgettingDone(person=UUID(int=7), rows=2)
    await Teller(agency.kafka, agency.topic("training.v1")).tell(gone)

    ended = await agency.reads()

    assert ended.code == 0, ended.said
    assert sorted(numbers(ended)) == [1, 1, 2, 3, 4]
    assert any("registry.person_registered.v1" in line and str(UUID(int=7)) in line for line in ended.lines)
    assert {line.partition(": ")[0]: line.partition(": ")[2] for line in ended.lines[-len(OPEN) :]} == {
        agency.topic("registry.v1"): "facts 1 to 4 are all here, epoch 1",
        agency.topic("training.v1"): "facts 1 to 1 are all here, epoch 1",
        agency.topic("admission.v1"): "no fact yet",
        agency.topic("statistics.v1"): "no fact yet",
    }


async def test_a_restart_goes_on_behind_the_last_fact(agency: Agency) -> None:
    teller = Teller(agency.kafka, agency.topic("registry.v1"))
    await teller.tell(*heartbeats(3))
    assert numbers(await agency.reads()) == [1, 2, 3]
    assert numbers(await agency.reads()) == []
    await teller.tell(*heartbeats(2))

    ended = await agency.reads()

    assert numbers(ended) == [4, 5]
    assert f"{agency.topic('registry.v1')}: facts 1 to 5 are all here, epoch 1" in ended.lines


async def test_it_follows_until_it_is_interrupted(agency: Agency) -> None:
    teller = Teller(agency.kafka, agency.topic("registry.v1"))
    await teller.tell(*heartbeats(1))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(EXAMPLE),
        *("--kafka", agency.kafka, "--province", agency.province, "--follow"),
        cwd=agency.folder,
        stdout=asyncio.subprocess.PIPE,
        preexec_fn=partial(
            signal.signal, signal.SIGINT, signal.SIG_DFL
        ),  # tests may run in the background, deaf to it
    )
    assert process.stdout is not None
    async with asyncio.timeout(60):
        assert b"registry.heartbeat.v1" in await process.stdout.readline()
        await teller.tell(registry.PersonRegistered(person=UUID(int=7)))
        assert b"registry.person_registered.v1" in await process.stdout.readline()
        process.send_signal(signal.SIGINT)
        await process.communicate()

    assert process.returncode == 0
    kept = json.loads((agency.folder / f"{agency.province}.position.json").read_text())
    assert kept[agency.topic("registry.v1")]["number"] in {1, 2}  # interrupted before or behind the writing


async def test_a_fact_that_comes_again_is_printed_once(agency: Agency) -> None:
    topic = agency.topic("registry.v1")
    await Teller(agency.kafka, topic).tell(*heartbeats(3))
    await send_again(agency.kafka, topic, (await records(agency.kafka, topic))[1:])

    ended = await agency.reads("--topic", "registry.v1")

    assert (ended.code, numbers(ended)) == (0, [1, 2, 3])


async def test_a_missing_fact_is_named_and_a_refill_makes_it_whole(agency: Agency) -> None:
    topic = agency.topic("registry.v1")
    whole = Teller(agency.kafka, agency.topic("statistics.v1"))  # elsewhere, to take records from
    await whole.tell(*heartbeats(6))
    told = await records(agency.kafka, agency.topic("statistics.v1"))
    await send_again(agency.kafka, topic, [*told[:2], *told[3:]])

    ended = await agency.reads("--topic", "registry.v1")

    assert ended.code == 1
    assert numbers(ended) == [1, 2]
    assert f"{topic}: fact 3 is missing, fact 4 came" in ended.lines
    assert "Ask the operators of the source" in ended.lines[-1]

    assert (await agency.reads("--topic", "registry.v1")).code == 1
    await send_again(agency.kafka, topic, told[2:])
    mended = await agency.reads("--topic", "registry.v1")
    assert (mended.code, numbers(mended)) == (0, [3, 4, 5, 6])


async def test_a_restored_source_says_what_is_to_be_undone(agency: Agency) -> None:
    topic = agency.topic("registry.v1")
    await Teller(agency.kafka, topic).tell(*heartbeats(4))
    last = Envelope.parse((await records(agency.kafka, topic))[-1].headers)
    restored = SourceRestored(source=topic, epoch=2, valid_through=2)
    later = replace(last, id=uuid4(), type=restored.TYPE, factno=5, epoch=2)
    await send(agency, "registry.v1", later, restored)
    await send(
        agency, "registry.v1", replace(last, id=uuid4(), factno=6), registry.Heartbeat()
    )  # of the void past

    ended = await agency.reads("--topic", "registry.v1")

    assert ended.code == 0
    assert numbers(ended) == [1, 2, 3, 4, 5]
    assert any("undo every fact above 2 of epochs before 2" in line for line in ended.lines)
    assert ended.lines[-1] == f"{topic}: facts 1 to 5 are all here, epoch 2"


async def test_what_is_no_fact_or_of_a_later_release_stops_nobody(agency: Agency) -> None:
    topic = agency.topic("registry.v1")
    async with foreign_producer(agency.kafka) as producer:
        await producer.send_and_wait(topic, b"\xff", headers=[("ce_type", b"\xff")])
    await Teller(agency.kafka, topic).tell(registry.Heartbeat())
    told = Envelope.parse((await records(agency.kafka, topic))[0].headers)
    unknown = replace(told, id=uuid4(), type="registry.of_a_later_release.v1", factno=2)
    await send(agency, "registry.v1", unknown, registry.Heartbeat())

    ended = await agency.reads("--topic", "registry.v1")

    assert (ended.code, numbers(ended)) == (0, [1, 2])
    assert "record 0: not a fact" in ended.lines[0]
    assert "registry.of_a_later_release.v1" in ended.lines[2]


async def test_a_restricted_topic_is_read_without_asking_for_density(agency: Agency) -> None:
    topic = agency.topic("registry.profile.v1")
    teller = Teller(agency.kafka, topic)
    teller.number = 4  # compaction left a hole
    await teller.tell(registry.PersonRegistered(person=UUID(int=1)))

    ended = await agency.reads("--topic", "registry.profile.v1")

    assert (ended.code, numbers(ended)) == (0, [5])
    assert ended.lines[-1] == f"{topic}: read up to fact 5"


@pytest.mark.parametrize("facts", [1, 9], ids=["shorter", "longer"])
async def test_a_topic_that_was_made_anew_is_not_taken_for_the_old_one(agency: Agency, facts: int) -> None:
    topic = agency.topic("registry.v1")
    await Teller(agency.kafka, topic).tell(*heartbeats(facts))
    elsewhere = {topic: {"epoch": 1, "number": 5, "offset": 4, "id": str(uuid4())}}
    (agency.folder / f"{agency.province}.position.json").write_text(json.dumps(elsewhere))

    ended = await agency.reads("--topic", "registry.v1")

    assert ended.code == 2
    assert "was made anew" in ended.said


async def test_a_wrong_province_and_a_silent_kafka_are_said_in_a_sentence(
    agency: Agency, unused_tcp_port: int
) -> None:
    wrong = await replace(agency, province="nobody").reads()
    silent = await replace(agency, kafka=f"127.0.0.1:{unused_tcp_port}").reads()

    assert (wrong.code, silent.code) == (2, 2)
    assert "There is no topic nobody." in wrong.said
    assert "No answer from Kafka" in silent.said


async def test_the_facts_of_the_real_relay_are_read_and_found_whole(agency: Agency, core: Core) -> None:
    asked = core.aggregate("place", places.decider, places.codec)
    for place in await took(core, count=3):
        await asked.execute(place, places.GiveBack(on=DAY), intent(2))
    await tell(core, agency.kafka, agency.topic("registry.v1"))

    ended = await agency.reads("--topic", "registry.v1")

    assert (ended.code, numbers(ended)) == (0, list(range(1, 10))), ended.said


# What the example needs


def test_the_example_loads_nothing_of_ours_but_the_contracts(tmp_path: Path) -> None:
    check = (
        "import runpy, sys; runpy.run_path(sys.argv[1]);"
        "print(sorted(m for m in sys.modules if m.startswith('ketnap.') and not m.startswith('ketnap.contracts')))"
    )
    assert run([sys.executable, "-c", check, str(EXAMPLE)], tmp_path).strip() == "[]"


def test_the_contracts_are_a_package_of_their_own_with_all_they_need(tmp_path: Path) -> None:
    run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        ROOT / "libs" / "contracts",
    )

    [wheel] = tmp_path.glob("ketnap_contracts-*.whl")
    with ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if name.startswith("ketnap/")}
        [metadata] = [name for name in archive.namelist() if name.endswith("METADATA")]
        needs = [
            line for line in archive.read(metadata).decode().splitlines() if line.startswith("Requires-Dist")
        ]
    folder = ROOT / "libs" / "contracts" / "src"
    files = {
        str(path.relative_to(folder))
        for path in folder.rglob("*.*")
        if path.suffix in {".py", ".toml", ".typed"}
    }
    assert held == files
    assert [need.partition(":")[2].split("<")[0].split(">")[0].strip() for need in needs] == ["pydantic"]


def run(command: Sequence[str], folder: Path) -> str:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout
