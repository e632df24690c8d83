"""Facts heard and commands given without Kafka and HTTP: straight into the log of a database."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import orjson

from ketnap.admission import dossier, language
from ketnap.admission.commands import Command
from ketnap.admission.policies import Dossiers
from ketnap.common import log, projector
from ketnap.common.append import Attempt, NewEvent, Stored
from ketnap.common.database import driver
from ketnap.common.execute import Intent
from ketnap.common.readmodel import AnyModel
from ketnap.common.service import Core
from ketnap.contracts.fact import Fact


def dossiers_of(core: Core) -> Dossiers:
    return core.aggregate("dossier", dossier.decider, language.dossiers)


async def hear(core: Core, topic: str, *facts: Fact) -> None:
    """As if these had been landed from a topic."""
    stream = core.topic(topic)
    async with driver(core.db) as db:
        stands = await log.version(db, stream)
    events = [
        NewEvent(
            id=uuid4(),
            type=fact.TYPE,
            schema_version=1,
            json=fact.model_dump_json(),
            meta_json=orjson.dumps(
                {
                    "subject": fact.about,
                    "time": datetime.now(UTC),
                    "epoch": 1,
                    "position": number,
                    "offset": 0,
                }
            ).decode(),
            version=number,
        )
        for number, fact in enumerate(facts, stands + 1)
    ]
    assert isinstance(await core.append(Attempt(stream=stream, expected=stands, events=events)), Stored)


async def give(core: Core, *commands: Command, to: UUID) -> None:
    """One after another, each to the dossier as it stands."""
    held = dossiers_of(core)
    for command in commands:
        intent = Intent(
            command_id=uuid4(), fingerprint="", expected=None, actor="test", correlation_id=uuid4()
        )
        await held.execute(to, command, intent)


async def folded(core: Core, model: AnyModel, instance: int = 1) -> None:
    """Until the page has folded all there is."""
    while await projector.advance(core.db, core.vault, model, instance):
        pass
