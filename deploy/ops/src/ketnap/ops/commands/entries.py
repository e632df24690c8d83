"""`ketnap log`: what stands in a service's log, without the content that can be erased."""

import asyncio
import json
import sys
from typing import Annotated, Any

import typer
from rich.console import Console

from ketnap.common import log as reading
from ketnap.common.database import driver
from ketnap.common.log import Entry
from ketnap.common.worker import POLL
from ketnap.ops import opening
from ketnap.ops.commands.asked import OfProvince, OfService
from ketnap.ops.unable import Code, Unable

BATCH = 500

app = typer.Typer()
log = typer.Typer(no_args_is_help=True, help="What stands in a service's log; names of people never do.")
app.add_typer(log, name="log")


@log.command("tail")
def tail_log(
    service: OfService,
    *,
    lines: Annotated[int, typer.Option("--lines", "-n", min=0)] = 20,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until interrupted.")] = False,
    province: OfProvince = "",
    as_json: Annotated[bool, typer.Option("--json", help="One object a line, with the data.")] = False,
) -> None:
    """The last entries: position, instant, type, stream and version."""
    opening.run(_tail(service, province, lines, follow=follow, as_json=as_json))


@log.command("show")
def show_entry(
    service: OfService,
    what: Annotated[str, typer.Argument(metavar="WHAT", help="A position, or a stream: all its entries.")],
    *,
    province: OfProvince = "",
) -> None:
    """Entries whole, one JSON object each."""
    for entry in opening.run(_entries(service, province, what)):
        print(json.dumps(_whole(entry), ensure_ascii=False, indent=2))


async def _tail(service: str, province: str, lines: int, *, follow: bool, as_json: bool) -> None:
    async with opening.opened(service, province) as one:
        async with driver(one.core.db) as db:
            head, _ = await reading.head(db)
        position = max(0, head - lines)
        while True:
            async with driver(one.core.db) as db:
                entries = await reading.after(db, position, BATCH)
            for entry in entries:
                _say(entry, as_json=as_json)
                position = entry.position
            if not entries:
                if not follow:
                    return
                await asyncio.sleep(POLL)


async def _entries(service: str, province: str, what: str) -> list[Entry]:
    async with opening.opened(service, province) as one, driver(one.core.db) as db:
        if what.isascii() and what.isdigit():
            entry = await reading.at(db, int(what))
            found = [] if entry is None else [entry]
        else:
            found = await reading.stream(db, what)
    if not found:
        raise Unable(f"The log of {service} has no {what}.", Code.NOT_FOUND)
    return found


def _say(entry: Entry, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(_whole(entry), ensure_ascii=False), flush=True)
        return
    at = f"{entry.recorded_at:%Y-%m-%d %H:%M:%S}"
    line = f"{entry.position:>8}  {at}  {entry.type:<40} {entry.stream} {entry.version}"
    Console(soft_wrap=not sys.stdout.isatty(), markup=False, highlight=False).print(line)


def _whole(entry: Entry) -> dict[str, Any]:  # Any: JSON
    return {
        "position": entry.position,
        "id": str(entry.id),
        "stream": entry.stream,
        "version": entry.version,
        "type": entry.type,
        "schema_version": entry.schema_version,
        "recorded_at": entry.recorded_at.isoformat(),
        "data": entry.data,
        "meta": entry.meta,
    }
