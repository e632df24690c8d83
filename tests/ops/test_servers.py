"""The servers that all tests stand on."""

import asyncio
import subprocess

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from ketnap.ops import ready
from ketnap.ops.account import identity
from ketnap.ops.kafka import Server as Kafka
from ketnap.ops.postgres import Server as PostgreSQL
from tests.servers import Own


async def test_the_runs_postgresql_is_15_or_newer_and_lets_its_superuser_in(postgres: str) -> None:
    connection = await asyncpg.connect(postgres)
    try:
        assert connection.get_server_version().major >= 15
        assert await connection.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        assert await connection.fetchval("SHOW server_encoding") == "UTF8"
    finally:
        await connection.close()


async def test_the_runs_kafka_keeps_what_it_acknowledged(kafka: str) -> None:
    await write(kafka, "test-servers.kept", b"kept")

    assert await read(kafka, "test-servers.kept") == [b"kept"]


async def test_a_killed_postgresql_comes_back_with_what_was_committed(
    own_postgres: Own[PostgreSQL],
) -> None:
    url = own_postgres.server.url()
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")

    own_postgres.kill()
    with pytest.raises(ConnectionRefusedError):
        await asyncpg.connect(url)
    await own_postgres.start()

    connection = await asyncpg.connect(url)
    assert await connection.fetchval("SELECT answer FROM kept") == 42
    await connection.close()


async def test_a_paused_postgresql_answers_when_it_is_resumed(
    own_postgres: Own[PostgreSQL],
) -> None:
    connection = await asyncpg.connect(own_postgres.server.url())

    own_postgres.pause()
    with pytest.raises(TimeoutError):
        await connection.fetchval("SELECT 1", timeout=0.3)
    own_postgres.resume()

    again = await asyncpg.connect(own_postgres.server.url())
    assert await again.fetchval("SELECT 1") == 1
    await again.close()
    connection.terminate()


async def test_a_killed_kafka_comes_back_with_what_it_acknowledged(own_kafka: Own[Kafka]) -> None:
    await write(own_kafka.server.address, "kept", b"kept")

    own_kafka.kill()
    assert await ready.cluster_id(own_kafka.server.port) is None
    await own_kafka.start()

    assert await read(own_kafka.server.address, "kept") == [b"kept"]


async def test_a_stopped_kafka_comes_back_with_what_it_acknowledged(
    own_kafka: Own[Kafka],
) -> None:
    await write(own_kafka.server.address, "kept", b"kept")

    await own_kafka.stop()
    await own_kafka.start()

    assert await read(own_kafka.server.address, "kept") == [b"kept"]


async def write(address: str, topic: str, value: bytes) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=address)
    await admin.start()
    await admin.create_topics([NewTopic(topic, num_partitions=1, replication_factor=1)])
    await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=address, acks="all") as producer:
        await producer.send_and_wait(topic, value)


async def read(address: str, topic: str) -> list[bytes]:
    async with AIOKafkaConsumer(bootstrap_servers=address) as consumer:
        partition = TopicPartition(topic, 0)
        consumer.assign([partition])
        await consumer.seek_to_beginning(partition)
        async with asyncio.timeout(10):
            return [(await consumer.getone()).value]


async def test_postgresql_starts_though_its_old_number_is_another_programs_now(
    own_postgres: Own[PostgreSQL],
) -> None:
    server = own_postgres.server
    number = server.data / "postmaster.pid"
    left = number.read_text().splitlines()
    own_postgres.kill()
    another = subprocess.Popen(  # noqa: ASYNC220 - it only sleeps
        ["sleep", "600"], cwd="/", **identity(server.account)
    )
    try:
        number.write_text("\n".join([str(another.pid), *left[1:], ""]))
        await own_postgres.start()
        assert await ready.ask(server.process().ready)
    finally:
        another.kill()
        another.wait()
