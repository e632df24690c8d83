"""What Prometheus reads of a service says what the doctor says."""

from datetime import date
from uuid import uuid4

import pytest
from prometheus_client.parser import text_string_to_metric_families

from ketnap.common import log
from ketnap.common.alarms import end_alarm, raise_alarm
from ketnap.common.database import driver
from ketnap.common.landing import Landing, Topic
from ketnap.common.metrics import Metrics
from ketnap.contracts.admission import CeremonyHeld
from tests.kit import until
from tests.province import Province
from tests.registry.places import places
from tests.voices import Voice

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def scraped(province: Province, service: str) -> dict[tuple[str, str], float]:
    """By name of the sample and its topic or projection, if it has one."""
    text = (await province.clients[service].get("/metrics")).text
    return {
        (sample.name, sample.labels.get("topic") or sample.labels.get("projection") or ""): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_every_projection_and_topic_has_its_lag_in_events_and_seconds(province: Province) -> None:
    for service in province.services.values():
        found = await scraped(province, service.core.service)
        for model in service.models:
            assert ("ketnap_projection_lag_events", model.name) in found
            assert ("ketnap_projection_lag_seconds", model.name) in found
            assert found["ketnap_parked_subjects", model.name] == 0
        for relay in service.relays:
            assert ("ketnap_relay_lag_events", relay.telling.topic) in found
            assert ("ketnap_relay_lag_seconds", relay.telling.topic) in found
        for topic in service.hears:
            assert ("ketnap_land_lag_events", topic.name) in found
            assert ("ketnap_land_lag_seconds", topic.name) in found
            assert found["ketnap_fact_gap", topic.name] == 0


async def test_facts_that_are_not_landed_are_counted(province: Province) -> None:
    await province.settled()
    core, topic = province.services["training"].core, f"{province.code}.registry.v1"
    metrics = Metrics("training")
    landing = Landing(
        Topic(name=topic),
        db=core.db,
        append=core.append,
        vault=core.vault,
        metrics=metrics,
        now=core.clock.now,
    )
    async with driver(core.db) as db:
        landed = await log.version(db, topic)

    for behind in (0, 3):
        await landing.measure(landed + behind)
        assert metrics.registry.get_sample_value("ketnap_land_lag_events", {"topic": topic}) == behind


async def test_an_alarm_counts_until_it_is_closed(province: Province) -> None:
    async def stand(number: int) -> None:
        async def so_many() -> bool:
            return (await scraped(province, "training"))["ketnap_alarms", ""] == number

        await until(so_many)

    core = province.services["training"].core
    async with driver(core.db) as db:
        await raise_alarm(db, "stray", "somewhere", "a record that is no fact")
    await stand(1)
    async with driver(core.db) as db:
        await end_alarm(db, "stray", "somewhere")
    await stand(0)


async def test_a_case_counts_as_open(province: Province, admission: Voice) -> None:
    here = await places(province, roll=False)
    before = (await scraped(province, "registry"))["ketnap_open_cases", ""]
    person, day = await here.person(), date(2024, 1, 2)
    await admission.tell(
        CeremonyHeld(
            dossier=uuid4(),
            person=person,
            unit=here.cell,
            on=day,
            decided_on=day,
            probation_ends=date(2025, 1, 2),
        )
    )

    async def counted() -> bool:
        return (await scraped(province, "registry"))["ketnap_open_cases", ""] == before + 1

    await until(counted)
