"""Commands that fill a deployment: of this home, or told by KETNAP_* where its parts are."""

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer

from ketnap.ops import elsewhere, place, provinces, settings
from ketnap.ops.deployment import Ports, enrol
from ketnap.ops.doors import tell
from ketnap.ops.screen import Screen
from ketnap.ops.services import Running, on_this_machine
from ketnap.packs.pack import Pack
from ketnap.portal.tokens import Issuer, load_keys

type OfPack = Annotated[Path, typer.Argument(metavar="PACK", help="Folder of the province pack.")]


def prepare(pack: OfPack) -> None:
    """Make a deployment's databases, topics, root unit, first administrators and accounts; again changes nothing."""
    read = provinces.read(pack)
    here, password = _deployment(read)
    with Screen().working(f"{read.province.shown_as}: databases, topics, accounts"):
        asyncio.run(provinces.prepare(here, read, password))
    if elsewhere.is_told():
        issuer = Issuer(here.at.portal, load_keys(here.deployment.keys))
        elsewhere.public_keys(here.deployment.folder).write_text(json.dumps(issuer.public_keys()))


def load(pack: OfPack) -> None:
    """Load what a pack says into its running deployment, through the public APIs; again changes nothing."""
    read = provinces.read(pack)
    here, _ = _deployment(read)
    asyncio.run(provinces.fill(here, read, Screen(), story=False))


def simulate(pack: OfPack) -> None:
    """Load a pack and live its simulated story, through the public APIs; goes on where it was interrupted."""
    read = provinces.read(pack)
    here, _ = _deployment(read)
    screen = Screen()
    asyncio.run(provinces.fill(here, read, screen, story=True))
    tell(here, read, screen.console)


def environment(pack: Path, service: str) -> dict[str, str]:
    """KETNAP_* of one service of the deployment that a pack describes."""
    here, _ = _deployment(provinces.read(pack))
    return here.environment(service)


def _deployment(pack: Pack) -> tuple[Running, Path]:
    """With the file that holds the password of PostgreSQL's superuser."""
    if elsewhere.is_told():
        deployment, at = elsewhere.deployment(pack.code)
        return provinces.running(deployment, at, pack), deployment.keys / "postgres.password"
    chosen = settings.load()
    here = place.find(chosen)
    [deployment] = enrol(here, [pack.code])
    at = on_this_machine(Ports(base=chosen.base_port), deployment.number)
    return provinces.running(deployment, at, pack), here.keys / "postgres.password"
