"""HTTP in for the pages: overview, unit, tree, evidence, a person's timeline, the published formula."""

from collections import OrderedDict
from collections.abc import Hashable
from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel

from ketnap.common.access import OutOfScope, Permit
from ketnap.common.clock import Clock
from ketnap.common.database import Database
from ketnap.common.frozen import frozen
from ketnap.common.http import Gate, correlation_of, guarded
from ketnap.common.names import name_fold
from ketnap.common.pages import Page
from ketnap.common.reading import Reader, Wanted, wanted
from ketnap.common.reads import Read, record_reads
from ketnap.contracts.registry import Hierarchy
from ketnap.rules.pack import NoRulePack, pack_on
from ketnap.rules.rounding import Rounding
from ketnap.rules.status_formula import formula, parts
from ketnap.statistics.evidence import Evidence, evidence
from ketnap.statistics.ground import TreeView
from ketnap.statistics.overview import Overview, overview
from ketnap.statistics.people import Timeline, person_timeline
from ketnap.statistics.shown import StandpointShown
from ketnap.statistics.standpoint import Choice, Standpoint, resolve
from ketnap.statistics.unit_page import TreeRows, UnitPage, matches, tree_rows, unit_page
from ketnap.statistics.views import ledger, plans, quotas, timeline

KEPT = 512
MODELS = (ledger.model, plans.model, quotas.model)
Purpose = Annotated[
    str, Query(min_length=3, max_length=200, description="Why the entries are read; kept in the access log")
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
    """The published status formula: what is printed here is what is computed."""

    version: int
    on_track_gap: Decimal
    urge_forecast: Decimal
    small_quota: int
    steps: list[FormulaStep]
    parts: list[FormulaPart]


async def choice(
    unit: UUID,
    plan: Annotated[UUID | None, Query()] = None,
    year: Annotated[int | None, Query(ge=1900, le=2200)] = None,
    as_of: Annotated[date | None, Query(description="Số liệu tại ngày")] = None,
    known_on: Annotated[date | None, Query(description="Như đã biết ngày")] = None,
    known: Annotated[int | None, Query(ge=0, le=2**62, description="Như đã biết tại vị trí")] = None,
    tree: TreeView = TreeView.DAY,
) -> Choice:
    return Choice(unit=unit, plan=plan, year=year, as_of=as_of, known_on=known_on, known=known, tree=tree)


@frozen
class Kept[V]:
    """Answers that were made already: a page is a pure function of its standpoint and the position."""

    answers: "OrderedDict[Hashable, V]"

    def get(self, key: Hashable) -> V | None:
        found = self.answers.get(key)
        if found is not None:
            self.answers.move_to_end(key)
        return found

    def keep(self, key: Hashable, answer: V) -> V:
        self.answers[key] = answer
        while len(self.answers) > KEPT:
            self.answers.popitem(last=False)
        return answer


def create(gate: Gate, reader: Reader, db: Database, clock: Clock) -> APIRouter:
    router = guarded("", ["pages"])
    may = Depends(gate)
    overviews: Kept[bytes] = Kept(answers=OrderedDict())

    async def stand(page: Page, asked: Choice) -> Standpoint:
        return await resolve(page, db, gate.access, asked, clock.today())

    def shown(page: Page, at: Standpoint) -> StandpointShown:
        try:
            pack = pack_on(at.as_of).name
        except NoRulePack:
            pack = None
        return StandpointShown(
            unit=at.unit,
            unit_name=at.ground.tree.units[at.unit].name(at.as_of),
            plan=at.plan.plan if at.plan else None,
            plan_title=at.plan.title if at.plan else None,
            since=at.since,
            until=at.until,
            as_of=at.as_of,
            today=clock.today(),
            position=at.known,
            known_on=at.known_on,
            latest=at.latest,
            recorded_at=at.recorded_at,
            head=page.head,
            tree=at.ground.view,
            tree_day=at.as_of,
            rule_pack=pack,
            formula=formula().version,
        )

    @router.get("/overview", name="page.overview", response_model=Overview)
    async def show_overview(
        request: Request,
        permit: Annotated[Permit, may],
        asked: Annotated[Choice, Depends(choice)],
        known: Annotated[Wanted, Depends(wanted)],
    ) -> Response:
        """Everything on the overview page of a unit. The ETag is the position: an unchanged page costs a 304."""
        permit.on(asked.unit)
        async with reader(known, *MODELS) as page:
            key = (asked, page.position, gate.access.position, clock.today())
            tag = f'W/"{page.position}-{clock.today()}"'
            if request.headers.get("if-none-match") == tag:
                return Response(status_code=304, headers={"ETag": tag})
            body = overviews.get(key)
            if body is None:
                at = await stand(page, asked)
                made = await overview(page, at, shown(page, at))
                body = overviews.keep(key, made.model_dump_json().encode())
        return Response(body, media_type="application/json", headers={"ETag": tag})

    @router.get("/units/{unit}/page", name="page.unit")
    async def show_unit(
        unit: UUID,
        permit: Annotated[Permit, may],
        known: Annotated[Wanted, Depends(wanted)],
        plan: UUID | None = None,
        year: Annotated[int | None, Query(ge=1900, le=2200)] = None,
        as_of: date | None = None,
        known_on: date | None = None,
        position: Annotated[int | None, Query(ge=0, le=2**62)] = None,
        tree: TreeView = TreeView.DAY,
    ) -> UnitPage:
        """Everything on the page of one unit: its rows, its years, where it came from."""
        permit.on(unit)
        asked = Choice(
            unit=unit, plan=plan, year=year, as_of=as_of, known_on=known_on, known=position, tree=tree
        )
        async with reader(known, *MODELS) as page:
            at = await stand(page, asked)
            return await unit_page(page, at, shown(page, at))

    @router.get("/units/{unit}/rows", name="page.tree")
    async def show_tree(
        unit: UUID,
        permit: Annotated[Permit, may],
        known: Annotated[Wanted, Depends(wanted)],
        year: Annotated[int | None, Query(ge=1900, le=2200)] = None,
        as_of: date | None = None,
        known_on: date | None = None,
        position: Annotated[int | None, Query(ge=0, le=2**62)] = None,
    ) -> TreeRows:
        """The units directly below one, with their numbers: a branch of the tree browser."""
        permit.on(unit)
        asked = Choice(unit=unit, year=year, as_of=as_of, known_on=known_on, known=position)
        async with reader(known, *MODELS) as page:
            at = await stand(page, asked)
            return await tree_rows(page, at, shown(page, at))

    @router.get("/units", name="page.search")
    async def search(
        permit: Annotated[Permit, may],
        q: Annotated[str, Query(max_length=100)] = "",
        hierarchy: Hierarchy | None = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> TreeRows:
        """Units of the account by name, accents or not; without words the units where its view begins."""
        scope = permit.units()
        return matches(permit.tree, permit.tops(), scope, name_fold(q), hierarchy, limit, clock.today())

    @router.get("/figures/{figure}", name="figure.evidence")
    async def show_evidence(
        figure: str,
        permit: Annotated[Permit, may],
        asked: Annotated[Choice, Depends(choice)],
        known: Annotated[Wanted, Depends(wanted)],
        compare_as_of: date | None = None,
        compare_known_on: date | None = None,
        compare_known: Annotated[int | None, Query(ge=0, le=2**62)] = None,
    ) -> Evidence:
        """What a figure is made of, and why it differs from what it was."""
        permit.on(asked.unit)
        async with reader(known, *MODELS) as page:
            at = await stand(page, asked)
            then = None
            if compare_as_of or compare_known_on or compare_known is not None:
                earlier = Choice(
                    unit=asked.unit,
                    plan=at.plan.plan if at.plan else None,
                    year=asked.year,
                    as_of=compare_as_of or at.as_of,
                    known_on=compare_known_on,
                    known=compare_known if compare_known_on is None else None,
                    tree=asked.tree,
                )
                then = await stand(page, earlier)
            return await evidence(page, db, at, shown(page, at), figure, opened=None, compared=then)

    @router.get("/figures/{figure}/entries", name="figure.entries")
    async def show_entries(
        request: Request,
        figure: str,
        permit: Annotated[Permit, may],
        asked: Annotated[Choice, Depends(choice)],
        known: Annotated[Wanted, Depends(wanted)],
        row: UUID,
        purpose: Purpose,
    ) -> Evidence:
        """As the evidence, with the entries of one row: who was counted. The reading is recorded."""
        permit.on(asked.unit)
        async with reader(known, *MODELS) as page:
            at = await stand(page, asked)
            found = await evidence(page, db, at, shown(page, at), figure, opened=row, compared=None)
            people = {entry.person: entry.unit for entry in found.entries if entry.person}
            reads = [Read(subject=person, unit=unit) for person, unit in people.items()]
            await record_reads(db, permit, correlation_of(request), purpose, reads)
            return found

    @router.get("/people/{person}/timeline", name="person.timeline")
    async def show_timeline(
        request: Request,
        person: UUID,
        permit: Annotated[Permit, may],
        known: Annotated[Wanted, Depends(wanted)],
        purpose: Purpose,
        position: Annotated[int | None, Query(ge=0, le=2**62)] = None,
    ) -> Timeline:
        """Every fact heard about one person. The reading is recorded."""
        async with reader(known, timeline.model, ledger.model) as page:
            unit = await timeline.unit_of(page, person)
            permit.on(unit)
            if unit is None:
                raise OutOfScope
            await record_reads(
                db, permit, correlation_of(request), purpose, [Read(subject=person, unit=unit)]
            )
            upto = page.position if position is None else min(position, page.position)
            return await person_timeline(page, db, gate.access.tree, person, unit, upto)

    @router.get("/formula", name="formula.show")
    async def show_formula(permit: Annotated[Permit, may]) -> FormulaShown:
        """How status and forecast are computed, in words and numbers."""
        permit.own()
        used = formula()
        return FormulaShown(
            version=used.version,
            on_track_gap=used.on_track_gap,
            urge_forecast=used.urge_forecast,
            small_quota=used.small_quota,
            steps=[FormulaStep(code=s.code, name=s.name, probability=s.probability) for s in used.steps],
            parts=[
                FormulaPart(code=p.code, term=p.term, text=p.text, rounding=_words(p.rounding))
                for p in parts(used)
            ],
        )

    return router


def _words(rounding: Rounding | None) -> str | None:
    return rounding.words() if rounding else None
