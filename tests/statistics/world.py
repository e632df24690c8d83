"""A province as statistics hears of it: facts landed as they come over the wire, folded at once, asked over HTTP."""

import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx

from ketnap.common import projector
from ketnap.common.clock import HERE, Clock
from ketnap.common.cursors import cursors
from ketnap.common.database import driver
from ketnap.common.service import Service
from ketnap.contracts.envelope import Envelope
from ketnap.contracts.fact import Fact
from ketnap.contracts.registry import (
    AccountOpened,
    GrantGiven,
    Heartbeat,
    Hierarchy,
    Role,
    SchoolLevel,
    Sector,
    UnitFounded,
    UnitKind,
)
from ketnap.statistics.app import create_service
from tests.kit import fresh_database, settings
from tests.province import ISSUER, TestIssuer

PROVINCE = "tinh-mau"
TOPICS = ("registry.v1", "registry.profile.v1", "training.v1", "admission.v1")


@dataclass(frozen=True, kw_only=True)
class Record:
    """What a Kafka client delivers."""

    headers: list[tuple[str, bytes]]
    offset: int
    value: bytes | None
    key: bytes


class World:
    """One statistics service with its database; nothing runs but what a test calls."""

    def __init__(self, service: Service, client: httpx.AsyncClient, issuer: TestIssuer, clock: Clock) -> None:
        self.service = service
        self.client = client
        self.issuer = issuer
        self.clock = clock
        self.told: dict[str, list[Record]] = {topic: [] for topic in TOPICS}
        self.root = UUID(int=1)

    async def tell(self, *facts: Fact, on: date | None = None) -> None:
        """Facts as their sources tell them, recorded today or on a day, landed and folded."""
        for fact in facts:
            await self.tell_unfolded(fact, on=on)
        await self.settle()

    async def tell_unfolded(self, fact: Fact, on: date | None = None) -> None:
        """On a day that has come: it is that day from then on."""
        await self.tell_on([(on, fact)])

    async def tell_on(self, told: Sequence[tuple[date | None, Fact]]) -> None:
        """Facts of one topic in one batch, not folded, each recorded on its day; None: now."""
        topic = topic_of(told[0][1])
        records = self.told[topic]
        first = len(records)
        for on, fact in told:
            if on is not None and _morning(on) > self.clock.now():
                self.pass_to(on)
            at = _morning(on) if on else self.clock.now()
            records.append(_record(fact, len(records) + 1, at))
        await self.land(topic, records[first:])

    async def erase(self, person: UUID, version: int) -> None:
        """The tombstone of a profile."""
        records = self.told["registry.profile.v1"]
        key = f"{person}/{version}".encode()
        told = next(record for record in records if record.key == key)
        headers = Envelope.parse(told.headers)
        gone = Envelope(
            id=uuid4(),
            type=headers.type,
            source=headers.source,
            subject=headers.subject,
            time=self.clock.now(),
            factno=len(records) + 1,
            epoch=1,
            position=len(records) + 1,
            part=0,
        )
        records.append(Record(headers=gone.headers(), offset=len(records), value=None, key=key))
        await self.land("registry.profile.v1", [records[-1]])
        await self.settle()

    async def land(self, topic: str, records: list[Record]) -> None:
        name = f"{PROVINCE}.{topic}"
        landing = next(landing for landing in self.service.landings if landing.topic.name == name)
        await landing.take(records)

    async def settle(self, *, policies: bool = True) -> None:
        """Fold everything, react to everything, until nothing moves."""
        db, vault = self.service.core.db, self.service.core.vault
        busy = True
        while busy:
            busy = False
            for model in self.service.models:
                async with driver(db) as connection:
                    instances = [cursor.instance for cursor in await cursors(connection, model)]
                for instance in instances:
                    while await projector.advance(db, vault, model, instance):
                        busy = True
            if policies:
                before = await self.head()
                await self.service.policies.step()
                busy = await self.head() > before
        self.service.access.changed = True

    async def head(self) -> int:
        async with driver(self.service.core.db) as connection:
            position: int = await connection.fetchval("SELECT position FROM core.head")
        return position

    def pass_to(self, day: date) -> None:
        """It is eight in the morning of a later day."""
        self.clock.set(_morning(day))

    # -- Registry's facts

    async def found(
        self,
        name: str,
        kind: UnitKind | str = UnitKind.CELL,
        parent: UUID | None = None,
        *,
        on: date = date(2000, 1, 1),
        hierarchy: Hierarchy = Hierarchy.PARTY,
        sector: Sector | None = None,
        school_level: SchoolLevel | None = None,
        institution: UUID | None = None,
    ) -> UUID:
        """A unit, under the province when nothing else is said."""
        unit = uuid4()
        number = len(self.told["registry.v1"])
        await self.tell(
            UnitFounded(
                unit=unit,
                kind=UnitKind(kind),
                hierarchy=hierarchy,
                parent=self.root if parent is None and hierarchy == Hierarchy.PARTY else parent,
                code=f"{number:06d}",
                name=name,
                on=on,
                sector=sector,
                school_level=school_level,
                institution=institution,
            )
        )
        return unit

    async def officer(self, name: str, *grants: tuple[Role, UUID]) -> "Officer":
        """Somebody with an account that has these roles on these units."""
        officer = Officer(self, name)
        account = uuid4()
        opened = AccountOpened(account=account, person=officer.person, issuer=ISSUER, subject=name)
        given = [
            GrantGiven(grant=uuid4(), account=account, role=role, unit=unit, valid_from=date(2000, 1, 1))
            for role, unit in grants
        ]
        await self.tell(opened, *given, Heartbeat())
        return officer

    async def heartbeat(self) -> None:
        await self.tell(Heartbeat())


class Officer:
    """Sends commands and asks questions; what they write is folded before they go on."""

    def __init__(self, world: World, subject: str) -> None:
        self._world = world
        self.subject = subject
        self.person = uuid4()

    async def send(
        self, path: str, body: Mapping[str, Any] | None = None, *, version: int | None = None
    ) -> httpx.Response:
        await self._world.heartbeat()
        headers = {**self._headers, "Idempotency-Key": str(uuid4())}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        answer = await self._world.client.post(path, json=_plain(body or {}), headers=headers)
        await self._world.settle()
        return answer

    async def do(
        self, path: str, body: Mapping[str, Any] | None = None, *, version: int | None = None
    ) -> dict[str, Any]:
        answer = await self.send(path, body, version=version)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        done: dict[str, Any] = answer.json()
        return done

    async def get(self, path: str, **params: Any) -> httpx.Response:
        asked = {name: value for name, value in params.items() if value is not None}
        return await self._world.client.get(path, params=asked, headers=self._headers)

    async def see(self, path: str, **params: Any) -> Any:
        answer = await self.get(path, **params)
        assert answer.status_code == 200, f"{path} {params}: {answer.status_code} {answer.text}"
        return answer.json()

    async def refused(self, path: str, **params: Any) -> tuple[int, str]:
        """Status and code of a question that is not answered."""
        answer = await self.get(path, **params)
        return answer.status_code, answer.json().get("code", "")

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._world.issuer.token(self.subject)}"}


def topic_of(fact: Fact) -> str:
    """From `registry.unit_founded.v1` to `registry.v1`; profiles have a topic of their own."""
    return "registry.profile.v1" if "profile" in fact.TYPE else f"{fact.TYPE.partition('.')[0]}.v1"


def _record(fact: Fact, number: int, now: datetime) -> Record:
    envelope = Envelope(
        id=uuid4(),
        type=fact.TYPE,
        source=f"urn:ketnap:{PROVINCE}:{topic_of(fact)}",
        subject=fact.about,
        time=now,
        factno=number,
        epoch=1,
        position=number,
        part=0,
    )
    value = fact.model_dump_json(exclude_none=True).encode()
    return Record(headers=envelope.headers(), offset=number - 1, value=value, key=fact.subject_key().encode())


def _morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 8, tzinfo=HERE)


def _plain(value: Any) -> Any:
    match value:
        case UUID() | date():
            return str(value)
        case dict():
            return {str(name): _plain(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_plain(inner) for inner in value]
        case _:
            return value


@asynccontextmanager
async def world(postgres: str, folder: Path, *, today: date) -> AsyncGenerator[World]:
    """A province with its root unit, on a day."""
    clock_file, issuer = folder / f"clock-{uuid4().hex}", TestIssuer(folder)
    async with fresh_database(postgres) as database:
        service = create_service(
            settings(
                database,
                "127.0.0.1:1",
                folder,
                province=PROVINCE,
                issuers=json.loads(issuer.trusted),
                clock_file=clock_file,
            )
        )
        clock = Clock(clock_file)
        clock.set(_morning(today))
        await projector.prepare(service.core.db, service.models)
        app = service.create_app(worker=False)
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://statistics.test") as client:
            made = World(service, client, issuer, clock)
            await made.tell(
                UnitFounded(
                    unit=made.root,
                    kind=UnitKind.PROVINCE,
                    hierarchy=Hierarchy.PARTY,
                    code="000000",
                    name="Đảng bộ tỉnh Mẫu",
                    on=date(2000, 1, 1),
                )
            )
            yield made
        await service.core.append.close()
        await service.core.db.close()
