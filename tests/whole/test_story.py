"""Across the four services, after half a year of a province: a merger, a late event, the same command twice."""

from collections.abc import AsyncGenerator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio

from ketnap.common.clock import HERE
from ketnap.common.database import driver
from ketnap.contracts.registry import Role
from ketnap.packs.check import check
from ketnap.packs.journal import Journal
from ketnap.packs.officers import Officer
from ketnap.simulator.run import agenda, live
from tests.kit import until
from tests.province import ISSUER
from tests.simulator.sandbox import Sandbox, sandbox
from tests.whole.agreement import disagreements
from tests.whole.stage import PACKS

BLOC, OFFICE, FIRM = "99.01", "99.01.01", "99.01.02"
TEACHERS = "99.01.03.01"
MERGED = date(2024, 7, 1)
PERIOD = {"plan": "none", "since": "2024-01-01", "until": "2024-12-31"}
VIEWS = ("tree_of_its_day", "tree_of_day", "restated")

type Answer = dict[str, Any]  # Any: JSON


class Lived:
    """The province on the morning of 1 July, and its officers."""

    def __init__(self, box: Sandbox) -> None:
        self.box = box
        self.board = box.pack.officers.who(Role.ORGANISATION_BOARD, BLOC)

    def unit(self, code: str) -> UUID:
        return self.box.pack.ids.unit(code)

    def who(self, role: Role, code: str) -> Officer:
        return self.box.pack.officers.who(role, code)

    async def do(
        self, officer: Officer, service: str, path: str, body: Mapping[str, Any], **more: Any
    ) -> Answer:
        answer = await self.send(officer, service, path, body, **more)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        done: Answer = answer.json()
        return done

    async def send(
        self,
        officer: Officer,
        service: str,
        path: str,
        body: Mapping[str, Any],
        *,
        version: int | None = None,
        key: UUID | None = None,
        method: str = "POST",
    ) -> httpx.Response:
        headers = {**self._headers(officer), "Idempotency-Key": str(key or uuid4())}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        said = {name: str(value) if isinstance(value, UUID | date) else value for name, value in body.items()}
        return await self.box.clients[service].request(method, path, json=said, headers=headers)

    async def see(self, officer: Officer, service: str, path: str, **params: Any) -> Answer:  # Any: words
        answer = await self.box.clients[service].get(path, params=params, headers=self._headers(officer))
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        seen: Answer = answer.json()
        return seen

    async def figure(self, name: str, code: str = BLOC, **params: Any) -> Answer:  # Any: as above
        asked = {"unit": self.unit(code), **PERIOD, **params}
        return await self.see(self.board, "statistics", f"/figures/{name}", **asked)

    async def settled(self) -> None:
        """Log, topics and landed facts are one and the same, and all is folded."""
        found: list[str] = []

        async def agreed() -> bool:
            nonlocal found
            found = await disagreements(self.box.services, self.box.registry.kafka_url)
            return not found

        try:
            await until(agreed, patience=120)
        except AssertionError:
            raise AssertionError(found) from None
        for service in self.box.services.values():
            service.access.changed = True

    async def pass_to(self, day: date) -> None:
        """It is eight in the morning, and everybody has heard of rights since."""
        self.box.clock.set(datetime(day.year, day.month, day.day, 8, tzinfo=HERE))

        async def heard() -> bool:
            for service in self.box.services.values():
                service.access.changed = True
                await service.access.refresh()
            return all(
                service.access.age(self.box.clock.now()) < 60 for service in self.box.services.values()
            )

        await until(heard)

    def _headers(self, officer: Officer) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.box.sign(officer)}"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lived(postgres: str, kafka: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Lived]:
    checked = check(PACKS / "tinh-mau")
    assert checked.pack is not None
    async with sandbox(postgres, kafka, tmp_path_factory.mktemp("story"), checked.pack) as box:
        here = Lived(box)
        half = datetime(2024, 6, 30, 17, tzinfo=HERE)
        await live(agenda(checked.pack, ISSUER, half), box.desk(Journal()), box.clock, lambda _: None)
        await here.pass_to(MERGED)
        await here.settled()
        yield here


def _rows(figure: Answer) -> dict[str, int]:
    return {row["unit"]: row["value"] for row in figure["rows"] if row["unit"] and row["value"]}


@pytest.mark.asyncio(loop_scope="module")
async def test_two_units_merged_on_the_first_of_july_count_alike_in_every_view_of_the_tree(
    lived: Lived,
) -> None:
    office, firm = str(lived.unit(OFFICE)), str(lived.unit(FIRM))
    before = await lived.figure("introduced", as_of="2024-06-30")
    total, rows = before["numerator"]["value"], _rows(before)
    assert rows.keys() >= {office, firm}, "a merger of what counts nothing would prove nothing"
    merged = uuid4()
    founding = {"kind": "grass_committee", "hierarchy": "party", "parent": lived.unit(BLOC), "on": MERGED}
    named = {"code": "99.01.05", "name": "Đảng bộ Sở và Công ty Mẫu"}
    await lived.do(lived.board, "registry", f"/units/{merged}/found", {**founding, **named})
    await lived.settled()
    for code in (OFFICE, FIRM):
        for cell in (await lived.see(lived.board, "statistics", f"/units/{lived.unit(code)}/rows"))["rows"]:
            shown = await lived.see(lived.board, "registry", f"/units/{cell['unit']}")
            moving = {"parent": merged, "on": MERGED}
            path = f"/units/{cell['unit']}/move"
            await lived.do(lived.board, "registry", path, moving, version=shown["version"])
    await lived.settled()
    merging = {"predecessors": [office, firm], "on": str(MERGED)}
    await lived.do(lived.board, "registry", f"/units/{merged}/merge", merging, version=1)
    await lived.settled()

    seen = {view: await lived.figure("introduced", tree=view) for view in VIEWS}
    as_it_was = await lived.figure("introduced", tree="tree_of_day", tree_day="2024-06-30")

    assert {view: figure["numerator"]["value"] for view, figure in seen.items()} == dict.fromkeys(
        VIEWS, total
    )
    assert _rows(seen["tree_of_its_day"]) == rows
    others = {unit: value for unit, value in rows.items() if unit not in {office, firm}}
    assert _rows(seen["tree_of_day"]) == {**others, str(merged): rows[office] + rows[firm]}
    assert _rows(as_it_was) == rows
    for figure in (*seen.values(), as_it_was):
        assert sum(row["value"] for row in figure["rows"]) == total


@pytest.mark.asyncio(loop_scope="module")
async def test_a_late_event_changes_today_and_nothing_that_was_known(lived: Lived) -> None:
    was = await lived.figure("introduced")
    position, today = was["standpoint"]["position"], lived.box.clock.today()
    asked = {"known": position, "as_of": str(today), "tree_day": str(today)}
    known = await lived.figure("introduced", **asked)
    cell = lived.unit(TEACHERS)
    secretary = lived.who(Role.CELL_COMMITTEE, TEACHERS)
    person, candidacy = uuid4(), uuid4()
    await _register(lived, secretary, person, cell, "Lê Văn Muộn")
    late = {"person": person, "unit": cell, "on": "2024-05-10", "reason": "Chi bộ gửi biên bản chậm"}
    await lived.do(secretary, "registry", f"/candidacies/{candidacy}/introduce", late)
    await lived.settled()

    again = await lived.figure("introduced", **asked)
    now = await lived.figure("introduced", compare_known=position)
    in_may = await lived.figure("introduced", as_of="2024-05-31")
    before_it = await lived.figure("introduced", as_of="2024-05-09")
    before_it_known = await lived.figure("introduced", as_of="2024-05-09", known=position)

    assert {**again, "standpoint": known["standpoint"]} == known, "but for how far the log has grown"
    assert now["numerator"]["value"] == was["numerator"]["value"] + 1
    assert in_may["numerator"]["value"] > before_it["numerator"]["value"]
    assert before_it["numerator"]["value"] == before_it_known["numerator"]["value"]
    [change] = now["comparison"]["changes"]
    assert (change["kind"], change["delta"], change["entries"]) == ("recorded_late", 1, 1)
    assert (change["person"], change["unit"]) == (str(person), str(cell))
    assert now["comparison"]["was"] + change["delta"] == now["comparison"]["now"]


async def _register(lived: Lived, officer: Officer, person: UUID, unit: UUID, name: str) -> None:
    identity = {"name": name, "birth_date": "1999-01-02", "sex": "female"}
    body = {"unit": unit, "identity": identity, "citizen_number": str(person.int)[:12]}
    await lived.do(officer, "registry", f"/people/{person}/register", body)
    await lived.settled()


# Order


@pytest.mark.asyncio(loop_scope="module")
async def test_the_same_command_twice_is_one_event_and_of_two_officers_one_is_told_both_versions(
    lived: Lived,
) -> None:
    """In each service that takes commands, on a record of its own."""
    today = lived.box.clock.today()
    line, plan, unit = uuid4(), uuid4(), uuid4()
    centre = {"kind": "cell", "hierarchy": "party", "parent": lived.unit(BLOC), "on": today}
    made = [
        ("registry", f"/units/{unit}/found", {**centre, "code": "99.01.77", "name": "Chi bộ mới"}),
        ("training", f"/class-plan/{line}/plan", _planning(lived, today)),
        ("statistics", f"/plans/{plan}/draft", _drafting(lived)),
    ]
    later: dict[str, tuple[str, list[Answer]]] = {
        "registry": (f"/units/{unit}/rename", [{"name": name, "on": today} for name in ("Một", "Hai")]),
        "training": (
            f"/class-plan/{line}/change",
            [{"classes": n, "learners": 90, "on": today} for n in (3, 4)],
        ),
        "statistics": (f"/plans/{plan}/state-target", [_target("a"), _target("b")]),
    }

    for service, path, body in made:
        key = uuid4()
        first = await lived.send(lived.board, service, path, body, key=key)
        again = await lived.send(lived.board, service, path, body, key=key)
        assert (first.status_code, first.json()) == (again.status_code, again.json()), first.text
        assert await _events(lived, service, key) == 1
        await lived.settled()
        way, bodies = later[service]
        one, other = [await lived.send(lived.board, service, way, body, version=1) for body in bodies]
        assert (one.status_code, other.status_code) == (200, 412), (one.text, other.text)
        assert (other.json()["expected"], other.json()["version"]) == (1, 2)


def _planning(lived: Lived, today: date) -> Answer:
    said = {"programme": "awareness", "year": 2025, "classes": 2, "learners": 80}
    return {"owner": lived.unit(BLOC), **said, "on": today}


def _drafting(lived: Lived) -> Answer:
    period = {"period_from": "2024-07-01", "period_until": "2024-09-30"}
    return {"unit": lived.unit(BLOC), "title": "Kế hoạch quý III", **period}


def _target(line: str) -> Answer:
    basis = {"instrument": "ĐUK/KH/1/2024-07-01", "text": "Kế hoạch"}
    said = {"title": "Kết nạp", "kind": "absolute", "strictness": "exact", "value": 1, "bases": [basis]}
    return {"line": line, **said}


async def _events(lived: Lived, service: str, key: UUID) -> int:
    async with driver(lived.box.services[service].core.db) as db:
        number: int = await db.fetchval(
            "SELECT count(*) FROM core.log WHERE meta->>'command_id' = $1", str(key)
        )
    return number
