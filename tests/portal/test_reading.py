"""Routes: what an address asks for, what is answered, and with which headers."""

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncEngine

from ketnap.portal import assets
from ketnap.portal.headers import CONTENT_SECURITY_POLICY
from ketnap.portal.metrics import Metrics
from ketnap.portal.pages.unit import TreeView
from ketnap.portal.scope import Known, NotADay, Selection
from ketnap.portal.services import NoAnswer, NotAllowed, NotThere
from tests.portal import samples
from tests.portal.reader import read
from tests.portal.shelf import Shelf
from tests.portal.test_sign_in import sign_in

PAGES = ("/", "/don-vi", "/can-cu?so=nb&mo=u:nb0", "/nguoi/p2", "/tra-cuu", "/chi-tieu", "/huong-dan")
HOST = re.compile(r"(?:https?:)?//[\w.-]+")


@pytest.fixture
async def officer(client: httpx.AsyncClient) -> httpx.AsyncClient:
    await sign_in(client)
    return client


DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31))


@given(
    st.none() | st.integers(2000, 2099),
    st.none() | st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20),
    st.none() | DAYS,
    st.none() | DAYS | st.integers(1, 10**12),
)
def test_a_selection_reads_back_from_its_own_address(
    year: int | None, unit: str | None, as_of: date | None, known: date | int | None
) -> None:
    asked = Selection(year=year, unit=unit, as_of=as_of, known=known)
    assert Selection.read(httpx.QueryParams(asked.query().removeprefix("?")).multi_items()) == asked


def test_days_and_positions_are_read_as_officers_type_them() -> None:
    asked = Selection.read([("tai-ngay", " 30/9/2024 "), ("biet-den", "41.207")])
    assert asked == Selection(as_of=date(2024, 9, 30), known=41207)
    assert Selection.read([("nam", "cũ"), ("tai-ngay", " ")]) == Selection()
    with pytest.raises(NotADay):
        Selection.read([("tai-ngay", "31/9/2024")])


async def test_the_address_reaches_the_services_as_it_was_asked(
    officer: httpx.AsyncClient, shelf: Shelf
) -> None:
    scope = "nam=2024&don-vi=bv&tai-ngay=2024-06-30&biet-den=41207"
    at = Selection(year=2024, unit="bv", as_of=date(2024, 6, 30), known=41207)
    for path in (
        f"/?{scope}",
        f"/don-vi?{scope}&cay=duong-thoi",
        f"/can-cu?{scope}&so=kn&so-voi=31/5/2024&mo=u:1&mo=n:2",
        f"/nguoi/p2?{scope}",
        f"/tra-cuu?{scope}&ten=y+te&mo=a",
    ):
        assert (await officer.get(path)).status_code == 200
    assert [(call[0], *call[2:]) for call in shelf.asked] == [
        ("overview", at),
        ("unit", at, TreeView.TREE_OF_ITS_DAY),
        ("evidence", at, "kn", date(2024, 5, 31), frozenset({"u:1", "n:2"})),
        ("person", at, "p2"),
        ("units", at, frozenset({"a"}), "y te"),
    ]


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_needs_a_session(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).headers["location"].startswith("/dang-nhap")
    assert (await client.get(path, headers={"HX-Request": "true"})).status_code == 401


@pytest.mark.parametrize(
    ("failure", "status", "said"),
    [
        (NotThere(), 404, "ngoài phạm vi của tài khoản"),
        (NotAllowed(), 403, "chưa có quyền"),
        (NoAnswer("statistics"), 503, "Máy chủ số liệu không trả lời"),
        (ValueError("does not add up"), 500, "Hệ thống gặp lỗi và đã ghi lại"),
    ],
)
async def test_what_goes_wrong_becomes_a_page_with_a_code(
    officer: httpx.AsyncClient, shelf: Shelf, failure: Exception, status: int, said: str
) -> None:
    shelf.overview = failure
    answer = await officer.get("/")
    assert answer.status_code == status
    assert said in answer.text
    assert type(failure).__name__ not in answer.text
    assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    if status >= 500:
        assert re.search(r"mã [0-9A-F]{8}\b", answer.text)


async def test_a_day_that_is_none_is_said_back(officer: httpx.AsyncClient) -> None:
    answer = await officer.get("/?tai-ngay=31/9/2024")
    assert answer.status_code == 422
    assert "“31/9/2024” không phải là một ngày" in answer.text


@pytest.mark.parametrize(
    "path", ["/no-such-page", "/can-cu", "/don-vi?cay=x", "/nguoi/unknown", "/ngon-ngu/fr"]
)
async def test_what_is_not_there_is_said_to_be_not_there(officer: httpx.AsyncClient, path: str) -> None:
    assert (await officer.get(path)).status_code == 404


@pytest.mark.parametrize("path", [*PAGES, "/dang-nhap", "/no-such-page"])
async def test_no_answer_may_be_framed_scripted_or_kept(officer: httpx.AsyncClient, path: str) -> None:
    headers = (await officer.get(path)).headers
    assert "script-src 'self';" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "strict-transport-security" not in headers


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("path", [*PAGES, "/dang-nhap", "/no-such-page"])
async def test_no_page_names_another_host_or_carries_script_or_style(
    officer: httpx.AsyncClient, path: str, language: str
) -> None:
    officer.cookies.set("ngon-ngu", language)
    answer = await officer.get(path, follow_redirects=False)
    if path == "/dang-nhap":
        officer.cookies.delete("phien")
        answer = await officer.get(path)
    assert not HOST.findall(answer.text)
    page = read(answer.text)
    assert page.one("html")["lang"] == language
    for node in page.all():
        assert node.tag != "style"
        assert "style" not in node.attributes
        assert not [name for name in node.attributes if name.startswith("on")]
        if node.tag == "script":
            assert node["src"].startswith("/static/assets/")
            assert node.children == []


def test_no_built_asset_names_another_host(web_assets: None) -> None:
    built = [path for path in Path(assets.DIST).rglob("*") if path.suffix in {".js", ".css"}]
    assert {path.suffix for path in built} == {".js", ".css"}
    for path in built:
        assert not re.findall(r"https?://[\w.-]+", path.read_text()), path.name


async def test_built_assets_are_kept_for_ever_and_found(officer: httpx.AsyncClient) -> None:
    page = read((await officer.get("/")).text)
    links = [node["href"] for node in page.all("link")] + [node["src"] for node in page.all("script")]
    assert len(links) == 6
    for link in links:
        answer = await officer.get(link)
        assert answer.status_code == 200, link
        if link != "/static/icon.svg":
            assert "immutable" in answer.headers["cache-control"]


# Living pages


async def test_an_unchanged_page_costs_no_page(officer: httpx.AsyncClient, shelf: Shelf) -> None:
    first = await officer.get("/")
    again = await officer.get("/", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert read(first.text).id("noi-dung")["data-tag"] == first.headers["etag"]


@pytest.mark.parametrize("change", ["position", "late", "today", "language", "folded"])
async def test_whatever_would_look_different_is_a_new_page(
    officer: httpx.AsyncClient, shelf: Shelf, change: str
) -> None:
    tag = (await officer.get("/")).headers["etag"]
    page = samples.overview()
    path = "/"
    match change:
        case "position":
            shelf.overview = replace(
                page, scope=replace(page.scope, known=Known(position=41208, on=None, latest=True))
            )
        case "late":
            shelf.overview = replace(page, freshness=samples.freshness(lag=121))
        case "today":
            shelf.overview = replace(page, scope=replace(page.scope, today=date(2024, 10, 1)))
        case "language":
            officer.cookies.set("ngon-ngu", "en")
        case _:
            path = "/?dong=at_risk"
    assert (await officer.get(path, headers={"If-None-Match": tag})).status_code == 200


# Probes


@asynccontextmanager
async def superuser(postgres: str, database: str) -> AsyncGenerator[asyncpg.Connection]:
    connection = await asyncpg.connect(postgres.rpartition("/")[0] + f"/{database}")
    yield connection
    await connection.close()


async def test_the_portal_is_ready_only_with_its_schema(
    client: httpx.AsyncClient, engine: AsyncEngine, postgres: str
) -> None:
    assert (await client.get("/health/live")).json() == {"live": True}
    ready = await client.get("/health/ready")
    assert (ready.status_code, ready.json()["ready"]) == (200, True)
    async with superuser(postgres, str(engine.url.database)) as admin:
        await admin.execute("DELETE FROM alembic_version")
    ready = await client.get("/health/ready")
    assert ready.status_code == 503
    assert ready.json()["checks"]["database"]["says"] == "schema is of another release: migrate"


async def test_without_its_database_the_portal_says_why_and_pages_say_what_to_do(
    client: httpx.AsyncClient, engine: AsyncEngine, postgres: str
) -> None:
    await sign_in(client)
    name = str(engine.url.database)
    async with superuser(postgres, "postgres") as admin:
        await admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        await admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
    await client.get("/")  # the pool finds its connections dead
    ready = await client.get("/health/ready")
    assert ready.status_code == 503
    assert not ready.json()["checks"]["database"]["ok"]
    answer = await client.get("/")
    assert answer.status_code == 503
    assert "Không mở được trang này." in answer.text
    assert (await client.get("/health/live")).status_code == 200


async def test_sign_ins_are_counted_from_zero(app: FastAPI, client: httpx.AsyncClient) -> None:
    metrics: Metrics = app.state.metrics
    assert b'ketnap_portal_sign_ins_total{outcome="failed"} 0.0' in metrics.render()
    await sign_in(client, password="wrong")
    await sign_in(client)
    rendered = metrics.render().decode()
    assert 'ketnap_portal_sign_ins_total{outcome="failed"} 1.0' in rendered
    assert 'ketnap_portal_sign_ins_total{outcome="succeeded"} 1.0' in rendered
    assert 'ketnap_request_seconds_count{action="sign_in",status="303"} 1.0' in rendered
