"""Admission put together: the only place where its parts meet."""

from pathlib import Path

from fastapi import APIRouter, FastAPI

from ketnap.admission import dossier, language, publisher
from ketnap.admission.actions import MAY
from ketnap.admission.policies import closed_with_the_membership, forgotten_person, withdrawn_with_the_name
from ketnap.admission.routes import ceremonies, decisions, outcomes, pages, papers, votes
from ketnap.admission.rulebook import national
from ketnap.admission.views import candidacies as candidacies_page
from ketnap.admission.views import certificates as certificates_page
from ketnap.admission.views import dossier as dossier_page
from ketnap.admission.views import dossiers as dossiers_page
from ketnap.admission.views import identities as identities_page
from ketnap.admission.views import papers as papers_page
from ketnap.admission.views import rolls as rolls_page
from ketnap.common import forgetting
from ketnap.common.access import HEARD_TYPES, access_model, heard
from ketnap.common.http import Gate
from ketnap.common.landing import Topic
from ketnap.common.policies import Policy
from ketnap.common.reading import Reader
from ketnap.common.readmodel import AnyModel
from ketnap.common.relay import Telling
from ketnap.common.service import Core, Service
from ketnap.common.settings import Settings
from ketnap.contracts.registry import PersonForgotten
from ketnap.rules.workdays import Calendar

NAME = "admission"
MIGRATIONS: list[Path] = []
MODELS: list[AnyModel] = [
    rolls_page.model,
    certificates_page.model,
    candidacies_page.model,
    identities_page.model,
    dossiers_page.model,
    dossier_page.model,
    papers_page.model,
]


def create_service(settings: Settings, calendar: Calendar | None = None) -> Service:
    """`calendar`: the working days of the province, else the national ones."""
    core = Core(NAME, settings)
    rules = national(calendar)
    dossiers = core.aggregate("dossier", dossier.decider, language.dossiers)
    forgettings = core.aggregate("forgetting", forgetting.decider, language.forgettings)

    def routers(gate: Gate, reader: Reader) -> list[APIRouter]:
        return [
            papers.create(gate, reader, dossiers, rules, core.clock),
            votes.create(gate, reader, dossiers, rules, core.clock),
            decisions.create(gate, reader, dossiers, rules, core.clock),
            ceremonies.create(gate, dossiers, rules, core.clock),
            outcomes.create(gate, dossiers, rules, core.clock),
            pages.create(gate, reader, core.db, rules, core.clock),
        ]

    policies: list[Policy] = [
        withdrawn_with_the_name(dossiers, core.db, core.clock.today),
        closed_with_the_membership(dossiers, core.db),
        forgetting.forgetting(
            type=PersonForgotten.TYPE,
            person_of=forgotten_person,
            db=core.db,
            vault=core.vault,
            forgettings=forgettings,
        ),
    ]
    return Service(
        core,
        hears=[
            Topic(name=core.topic("registry.v1")),
            Topic(name=core.topic("registry.identity.v1"), restricted=True),
            Topic(name=core.topic("training.v1")),
        ],
        tells=[Telling(topic=core.topic("admission.v1"), types=publisher.TYPES, publish=publisher.publish)],
        models=MODELS,
        access_model=access_model(HEARD_TYPES, heard),
        may=MAY,
        routers=routers,
        policies=policies,
    )


def create_app(settings: Settings, *, api: bool = True, worker: bool = True) -> FastAPI:
    return create_service(settings).create_app(api=api, worker=worker)
