"""The published descriptions: the API of a service, the facts of a deployment."""

import json
import tempfile
from importlib.metadata import version
from pathlib import Path

import typer

from ketnap.common.settings import Settings
from ketnap.contracts.asyncapi import document
from ketnap.ops import catalogue, keys, opening
from ketnap.ops.commands.asked import OfProvince, OfService
from ketnap.ops.services import WITH_LOG
from ketnap.ops.unable import Code, Unable

app = typer.Typer()


@app.command()
def openapi(service: OfService) -> None:
    """The OpenAPI document of a service; needs no deployment."""
    if service not in WITH_LOG:
        raise Unable(f"{service} has no public API; there are: {', '.join(WITH_LOG)}.", Code.NOT_FOUND)
    with tempfile.TemporaryDirectory() as folder:
        keys.make(Path(folder), [])
        nowhere = Settings.model_validate(
            {
                "province": "none",
                "database_url": "postgresql+asyncpg://none",
                "master_key_file": Path(folder) / "master.key",
                "pepper_file": Path(folder) / "pepper.key",
            }
        )
        app = catalogue.create(service, nowhere).create_app(worker=False)
    print(json.dumps(app.openapi(), ensure_ascii=False, indent=2))


@app.command()
def asyncapi(*, province: OfProvince = "") -> None:
    """The AsyncAPI document of a deployment: its topics and every fact on them."""
    code = province or opening.stores(province).province
    print(json.dumps(document(code, version("ketnap")), ensure_ascii=False, indent=2))
