"""Training put together: the only place where its parts meet."""

from pathlib import Path
from uuid import UUID

from fastapi import APIRouter, FastAPI

from ketnap.common import access_log, forgetting
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
from ketnap.training import class_plan, course, language, nomination, publisher
from ketnap.training.actions import MAY
from ketnap.training.policies import forgotten_leave, nomination_closes, nomination_falls
from ketnap.training.routes import certificates, courses, nominations
from ketnap.training.routes import class_plan as class_plan_routes
from ketnap.training.views import certificates as certificates_page
from ketnap.training.views import courses as courses_page
from ketnap.training.views import names, plan_lines, standings
from ketnap.training.views import nominations as nominations_page

NAME = "training"
MIGRATIONS: list[Path] = []
MODELS: list[AnyModel] = [
    standings.model,
    names.model,
    plan_lines.model,
    nominations_page.model,
    courses_page.model,
    certificates_page.model,
]


def create_service(settings: Settings) -> Service:
    core = Core(NAME, settings)
    plans_held = core.aggregate("class_plan", class_plan.decider, language.plans)
    nominations_held = core.aggregate("nomination", nomination.decider, language.nominations)
    courses_held = core.aggregate("course", course.decider, language.courses)
    forgettings_held = core.aggregate("forgetting", forgetting.decider, language.forgettings)

    def routers(gate: Gate, reader: Reader) -> list[APIRouter]:
        return [
            class_plan_routes.create(gate, reader, plans_held, core.clock),
            nominations.create(gate, reader, nominations_held, core.clock),
            courses.create(gate, reader, courses_held, nominations_held, plans_held, core.db, core.clock),
            certificates.create(gate, reader),
            access_log.create(gate, core.db),
        ]

    policies: list[Policy] = [
        nomination_closes(nominations_held),
        nomination_falls(nominations_held, core.db),
        forgotten_leave(courses_held, core.db),
        forgetting.forgetting(
            type=PersonForgotten.TYPE,
            person_of=_person,
            db=core.db,
            vault=core.vault,
            forgettings=forgettings_held,
        ),
    ]
    return Service(
        core,
        hears=[
            Topic(name=core.topic("registry.v1")),
            Topic(name=core.topic("registry.identity.v1"), restricted=True),
            Topic(name=core.topic("admission.v1")),
        ],
        tells=[Telling(topic=core.topic("training.v1"), types=publisher.TYPES, publish=publisher.publish)],
        models=MODELS,
        access_model=access_model(HEARD_TYPES, heard),
        may=MAY,
        routers=routers,
        policies=policies,
    )


def create_app(settings: Settings, *, api: bool = True, worker: bool = True) -> FastAPI:
    return create_service(settings).create_app(api=api, worker=worker)


def _person(entry: Entry) -> UUID:
    return PersonForgotten.read(entry.json).person
