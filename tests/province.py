"""A deployment for tests: services in this process on real PostgreSQL and Kafka, officers with tokens."""

import json
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
from joserfc import jwt
from joserfc.jwk import OKPKey

from ketnap.common.clock import Clock
from ketnap.common.service import Service
from ketnap.common.settings import Settings
from ketnap.contracts.registry import Role
from ketnap.contracts.schemas import TOPICS
from ketnap.registry import bootstrap
from ketnap.registry.unit import FoundUnit
from tests.kit import fresh_database, make_topics, settings, until

ISSUER = "urn:ketnap:tinh-mau"


class TestIssuer:
    """Issues tokens as the portal does; its keys stand in a file."""

    __test__ = False

    def __init__(self, folder: Path) -> None:
        self._key = OKPKey.generate_key("Ed25519", {"kid": "test"})
        self._file = folder / "jwks.json"
        self._file.write_text(json.dumps({"keys": [self._key.as_dict(private=False)]}))

    @property
    def trusted(self) -> str:
        return json.dumps({ISSUER: f"file://{self._file}"})

    def token(self, subject: str, *, minutes: int = 10, audience: str = "ketnap-api") -> str:
        now = int(time.time())
        claims = {"iss": ISSUER, "sub": subject, "aud": audience, "iat": now, "exp": now + minutes * 60}
        return jwt.encode({"alg": "Ed25519", "kid": "test"}, claims, self._key, algorithms=["Ed25519"])


class Officer:
    """Somebody with an account: sends commands and asks questions."""

    def __init__(self, province: "Province", subject: str) -> None:
        self._province = province
        self.subject = subject
        self.account = uuid4()
        self.person = uuid4()

    async def send(
        self,
        service: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        version: int | None = None,
        key: UUID | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> httpx.Response:
        """A command; `version` is what the officer saw (None for a new record)."""
        headers = {**self.headers, "Idempotency-Key": str(key or uuid4()), "Content-Type": "application/json"}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        content = json.dumps(body or {}, default=str)
        return await self._province.clients[service].post(
            path, content=content, headers=headers, params=params
        )

    async def do(
        self, service: str, path: str, body: Mapping[str, Any] | None = None, **more: Any
    ) -> dict[str, Any]:
        """A command that must succeed."""
        answer = await self.send(service, path, body, **more)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        done: dict[str, Any] = answer.json()
        return done

    async def get(self, service: str, path: str, **params: Any) -> httpx.Response:
        return await self._province.clients[service].get(path, params=params, headers=self.headers)

    async def see(self, service: str, path: str, **params: Any) -> Any:
        """A question that must be answered."""
        answer = await self.get(service, path, **params)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._province.issuer.token(self.subject)}"}


class Province:
    """What a test holds in its hand."""

    def __init__(self, code: str, clock: Clock, issuer: TestIssuer) -> None:
        self.code = code
        self.clock = clock
        self.issuer = issuer
        self.services: dict[str, Service] = {}
        self.clients: dict[str, httpx.AsyncClient] = {}
        self.root = uuid4()
        self.admin = Officer(self, "admin")
        self.second_admin = Officer(self, "second-admin")

    async def officer(self, subject: str, *grants: tuple[Role, UUID]) -> Officer:
        """A new account with these roles on these units."""
        officer = Officer(self, subject)
        opening = {"person": officer.person, "issuer": ISSUER, "subject": subject}
        done = await self.admin.do("registry", f"/accounts/{officer.account}/open", opening)
        for role, unit in grants:
            body = {"grant": uuid4(), "role": role, "unit": unit, "valid_from": "2000-01-01"}
            done = await self.admin.do(
                "registry", f"/accounts/{officer.account}/grant", body, version=done["version"]
            )
        await self.settled()
        return officer

    async def found(self, name: str, kind: str, parent: UUID | None = None, **more: Any) -> UUID:
        """A new unit of the party hierarchy, as of 2000."""
        unit = uuid4()
        body = {
            "kind": kind,
            "hierarchy": "party",
            "parent": parent or self.root,
            "code": f"{name}-{unit.hex[:6]}",
            "name": name,
            "on": "2000-01-01",
            **more,
        }
        await self.admin.do("registry", f"/units/{unit}/found", body)
        await self.settled()
        return unit

    async def settled(self) -> None:
        """Until everybody has landed and folded what there is."""

        async def all_there() -> bool:
            before = await self._heads()
            for name, service in self.services.items():
                if not await _caught_up(service, {s: o for s, o in self.services.items() if s != name}):
                    return False
            return await self._heads() == before  # nobody answered somebody who had been looked at already

        await until(all_there)
        for service in self.services.values():
            service.access.changed = True

    async def _heads(self) -> list[int]:
        return [
            await (await service.core.db.pool()).fetchval("SELECT position FROM core.head")
            for service in self.services.values()
        ]

    def pass_to(self, day: date) -> None:
        """It is eight in the morning of a later day."""
        self.clock.set(
            datetime(day.year, day.month, day.day, 8, tzinfo=self.clock.now().tzinfo) - timedelta(hours=7)
        )


async def _caught_up(service: Service, others: Mapping[str, Service]) -> bool:
    pool = await service.core.db.pool()
    for topic in service.hears:
        landed = await pool.fetchval("SELECT max(version) FROM core.log WHERE stream = $1", topic.name) or 0
        for other in others.values():
            for relay in other.relays:
                if relay.telling.topic != topic.name:
                    continue
                source = await (await other.core.db.pool()).fetchval("SELECT position FROM core.head")
                if relay.told is None or not relay.caught_up(source) or relay.told.number > landed:
                    return False
    # Last: what was landed while the topics were looked at is folded, too.
    head = await pool.fetchval("SELECT position FROM core.head")
    return await pool.fetchval("SELECT count(*) = 0 FROM core.cursors WHERE position < $1", head) is True


type Create = Callable[[Settings], Service]


@asynccontextmanager
async def deployment(
    postgres: str,
    kafka: str,
    folder: Path,
    services: Mapping[str, tuple[Create, Sequence[Path]]],
    *,
    today: date = date(2024, 1, 2),
) -> AsyncGenerator[Province]:
    """Start these services (registry must be among them) as one deployment with a root unit and two administrators."""
    code = f"t{uuid4().hex[:10]}"
    clock = Clock(folder / "clock")
    issuer = TestIssuer(folder)
    province = Province(code, clock, issuer)
    province.pass_to(today)
    await make_topics(kafka, [f"{code}.{topic}" for topic in TOPICS])
    async with AsyncExitStack() as stack:
        for name, (create, locations) in services.items():
            database = await stack.enter_async_context(fresh_database(postgres, locations))
            service = create(
                settings(
                    database,
                    kafka,
                    folder,
                    province=code,
                    issuers=json.loads(issuer.trusted),
                    clock_file=folder / "clock",
                )
            )
            province.services[name] = service
            app = service.create_app()
            await stack.enter_async_context(app.router.lifespan_context(app))
            transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
            client = httpx.AsyncClient(transport=transport, base_url=f"http://{name}.test", timeout=30)
            province.clients[name] = await stack.enter_async_context(client)
        await _begin(province, today)
        yield province


async def _begin(province: Province, today: date) -> None:
    root = FoundUnit(
        unit=province.root,
        kind="province",
        hierarchy="party",
        parent=None,
        code="01",
        name="Đảng bộ tỉnh Mẫu",
        on=date(2000, 1, 1),
        sector=None,
        school_level=None,
        institution=None,
        instrument=None,
        by=province.admin.person,
    )
    admins = [
        bootstrap.FirstAdministrator(account=o.account, person=o.person, issuer=ISSUER, subject=o.subject)
        for o in (province.admin, province.second_admin)
    ]
    await bootstrap.found_deployment(province.services["registry"].core, root, admins, today)
    await province.settled()
