"""Log and topic by hand: after a restore, after a failover, and when records or landed facts were lost."""

import sys
from typing import Annotated

import asyncpg
import typer
from sqlalchemy import make_url

from ketnap.common import log
from ketnap.common.database import driver
from ketnap.common.leader import server_identity
from ketnap.common.relanding import LandedAgain, PlacesUnknown, TopicLacks, land_again
from ketnap.common.relay import LogBehindTopic, Relay
from ketnap.common.restoring import Adopted, adopt_restored
from ketnap.common.service import Service
from ketnap.common.topics import tail
from ketnap.ops import opening
from ketnap.ops.commands.asked import OfProvince, OfService, Yes
from ketnap.ops.screen import Screen
from ketnap.ops.unable import Code, Unable

app = typer.Typer()
relay = typer.Typer(no_args_is_help=True, help="What is told to the others.")
app.add_typer(relay, name="relay")


@app.command("adopt-restored")
def adopt(service: OfService, *, province: OfProvince = "", yes: Yes = False) -> None:
    """After a restore to an older moment: tell everybody that what came after it never happened."""
    behind = opening.run(_behind(service, province))
    for line in behind:
        Screen().say(line)
    if behind and not yes:
        _ask("Declare for good that these facts never happened?")
    for topic, adopted in opening.run(_adopt(service, province)).items():
        if adopted is None:
            print(f"{topic}: log and topic agree, nothing was said")
        else:
            print(f"{topic}: facts up to {adopted.valid_through} hold, {adopted.void} behind it are void")


@app.command()
def confirm_failover(service: OfService, *, province: OfProvince = "") -> None:
    """After a failover that lost nothing: the log is on another server now. Refused when something was lost."""
    print(opening.run(_confirm(service, province)))


@relay.command()
def refill(
    service: OfService,
    *,
    first: Annotated[int, typer.Option("--from", min=1, help="Number of the first fact that is missing.")],
    province: OfProvince = "",
) -> None:
    """Send facts again under their numbers, from this one through the newest: records were lost."""
    topic, sent = opening.run(_refill(service, province, first))
    print(f"{topic}: {sent} facts were sent again")


@app.command("land-again")
def land_once_more(
    service: OfService,
    topic: Annotated[str, typer.Argument(metavar="TOPIC", help="Whose facts in its log were damaged.")],
    *,
    province: OfProvince = "",
    yes: Yes = False,
) -> None:
    """Land all facts of one topic again, each at its position: rows of the log were lost or changed by hand."""
    if not yes:
        _ask(f"Replace what {service} has landed of {topic} by what the topic says?")
    done = opening.run(_land_again(service, topic, province))
    print(f"{topic}: {done.facts} facts are landed, {done.lost} were lost, {done.otherwise} were otherwise")
    Screen().say(f"Now prove every read model: ketnap instances {service}, then ketnap rebuild {service} ...")


def _ask(question: str) -> None:
    if not sys.stdin.isatty():
        raise Unable("This cannot be taken back: say --yes.", Code.USAGE)
    if not typer.confirm(question, err=True):
        raise Unable("Nothing was changed.")


async def _behind(service: str, province: str) -> list[str]:
    """A sentence for each topic that knows what the log does not."""
    async with opening.opened(service, province) as one:
        return [sentence for relay in one.relays if (sentence := await _disagreement(one, relay))]


async def _disagreement(one: Service, relay: Relay) -> str:
    told = await tail(relay.kafka, relay.telling.topic)
    async with driver(one.core.db) as db:
        entry = await log.at(db, told.position)
        head, _ = await log.head(db)
    if told.speaks_of(entry):
        return ""
    return f"{relay.telling.topic} ends with fact {told.number} of position {told.position}; the log ends at {head}."


async def _adopt(service: str, province: str) -> dict[str, Adopted | None]:
    async with opening.opened(service, province) as one:
        done = {relay.telling.topic: await adopt_restored(relay) for relay in one.relays}
        await _acknowledge(one)
    return done


async def _confirm(service: str, province: str) -> str:
    async with opening.opened(service, province) as one:
        for relay in one.relays:
            try:
                await relay.resume()
            except LogBehindTopic as error:
                raise Unable(
                    f"Something was lost ({error}): this was no failover that lost nothing. "
                    f"Say ketnap adopt-restored {service}, or bring back the newer database.",
                    Code.CONFLICT,
                ) from None
        return await _acknowledge(one)


async def _acknowledge(one: Service) -> str:
    async with driver(one.core.db) as db:
        identity = await server_identity(db)
        await db.execute("SELECT core.acknowledge_server($1)", identity)
    return identity


async def _refill(service: str, province: str, first: int) -> tuple[str, int]:
    async with opening.opened(service, province) as one:
        [relay] = [relay for relay in one.relays if not relay.telling.restricted]
        try:
            await relay.resume()
            return relay.telling.topic, await relay.refill(first)
        except LogBehindTopic as error:
            raise Unable(f"{error}: say ketnap adopt-restored {service} first.", Code.CONFLICT) from None


async def _land_again(service: str, name: str, province: str) -> LandedAgain:
    async with opening.opened(service, province) as one:
        topic = next((topic for topic in one.hears if topic.name == name), None)
        if topic is None:
            heard = ", ".join(topic.name for topic in one.hears)
            raise Unable(f"{service} does not hear {name}; it hears: {heard}.", Code.NOT_FOUND)
        owner = make_url(opening.stores(province, service).owner).set(drivername="postgresql")
        db = await asyncpg.connect(owner.render_as_string(hide_password=False))
        try:
            return await land_again(db, one.core.vault, one.core.settings.kafka_url, topic)
        except PlacesUnknown as error:
            raise Unable(
                f"Nothing was changed, {error}: restore this database from the backup.", Code.CONFLICT
            ) from None
        except TopicLacks as error:
            raise Unable(
                f"Nothing was changed, {error}: let the source send it again with ketnap relay refill.",
                Code.CONFLICT,
            ) from None
        finally:
            await db.close()
