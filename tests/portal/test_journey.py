"""An officer's way through the portal in a real browser, over the real statistics service."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import date
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
import uvicorn
from playwright.async_api import Page, async_playwright, expect

from ketnap.contracts.registry import Role
from ketnap.portal.passwords import Passwords
from tests.kit import until
from tests.portal.conftest import PASSWORD
from tests.portal.live import make_app, make_issuer
from tests.portal.test_answers import LEADER, registry
from tests.portal.test_browser import CHROMIUM, FLAGS
from tests.statistics.sample import Sample, sample
from tests.statistics.world import world

pytestmark = pytest.mark.browser
expect.set_options(timeout=20_000)


@pytest.fixture
async def lived(postgres: str, tmp_path: Path, unused_tcp_port: int) -> AsyncGenerator[tuple[Sample, str]]:
    url = f"http://127.0.0.1:{unused_tcp_port}"
    async with world(postgres, tmp_path, today=date(2024, 6, 30)) as made:
        make_issuer(tmp_path)
        yield await sample(made), url


@pytest.fixture
async def page(
    lived: tuple[Sample, str], database_url: str, tmp_path: Path, passwords: Passwords, web_assets: None
) -> AsyncGenerator[Page]:
    """Before the portal's door."""
    made, url = lived
    leader = uuid4()
    await made.world.officer(str(leader), (Role.STANDING_COMMITTEE, made.world.root))
    names = httpx.AsyncClient(transport=httpx.MockTransport(registry), base_url="http://registry.test")
    clients = {"statistics": made.world.client, "registry": names}
    app = await make_app(
        database_url, tmp_path, made.world.clock, passwords, clients, {leader: LEADER}, url=url
    )
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=int(url.rpartition(":")[2]), log_level="error")
    )
    serving = asyncio.create_task(server.serve())

    async def started() -> bool:
        return server.started

    await until(started)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        opened = await browser.new_page(viewport={"width": 1440, "height": 900}, locale="vi-VN")
        opened.set_default_timeout(30_000)
        await opened.goto(url)
        yield opened
        await browser.close()
    server.should_exit = True
    await serving


async def test_from_the_overview_to_the_person_behind_a_figure_and_back_to_an_earlier_day(
    page: Page, lived: tuple[Sample, str]
) -> None:
    made, _ = lived
    await page.fill("#ten", LEADER)
    await page.fill("input[name=mat-khau]", PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text("Tiến độ kết nạp đảng viên năm 2024")

    await page.click(f"table.progress a.name[href*='{made.thang}']")
    await expect(page.locator("h1")).to_have_text("Đảng bộ xã Đức Thắng")
    row = page.locator("table.subunits tbody tr").filter(
        has=page.locator("td:nth-of-type(2) a.figure", has_text="1")
    )
    cell = await row.first.locator("th a.name").inner_text()
    await row.first.locator("th a.name").click()
    await expect(page.locator("h1")).to_have_text(cell)

    await page.click("#ket-luan a.figure")
    number = await page.locator("p.result").inner_text()
    toggle = page.locator("#gom a.toggle").first
    await toggle.click()
    await expect(page.locator("#gom tr.e-person").first).to_be_visible()
    person = page.locator("#gom tr.e-person a.name").first
    name = await person.inner_text()
    await page.locator("#gom tr.e-person a.toggle").first.click()
    await expect(page.locator("#gom tr.e-event").first).to_contain_text("Lễ kết nạp")
    assert int(number) >= 1

    await person.click()
    await expect(page.locator("h1")).to_have_text(name)
    await expect(page.locator("table.timeline")).to_contain_text("Lễ kết nạp")

    await page.click("a.brand")
    await page.locator("details.picker", has_text="Tại ngày").locator("summary").click()
    await page.fill("#tai-ngay", "31/3/2024")
    await page.keyboard.press("Enter")
    await expect(page.locator("div.message.m-none")).to_contain_text("Đang xem ngày cũ: 31/3/2024.")
    await page.locator("details.picker", has_text="Như đã biết").locator("summary").click()
    await page.fill("#biet-den", "30/6/2024")
    await page.keyboard.press("Enter")
    await expect(page.locator("div.message.m-none")).to_contain_text("như đã biết đến ngày 30/6/2024")
