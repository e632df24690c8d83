"""Statistics put together: the only place where its parts meet."""

from pathlib import Path
from uuid import UUID

from fastapi import APIRouter, FastAPI

from ketnap.common import forgetting
from ketnap.common.access import HEARD_TYPES, access_model, heard
from ketnap.common.http import Gate
from ketnap.common.landing import Topic
from ketnap.common.log import Entry
from ketnap.common.policies import Policy
from ketnap.common.reading import Reader
from ketnap.common.readmodel import AnyModel
from ketnap.common.relay import Telling
from ketnap.common.service import Core, Service
from ketnap.common.settings import Settings
from ketnap.contracts.registry import PersonForgotten
from ketnap.statistics import allocation, detachment, language, plan, publisher, unit_plan
from ketnap.statistics.actions import MAY
from ketnap.statistics.policies import detach
from ketnap.statistics.routes import allocations, pages, plans
from ketnap.statistics.routes.looking import Looking
from ketnap.statistics.views import ledger, quotas, timeline
from ketnap.statistics.views import plans as plans_page

NAME = "statistics"
MIGRATIONS: list[Path] = []
MODELS: list[AnyModel] = [ledger.model, quotas.model, plans_page.model, timeline.model]


def _person(entry: Entry) -> UUID:
    return UUID(entry.data["person"])


def create_service(settings: Settings) -> Service:
    core = Core(NAME, settings)
    planned = core.aggregate("plan", plan.decider, language.plans)
    allocated = core.aggregate("allocation", allocation.decider, language.allocations)
    sent = core.aggregate("unit_plan", unit_plan.decider, language.unit_plans)
    detachments = core.aggregate("figures", detachment.decider, language.detachments)
    forgettings = core.aggregate("forgetting", forgetting.decider, language.forgettings)

    rights = access_model(HEARD_TYPES, heard)

    def routers(gate: Gate, reader: Reader) -> list[APIRouter]:
        looking = Looking(gate.access, rights, reader, core.db, core.clock)
        return [
            plans.create(gate, looking, planned, core.clock),
            allocations.create(gate, looking, allocated, sent, core.clock),
            pages.create(gate, reader, looking),
        ]

    policies: list[Policy] = [
        forgetting.forgetting(
            type=PersonForgotten.TYPE,
            person_of=_person,
            db=core.db,
            vault=core.vault,
            forgettings=forgettings,
            before=detach(detachments, core.db),
        )
    ]
    return Service(
        core,
        hears=[
            Topic(name=core.topic("registry.v1")),
            Topic(name=core.topic("registry.profile.v1"), restricted=True),
            Topic(name=core.topic("training.v1")),
            Topic(name=core.topic("admission.v1")),
        ],
        tells=[Telling(topic=core.topic("statistics.v1"), types=publisher.TYPES, publish=publisher.publish)],
        models=MODELS,
        access_model=rights,
        may=MAY,
        routers=routers,
        policies=policies,
    )


def create_app(settings: Settings, *, api: bool = True, worker: bool = True) -> FastAPI:
    return create_service(settings).create_app(api=api, worker=worker)
