"""The command `ketnap`: data on standard output, progress on standard error, exit codes that never change."""

import asyncio
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from ketnap.ops import control, jars, keys, loading, local, place, provinces, settings
from ketnap.ops import serve as serving
from ketnap.ops.commands import operators
from ketnap.ops.deployment import SERVICES
from ketnap.ops.messages import Row
from ketnap.ops.screen import Screen
from ketnap.ops.unable import Code, Unable, from_os
from ketnap.simulator.commands import check

INTERRUPTED = 130
EVERY = "all"

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)
infra = typer.Typer(no_args_is_help=True, help="The programs of others that everything runs on.")
app.add_typer(infra, name="infra")
pack = typer.Typer(no_args_is_help=True, help="Province packs.")
app.add_typer(pack, name="pack")
pack.command()(check)
pack.command()(loading.prepare)
pack.command()(loading.load)
app.command()(loading.simulate)
app.add_typer(operators.app)


@app.command()
def up(
    province: Annotated[
        str, typer.Option(help="Code of a province pack, a folder with one, or `all`.")
    ] = "lao-cai",
) -> None:
    """Start everything, from an empty disk if need be, and load a province."""
    begun = time.monotonic()
    chosen = settings.load()
    here = place.find(chosen)
    names = provinces.packs() if province == EVERY else [province]
    screen = Screen()
    asyncio.run(local.up(here, chosen, names, screen))
    screen.say(f"\nReady after {time.monotonic() - begun:.0f} s. Data, keys and logs are in {here.home}.")


@app.command()
def serve(
    service: Annotated[str, typer.Argument(help=f"One of: {', '.join(SERVICES)}.")],
    *,
    role: Annotated[serving.Role, typer.Option(help="The API, the worker, or both.")] = serving.Role.ALL,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Of the API.")] = 8000,
    metrics_port: Annotated[int, typer.Option(help="Of the metrics alone; 0: none.")] = 0,
    pack: Annotated[
        Path | None, typer.Option(help="Take what it needs from KETNAP_DEPLOYMENT and this province pack.")
    ] = None,
) -> None:
    """Run one service, told by KETNAP_* what it needs, until a signal ends it."""
    if pack:
        os.environ.update(loading.environment(pack, service))
    begun = serving.command(service, role, host=host, port=port, metrics_port=metrics_port)
    os.execv(begun[0], begun)  # noqa: S606 - no shell wanted


@app.command()
def down() -> None:
    """Stop everything; data stay."""
    here = place.find(settings.load())
    with Screen().working("Stopping"):
        ran = asyncio.run(control.stop(here))
    if not ran:
        Screen().say(f"Nothing runs in {here.home}.")


@app.command()
def status(*, as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """Tell what runs, since when, and how often it had to be started again."""
    here = place.find(settings.load())
    rows = asyncio.run(control.status(here))
    if as_json:
        print(json.dumps([asdict(row) for row in rows]))
    else:
        _print(rows)
    if any(row.state != "ready" for row in rows):
        raise typer.Exit(Code.ERROR)


@app.command()
def logs(
    name: Annotated[str, typer.Argument(help="Of one process, or a pattern.")] = "*",
    *,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until interrupted.")] = False,
    lines: Annotated[int, typer.Option("--lines", "-n")] = 40,
) -> None:
    """Show the last lines of the logs."""
    here = place.find(settings.load())
    files = sorted(here.logs.glob(f"{name}.log"))
    if not files:
        known = ", ".join(sorted(file.stem for file in here.logs.glob("*.log"))) or "none yet"
        raise Unable(f"There is no log for {name}; there are: {known}.", Code.NOT_FOUND)
    os.execvp("tail", ["tail", "-n", str(lines), *(["-F"] if follow else []), *map(str, files)])  # noqa: S606 - no shell wanted


@app.command()
def reset(*, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Stop everything and delete all data, keys and logs of this home."""
    here = place.find(settings.load())
    if not yes and not sys.stdin.isatty():
        raise Unable("This deletes all data: say --yes.", Code.USAGE)
    if not yes and not typer.confirm(f"Delete all data, keys and logs in {here.home}?", err=True):
        raise Unable("Nothing was deleted.")
    asyncio.run(control.stop(here))
    place.delete(here)


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Where the keys of one deployment shall lie.")],
    *,
    superuser: Annotated[
        Path | None,
        typer.Option(help="Also make this file with a password for PostgreSQL's superuser, for all to read."),
    ] = None,
) -> None:
    """Make the keys and passwords of a deployment that are not there yet, and name them."""
    made = keys.make(folder, SERVICES)
    if superuser and keys.password(superuser, mode=0o644):
        made.append(superuser)
    for file in made:
        print(file)


@infra.command("up")
def infra_up() -> None:
    """Start PostgreSQL and Kafka alone."""
    chosen = settings.load()
    here = place.find(chosen)
    asyncio.run(local.servers_up(here, chosen, Screen()))
    _print(asyncio.run(control.status(here)))


@infra.command()
def fetch() -> None:
    """Fetch and verify the programs, so that `up` needs no network."""
    programs = asyncio.run(local.fetch(settings.load(), Screen()))
    print(f"PostgreSQL {programs.postgres.version}: {programs.postgres.folder}")
    print(f"Java {programs.java.version}: {programs.java.folder}")
    print(f"Apache Kafka {jars.version()}: {programs.jars[0].parent}")


@infra.command()
def lock() -> None:
    """Write deploy/local/kafka.lock anew from kafka.in."""
    jars.relock()


def _print(rows: Sequence[Row]) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("process", "state", "address", "pid", "for", "restarts", "last end"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        held = str(timedelta(seconds=int(time.time() - row.since)))
        address = f"127.0.0.1:{row.port}"
        table.add_row(row.title, row.state, address, str(row.pid or ""), held, str(row.restarts), row.note)
    Console(soft_wrap=not sys.stdout.isatty()).print(table)


def main() -> None:
    os.umask(0o022)
    try:
        app()
    except OSError as error:
        _end(from_os(error))
    except Unable as no:
        _end(no)


def _end(no: Unable) -> None:
    Console(stderr=True, highlight=False, soft_wrap=True).print(no.sentence, style="red", markup=False)
    sys.exit(no.code)


if __name__ == "__main__":
    main()
