"""A log without a service around it: events written, facts landed, read models folded, once and again."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

from ketnap.common import log, projector, rebuild
from ketnap.common.append import Attempt, NewEvent, Stored
from ketnap.common.codec import Codec
from ketnap.common.database import driver
from ketnap.common.ids import uuid7
from ketnap.common.landing import Landing, Topic
from ketnap.common.pages import Page, as_of
from ketnap.common.personal import Plain
from ketnap.common.readmodel import AnyModel, ReadModel
from ketnap.common.service import Core
from ketnap.contracts.envelope import Envelope
from ketnap.contracts.fact import Fact
from tests.kit import fresh_database, settings

PROVINCE = "tinh-mau"
RECORDED = datetime(2024, 3, 15, 2, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Record:
    """As aiokafka delivers it."""

    headers: Sequence[tuple[str, bytes]]
    value: bytes | None
    key: bytes
    offset: int


class History:
    def __init__(self, core: Core, models: Sequence[AnyModel]) -> None:
        self.core = core
        self._models = models
        self._heard: dict[str, int] = {}

    async def write[E](self, stream: str, codec: Codec[E], *events: E) -> None:
        """Events of our own, as a command would have stored them."""
        async with driver(self.core.db) as db:
            version = await log.version(db, stream)
            written = list(enumerate(map(codec.write, events), version + 1))
            plains = [
                Plain(person=one.person, version=n, fields=one.content)
                for n, one in written
                if one.person is not None
            ]
            sealed = await self.core.vault.seal(db, stream, plains)
        new = [
            NewEvent(
                id=uuid7(),
                type=one.type,
                schema_version=one.schema_version,
                json=one.json.decode(),
                meta_json="{}",
                version=n,
                sealed=sealed.get(n, ()),
            )
            for n, one in written
        ]
        assert isinstance(
            await self.core.append(Attempt(stream=stream, expected=version, events=new)), Stored
        )

    async def hear(self, source: str, *facts: Fact) -> None:
        """Facts of another service, landed from the wire: `registry`, `admission`, `registry.identity`."""
        await self._land(source, [(fact, fact.model_dump_json().encode()) for fact in facts])

    async def hear_erased(self, source: str, *facts: Fact) -> None:
        """Tombstones in the place of these facts of a restricted topic."""
        await self._land(source, [(fact, None) for fact in facts])

    async def _land(self, source: str, told: Sequence[tuple[Fact, bytes | None]]) -> None:
        topic = Topic(name=f"{PROVINCE}.{source}.v1", restricted="." in source)
        landing = Landing(
            topic,
            db=self.core.db,
            append=self.core.append,
            vault=self.core.vault,
            metrics=self.core.metrics,
            now=lambda: RECORDED,
        )
        records = []
        for fact, value in told:
            number = self._heard[source] = self._heard.get(source, 0) + 1
            envelope = Envelope(
                id=uuid4(),
                type=fact.TYPE,
                source=f"urn:ketnap:{PROVINCE}:{source}",
                subject=fact.about,
                time=RECORDED,
                factno=number,
                epoch=1,
                position=number,
                part=0,
            )
            records.append(
                Record(
                    headers=envelope.headers(),
                    value=value,
                    key=fact.subject_key().encode(),
                    offset=number - 1,
                )
            )
        await landing.take(records)

    async def forget(self, person: UUID) -> None:
        """What is held of a person is erased."""
        async with driver(self.core.db) as db:
            await db.execute("SELECT core.forget($1)", person)
        self.core.vault.forget(person)

    async def fold(self) -> None:
        for model in self._models:
            while await projector.advance(self.core.db, self.core.vault, model, 1):
                pass

    async def rows[R, E](self, model: ReadModel[R, E]) -> list[R]:
        """Everything that stands on the page now."""
        await self.fold()
        async with self.page(model) as page:
            found = await page.connection.execute(page.of(model).select().order_by(model.subject_column))
            return [model.load(row) for row in found.mappings()]

    @asynccontextmanager
    async def page(self, *models: AnyModel) -> AsyncGenerator[Page]:
        await self.fold()
        async with as_of(self.core.db, *models) as page:
            yield page

    async def parked(self, model: AnyModel) -> list[str]:
        async with driver(self.core.db) as db:
            rows = await db.fetch("SELECT subject FROM core.parked WHERE projection = $1", model.name)
        return [row["subject"] for row in rows]

    async def check_replay(self, model: AnyModel) -> None:
        """Folded again it does not move, and folded from the beginning beside itself it is equal."""
        once = await self.rows(model)
        assert once == await self.rows(model)
        assert once, "an empty page proves nothing"
        assert await self.parked(model) == []
        beside = await rebuild.rebuild(self.core.db, self.core.vault, model)
        digests = await rebuild.compare(self.core.db, self.core.vault, model)
        assert set(digests) == {1, beside}
        assert digests[1] == digests[beside]
        await rebuild.drop(self.core.db, model, beside)


@asynccontextmanager
async def history(
    postgres: str, folder: Path, models: Sequence[AnyModel], locations: Sequence[Path] = ()
) -> AsyncGenerator[History]:
    async with fresh_database(postgres, locations) as database:
        core = Core("pages", settings(database, "127.0.0.1:1", folder, province=PROVINCE))
        await projector.prepare(core.db, models)
        try:
            yield History(core, models)
        finally:
            await core.append.close()
            await core.db.close()
