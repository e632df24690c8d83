"""Ways to ask a process whether it is ready, and whether it is the one that we mean."""

import asyncio
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import asyncpg
import httpx
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from pydantic import Field

from ketnap.ops.unable import Code, Unable

HOST = "127.0.0.1"
WITHIN = 2.0
SSL_REQUEST = bytes.fromhex("0000000804d2162f")


@dataclass(frozen=True, slots=True, kw_only=True)
class Http:
    url: str
    kind: Literal["http"] = "http"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgreSQL:
    port: int
    password_file: Path
    system_identifier: str
    kind: Literal["postgresql"] = "postgresql"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kafka:
    port: int
    cluster_id: str
    kind: Literal["kafka"] = "kafka"


type Ready = Annotated[Http | PostgreSQL | Kafka, Field(discriminator="kind")]


async def ask(ready: Ready) -> bool:
    """Whether it answers; raises Unable when it is a stranger who does, for nothing may be written there."""
    match ready:
        case Http(url=url):
            return await _answers(url)
        case PostgreSQL(port=port, password_file=file, system_identifier=ours):
            return _is_ours(port, await system_identifier(port, file.read_text()), ours)
        case Kafka(port=port, cluster_id=ours):
            return _is_ours(port, await cluster_id(port), ours)


async def system_identifier(port: int, password: str) -> str | None:
    """Of the PostgreSQL there: None while it does not answer, empty when it does not know our password."""
    try:
        async with asyncio.timeout(WITHIN):
            connection = await asyncpg.connect(
                host=HOST, port=port, user="postgres", password=password, database="postgres", ssl=False
            )
            try:
                return str(await connection.fetchval("SELECT system_identifier FROM pg_control_system()"))
            finally:
                connection.terminate()
    except (asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError):
        return ""
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
        return None


async def cluster_id(port: int) -> str | None:
    """Of the Kafka there: None while it does not answer."""
    if not await _listens(port):
        return None
    admin = AIOKafkaAdminClient(bootstrap_servers=f"{HOST}:{port}", request_timeout_ms=int(WITHIN * 1000))
    try:
        async with asyncio.timeout(WITHIN):
            await admin.start()
            return str((await admin.describe_cluster())["cluster_id"])
    except (OSError, KafkaError):
        return None
    finally:
        await admin.close()


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(
            socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
        )  # as servers do: closed connections do not count
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


async def taken(port: int) -> Unable:
    """The sentence about whoever holds a port that we need."""
    if await _speaks_postgresql(port):
        return stranger(port, "another PostgreSQL")
    if found := await cluster_id(port):
        return stranger(port, f"another Apache Kafka (cluster {found})")
    return stranger(port, "another program")


def stranger(port: int, who: str) -> Unable:
    return Unable(
        f"Port {port} is taken by {who}, and nothing was written there: "
        "stop it, or choose another hundred of ports with KETNAP_BASE_PORT.",
        Code.CONFLICT,
    )


def _is_ours(port: int, told: str | None, ours: str) -> bool:
    if told is not None and told != ours:
        raise stranger(
            port, f"a server with another identity ({told or 'it refuses our password'}, not {ours})"
        )
    return told is not None


async def _answers(url: str) -> bool:
    try:
        async with httpx.AsyncClient(trust_env=False, verify=False, timeout=WITHIN) as client:  # noqa: S501 - loopback, no TLS
            return (await client.get(url)).is_success
    except httpx.HTTPError:
        return False


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(HOST, port)
    except OSError:
        return False
    await hang_up(writer)
    return True


async def hang_up(writer: asyncio.StreamWriter) -> None:
    """To the end: what is merely closed would be found open when the loop ends."""
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


async def _speaks_postgresql(port: int) -> bool:
    try:
        reader, writer = await asyncio.open_connection(HOST, port)
    except OSError:
        return False
    try:
        async with asyncio.timeout(WITHIN):
            writer.write(SSL_REQUEST)
            return await reader.read(1) in (b"S", b"N")
    except OSError:
        return False
    finally:
        await hang_up(writer)
