"""The schema: brought up by the owner, as often as one likes; the service's role gets its rights and no more."""

from collections.abc import Sequence
from pathlib import Path

import asyncpg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from ketnap.common.migrate import HERE, is_current, migrate
from ketnap.common.revisions import CORE, heads, missing
from ketnap.portal import database as portal
from ketnap.registry import app as registry
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
    assert missing(revisions, [CORE, *locations]) == []


def test_what_a_database_lacks_is_named_and_a_newer_one_lacks_nothing(locations: Sequence[Path]) -> None:
    assert missing(set()) == ["core_0001_pre"]
    assert missing({"core_0001_pre"}) == []
    assert missing({"core_0001_pre"}, [CORE, *locations]) == ["thing_0001_pre"]
    assert missing({"core_0099_post"}) == []


@pytest.mark.parametrize("folders", [[CORE], [CORE, *registry.MIGRATIONS], [portal.MIGRATIONS]])
def test_revisions_are_read_as_alembic_reads_them(folders: Sequence[Path]) -> None:
    scripts = alembic(folders)

    assert missing(set(), folders) == sorted(script.revision for script in scripts.walk_revisions())


def test_nothing_builds_upon_a_head() -> None:
    assert heads([portal.MIGRATIONS]) == set(alembic([portal.MIGRATIONS]).get_heads())


def alembic(folders: Sequence[Path]) -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", "\n".join(map(str, folders)))
    return ScriptDirectory.from_config(config)


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
