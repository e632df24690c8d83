"""Somebody goes the whole way to admission and is forgotten: no word of them stays anywhere, every figure does."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from ketnap.common.clock import HERE
from ketnap.common.cursors import cursors
from ketnap.common.database import driver
from ketnap.common.frozen import frozen
from ketnap.contracts.registry import Role
from ketnap.contracts.schemas import RESTRICTED
from ketnap.packs.acts import Act
from ketnap.packs.journal import Journal
from ketnap.packs.officers import Officer
from ketnap.simulator.run import Agenda, agenda, live
from ketnap.statistics.views import ledger
from tests.kit import until
from tests.whole.again import rebuilt_the_same, settled
from tests.whole.browser import signed_in
from tests.whole.canary import Canary, fold, in_logs, in_tables, in_topics
from tests.whole.figures import BLOC, Answer, figures
from tests.whole.stage import Stage, stage

UNTIL = datetime(2024, 5, 31, 17, tzinfo=HERE)
NAME, AS_FIRST_WRITTEN = "Xườngkhảm Ữmbrọ Đzuỵnh", "Xươngkhàm Ừmbró Đzuynh"
BORN, NUMBER, PLACE = date(1983, 11, 29), "096183112977", "xóm Ấpgồkhuya, xã Thônkhảmxanh"
CANARY = Canary(
    words=frozenset(
        {*fold(NAME).split(), "apgokhuya", "thonkhamxanh", NUMBER, "1983-11", "29/11/1983", "29.11.1983"}
    )
)
WRITTEN = ("conclusion", "opinions", "finding", "remarks", "grounds")
BESIDE_THE_LOG = {  # where content that can be erased may stand in clear
    *("registry: views.people_v1", "training: views.names_v1"),
    *("admission: views.identities_v1", "admission: views.papers_v1", "statistics: views.ledger_v1"),
}
SOON = {  # what takes Kafka a day in production
    "segment.ms": "1000",
    "max.compaction.lag.ms": "1000",
    "min.cleanable.dirty.ratio": "0.0",
    "cleanup.policy": "compact",
    "message.timestamp.type": "CreateTime",
}


@frozen
class Lived:
    here: Stage
    person: UUID
    cell: UUID
    acts: Sequence[Act]
    """Those that were about the person."""
    board: Officer

    async def get(self, service: str, path: str, **params: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.here.sign(self.board)}"}
        return await self.here.clients[service].get(path, params=params, headers=headers)

    async def see(self, service: str, path: str, **params: str) -> Answer:
        answer = await self.get(service, path, **params)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        seen: Answer = answer.json()
        return seen

    async def do(self, officer: Officer, verb: str, body: Answer | None = None, status: int = 200) -> None:
        """To the person's record, as it stands now."""
        seen = await self.see("registry", f"/people/{self.person}", purpose="kiểm tra hồ sơ")
        answer = await self.here.clients["registry"].post(
            f"/people/{self.person}/{verb}",
            json=body or {},
            headers={
                "Authorization": f"Bearer {self.here.sign(officer)}",
                "Idempotency-Key": str(uuid4()),
                "If-Match": f'"{seen["version"]}"',
            },
        )
        assert answer.status_code == status, answer.text
        await settled(self.here)


def _marked(told: Agenda) -> tuple[UUID, list[Act]]:
    """The first who is admitted is made to be somebody unmistakable, in every act that speaks of them."""
    everything = [act for acts in told.by_visit.values() for act in acts]
    key = next(act.key.removesuffix(" ceremony") for act in everything if act.key.endswith(" ceremony"))
    mine: list[Act] = []
    for day, acts in told.by_visit.items():
        told.by_visit[day] = [_rewritten(act) if act.key.startswith(f"{key} ") else act for act in acts]
        mine += (act for act in told.by_visit[day] if act.key.startswith(f"{key} "))
    others = [act for acts in told.by_visit.values() for act in acts if act not in mine]
    assert not any(CANARY.heard_in(act.content) for act in others), "somebody else has one of these words"
    register = next(act for act in mine if act.key == f"{key} registered")
    return UUID(register.path.split("/")[2]), mine


def _rewritten(act: Act) -> Act:
    body = dict(act.body)
    if "identity" in body:
        body["identity"] = {**body["identity"], "name": AS_FIRST_WRITTEN, "birth_date": BORN}
        body["citizen_number"] = NUMBER
    if act.path.endswith("declare-biography"):
        body["remarks"] = f"Sinh tại {PLACE}"
    body |= {name: f"{body[name]} ({PLACE})" for name in WRITTEN if name in act.body}
    return replace(act, body=body)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lived() -> AsyncGenerator[Lived]:
    async with stage("tinh-mau") as here:
        story = agenda(here.pack, here.running.issuer, UNTIL)
        person, acts = _marked(story)
        await live(story, here.desk(Journal()), here.clock, lambda _: None)
        await settled(here)
        board = here.pack.officers.who(Role.ORGANISATION_BOARD, BLOC)
        [cell] = {UUID(str(act.body["unit"])) for act in acts if act.path.endswith("/introduce")}
        made = Lived(here=here, person=person, cell=cell, acts=acts, board=board)
        await _talk_of(made)
        yield made


async def _talk_of(lived: Lived) -> None:
    """What officers do besides: correct, search, look, mistype."""
    identity = {"name": NAME, "birth_date": BORN.isoformat(), "sex": "female"}
    correcting = {"identity": identity, "reason": f"Theo giấy khai sinh của {NAME}, {PLACE}"}
    await lived.do(lived.board, "correct-identity", {**correcting, "reason": ""}, status=422)
    await lived.do(lived.board, "correct-identity", correcting)
    await lived.do(
        lived.board, "correct-citizen-number", {"citizen_number": f"{NUMBER}x", "reason": NAME}, 422
    )
    found = await lived.see("registry", "/people/search", q=NAME, purpose="tra cứu để đối chiếu")
    assert [one["person"] for one in found["people"]] == [str(lived.person)]
    await settled(lived.here)


@pytest.mark.asyncio(loop_scope="module")
async def test_nobody_finds_a_word_of_a_forgotten_person_and_every_figure_stays(lived: Lived) -> None:
    here = lived.here
    assert set(await in_tables(here, CANARY)) == BESIDE_THE_LOG
    assert set(await in_topics(here, CANARY)) == _restricted(here)
    assert in_logs(here, CANARY) == {}
    pages = await _pages(lived)
    assert {name for name, page in pages.items() if CANARY.heard_in(page)} >= {"/nguoi", "/people", "/papers"}
    figures, lines = await _figures(lived), await _breakdowns(lived)
    assert any(attributes != "{}" for *_, attributes in lines), "without breakdowns nothing is proved of them"

    await _forget(lived)

    assert await in_tables(here, CANARY) == {}
    await _compacted(lived)
    assert await in_topics(here, CANARY) == {}
    assert in_logs(here, CANARY) == {}
    assert {name: CANARY.heard_in(page) for name, page in (await _pages(lived)).items()} == dict.fromkeys(
        pages, frozenset()
    )
    assert await _figures(lived) == figures
    assert await _breakdowns(lived) == lines
    for service in here.services.values():
        await rebuilt_the_same(service)


async def _forget(lived: Lived) -> None:
    """As the product's own way is: one asks, another carries it out, every service answers."""
    officers = lived.here.pack.officers
    await lived.do(lived.board, "request-forgetting")
    await lived.do(officers.administrators("99")[0], "forget")

    async def all_have_answered() -> bool:
        return not (await lived.get("registry", "/people/forgettings")).json()

    await until(all_have_answered, patience=60)
    await settled(lived.here)


def _restricted(here: Stage) -> set[str]:
    return {f"{here.running.deployment.province}.{topic}" for topic in RESTRICTED}


async def _compacted(lived: Lived) -> None:
    """Life goes on, and Kafka lets go of what a null has erased; here in seconds."""
    here = lived.here
    admin = AIOKafkaAdminClient(bootstrap_servers=here.running.at.kafka)
    await admin.start()
    try:
        topics = [ConfigResource(ConfigResourceType.TOPIC, name, SOON) for name in sorted(_restricted(here))]
        await admin.alter_configs(topics)
    finally:
        await admin.close()

    async def nothing_is_left() -> bool:
        await _somebody_else(lived)
        return not await in_topics(here, CANARY)

    await until(nothing_is_left, patience=120)


async def _somebody_else(lived: Lived) -> None:
    """Is registered with a profile: a record for each of the restricted topics."""
    desk, person = lived.here.desk(Journal()), uuid4()
    identity = {"name": "Lê Thị Khác", "birth_date": "1999-01-02", "sex": "female"}
    profile = {"minority": False, "religious": False, "youth_union": True, "occupation": "state_official"}
    profile |= {"valid_from": "2024-05-01", "education": "upper_secondary", "qualification": "university"}
    registering = Act(
        key=f"{person} registered",
        day=lived.here.clock.today(),
        officer=lived.board,
        service="registry",
        path=f"/people/{person}/register",
        body={"unit": lived.cell, "identity": identity, "citizen_number": f"{person.int % 10**12:012}"},
        matching="new",
    )
    await desk.do(registering)
    path, key = f"/people/{person}/record-profile", f"{person} profiled"
    await desk.do(replace(registering, key=key, path=path, body=profile, matching="version", version=1))


# -- Figures


async def _figures(lived: Lived) -> dict[str, Answer]:
    """The value of each and its parts, row by row."""
    kept = ("value", "percent", "numerator", "denominator", "plus", "minus", "rows", "otherwise")
    return {name: {key: shown[key] for key in kept} for name, shown in (await figures(lived.here)).items()}


async def _breakdowns(lived: Lived) -> dict[tuple[int, UUID, date, str], int]:
    """The ledger added up by everything that it can be broken down by."""
    async with driver(lived.here.services["statistics"].core.db) as db:
        live = next(cursor.instance for cursor in await cursors(db, ledger.model) if cursor.live)
        rows = await db.fetch(
            "SELECT measure, unit, effective_on, attributes::text, sum(delta)::int AS number"  # noqa: S608 - of our own
            f" FROM views.{ledger.model.lines_at(live).name} GROUP BY 1, 2, 3, 4 HAVING sum(delta) <> 0"
        )
    return {(row[0], row[1], row[2], row[3]): row[4] for row in rows}


# -- What can be seen


async def _pages(lived: Lived) -> Mapping[str, bytes]:
    """What is shown of the person: by the portal, and by every question that one can ask of a service."""
    unit = str(lived.here.pack.ids.unit(BLOC))
    mine = {"purpose": "xem lại hồ sơ"}
    dossier = next(act.path.split("/")[2] for act in lived.acts if act.path.startswith("/dossiers/"))
    candidacy = next(act.path.split("/")[2] for act in lived.acts if act.path.startswith("/candidacies/"))
    period = {"plan": "none", "since": "2024-01-01", "until": "2024-12-31", "row": str(lived.cell)}
    asked: dict[str, tuple[str, str, Mapping[str, str]]] = {
        "/people": ("registry", f"/people/{lived.person}", mine),
        "/people?person": ("registry", "/people", {"person": str(lived.person), **mine}),
        "/people/search": ("registry", "/people/search", {"q": "Xuongkham", **mine}),
        "/candidacy": ("registry", f"/candidacies/{candidacy}", mine),
        "/candidacies": ("registry", "/candidacies", {"unit": str(lived.cell), **mine}),
        "/dossier": ("admission", f"/dossiers/{dossier}", mine),
        "/dossiers": ("admission", "/dossiers", {"unit": str(lived.cell), **mine}),
        "/papers": ("admission", f"/dossiers/{dossier}/papers", mine),
        "/certificates": ("training", "/certificates", {"person": str(lived.person), **mine}),
        "/nominations": ("training", "/nominations", {"unit": str(lived.cell), **mine}),
        "/timeline": ("statistics", f"/people/{lived.person}/timeline", mine),
        "/entries": ("statistics", "/figures/admitted/entries", {"unit": unit, **period, **mine}),
    }
    found = {
        name: (await lived.get(*question[:2], **question[2])).content for name, question in asked.items()
    }
    for course in (await lived.see("training", "/courses", unit=unit))["courses"]:
        found[f"/roster {course['course']}"] = (
            await lived.get("training", f"/courses/{course['course']}/roster", **mine)
        ).content
    return found | await _seen_at_the_portal(lived, unit)


async def _seen_at_the_portal(lived: Lived, unit: str) -> dict[str, bytes]:
    evidence = {"so": "admitted", "don-vi": unit, "mo": str(lived.cell)}
    async with signed_in(lived.here, lived.board) as browser:
        pages = {
            "/": await browser.get("/"),
            "/can-cu": await browser.get("/can-cu", params=evidence),
            "/nguoi": await browser.get(f"/nguoi/{lived.person}"),
        }
    assert pages["/"].status_code == 200
    return {name: page.content for name, page in pages.items()}
