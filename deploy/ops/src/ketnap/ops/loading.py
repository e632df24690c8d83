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
from ketnap.ops.unable import Code, Unable
from ketnap.packs.pack import Pack
from ketnap.portal.tokens import Issuer, load_keys

type OfPack = Annotated[Path, typer.Argument(metavar="PACK", help="Folder of the province pack.")]


def prepare(pack: OfPack) -> None:
    """Make a deployment's databases, topics, root unit, first administrators and accounts; again changes nothing."""
    told = elsewhere.told()
    if told.superuser is None:
        raise Unable("KETNAP_SUPERUSER is missing: the file with the superuser's password.", Code.USAGE)
    read = provinces.read(pack)
    here = _deployment(read)
    with Screen().working(f"{read.province.shown_as}: databases, topics, accounts"):
        asyncio.run(provinces.prepare(here, read, told.superuser))
    issuer = Issuer(here.issuer, load_keys(here.deployment.keys))
    elsewhere.public_keys(told.deployment).write_text(json.dumps(issuer.public_keys()))


def load(pack: OfPack) -> None:
    """Load what a pack says into its running deployment, through the public APIs; again changes nothing."""
    read = provinces.read(pack)
    here = _deployment(read)
    asyncio.run(provinces.fill(here, read, Screen(), story=False))


def simulate(pack: OfPack) -> None:
    """Load a pack and live its simulated story, through the public APIs; goes on where it was interrupted."""
    read = provinces.read(pack)
    here = _deployment(read)
    screen = Screen()
    asyncio.run(provinces.fill(here, read, screen, story=True))
    tell(here, read, screen.console)


def environment(pack: Path, service: str) -> dict[str, str]:
    """KETNAP_* of one service of the deployment that a pack describes."""
    here = _deployment(provinces.read(pack))
    return here.environment(service)


def _deployment(pack: Pack) -> Running:
    if elsewhere.is_told():
        deployment, at = elsewhere.deployment(pack.code)
    else:
        chosen = settings.load()
        [deployment] = enrol(place.find(chosen), [pack.code])
        at = on_this_machine(Ports(base=chosen.base_port), deployment.number)
    return provinces.running(deployment, at, pack)
