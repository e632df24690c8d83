"""All that a service has landed of a topic is gone, and is landed again by the operator's command."""

import hashlib

import asyncpg
from sqlalchemy import make_url

from ketnap.common.database import driver
from ketnap.common.service import Service
from tests.kit import until
from tests.operators.command import Done, ketnap
from tests.whole.again import rebuilt_the_same, settled
from tests.whole.stage import STARTS, Stage


async def landed_again_the_same(here: Stage) -> None:
    """In every service, topic after topic, while its processes are down; every page folded from it is as before."""
    programs = [program for program in here.programs.values() if program.service in here.services]
    for program in programs:
        program.kill()
    for name, service in here.services.items():
        log = await _log(service)
        for topic in service.hears:
            number = await _truncate(here, name, topic.name)
            done = await _land_again(here, name, topic.name)
            assert done.out.endswith(f"{number} were lost, 0 were otherwise\n"), (done.out, done.err)
        assert await _log(service) == log
        await rebuilt_the_same(service)
    for program in programs:
        program.start()
    for program in programs:
        await until(program.answers, patience=STARTS)
    await settled(here)


async def reacted_again(here: Stage) -> None:
    """Every policy reads the whole log once more; whatever it did, it does not do again."""
    before = {name: await _by_policies(service) for name, service in here.services.items()}
    assert any(before.values()), "policies that never did anything would prove nothing"
    for service in here.services.values():
        async with driver(service.core.db) as db:
            await db.execute("UPDATE core.cursors SET position = 0 WHERE projection = 'policies'")
    await settled(here)
    assert {name: await _by_policies(service) for name, service in here.services.items()} == before


async def _by_policies(service: Service) -> int:
    async with driver(service.core.db) as db:
        number: int = await db.fetchval("SELECT count(*) FROM core.log WHERE meta->>'actor' = 'policy'")
    return number


async def _truncate(here: Stage, service: str, topic: str) -> int:
    """What was landed, with the content beside it; how many facts these were."""
    connection = await _connected(here, service)
    try:
        await connection.execute(
            "DELETE FROM core.personal USING core.log WHERE log.position = personal.position AND stream = $1",
            topic,
        )
        done: str = await connection.execute("DELETE FROM core.log WHERE stream = $1", topic)
    finally:
        await connection.close()
    number = int(done.removeprefix("DELETE "))
    assert number, f"{service} has landed nothing of {topic}"
    return number


async def _land_again(here: Stage, service: str, topic: str) -> Done:
    """As whoever may change the schema, beside a service that does not run."""
    deployment = here.running.deployment
    more = {
        **here.running.environment(service),
        "KETNAP_DATABASE_OWNER_URL": here.running.database_url(service, owner=True),
        "KETNAP_DATABASE_OWNER_PASSWORD_FILE": str(deployment.keys / f"postgres-{service}-owner.password"),
    }
    return await ketnap(here.services[service].core.settings, "land-again", service, topic, "--yes", **more)


async def _connected(here: Stage, service: str) -> asyncpg.Connection:
    server = make_url(here.postgres.server.url())
    database = server.set(database=here.running.deployment.database(service))
    return await asyncpg.connect(database.render_as_string(hide_password=False))


async def _log(service: Service) -> str:
    """A digest of all entries, but for where in the topic a fact was read and when it was landed."""
    async with driver(service.core.db) as db:
        rows = await db.fetch(
            "SELECT position, id, stream, version, type, schema_version, data::text, (meta - 'offset')::text"
            " FROM core.log ORDER BY position"
        )
        backwards = await db.fetchval(
            "SELECT count(*) FROM (SELECT recorded_at < lag(recorded_at) OVER (ORDER BY position) AS back"
            " FROM core.log) l WHERE back"
        )
    assert not backwards, f"{backwards} entries are older than the one before them"
    return hashlib.sha256("\n".join(str(tuple(row)) for row in rows).encode()).hexdigest()
