"""A province on this machine: from the pack to a deployment that has lived its story and caught up."""

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx

from ketnap.common.clock import Clock
from ketnap.ops import databases, keys, topics
from ketnap.ops.arrival import all_arrived
from ketnap.ops.deployment import SERVICES, Deployment
from ketnap.ops.doors import open_doors
from ketnap.ops.screen import Screen
from ketnap.ops.services import WITH_LOG, Addresses, Running
from ketnap.ops.settings import CHECKOUT
from ketnap.ops.unable import Code, Unable
from ketnap.packs.check import NoPack, check
from ketnap.packs.desk import Desk, Refused, Unanswered
from ketnap.packs.journal import Journal
from ketnap.packs.load import begin, load, set_clock
from ketnap.packs.officers import Officer
from ketnap.packs.pack import Pack
from ketnap.portal.tokens import Issuer, load_keys
from ketnap.registry.bootstrap import AlreadyFounded
from ketnap.simulator.run import Lived, Month, agenda, live
from ketnap.simulator.slots import Unreachable

PACKS = CHECKOUT / "deploy/provinces"
SHOWN = 5  # errors of a pack that are told at once


def packs() -> list[str]:
    """The provinces whose packs are in this checkout."""
    found = sorted(folder.name for folder in PACKS.glob("*/"))
    if not found:
        raise Unable(f"There is no province pack in {PACKS}.", Code.NOT_FOUND)
    return found


def folder_of(province: str) -> Path:
    """Of the pack that is meant: a code of this checkout, or a path."""
    return Path(province).resolve() if "/" in province else PACKS / province


def read(folder: Path) -> Pack:
    """Raises Unable, with the first errors, for a pack that is not sound."""
    try:
        checked = check(folder)
    except NoPack:
        raise Unable(
            f"There is no province pack {folder.name}; there are: {', '.join(packs())}.", Code.NOT_FOUND
        ) from None
    if checked.pack is None:
        first = "\n".join(f"  {error.spot}: {error.sentence('en')}" for error in checked.errors[:SHOWN])
        raise Unable(
            f"The pack in {folder} has {len(checked.errors)} errors, `ketnap pack check` lists them all:\n{first}",
            Code.USAGE,
        )
    return checked.pack


def running(deployment: Deployment, at: Addresses, pack: Pack) -> Running:
    province = pack.province
    return Running(
        deployment=deployment,
        at=at,
        name=province.name,
        support=province.support,
        sample=province.sample,
    )


async def prepare(here: Running, pack: Pack, password_file: Path) -> None:
    """Keys, databases, topics, the first moments, accounts; what is there already is left as it is.

    Args:
        here: the deployment.
        pack: of its province.
        password_file: of PostgreSQL's superuser.
    """
    keys.make(here.deployment.keys, SERVICES)
    password = password_file.read_text().strip()  # noqa: ASYNC240 - a line, before anything else runs
    await databases.prepare(f"postgresql://postgres:{password}@{here.at.postgres}/postgres", here)
    await topics.apply(here.at.kafka, here.deployment.province)
    if here.sample and not here.clock.exists():
        set_clock(pack, Clock(here.clock))
    try:
        await begin(pack, here.settings("registry"), here.issuer)
    except AlreadyFounded:
        raise Unable(
            f"The databases of {here.deployment.province} were begun with another pack: "
            "`make reset` deletes them, or choose another folder with KETNAP_HOME.",
            Code.CONFLICT,
        ) from None
    await open_doors(here, pack)


async def fill(here: Running, pack: Pack, screen: Screen, *, story: bool) -> None:
    """Load the pack, and live its story if there is one, through the public APIs.

    What was done before is not done again.
    """
    mark = here.deployment.folder / "loaded"
    story = story and pack.contents.simulation is not None
    done = f"{pack.digest} {'with' if story else 'without'} its story"
    if mark.exists() and mark.read_text() == done:
        return
    begun = time.monotonic()
    title = f"{pack.province.shown_as}: {'a simulated story' if story else 'its pack'}"
    try:
        async with _desk(here, pack) as desk:
            with screen.working(title) as more:
                if story:
                    told = await _simulate(here, pack, desk, more)
                else:
                    told = await _load(here, pack, desk, screen)
    except (Refused, Unanswered, Unreachable) as no:
        raise Unable(f"Loading {pack.province.shown_as} stopped: {no}") from None
    screen.done(told, time.monotonic() - begun)
    begun = time.monotonic()
    with screen.working(f"{pack.province.shown_as}: dashboards catch up") as more:
        await all_arrived(here, more)
    screen.done(f"{pack.province.shown_as}: dashboards have caught up", time.monotonic() - begun)
    mark.write_text(done)


async def _simulate(here: Running, pack: Pack, desk: Desk, more: Callable[[str], None]) -> str:
    def passed(month: Month) -> None:
        more(f"{month.first:%m/%Y}, {month.admitted_this_year} admitted this year")

    lived: Lived = await live(agenda(pack, here.issuer), desk, Clock(here.clock), passed)
    return f"{pack.province.shown_as}: {lived.acts:,} acts of officers, up to {lived.until:%d/%m/%Y}"


async def _load(here: Running, pack: Pack, desk: Desk, screen: Screen) -> str:
    clock = Clock(here.clock) if here.sample else Clock()
    loaded = await load(pack, desk, here.issuer, clock.today())
    for kept in loaded.kept:
        screen.say(f"  {kept.what} stays as it stands there: {kept.sentence}")
    return f"{pack.province.shown_as}: {loaded.acts:,} acts of its pack"


@asynccontextmanager
async def _desk(here: Running, pack: Pack) -> AsyncGenerator[Desk]:
    """Officers sign in as at the portal: with tokens of its issuer."""
    issuer = Issuer(here.issuer, load_keys(here.deployment.keys))

    def sign(officer: Officer) -> str:
        return issuer.issue(officer.account, datetime.now(UTC))

    limits = httpx.Limits(max_connections=64)
    async with AsyncExitStack() as stack:
        clients = {
            name: await stack.enter_async_context(
                httpx.AsyncClient(base_url=here.at.services[name], trust_env=False, timeout=30, limits=limits)
            )
            for name in WITH_LOG
        }
        journal = stack.enter_context(Journal(here.deployment.folder / "journal"))
        yield Desk(clients, sign=sign, ids=pack.ids, journal=journal)
