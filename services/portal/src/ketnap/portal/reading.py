"""The pages officers read: who asks, what for, which view model, which answer."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from fastapi import APIRouter, Request, Response

from ketnap.portal.desk import Desk, tag
from ketnap.portal.pages.unit import TreeView
from ketnap.portal.reads import Reads
from ketnap.portal.scope import Freshness, Scope, Selection, day
from ketnap.portal.services import NotThere
from ketnap.portal.tokens import Issuer


class Readable(Protocol):
    """A page with figures: what it shows and how fresh it is."""

    @property
    def scope(self) -> Scope: ...
    @property
    def freshness(self) -> Freshness: ...


def reading(desk: Desk, issuer: Issuer, reads: Reads, build: str) -> APIRouter:
    """`build` is the release of the pages: another one makes every page new."""
    router = APIRouter(include_in_schema=False)

    async def answer(
        request: Request, read: Callable[[str, Selection], Awaitable[Readable]], *, live: bool = False
    ) -> Response:
        seated = await desk.seat(request)
        selection = Selection.read(request.query_params.multi_items())
        token = issuer.issue(seated.session.account, datetime.now(UTC))  # a token lives in real time only
        page = await read(token, selection)
        frame = desk.frame(request, secret=seated.secret, seated=seated, selection=selection)
        if not live:
            return desk.page(frame, page)
        version = tag(frame, page.scope, page.freshness, build)
        if request.headers.get("if-none-match") == version:
            return Response(status_code=304, headers={"ETag": version})
        response = desk.page(replace(frame, tag=version), page)
        response.headers["ETag"] = version
        return response

    def values(request: Request, name: str) -> frozenset[str]:
        return frozenset(request.query_params.getlist(name))

    @router.get("/", name="overview")
    async def overview(request: Request) -> Response:
        return await answer(request, reads.overview, live=True)

    @router.get("/don-vi", name="unit")
    async def unit(request: Request) -> Response:
        asked = request.query_params.get("cay", TreeView.TREE_OF_DAY)
        if asked not in set(TreeView):
            raise NotThere
        return await answer(request, lambda token, at: reads.unit(token, at, TreeView(asked)), live=True)

    @router.get("/can-cu", name="evidence")
    async def evidence(request: Request) -> Response:
        figure = request.query_params.get("so")
        if not figure:
            raise NotThere
        compared = request.query_params.get("so-voi", "").strip()
        known = day(compared) if compared else None
        return await answer(
            request, lambda token, at: reads.evidence(token, at, figure, known, values(request, "mo"))
        )

    @router.get("/nguoi/{person}", name="person")
    async def person(request: Request, person: str) -> Response:
        return await answer(request, lambda token, at: reads.person(token, at, person))

    @router.get("/tra-cuu", name="units")
    async def units(request: Request) -> Response:
        search = request.query_params.get("ten", "").strip()
        return await answer(request, lambda token, at: reads.units(token, at, values(request, "mo"), search))

    @router.get("/chi-tieu", name="plan")
    async def plan(request: Request) -> Response:
        return await answer(request, reads.plan)

    @router.get("/huong-dan", name="help")
    async def help_page(request: Request) -> Response:
        return await answer(request, reads.help)

    return router
