"""The schema: brought up by the owner, as often as one likes; the service's role gets its rights and no more."""

from collections.abc import Sequence
from pathlib import Path

import asyncpg
import pytest

from ketnap.common.migrate import is_current, migrate, missing
from tests.kit import APP, Database

OWN = '''"""A page's list."""

from ketnap.common.migrate import run

revision = "thing_0001_pre"
down_revision = None
branch_labels = ("thing",)
depends_on = "core_0001_pre"


def upgrade() -> None:
    run("CREATE TABLE public.things (id int PRIMARY KEY); INSERT INTO public.things VALUES (1)")
'''


@pytest.fixture
def locations(tmp_path: Path) -> Sequence[Path]:
    (tmp_path / "thing_0001_pre.py").write_text(OWN)
    return [tmp_path]


async def test_running_it_again_changes_nothing(database: Database, locations: Sequence[Path]) -> None:
    assert await is_current(database.owner_url)
    assert not await is_current(database.owner_url, locations)

    for _ in range(2):
        await migrate(database.owner_url, APP, locations)

    assert await is_current(database.owner_url, locations)
    db = await asyncpg.connect(database.owner_dsn)
    assert await db.fetchval("SELECT count(*) FROM public.things") == 1
    revisions = {row[0] for row in await db.fetch("SELECT version_num FROM public.alembic_version")}
    await db.close()
    assert missing(revisions, locations) == []


def test_what_a_database_lacks_is_named_and_a_newer_one_lacks_nothing(locations: Sequence[Path]) -> None:
    assert missing(set()) == ["core_0001_pre"]
    assert missing({"core_0001_pre"}) == []
    assert missing({"core_0001_pre"}, locations) == ["thing_0001_pre"]
    assert missing({"core_0099_post"}) == []


async def test_the_services_role_may_do_what_it_must_and_nothing_else(database: Database) -> None:
    db = await asyncpg.connect(database.dsn)
    tables = [
        row[0]
        for row in await db.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'core' ORDER BY 1")
    ]
    may: dict[str, set[str]] = {}
    for table in tables:
        may[table] = {
            right
            for right in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")
            if await db.fetchval("SELECT has_table_privilege($1, $2)", f"core.{table}", right)
        }
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await db.execute("CREATE TABLE core.mine (id int)")
    await db.close()

    reads = {"SELECT"}
    writes = {"SELECT", "INSERT", "UPDATE", "DELETE"}
    assert may == {
        "access_log": {"SELECT", "INSERT"},
        "alarms": writes,
        "cases": writes,
        "claims": reads,
        "commands": reads,
        "cursors": writes,
        "forgotten": reads,
        "head": reads,
        "log": reads,
        "parked": writes,
        "person_key": reads,
        "personal": reads,
        "strays": writes,
    }


async def test_nobody_else_may_call_the_functions(database: Database, postgres: str) -> None:
    admin = await asyncpg.connect(postgres)
    await admin.execute("CREATE ROLE tests_stranger LOGIN PASSWORD 'test'")
    stranger = await asyncpg.connect(database.dsn.replace(f"{APP}:", "tests_stranger:"))
    try:
        for call in (
            "core.forget(gen_random_uuid())",
            "core.prune_commands(now())",
            "core.acknowledge_server('x')",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await stranger.execute(f"SELECT {call}")
    finally:
        await stranger.close()
        await admin.execute("DROP ROLE tests_stranger")
        await admin.close()
