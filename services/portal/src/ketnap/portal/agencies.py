"""What developers of other agencies meet, without signing in: the published language as pages and as JSON."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from ketnap.common.http import PROBLEM
from ketnap.contracts import schemas
from ketnap.contracts.asyncapi import document
from ketnap.contracts.fact import schema_uri
from ketnap.contracts.meanings import Language as Explained
from ketnap.portal.desk import Desk, language_of
from ketnap.portal.pages.agencies import Agencies
from ketnap.portal.pages.asyncapi import read

ENVELOPE = "envelope"
_FRESH = {"Cache-Control": "public, max-age=300"}
_SCHEMA = "application/schema+json"


def agencies(desk: Desk, province: str, version: str, kafka: str | None) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    told = {language: document(province, version, language) for language in Explained}
    pages = {language: read(one) for language, one in told.items()}
    known = {ENVELOPE: schemas.envelope_schema()} | {
        name: schemas.schema(fact) for name, fact in schemas.facts().items()
    }

    def show(request: Request, page: object) -> Response:
        return desk.page(desk.frame(request, secret=""), page)

    @router.get("/tich-hop", name="agencies")
    async def index(request: Request) -> Response:
        page = pages[Explained(language_of(request))]
        return show(request, Agencies(province=province, kafka=kafka, topics=page.topics))

    @router.get("/asyncapi", name="asyncapi_page")
    async def asyncapi_page(request: Request) -> Response:
        return show(request, pages[Explained(language_of(request))])

    @router.get("/asyncapi.json", name="asyncapi")
    async def asyncapi() -> Response:
        return JSONResponse(told[Explained.ENGLISH], headers=_FRESH)

    @router.get("/schemas/index.json", name="schemas")
    async def index_of_schemas() -> Response:
        return JSONResponse(_index(known), headers=_FRESH)

    @router.get("/schemas/{type}.json", name="schema")
    async def schema(type: str) -> Response:
        if type not in known:
            return _no_such_schema(type)
        return JSONResponse(known[type], headers=_FRESH, media_type=_SCHEMA)

    return router


def _index(known: Mapping[str, object]) -> dict[str, Any]:  # Any: JSON
    return {
        "envelope": schema_uri(ENVELOPE),
        "facts": {name: schema_uri(name) for name in known if name != ENVELOPE},
        "topics": {topic: list(facts) for topic, facts in schemas.TOPICS.items()},
    }


def _no_such_schema(type: str) -> Response:
    problem = {
        "type": "/loi/NoSuchSchema",
        "title": "Không có loại tin này",
        "status": 404,
        "detail": f"Không có loại tin {type[:100]} trong bản này; mọi loại tin ở /schemas/index.json.",
        "detail_en": f"This release knows no fact type {type[:100]}; all of them are in /schemas/index.json.",
        "code": "NoSuchSchema",
    }
    return JSONResponse(problem, status_code=404, media_type=PROBLEM)
