"""An officer before the portal, in a browser without script."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx

from ketnap.ops.doors import DEMO_PASSWORD
from ketnap.packs.officers import Officer
from tests.whole.stage import Stage


@asynccontextmanager
async def signed_in(here: Stage, officer: Officer) -> AsyncGenerator[httpx.AsyncClient]:
    async with here.before("portal") as browser:
        form = form_in(await browser.get("/dang-nhap"))
        entered = await browser.post(
            "/dang-nhap", data={"ten": officer.sign_in, "mat-khau": DEMO_PASSWORD, "form": form}
        )
        assert entered.status_code == 303, entered.text
        yield browser


def form_in(page: httpx.Response) -> str:
    """What every form of a page carries."""
    return page.text.partition('name="form" value="')[2].partition('"')[0]
