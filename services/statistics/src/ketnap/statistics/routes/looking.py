"""What every page of figures does first: read the choice, open the read models, resolve the standpoint."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel

from ketnap.common.access import Access, Told
from ketnap.common.access import Row as AccessRow
from ketnap.common.clock import Clock
from ketnap.common.database import Database
from ketnap.common.frozen import frozen
from ketnap.common.pages import Page
from ketnap.common.reading import Reader, Wanted, wanted
from ketnap.common.readmodel import ReadModel
from ketnap.rules.pack import NoRulePack, pack_on
from ketnap.rules.status_formula import formula
from ketnap.statistics.answers import Answers
from ketnap.statistics.counts import Counts
from ketnap.statistics.ground import TreeView
from ketnap.statistics.shown import StandpointShown
from ketnap.statistics.standpoint import Choice, Standpoint, resolve
from ketnap.statistics.tallies import Tallies
from ketnap.statistics.trees import Trees
from ketnap.statistics.views import ledger, plans, quotas


async def choice(
    unit: UUID,
    plan: Annotated[
        UUID | Literal["none"] | None,
        Query(description="A plan; `none`: without one. Default: the nearest that holds"),
    ] = None,
    year: Annotated[int | None, Query(ge=1900, le=2199, description="Năm; mặc định năm nay")] = None,
    since: Annotated[date | None, Query(description="First day of a period of one's own")] = None,
    until: Annotated[date | None, Query(description="Last day of it")] = None,
    as_of: Annotated[date | None, Query(description="Số liệu tại ngày; mặc định hôm nay")] = None,
    known_on: Annotated[date | None, Query(description="Như đã biết hết ngày")] = None,
    known: Annotated[int | None, Query(ge=0, le=2**62, description="Như đã biết tại vị trí sổ")] = None,
    tree: Annotated[TreeView, Query(description="Cách cộng theo cây tổ chức")] = TreeView.TREE_OF_DAY,
    tree_day: Annotated[date | None, Query(description="Ngày của cây tổ chức; mặc định ngày xem")] = None,
    within: Annotated[
        UUID | None, Query(description="Cây đương thời: chỉ tính khi đơn vị còn thuộc đơn vị này")
    ] = None,
) -> Choice:
    return Choice(
        unit=unit,
        plan=plan if isinstance(plan, UUID) else None,
        without_plan=plan == "none",
        year=year,
        since=since,
        until=until,
        as_of=as_of,
        known_on=known_on,
        known=known,
        tree=tree,
        tree_day=tree_day,
        within=within,
    )


Chosen = Annotated[Choice, Depends(choice)]
There = Annotated[Wanted, Depends(wanted)]


@frozen
class Look:
    """One snapshot, seen from one standpoint."""

    counts: Counts
    shown: StandpointShown

    @property
    def at(self) -> Standpoint:
        return self.counts.at

    @property
    def page(self) -> Page:
        return self.counts.page


class Looking:
    """Opens pages of figures for the routes; what can be kept between them is kept here, for everybody alike."""

    MODELS = (ledger.model, plans.model, quotas.model)

    def __init__(
        self,
        access: Access,
        access_model: ReadModel[AccessRow, Told],
        reader: Reader,
        db: Database,
        clock: Clock,
    ) -> None:
        self.db = db
        self.clock = clock
        self.trees = Trees(access)
        self._access = access
        self._access_model = access_model
        self._reader = reader
        self._tallies = Tallies()
        self._answers = Answers()

    @asynccontextmanager
    async def page(self, wanted: Wanted) -> AsyncGenerator[Page]:
        """A snapshot; what is known of the tree reaches at least as far."""
        async with self._reader(wanted, *self.MODELS, self._access_model) as page:
            if self._access.position < page.position:
                self._access.changed = True
                await self._access.refresh()
            yield page

    @asynccontextmanager
    async def __call__(self, wanted: Wanted, asked: Choice) -> AsyncGenerator[Look]:
        """Raises what `resolve` raises."""
        async with self.page(wanted) as page:
            yield await self.look(page, asked)

    async def look(self, page: Page, asked: Choice) -> Look:
        at = await self.stand(page, asked)
        return Look(counts=Counts(page, at, self._tallies), shown=self._shown(page, at))

    async def stand(self, page: Page, asked: Choice) -> Standpoint:
        return await resolve(page, self.db, self.trees, asked, self.clock.today())

    async def answer(
        self,
        request: Request,
        wanted: Wanted,
        asked: Choice,
        make: Callable[[Look], Awaitable[BaseModel]],
    ) -> Response:
        """Made once for all who ask the same. The ETag is the position: an unchanged page costs a 304."""
        today = self.clock.today()
        async with self.page(wanted) as page:
            tag = f'W/"{page.position}-{today}"'
            if request.headers.get("if-none-match") == tag:
                return Response(status_code=304, headers={"ETag": tag})
            generations = tuple(page.generation(model) for model in self.MODELS)
            name: str = request.state.action

            async def body() -> bytes:
                made = await make(await self.look(page, asked))
                return made.model_dump_json().encode()

            key = (name, asked, page.position, generations, today)
            answer = await self._answers.get(key, body)
        return Response(answer, media_type="application/json", headers={"ETag": tag})

    def _shown(self, page: Page, at: Standpoint) -> StandpointShown:
        try:
            pack = pack_on(at.as_of).name
        except NoRulePack:
            pack = None
        return StandpointShown(
            unit=at.unit,
            unit_name=at.ground.name(at.unit),
            plan=at.plan.plan if at.plan else None,
            plan_title=at.plan.title if at.plan else None,
            since=at.since,
            period_until=at.period_until,
            until=at.until,
            as_of=at.as_of,
            repeat=at.repeat,
            today=self.clock.today(),
            position=at.known,
            known_on=at.known_on,
            latest=at.latest,
            recorded_at=at.recorded_at,
            head=page.head,
            tree=at.ground.view,
            tree_day=at.ground.day,
            counted_on="ceremony",
            rule_pack=pack,
            formula=formula().version,
        )
