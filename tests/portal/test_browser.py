"""The portal in a real browser: room, keyboard, reach, print, and figures that follow."""

import asyncio
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

import asyncpg
import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Request, Route, expect, sync_playwright
from pypdf import PdfReader
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from ketnap.portal import accounts, tokens
from ketnap.portal.app import create_app
from ketnap.portal.migrate import migrate
from ketnap.portal.passwords import Passwords
from ketnap.portal.scope import Known
from ketnap.portal.services import NoAnswer
from ketnap.portal.settings import Settings
from tests.portal import samples
from tests.portal.conftest import LOGIN, PASSWORD
from tests.portal.shelf import Shelf

pytestmark = pytest.mark.browser

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
EVIDENCE = "/can-cu?so=nb&so-voi=31/5/2023&mo=u:nb0&mo=n:p2"
PAGES = (
    "/",
    "/?mo=tat-ca",
    "/?trang-thai=urge",
    "/don-vi",
    EVIDENCE,
    "/nguoi/p2",
    "/tra-cuu",
    "/chi-tieu",
    "/huong-dan",
    "/tich-hop",
    "/asyncapi",
)
# 200 % zoom halves the room: 1440 becomes 720, 1366 becomes 683.
ROOMS = ((1440, 900), (1366, 768), (1100, 800), (900, 800), (720, 450), (683, 384), (390, 844))
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}


class Portal:
    """The portal, served on a free port of this machine."""

    def __init__(self, settings: Settings, shelf: Shelf, passwords: Passwords) -> None:
        self.shelf = shelf
        self.settings = settings
        app = create_app(settings, shelf.reads(), passwords)
        port = int(settings.portal_url.rpartition(":")[2])
        self._server = uvicorn.Server(
            uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", lifespan="on")
        )
        self._thread = threading.Thread(target=self._server.run)

    def __enter__(self) -> Self:
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise RuntimeError("the portal did not start")
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()


@pytest.fixture(scope="module")
def portal(
    postgres: str, passwords: Passwords, web_assets: None, tmp_path_factory: pytest.TempPathFactory, unused_tcp_port_factory: Any
) -> Iterator[Portal]:  # fmt: skip
    keys = tmp_path_factory.mktemp("keys")
    tokens.make_key(keys, datetime(2026, 1, 1, tzinfo=UTC))
    name = f"b{uuid4().hex[:16]}"
    url = postgres.replace("postgresql://", "postgresql+asyncpg://").rpartition("/")[0] + f"/{name}"

    async def prepare() -> None:
        admin = await asyncpg.connect(postgres)
        await admin.execute(f"CREATE DATABASE {name}")
        role = await admin.fetchval("SELECT current_user")
        await admin.close()
        await migrate(url, role)
        engine = create_async_engine(url)
        await accounts.add(
            engine,
            passwords,
            login=LOGIN,
            name="Vũ Thị Lan",
            password=PASSWORD,
            by="test",
            now=datetime.now(UTC),
        )
        await engine.dispose()

    async def forget() -> None:
        admin = await asyncpg.connect(postgres)
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await admin.close()

    asyncio.run(prepare())
    settings = Settings(
        province="tinh-mau",
        province_name="Đảng bộ tỉnh Mẫu",
        support="0214 380 1234",
        database_url=url,
        services={"registry": "http://registry.test", "statistics": "http://statistics.test"},
        portal_url=f"http://127.0.0.1:{unused_tcp_port_factory()}",
        signing_keys=keys,
        sample=True,
    )
    with Portal(settings, Shelf(), passwords) as portal:
        yield portal
    asyncio.run(forget())


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Closed with this module: its event loop must not outlive it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def cookies(chromium: Browser, portal: Portal) -> list[Any]:  # Any: as the browser hands them over
    """Of a signed-in officer."""
    context = chromium.new_context(base_url=portal.settings.portal_url)
    sign_in(context.new_page())
    found = context.cookies()
    context.close()
    return list(found)


@pytest.fixture(autouse=True)
def as_before(portal: Portal) -> None:
    portal.shelf.overview = samples.overview()


@pytest.fixture
def strangers() -> list[str]:
    """What a page asked of other hosts; nothing may ever stand here."""
    return []


@pytest.fixture
def context(
    chromium: Browser, portal: Portal, cookies: list[Any], strangers: list[str]
) -> Iterator[BrowserContext]:
    context = chromium.new_context(
        base_url=portal.settings.portal_url, viewport={"width": 1440, "height": 900}
    )
    watch(context, portal, strangers)
    context.add_cookies(cookies)
    yield context
    context.close()
    assert strangers == []


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    complaints: list[str] = []
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    unexpected = [text for text in complaints if "status of 4" not in text and "status of 503" not in text]
    assert unexpected == []


def watch(context: BrowserContext, portal: Portal, strangers: list[str]) -> None:
    def requested(request: Request) -> None:
        if not request.url.startswith((portal.settings.portal_url, "data:")):
            strangers.append(request.url)

    context.on("request", requested)
    context.route(
        lambda url: not url.startswith(portal.settings.portal_url),
        lambda route: route.abort("blockedbyclient"),
    )


def sign_in(page: Page, path: str = "/") -> None:
    page.goto(path)
    page.get_by_label("Tên đăng nhập").fill(LOGIN)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()


# Room


@pytest.mark.parametrize("path", [*PAGES, "/dang-nhap", "/no-such-page"])
def test_nothing_scrolls_sideways_and_no_table_leaves_its_column(
    context: BrowserContext, page: Page, path: str
) -> None:
    if path == "/dang-nhap":
        context.clear_cookies()
    page.goto(path)
    page.evaluate("document.fonts.ready")
    page.evaluate(
        "document.querySelectorAll('main details.data').forEach((details) => (details.open = true))"
    )
    for width, height in ROOMS:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        too_wide = page.evaluate(
            """() => [...document.querySelectorAll('main table, main svg, main form, main dl')]
                .filter((node) => node.getClientRects().length)
                .filter((node) => {
                    const column = node.closest('section, aside, td, dd, dl, main').getBoundingClientRect();
                    return node.getBoundingClientRect().right > column.right + 1;
                })
                .map((node) => `${node.tagName}.${node.getAttribute('class')}`)"""
        )
        assert too_wide == [], width


def test_a_long_name_of_the_viewer_does_not_widen_a_phone_and_the_bar_has_two_rows(page: Page) -> None:
    page.goto("/")
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator(".viewer").evaluate("node => { node.textContent = 'Chi uỷ, Chi bộ Phòng Tổ chức – Cán bộ' }")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box = page.locator("header.bar").bounding_box()
    assert box is not None
    assert box["height"] < 120


def test_an_open_picker_stays_on_the_screen(page: Page) -> None:
    page.goto("/")
    for width, height in ROOMS:
        page.set_viewport_size({"width": width, "height": height})
        for picker in page.locator("details.picker").all():
            if not picker.locator("summary").is_visible():
                continue
            picker.locator("summary").click()
            box = picker.locator(".panel").bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            page.keyboard.press("Escape")


@pytest.mark.parametrize("path", PAGES)
def test_no_text_is_cut_or_laid_over_other_text(page: Page, path: str) -> None:
    page.goto(path)
    page.evaluate("document.fonts.ready")
    overlapping = page.evaluate(
        """() => document.querySelectorAll('.sr').forEach((node) => node.remove())
            ?? [...document.querySelectorAll('main tr')].filter((row) => row.getClientRects().length).flatMap((row) => {
            const cells = [...row.children].filter((cell) => cell.getClientRects().length);
            return cells.filter((cell) => {
                const range = document.createRange();
                range.selectNodeContents(cell);
                return range.getBoundingClientRect().right > cell.getBoundingClientRect().right + 1;
            }).map((cell) => cell.textContent.trim());
        })"""
    )
    assert overlapping == []


@pytest.mark.parametrize("path", PAGES)
def test_on_a_phone_what_is_pressed_is_large_enough(page: Page, path: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(path)
    small = page.evaluate(
        """() => [...document.querySelectorAll('summary, button, main input')]
            .filter((node) => node.getClientRects().length && !node.closest('.top, .data'))
            .filter((node) => node.getBoundingClientRect().height < 43.5)
            .map((node) => node.outerHTML.slice(0, 80))"""
    )
    assert small == []


def test_digits_stand_in_columns_and_no_font_of_the_system_fills_in(page: Page) -> None:
    page.goto("/?mo=tat-ca")
    page.evaluate("document.fonts.ready")
    widths = page.evaluate(
        """() => ['0123456789', '1111111111', '0000000000'].map((digits) => {
            const span = document.createElement('span');
            span.textContent = digits;
            document.querySelector('td.num').append(span);
            const width = span.getBoundingClientRect().width;
            span.remove();
            return width;
        })"""
    )
    assert max(widths) - min(widths) < 0.1


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("path", [*PAGES, "/dang-nhap"])
def test_every_letter_comes_from_our_fonts(
    context: BrowserContext, page: Page, portal: Portal, path: str, language: str
) -> None:
    if path == "/dang-nhap":
        context.clear_cookies()
    context.add_cookies([{"name": "ngon-ngu", "value": language, "url": portal.settings.portal_url}])
    page.goto(path)
    page.evaluate("document.fonts.ready")
    page.evaluate(
        """() => {
            const seen = new Set();
            for (const node of document.querySelectorAll('body, body *')) {
                const own = [...node.childNodes].filter((child) => child.nodeType === Node.TEXT_NODE);
                const weight = getComputedStyle(node).fontWeight;
                const letters = own.flatMap((child) => [...child.data]).map((letter) => weight + letter);
                if (letters.some((letter) => !seen.has(letter))) node.dataset.probe = '';
                letters.forEach((letter) => seen.add(letter));
            }
        }"""
    )
    session = context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    probes = session.send("DOM.querySelectorAll", {"nodeId": root, "selector": "[data-probe]"})["nodeIds"]
    families: set[tuple[str, bool]] = set()
    for probe in probes:
        used = session.send("CSS.getPlatformFontsForNode", {"nodeId": probe})["fonts"]
        families |= {(font["familyName"], font["isCustomFont"]) for font in used}
    assert families
    assert all(own and name.startswith(("Be Vietnam Pro", "Inter")) for name, own in families), families


# Everybody


@pytest.mark.parametrize("path", [*PAGES, "/dang-nhap", "/no-such-page"])
def test_axe_finds_nothing(context: BrowserContext, page: Page, path: str) -> None:
    if path == "/dang-nhap":
        context.clear_cookies()
    page.goto(path)
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        results = Axe().run(page, options=RULES)
        assert results.violations_count == 0, results.generate_report()


def test_axe_finds_nothing_in_what_opens(page: Page) -> None:
    page.goto("/?tai-ngay=2024-06-30")
    for picker in page.locator("details.picker:visible").all():
        picker.locator("summary").click()
        results = Axe().run(page, context={"include": [["details[open] > .panel"]]}, options=RULES)
        assert results.violations_count == 0, results.generate_report()
        page.keyboard.press("Escape")


@pytest.mark.parametrize(
    "path", ["/", "/don-vi", EVIDENCE, "/nguoi/p2", "/tra-cuu", "/chi-tieu", "/huong-dan"]
)
def test_the_keyboard_reaches_everything_in_reading_order_and_shows_where_it_is(
    page: Page, path: str
) -> None:
    page.goto(path)
    expected = page.evaluate(
        """() => [...document.querySelectorAll('a[href], button, input, summary')]
            .filter((node) => node.type !== 'hidden' && node.getClientRects().length && node.checkVisibility())
            .map((node, order) => (node.dataset.order = String(order)))"""
    )
    reached = []
    for _ in expected:
        page.keyboard.press("Tab")
        at, outline = page.evaluate(
            "[document.activeElement.dataset.order, getComputedStyle(document.activeElement).outlineWidth]"
        )
        reached.append(at)
        assert outline == "3px", page.evaluate("document.activeElement.outerHTML")
    assert reached == expected


def test_by_keyboard_alone_from_the_overview_to_one_person(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="143", exact=True).first.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/can-cu\?"))
    page.locator("#mo-u-nb0").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Hoàng Văn An")).to_be_visible()
    assert page.evaluate("document.activeElement.id") == "mo-u-nb0"
    page.get_by_role("link", name="Hoàng Văn An").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nguyễn Minh Ánh")


def test_a_picker_closes_by_escape_and_gives_the_focus_back(page: Page) -> None:
    page.goto("/")
    summary = page.locator("summary", has_text="Tại ngày")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Số liệu đến hết ngày")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.get_by_label("Số liệu đến hết ngày")).to_be_hidden()
    expect(summary).to_be_focused()


# Ways


def test_a_day_that_is_typed_becomes_the_address(page: Page, portal: Portal) -> None:
    page.goto("/don-vi?nam=2024&don-vi=bv")
    page.locator("summary", has_text="Tại ngày").click()
    page.get_by_label("Số liệu đến hết ngày").fill("30/6/2024")
    page.get_by_role("button", name="Xem ngày").click()
    expect(page).to_have_url(re.compile(r"tai-ngay=30%2F6%2F2024"))
    name, _, selection, *_ = portal.shelf.asked[-1]
    assert name == "unit"
    assert str(selection) == "Selection(year=2024, unit='bv', as_of=datetime.date(2024, 6, 30), known=None)"


def test_a_group_folds_in_place_and_the_address_says_so(page: Page) -> None:
    page.goto("/")
    hospital = page.get_by_role("link", name="Bệnh viện Đa khoa tỉnh")
    rows = page.locator("tr.unit", has=hospital)
    expect(rows).to_be_visible()
    page.get_by_role("link", name="Nguy cơ không đạt").click()
    expect(rows).to_be_hidden()
    expect(page).to_have_url(re.compile(r"\?dong=at_risk$"))
    page.get_by_role("link", name="Xem 7 đơn vị còn lại của nhóm").click()
    expect(page.get_by_role("link", name="Sở Tài chính")).to_be_visible()
    page.reload()
    expect(rows).to_be_hidden()
    expect(page.get_by_role("link", name="Sở Tài chính")).to_be_visible()


def test_what_takes_long_shows_its_shape_and_nothing_before_300_ms(page: Page) -> None:
    page.goto("/can-cu?so=nb")
    held: list[Route] = []
    page.route("**/can-cu?**", lambda route: held.append(route))  # noqa: PLW0108 - playwright marks its handlers
    page.locator("#mo-u-nb0").click()
    shape = page.locator("#tai-nb0")
    expect(shape).to_be_visible()
    waited = page.evaluate("document.querySelector('#tai-nb0').getAnimations()[0].effect.getTiming().delay")
    assert waited == 300
    held[0].continue_()
    expect(page.get_by_role("link", name="Hoàng Văn An")).to_be_visible()
    expect(shape).to_have_count(0)


def test_a_service_that_fails_under_a_click_is_said_in_place(page: Page, portal: Portal) -> None:
    page.goto("/")
    portal.shelf.overview = NoAnswer("statistics")
    page.get_by_role("link", name="Cần đôn đốc").click()
    expect(page.get_by_text("Máy chủ số liệu không trả lời.")).to_be_visible()


def test_without_script_everything_is_still_reached(
    chromium: Browser, portal: Portal, strangers: list[str]
) -> None:
    context = chromium.new_context(base_url=portal.settings.portal_url, java_script_enabled=False)
    watch(context, portal, strangers)
    page = context.new_page()
    sign_in(page, "/")
    page.get_by_role("link", name="Đã đạt").click()
    expect(page.get_by_role("link", name="Kho bạc Nhà nước tỉnh")).to_be_visible()
    page.locator("summary", has_text="Vũ Thị Lan").click()
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page.get_by_text("Đã đăng xuất.")).to_be_visible()
    expect(page.get_by_role("button", name="Hiện")).to_be_hidden()
    context.close()
    assert strangers == []


def test_a_password_can_be_shown_and_hidden_again(context: BrowserContext, page: Page) -> None:
    context.clear_cookies()
    page.goto("/dang-nhap")
    field = page.get_by_label("Mật khẩu")
    page.get_by_role("button", name="Hiện").click()
    expect(field).to_have_attribute("type", "text")
    page.get_by_role("button", name="Hiện").click()
    expect(field).to_have_attribute("type", "password")


def test_a_link_to_copy_opens_the_same_figure(context: BrowserContext, page: Page, portal: Portal) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/can-cu?so=nb")
    page.get_by_role("button", name="Sao chép liên kết").click()
    expect(page.get_by_role("button", name="Đã sao chép")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == (
        f"{portal.settings.portal_url}/can-cu?nam=2023&don-vi=nb&tai-ngay=2023-06-30&biet-den=18642&so=nb"
    )


def test_without_https_the_link_is_shown_to_be_copied(page: Page) -> None:
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    shown: list[str] = []

    def answer(dialog: Dialog) -> None:
        shown.append(dialog.default_value)
        dialog.dismiss()

    page.on("dialog", answer)
    page.goto("/can-cu?so=nb")
    page.get_by_role("button", name="Sao chép liên kết").click()
    expect(page.get_by_role("button", name="Sao chép liên kết")).to_be_visible()
    assert [link.partition("?")[2] for link in shown] == [
        "nam=2023&don-vi=nb&tai-ngay=2023-06-30&biet-den=18642&so=nb"
    ]


# Figures that follow


def admitted(more: int) -> Any:  # Any: an Overview
    page = samples.overview()
    rows = {**samples.ROWS}
    name, quota, done, dossiers, forecast = rows[next(iter(rows))][0]
    rows[next(iter(rows))] = [(name, quota, done + more, dossiers, forecast), *rows[next(iter(rows))][1:]]
    changed = samples.overview(rows=rows)
    return replace(
        changed, scope=replace(page.scope, known=Known(position=41207 + more, on=None, latest=True))
    )


def test_a_change_reaches_an_open_page_within_three_seconds_and_leaves_it_as_it_was(
    page: Page, portal: Portal
) -> None:
    page.goto("/")
    page.get_by_role("link", name="Cần đôn đốc").click()
    expect(page.get_by_role("link", name="Công ty May Bắc Nhạc")).to_be_hidden()
    page.locator("aside details.data > summary").first.click()
    portal.shelf.overview = admitted(1)
    expect(page.locator("dd.big").first).to_have_text("144/220", timeout=3_000)
    expect(page.get_by_role("link", name="Công ty May Bắc Nhạc")).to_be_hidden()
    expect(page.locator("aside details.data table").first).to_be_visible()


def test_a_page_whose_session_ended_shows_nothing_any_more(
    chromium: Browser, portal: Portal, page: Page
) -> None:
    other = chromium.new_context(base_url=portal.settings.portal_url)
    waiting = other.new_page()
    sign_in(waiting)
    expect(waiting.get_by_role("heading", level=1)).to_contain_text("Tiến độ kết nạp")

    async def end_all() -> None:
        engine = create_async_engine(portal.settings.database_url)
        async with engine.begin() as connection:
            await connection.execute(
                text(
                    "DELETE FROM portal.sessions WHERE began_at = (SELECT max(began_at) FROM portal.sessions)"
                )
            )
        await engine.dispose()

    ending = threading.Thread(target=asyncio.run, args=(end_all(),))
    ending.start()
    ending.join()
    expect(waiting.get_by_text("Phiên làm việc đã đóng.")).to_be_visible(timeout=5_000)
    other.close()


def test_a_server_that_is_gone_is_said_on_the_page_and_forgotten_when_it_is_back(
    context: BrowserContext, page: Page
) -> None:
    page.goto("/")
    expect(page.locator("#live")).to_be_attached()
    context.route("**/*", lambda route: route.fulfill(status=503, body=""))
    expect(page.get_by_text("Mất nối với máy chủ.")).to_be_visible(timeout=15_000)
    expect(page.locator("dd.big").first).to_have_text("143/220")
    context.unroute("**/*")
    expect(page.get_by_text("Mất nối với máy chủ.")).to_be_hidden(timeout=6_000)


# Print


def printed(page: Page, path: str, folder: Path) -> PdfReader:
    page.goto(path)
    page.evaluate("document.fonts.ready")
    file = folder / "page.pdf"
    page.pdf(path=file, prefer_css_page_size=True)
    return PdfReader(file)


class Sheets:
    """What a print says: letters and digits are of two fonts, so spaces tell nothing."""

    def __init__(self, reader: PdfReader) -> None:
        self.texts = ["".join(page.extract_text().split()) for page in reader.pages]

    def says(self, words: str, number: int) -> bool:
        return "".join(words.split()) in self.texts[number]

    def says_anywhere(self, words: str) -> bool:
        return any(self.says(words, number) for number in range(len(self.texts)))


def test_the_overview_prints_its_table_on_page_one_and_its_charts_on_page_two(
    page: Page, tmp_path: Path
) -> None:
    reader = printed(page, "/", tmp_path)
    sheets = Sheets(reader)
    assert len(reader.pages) == 2
    assert reader.pages[0].mediabox.width == pytest.approx(595, abs=1)
    for unit in (row[0] for group in samples.ROWS.values() for row in group):
        assert sheets.says(unit, 0), unit
    assert sheets.says("Toàn bộ, 28 đơn vị", 0)
    assert sheets.says("Luỹ kế so với kế hoạch", 1)
    assert sheets.says("Cơ cấu 143 đảng viên mới", 1)
    for number in (0, 1):
        assert sheets.says("bởi Vũ Thị Lan, số liệu đến vị trí 41.207", number)
        assert sheets.says(f"{number + 1}/2", number)
    assert not sheets.says_anywhere("Lọc trạng thái")


def test_a_long_table_repeats_its_head_on_every_page(page: Page, portal: Portal, tmp_path: Path) -> None:
    portal.shelf.overview = samples.big_province()
    sheets = Sheets(printed(page, "/", tmp_path))
    assert len(sheets.texts) >= 3
    for number in range(len(sheets.texts) - 1):
        assert sheets.says("Còn thiếu", number)
        assert sheets.says("kế hoạch 68,2%", number)


def test_prints_embed_our_fonts_and_no_others(page: Page, tmp_path: Path) -> None:
    reader = printed(page, "/", tmp_path)
    fonts = set()
    for sheet in reader.pages:
        for reference in sheet["/Resources"]["/Font"].values():  # type: ignore[index]  # a dictionary by the standard
            font = reference.get_object()
            [descendant] = font["/DescendantFonts"]
            descriptor = descendant.get_object()["/FontDescriptor"].get_object()
            assert "/FontFile2" in descriptor or "/FontFile3" in descriptor
            fonts.add(str(font["/BaseFont"]).partition("+")[2].partition("-")[0])
    assert fonts == {"BeVietnamPro", "Inter"}


def test_prints_name_nobody(page: Page, tmp_path: Path) -> None:
    evidence = Sheets(printed(page, EVIDENCE, tmp_path))
    assert evidence.says_anywhere("Trường Đại học Bình Lư")
    for name in ("Hoàng Văn An", "Nguyễn Minh Ánh", "Đinh Thị Hà", "Vũ Đức Long"):
        assert not evidence.says_anywhere(name)
    unit = Sheets(printed(page, "/don-vi", tmp_path))
    assert unit.says_anywhere("Chi bộ DN Quang Trung")
    assert not unit.says_anywhere("Lò Văn Thắng")
