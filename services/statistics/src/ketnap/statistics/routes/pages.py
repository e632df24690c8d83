"""HTTP in for the pages: overview, unit, tree, evidence, a person's timeline, the published formula."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel

from ketnap.common.access import OutOfScope, Permit
from ketnap.common.http import Gate, correlation_of, guarded
from ketnap.common.reading import Reader
from ketnap.common.reads import Read, record_reads
from ketnap.contracts.registry import Hierarchy
from ketnap.rules.rounding import Rounding
from ketnap.rules.status_formula import formula, parts
from ketnap.statistics.branches import Branch, Found, branch, found
from ketnap.statistics.counts import Counts
from ketnap.statistics.curves import CurveShown, curve_shown
from ketnap.statistics.evidence import Entries, Evidence, entries, evidence
from ketnap.statistics.overview import Overview, overview
from ketnap.statistics.people import Timeline, person_timeline
from ketnap.statistics.routes.looking import Chosen, Look, Looking, There
from ketnap.statistics.standpoint import Choice
from ketnap.statistics.unit_page import UnitPage, unit_page
from ketnap.statistics.views import ledger, timeline

Purpose = Annotated[
    str, Query(min_length=3, max_length=200, description="Why personal data are read; kept in the access log")
]


class FormulaPart(BaseModel):
    code: str
    term: str
    text: str
    rounding: str | None


class FormulaStep(BaseModel):
    code: str
    name: str
    probability: Decimal


class FormulaShown(BaseModel):
    """The published status formula: what is printed here is what is computed.

    `achieved_from` and `urge_forecast` in percent of the quota, `on_track_gap` in percentage points. `curve`: of the
    plan that a unit was asked about.
    """

    version: int
    achieved_from: Decimal
    on_track_gap: Decimal
    urge_forecast: Decimal
    small_quota: int
    steps: list[FormulaStep]
    parts: list[FormulaPart]
    curve: CurveShown | None


ACHIEVED_FROM = Decimal(100)


def create(gate: Gate, reader: Reader, looking: Looking) -> APIRouter:
    router = guarded("", ["pages"])
    may = Depends(gate)

    @router.get("/overview", name="page.overview", response_model=Overview)
    async def show_overview(
        request: Request,
        permit: Annotated[Permit, may],
        asked: Chosen,
        known: There,
    ) -> Response:
        """Everything on the overview page of a unit. The ETag is the position: an unchanged page costs a 304."""
        permit.on(asked.unit)
        return await looking.answer(request, known, asked, _overview)

    @router.get("/units/{unit}/page", name="page.unit", response_model=UnitPage)
    async def show_unit(
        request: Request,
        permit: Annotated[Permit, may],
        asked: Chosen,
        known: There,
    ) -> Response:
        """Everything on the page of one unit: its rows, its years, where it came from. ETag as of the overview."""
        permit.on(asked.unit)
        return await looking.answer(request, known, asked, _unit_page)

    @router.get("/units/{unit}/rows", name="page.tree", response_model=Branch)
    async def show_branch(
        request: Request,
        permit: Annotated[Permit, may],
        asked: Chosen,
        known: There,
    ) -> Response:
        """The units directly below one, with their numbers: a branch of the tree browser. ETag as of the overview."""
        permit.on(asked.unit)
        return await looking.answer(request, known, asked, _branch)

    @router.get("/units", name="page.search")
    async def search(
        permit: Annotated[Permit, may],
        known: There,
        q: Annotated[str, Query(max_length=100, description="Tên đơn vị, có dấu hay không")] = "",
        hierarchy: Hierarchy | None = None,
        year: Annotated[int | None, Query(ge=1900, le=2199)] = None,
        as_of: date | None = None,
        known_on: date | None = None,
        known_at: Annotated[int | None, Query(alias="known", ge=0, le=2**62)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> Found:
        """Units of the account by name, accents or not, with their numbers; without words where its view begins."""
        scope, tops = permit.units(), permit.tops()
        async with looking.page(known) as page:

            async def counts_of(unit: UUID) -> Counts:
                asked = Choice(unit=unit, year=year, as_of=as_of, known_on=known_on, known=known_at)
                return (await looking.look(page, asked)).counts

            seen = looking.trees.at(page.position)
            return await found(seen, counts_of, scope, tops, q, hierarchy, limit, looking.clock.today())

    @router.get("/figures/{figure}", name="figure.evidence")
    async def show_evidence(
        figure: str,
        permit: Annotated[Permit, may],
        asked: Chosen,
        known: There,
        compare_as_of: date | None = None,
        compare_known_on: date | None = None,
        compare_known: Annotated[int | None, Query(ge=0, le=2**62)] = None,
    ) -> Evidence:
        """What a figure is made of, and why it differs from what it was on an earlier day, or as known earlier."""
        permit.on(asked.unit)
        async with looking(known, asked) as look:
            then = None
            if compare_as_of or compare_known_on or compare_known is not None:
                at = look.at
                earlier = Choice(
                    unit=asked.unit,
                    plan=at.plan.plan if at.plan else None,
                    without_plan=at.plan is None,
                    since=None if at.plan else at.since,
                    until=None if at.plan else at.period_until,
                    as_of=compare_as_of or at.as_of,
                    known_on=compare_known_on,
                    known=compare_known if compare_known is not None or compare_known_on else at.known,
                    tree=asked.tree,
                    tree_day=at.ground.day,
                    within=asked.within,
                )
                then = await looking.stand(look.page, earlier)
            may_open = not permit.roles_on(look.at.unit).isdisjoint(gate.may["figure.entries"])
            return await evidence(
                look.counts, looking.db, look.shown, figure, may_open=may_open, compared=then
            )

    @router.get("/figures/{figure}/entries", name="figure.entries")
    async def show_entries(
        request: Request,
        figure: str,
        permit: Annotated[Permit, may],
        asked: Chosen,
        known: There,
        purpose: Purpose,
        row: Annotated[
            UUID | None, Query(description="A row's unit; without: what is outside every row")
        ] = None,
        behind: Annotated[int, Query(ge=0, le=2**62)] = 0,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> Entries:
        """Who was counted in one row of a figure, in parts. The reading is recorded."""
        permit.on(asked.unit)
        async with looking(known, asked) as look:
            shown = await entries(
                look.counts, looking.db, look.shown, figure, row=row, behind=behind, limit=limit
            )
            reads = [Read(subject=one.person, unit=one.unit) for one in shown.contributors if one.person]
            await record_reads(looking.db, permit, correlation_of(request), purpose, reads)
            return shown

    @router.get("/people/{person}/timeline", name="person.timeline")
    async def show_timeline(
        request: Request,
        person: UUID,
        permit: Annotated[Permit, may],
        known: There,
        purpose: Purpose,
        known_at: Annotated[int | None, Query(alias="known", ge=0, le=2**62)] = None,
    ) -> Timeline:
        """Every fact heard about one person, as known at a position. The reading is recorded."""
        async with reader(known, timeline.model, ledger.model) as page:
            unit = await timeline.unit_of(page, person)
            permit.on(unit)
            if unit is None:
                raise OutOfScope
            reads = [Read(subject=person, unit=unit)]
            await record_reads(looking.db, permit, correlation_of(request), purpose, reads)
            upto = page.position if known_at is None else min(known_at, page.position)
            today = looking.clock.today()
            return await person_timeline(page, looking.db, permit.tree, person, unit, upto, today)

    @router.get("/formula", name="formula.show")
    async def show_formula(
        permit: Annotated[Permit, may],
        known: There,
        unit: Annotated[UUID | None, Query(description="Whose plan's curve is wanted")] = None,
        plan: UUID | None = None,
        year: Annotated[int | None, Query(ge=1900, le=2199)] = None,
    ) -> FormulaShown:
        """How status and forecast are computed, in words and numbers; with a unit the plan curve it is measured by."""
        curve = None
        if unit is None:
            permit.own()
        else:
            permit.on(unit)
            async with looking(known, Choice(unit=unit, plan=plan, year=year)) as look:
                curve = curve_shown(look.at)
        used = formula()
        return FormulaShown(
            version=used.version,
            achieved_from=ACHIEVED_FROM,
            on_track_gap=used.on_track_gap,
            urge_forecast=used.urge_forecast,
            small_quota=used.small_quota,
            steps=[FormulaStep(code=s.code, name=s.name, probability=s.probability) for s in used.steps],
            parts=[
                FormulaPart(code=p.code, term=p.term, text=p.text, rounding=_words(p.rounding))
                for p in parts(used)
            ],
            curve=curve,
        )

    return router


async def _overview(look: Look) -> Overview:
    return await overview(look.counts, look.shown)


async def _unit_page(look: Look) -> UnitPage:
    return await unit_page(look.counts, look.shown)


async def _branch(look: Look) -> Branch:
    return await branch(look.counts, look.shown)


def _words(rounding: Rounding | None) -> str | None:
    return rounding.words() if rounding else None
