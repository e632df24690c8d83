"""Figures of a province of 3,000 units over five million entries, beside plain SQL and the smallest page."""

import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from benchmarks.stand import Stand
from benchmarks.table import Goal, Row, Scale, alone, compared, for_a_while, in_turn, percentile
from ketnap.common import logs
from ketnap.common.pages import as_of
from ketnap.contracts.registry import Hierarchy, UnitFounded, UnitKind
from ketnap.statistics import asked as questions
from ketnap.statistics.definitions import definition
from ketnap.statistics.measures import Measure
from ketnap.statistics.standpoint import Choice, resolve
from ketnap.statistics.trees import Trees
from ketnap.statistics.views import ledger, plans, quotas
from tests.statistics.lives import Life
from tests.statistics.plans import absolute, committee
from tests.statistics.world import World, world

UNITS = 10
"""Events of the scale for each unit: 3,000 units at its default."""
CELLS = 23  # of each commune
ENTRIES = 167
"""Lines of the ledger for each event of the scale: five million at its default."""
TODAY = date(2024, 9, 30)
NEWS = 4  # facts that come while one side of one round is measured
PROVINCE, COMMUNE, PAGE = 200.0, 5.0, 100.0  # milliseconds that 95 of 100 do not exceed
PER_SECOND = 100.0  # pages that one worker answers

_STEPS = (
    (Measure.INTRODUCED, 1),
    *(
        (measure, delta)
        for delta in (1, -1)
        for measure in (Measure.SYMPATHISERS, Measure.AWARENESS_LEARNERS)
    ),
    (Measure.SYMPATHISERS_CERTIFIED, 1),
    (Measure.SYMPATHISERS_CERTIFIED, -1),
    (Measure.AWARENESS_CERTIFICATES, 1),
    *((measure, delta) for delta in (1, -1) for measure in range(20, 24)),
    (Measure.DECIDED, 1),
    (Measure.ADMITTED, 1),
    (Measure.MEMBERS, 1),
    (Measure.NEW_MEMBER_CERTIFICATES, 1),
    (Measure.PROBATION_ENDING, 1),
    (Measure.RECOGNISED, 1),
    (Measure.RECOGNISED_JUDGED, 1),
    (Measure.RECOGNISED_IN_TIME, 1),
)
"""What a life leaves in the ledger."""


@dataclass(frozen=True, kw_only=True)
class Province:
    world: World
    token: bytes
    commune: UUID
    plain: asyncpg.Connection

    async def get(self, path: str) -> None:
        """One request to the application itself: a client in between would take longer than some answers."""
        transport = self.world.client._transport
        assert isinstance(transport, httpx.ASGITransport)
        told: list[Any] = []

        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:  # Any: of ASGI
            told.append(message)

        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": f"unit={self.world.root}".encode(),
            "headers": [(b"host", b"statistics"), (b"authorization", self.token)],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
        }
        await transport.app(scope, receive, send)
        assert told[0]["status"] == 200, told


async def measure(stand: Stand, scale: Scale) -> list[Row]:
    logs.configure(service="bench", role="api", version="0", province="bench", level="WARNING")
    with tempfile.TemporaryDirectory() as folder:
        async with _province(stand, Path(folder), scale) as province:
            return [
                await _figure(province, scale, "province, flow", province.world.root, "admitted", PROVINCE),
                await _figure(province, scale, "province, stock", province.world.root, "members", PROVINCE),
                await _figure(province, scale, "commune, flow", province.commune, "admitted", COMMUNE),
                await _figure(province, scale, "commune, stock", province.commune, "members", COMMUNE),
                *await _overview(province, scale),
            ]


# -- The ledger alone


async def _figure(province: Province, scale: Scale, name: str, unit: UUID, figure: str, goal: float) -> Row:
    """Milliseconds of a figure with its rows; plain SQL adds up the whole alone."""
    trees = Trees(province.world.service.access)
    db = province.world.service.core.db
    totals: set[int] = set()

    async with as_of(db, ledger.model, plans.model, quotas.model) as page:
        at = await resolve(page, db, trees, Choice(unit=unit), TODAY)
        asked = at.asked(definition(figure))

    async def ours() -> float:
        async with as_of(db, ledger.model, plans.model, quotas.model) as page:

            async def one() -> None:
                found = await questions.by_row(page, asked)
                totals.add(sum(found.values()))

            return _ms95(await _times(one, scale.seconds))

    async def baseline() -> float:
        async def one() -> None:
            found = await province.plain.fetchval(
                "SELECT sum(delta) FROM views.ledger_lines_v1 WHERE unit = ANY ($1) AND measure = ANY ($2)"
                " AND effective_on BETWEEN $3 AND $4 AND position <= $5",
                asked.spans.units, list(asked.measures), asked.since, asked.until, asked.known,
            )  # fmt: skip
            totals.add(int(found or 0))

        return _ms95(await _times(one, scale.seconds))

    rounds, memory = await in_turn(scale.rounds, ours, baseline)
    assert len(totals) == 1, totals
    return compared(
        f"figure of a {name}, p95", rounds, "ms", Goal(bound=goal, most=True, of_ratio=False), memory
    )


# -- The page over HTTP


async def _overview(province: Province, scale: Scale) -> list[Row]:
    """One process, one request after another: the whole service as a server calls it, without the network."""
    first = _ms95(await _times(lambda: province.get("/overview"), 0))
    slowest: list[float] = []

    async def unchanged() -> float:
        return _rate(await _times(lambda: province.get("/overview"), scale.seconds), slowest)

    async def with_news() -> float:
        took: list[float] = []
        for _ in range(NEWS):
            await province.world.tell(Life(province.commune).introduced(TODAY))
            took += await _times(lambda: province.get("/overview"), scale.seconds / NEWS)
        return _rate(took, slowest)

    async def smallest() -> float:
        return _rate(await _times(lambda: province.get("/formula"), scale.seconds), [])

    goal, soon = Goal(bound=PER_SECOND, of_ratio=False), Goal(bound=PAGE, most=True, of_ratio=False)
    rows = [alone("overview, first", [first], "ms")]
    for name, ours in (("unchanged", unchanged), ("something new twice a second", with_news)):
        slowest.clear()
        rounds, memory = await in_turn(scale.rounds, ours, smallest)
        rows.append(compared(f"overview, {name}", rounds, "pages/s", goal, memory))
        rows.append(alone(f"overview, {name}, p95", slowest, "ms", soon))
    return rows


def _rate(took: list[float], slowest: list[float]) -> float:
    slowest.append(_ms95(took))
    return len(took) / sum(took)


async def _times(one: Callable[[], Awaitable[None]], seconds: float) -> list[float]:
    """At least once."""

    async def call(_: int) -> None:
        await one()

    return await for_a_while(max(seconds, 0.001), 1, call)


def _ms95(took: list[float]) -> float:
    return 1000 * percentile(took, 0.95)


# -- The province


@asynccontextmanager
async def _province(stand: Stand, folder: Path, scale: Scale) -> AsyncGenerator[Province]:
    async with world(stand.postgres, folder, today=TODAY) as made:
        count = scale.events // UNITS // (1 + CELLS)
        communes = [UUID(int=1_000 + n) for n in range(count)]
        cells = [UUID(int=10_000 + n) for n in range(count * CELLS)]
        units = [
            *(_unit(commune, UnitKind.COMMUNE, made.root) for commune in communes),
            *(_unit(cell, UnitKind.CELL, communes[n % count]) for n, cell in enumerate(cells)),
        ]
        await made.tell_on([(None, unit) for unit in units])
        await made.settle()
        body = await committee(made)
        plan = await body.plan(absolute(40_000))
        await body.give(plan, dict.fromkeys(communes, 300), reserve=40_000 - 300 * count)
        plain = await asyncpg.connect(made.service.core.db.dsn)
        try:
            await _fill(plain, cells, scale.events * ENTRIES, await made.head())
            yield Province(
                world=made,
                token=f"Bearer {made.issuer.token(body.leader.subject)}".encode(),
                commune=communes[0],
                plain=plain,
            )
        finally:
            await plain.close()


def _unit(unit: UUID, kind: UnitKind, parent: UUID) -> UnitFounded:
    return UnitFounded(
        unit=unit,
        kind=kind,
        hierarchy=Hierarchy.PARTY,
        parent=parent,
        code=f"{unit.int:06d}",
        name=f"Đơn vị {unit.int}",
        on=date(2000, 1, 1),
    )


async def _fill(plain: asyncpg.Connection, cells: list[UUID], entries: int, head: int) -> None:
    """As if so many entries had been folded: five years of lives, evenly over the cells."""
    indexes = await plain.fetch(
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'views' AND tablename = 'ledger_lines_v1'"
    )
    for index in indexes:
        await plain.execute(f'DROP INDEX views."{index["indexname"]}"')
    await plain.execute("SELECT setseed(0.5)")
    await plain.execute(
        "INSERT INTO views.ledger_lines_v1"
        " (measure, unit, effective_on, position, ordinal, delta, person, attributes, subject)"
        " SELECT ($2::int[])[1 + g % $4], ($1::uuid[])[1 + floor(random() * $5)::int],"
        " date '2020-01-01' + floor(random() * 1735)::int, 1 + floor(random() * $6)::int, g % $4,"
        " ($3::int[])[1 + g % $4], NULL,"
        " jsonb_build_object('sex', CASE g % 2 WHEN 0 THEN 'female' ELSE 'male' END, 'minority', 'false',"
        " 'religious', 'false', 'youth_union', CASE g % 3 WHEN 0 THEN 'true' ELSE 'false' END, 'age_band', '18-30',"
        " 'occupation', ('{farmer,student,state_official}'::text[])[1 + g % 3], 'qualification', 'university'),"
        " 'person:' || lpad(to_hex(g / $4), 36, '0')"
        " FROM generate_series(1, $7) g",
        cells, [m for m, _ in _STEPS], [d for _, d in _STEPS], len(_STEPS), len(cells), head, entries,
        timeout=1200,
    )  # fmt: skip
    for index in indexes:
        await plain.execute(index["indexdef"], timeout=1200)
    await plain.execute("VACUUM ANALYZE views.ledger_lines_v1", timeout=1200)
