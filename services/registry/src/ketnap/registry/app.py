"""Registry put together: the only place where its parts meet."""

from pathlib import Path

from fastapi import APIRouter, FastAPI

from ketnap.common import access_log, forgetting
from ketnap.common.access import ACCESS_FACTS, Told, access_model
from ketnap.common.http import Gate
from ketnap.common.landing import Topic
from ketnap.common.log import Entry
from ketnap.common.policies import Policy
from ketnap.common.reading import Reader
from ketnap.common.readmodel import AnyModel
from ketnap.common.relay import Telling
from ketnap.common.service import Core, Service
from ketnap.common.settings import Settings
from ketnap.registry import account, candidacy, language, person, publisher, roll, unit
from ketnap.registry.actions import MAY
from ketnap.registry.heartbeat import Heart
from ketnap.registry.policies import candidacy_ends, person_follows, roll_follows
from ketnap.registry.routes import accounts, candidacies, people, rolls, units
from ketnap.registry.views import candidacies as candidacies_page
from ketnap.registry.views import forgettings as forgettings_page
from ketnap.registry.views import people as people_page
from ketnap.registry.views import rolls as rolls_page

NAME = "registry"
MIGRATIONS = [Path(__file__).parent / "migrations"]
MODELS: list[AnyModel] = [people_page.model, candidacies_page.model, rolls_page.model, forgettings_page.model]
ACCESS_TYPES = frozenset({*unit.NAMES, *account.NAMES, *language.HEARTBEAT})


def told(entry: Entry) -> Told:
    """What registry itself would tell of an entry: its own rights need no way round by Kafka."""
    facts = publisher.facts(language.own(entry))
    return Told(facts=[fact for fact in facts if isinstance(fact, ACCESS_FACTS)], at=entry.recorded_at)


def create_service(settings: Settings) -> Service:
    core = Core(NAME, settings)
    units_held = core.aggregate("unit", unit.decider, language.units)
    people_held = core.aggregate("person", person.decider, language.people)
    candidacies_held = core.aggregate("candidacy", candidacy.decider, language.candidacies)
    rolls_held = core.aggregate("roll", roll.decider, language.rolls)
    accounts_held = core.aggregate("account", account.decider, language.accounts)
    forgettings_held = core.aggregate("forgetting", forgetting.decider, language.forgettings)

    def routers(gate: Gate, reader: Reader) -> list[APIRouter]:
        return [
            units.create(gate, units_held, core.clock),
            people.create(gate, reader, people_held, core.db, core.clock),
            candidacies.create(gate, reader, candidacies_held, core.clock),
            rolls.create(gate, reader, rolls_held, core.clock),
            accounts.create(gate, gate.access, accounts_held, core.db, core.clock),
            access_log.create(gate, core.db),
        ]

    policies: list[Policy] = [
        roll_follows(rolls_held, core.clock.today),
        candidacy_ends(candidacies_held, core.db),
        person_follows(people_held),
        forgetting.forgetting(
            type="person.forgotten",
            person_of=language.id_of,
            db=core.db,
            vault=core.vault,
            forgettings=forgettings_held,
        ),
    ]
    return Service(
        core,
        hears=[Topic(name=core.topic(f"{name}.v1")) for name in ("training", "admission", "statistics")],
        tells=[
            Telling(topic=core.topic("registry.v1"), types=publisher.TYPES, publish=publisher.publish),
            Telling(
                topic=core.topic("registry.identity.v1"),
                types=publisher.IDENTITY_TYPES,
                publish=publisher.opened(core.vault, core.db, publisher.identities),
                restricted=True,
            ),
            Telling(
                topic=core.topic("registry.profile.v1"),
                types=publisher.PROFILE_TYPES,
                publish=publisher.opened(core.vault, core.db, publisher.profiles),
                restricted=True,
            ),
        ],
        models=MODELS,
        access_model=access_model(ACCESS_TYPES, told),
        may=MAY,
        routers=routers,
        policies=policies,
        jobs={"heartbeat": Heart(core.db, core.append, core.clock).beat},
        source_of_rights=True,
        migrations=MIGRATIONS,
    )


def create_app(settings: Settings, *, api: bool = True, worker: bool = True) -> FastAPI:
    return create_service(settings).create_app(api=api, worker=worker)
