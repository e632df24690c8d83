"""The databases of a deployment: two roles and a schema for each service."""

from pathlib import Path

import asyncpg

from ketnap.common.settings import with_password
from ketnap.ops import schemas
from ketnap.ops.deployment import SERVICES
from ketnap.ops.services import Running


async def prepare(superuser: str, running: Running) -> None:
    """Make the roles and databases that are missing, and bring every schema to this release.

    Args:
        superuser: postgresql://... of one who may make roles and databases.
        running: the deployment that they are for.
    """
    connection = await asyncpg.connect(superuser)
    try:
        for service in SERVICES:
            await _make(connection, running, service)
    finally:
        await connection.close()
    for service in SERVICES:
        await bring_up_to_date(running, service)


async def bring_up_to_date(running: Running, service: str) -> None:
    """Run the migrations that one service's database lacks."""
    owner = with_password(running.database_url(service, owner=True), running.password(f"{service}-owner"))
    await schemas.migrate(service, owner, running.role(service))


async def _make(connection: asyncpg.Connection, running: Running, service: str) -> None:
    role, database = running.role(service), running.deployment.database(service)
    await _role(connection, f"{role}_owner", _read(running.password(f"{service}-owner")))
    await _role(connection, role, _read(running.password(service)))
    if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", database):
        await connection.execute(f'CREATE DATABASE "{database}" OWNER "{role}_owner"')
        await connection.execute(f'REVOKE CONNECT ON DATABASE "{database}" FROM PUBLIC')
        await connection.execute(f'GRANT CONNECT ON DATABASE "{database}" TO "{role}"')


async def _role(connection: asyncpg.Connection, name: str, password: str) -> None:
    exists = await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", name)
    quoted = await connection.fetchval("SELECT quote_literal($1::text)", password)
    await connection.execute(f'{"ALTER" if exists else "CREATE"} ROLE "{name}" LOGIN PASSWORD {quoted}')


def _read(password: Path) -> str:
    return password.read_text().strip()
