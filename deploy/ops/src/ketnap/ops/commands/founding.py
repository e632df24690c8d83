"""What a deployment needs before its first day and at each upgrade: schema, topics, first administrators."""

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import make_url

from ketnap.ops import catalogue, opening, provinces, schemas
from ketnap.ops import topics as applying
from ketnap.ops.commands.asked import OfProvince
from ketnap.ops.deployment import SERVICES
from ketnap.ops.screen import Screen
from ketnap.ops.unable import Code, Unable
from ketnap.packs.load import begin

app = typer.Typer()
topics = typer.Typer(no_args_is_help=True, help="The topics of a deployment.")
grant = typer.Typer(no_args_is_help=True, help="Rights that nobody else can give yet.")
app.add_typer(topics, name="topics")
app.add_typer(grant, name="grant")


@app.command()
def migrate(
    services: Annotated[list[str], typer.Argument(metavar="SERVICE", help=f"Of: {', '.join(SERVICES)}.")],
    *,
    province: OfProvince = "",
) -> None:
    """Bring databases to the schema of this release, as their owner; what was run already is left alone."""
    for service in services:
        opening.run(_migrate(service, province))
        Screen().say(f"The database of {service} is as this release needs it.")


@topics.command("apply")
def apply_topics(
    *,
    replicas: Annotated[int, typer.Option(min=1, help="Brokers that hold each record: 3 in a cluster.")] = 1,
    province: OfProvince = "",
) -> None:
    """Make the topics that are missing, set what they are set to, and name those that were made."""
    found = opening.stores(province)
    for name in opening.run(applying.apply(found.kafka_url, found.province, replicas=replicas)):
        print(name)


@grant.command("first-admin")
def first_admin(
    pack: Annotated[Path, typer.Argument(metavar="PACK", help="Folder of the province pack.")],
    *,
    issuer: Annotated[
        str, typer.Option(help="Who signs the tokens: urn:ketnap:<province>, its portal, or an OIDC issuer.")
    ],
    province: OfProvince = "",
) -> None:
    """Found the root unit and give the pack's first two administrators their right; again changes nothing."""
    read = provinces.read(pack)
    settings = opening.settings_of("registry", province)
    if settings.province != read.code:
        raise Unable(
            f"The pack is that of {read.code}, the deployment is {settings.province}.", Code.CONFLICT
        )
    opening.run(begin(read, settings, issuer))
    for officer in read.officers.administrators(read.province.root)[:2]:
        print(f"{officer.account} {officer.sign_in}")


async def _migrate(service: str, province: str) -> None:
    catalogue.module(service)
    found = opening.stores(province, service)
    role = make_url(found.database).username
    await schemas.migrate(service, found.owner, role or "")
