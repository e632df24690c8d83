"""Forgetting, from the request to the last answer: nothing of the person is left in any table or topic."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer, TopicPartition

from ketnap.contracts.schemas import TOPICS
from tests.kit import PATIENCE
from tests.province import Province
from tests.training.places import Places, places

pytestmark = pytest.mark.asyncio(loop_scope="module")

NAME = "Hoàng Thị Canary"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(province: Province) -> AsyncGenerator[Places]:
    yield await places(province)


async def texts(province: Province) -> dict[str, str]:
    """Every table of every service, and all content that its own keys still open."""
    found: dict[str, str] = {}
    for name, service in province.services.items():
        pool = await service.core.db.pool()
        tables = await pool.fetch(
            "SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables"
            " WHERE table_schema IN ('core', 'views', 'register') AND table_type = 'BASE TABLE'"
        )
        for row in tables:
            text = await pool.fetchval(f"SELECT string_agg(t::text, ' ') FROM {row['name']} t")  # noqa: S608 - names of our tables
            found[f"{name} {row['name']}"] = text or ""
    return found


async def values(kafka: str, topic: str) -> list[tuple[bytes, bytes | None]]:
    """Keys and values of a topic, in order."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=kafka, enable_auto_commit=False, auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        partition = TopicPartition(topic, 0)
        consumer.assign([partition])
        [end] = (await consumer.end_offsets([partition])).values()
        found: list[tuple[bytes, bytes | None]] = []
        async with asyncio.timeout(PATIENCE):
            while await consumer.position(partition) < end:
                batches = await consumer.getmany(timeout_ms=100)
                found += ((record.key, record.value) for batch in batches.values() for record in batch)
        return found
    finally:
        await consumer.stop()


async def waiting_for(here: Places, person: UUID) -> Any:  # Any: JSON
    await here.province.settled()
    shown = await here.board.see("registry", "/people/forgettings")
    return {one["person"]: one["waiting_for"] for one in shown}.get(str(person))


async def test_both_services_erase_and_registry_shows_who_has_not(here: Places, kafka: str) -> None:
    province = here.province
    person = await here.sympathiser(NAME)
    profile = {
        "valid_from": here.today,
        "minority": True,
        "religious": False,
        "youth_union": True,
        "occupation": "farmer",
        "education": "upper_secondary",
        "qualification": "none",
    }
    version = (await here.person(person))["version"]
    await here.secretary.do("registry", f"/people/{person}/record-profile", profile, version=version)
    await province.settled()
    assert [place for place, text in (await texts(province)).items() if "Canary" in text] == [
        "registry views.people_v1",
        "training views.names_v1",
    ]

    await here.forgotten(person)

    assert await waiting_for(here, person) == ["admission", "statistics"]
    after = await texts(province)
    assert [place for place, text in after.items() if "Canary" in text] == []
    for name in ("personal", "person_key"):
        for service in province.services:
            assert str(person) not in after[f"{service} core.{name}"]
    keys = {"registry.identity.v1": [str(person)], "registry.profile.v1": [f"{person}/1"]}
    for topic, ours in keys.items():
        records = await values(kafka, f"{province.code}.{topic}")
        latest = {key.decode(): value for key, value in records}
        assert [latest[key] for key in ours] == [None]
    for topic in TOPICS.keys() - keys.keys():
        for _, value in await values(kafka, f"{province.code}.{topic}"):
            assert b"Canary" not in (value or b"")
    gone = await here.board.get("registry", f"/people/{person}", purpose="kiểm thử")
    assert gone.status_code == 404


async def test_who_is_forgotten_is_not_nominated_nor_learning_any_more(here: Places) -> None:
    waiting, learning = await here.sympathiser(), await here.sympathiser()
    nomination = await here.nominated(waiting)
    enrolled = await here.approved(learning)
    course = await here.course()
    await here.on_course(course, "enrol", version=1, nomination=enrolled)
    await here.province.settled()

    await here.forgotten(waiting)
    await here.forgotten(learning)

    after = await here.nomination(nomination)
    assert (after["stage"], after["reason"]) == ("withdrawn", "forgotten")
    page = await here.director.see("training", f"/courses/{course}")
    assert [(one["person"], one["left_on"]) for one in page["learners"]] == [
        (str(learning), here.today.isoformat())
    ]
    await here.on_course(course, "finish", version=3)
    candidacies = await here.secretary.see("registry", "/candidacies", unit=here.cell, stage="closed")
    assert {str(waiting), str(learning)} <= {one["person"] for one in candidacies["candidacies"]}


async def test_a_learner_with_a_result_stays_and_has_no_name(here: Places) -> None:
    person, other = await here.sympathiser(NAME), await here.sympathiser("Lê Văn Ân")
    course = await here.course()
    for version, learner in enumerate((person, other), 1):
        nomination = await here.approved(learner)
        await here.on_course(course, "enrol", version=version, nomination=nomination)
    await here.on_course(course, "record-result", version=3, person=person, passed=True)
    await here.province.settled()

    await here.forgotten(person)

    roster = await here.director.see("training", f"/courses/{course}/roster", purpose="kiểm thử")
    assert [(one["name"], one["passed"]) for one in roster["learners"]] == [("Lê Văn Ân", None), ("", True)]


async def test_one_asks_and_another_carries_out_unless_a_legal_hold_stands(here: Places) -> None:
    person = await here.sympathiser()
    version = (await here.person(person))["version"]

    async def ask(path: str, version: int, body: dict[str, Any] | None = None) -> tuple[int, str]:
        answer = await here.board.send("registry", f"/people/{person}/{path}", body, version=version)
        return answer.status_code, answer.json().get("code", "")

    assert await ask("forget", version) == (409, "ForgettingNotRequested")
    assert await ask("request-forgetting", version) == (200, "")
    assert await ask("forget", version + 1) == (409, "SecondPersonNeeded")
    assert await ask("place-hold", version + 1, {"instrument": "UBKT/QĐ/7/2024-01-02"}) == (200, "")
    by_another = await here.committee.send("registry", f"/people/{person}/forget", version=version + 2)
    assert by_another.status_code == 403
    held = await here.province.admin.send("registry", f"/people/{person}/forget", version=version + 2)
    assert (held.status_code, held.json()["code"]) == (409, "UnderLegalHold")
    assert await waiting_for(here, person) == ["registry", "training", "admission", "statistics"]

    assert await ask("lift-hold", version + 2, {"instrument": "UBKT/QĐ/7/2024-01-02"}) == (200, "")
    await here.province.admin.do("registry", f"/people/{person}/forget", version=version + 3)
    assert await waiting_for(here, person) == ["admission", "statistics"]


async def test_a_number_set_free_by_forgetting_can_be_registered_anew(here: Places) -> None:
    person = await here.sympathiser()
    body = {
        "unit": here.cell,
        "identity": {"name": "Lê Văn Ân", "birth_date": "2001-04-12", "sex": "male"},
        "citizen_number": str(person.int)[:12],
    }
    taken = await here.secretary.send("registry", f"/people/{uuid4()}/register", body)
    assert (taken.status_code, taken.json()["kind"]) == (409, "citizen-number")

    await here.forgotten(person)

    await here.secretary.do("registry", f"/people/{uuid4()}/register", body)
