"""Words that stand nowhere else, and a search for them in every table, every record of every topic and every log file."""

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterable, Sequence
from urllib.parse import unquote_plus

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from ketnap.common.frozen import frozen
from tests.whole.stage import Stage

_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}){6,}")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")


@frozen
class Canary:
    """Each word folded: without accents, in small letters."""

    words: frozenset[str]

    def heard_in(self, said: str | bytes) -> frozenset[str]:
        """Which of the words are in it: in whichever form of Unicode, escaped, percent-encoded, in hex or in base64."""
        text = said.decode(errors="replace") if isinstance(said, bytes) else said
        folded = fold(" ".join(_readings(text)))
        return frozenset(word for word in self.words if word in folded)


def fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold()).replace("đ", "d")
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _readings(text: str) -> Iterable[str]:
    yield text
    yield _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    yield unquote_plus(text)
    for found in _HEX.findall(text):
        yield bytes.fromhex(found).decode(errors="replace")
    for found in _BASE64.findall(text):
        for start in range(4):  # it may begin in the middle of other letters
            part = found[start:].rstrip("=").translate(str.maketrans("-_", "+/"))
            try:
                yield base64.b64decode(part[: len(part) // 4 * 4]).decode(errors="replace")
            except binascii.Error:
                continue


async def in_tables(here: Stage, canary: Canary) -> dict[str, frozenset[str]]:
    """By `service: schema.table`: every column of every row as text, bytes in hex."""
    found: dict[str, frozenset[str]] = {}
    for service in here.clients:
        server = here.postgres.server.url().removesuffix("postgres")
        connection = await asyncpg.connect(server + here.running.deployment.database(service))
        try:
            tables = await connection.fetch(
                "SELECT table_schema, table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE'"
                " AND table_schema NOT IN ('pg_catalog', 'information_schema')"
            )
            assert tables, service
            for schema, table in tables:
                rows = await connection.fetch(f'SELECT t::text FROM "{schema}"."{table}" t')  # noqa: S608 - as PostgreSQL names them
                said = [heard for row in rows if (heard := canary.heard_in(row[0]))]
                if said:
                    found[f"{service}: {schema}.{table}"] = frozenset().union(*said)
        finally:
            await connection.close()
    return found


async def in_topics(here: Stage, canary: Canary) -> dict[str, frozenset[str]]:
    """By topic, of every one that Kafka has: keys, values and headers of every record, whoever is meant to read it."""
    admin = AIOKafkaAdminClient(bootstrap_servers=here.running.at.kafka)
    consumer = AIOKafkaConsumer(bootstrap_servers=here.running.at.kafka, enable_auto_commit=False)
    found: dict[str, frozenset[str]] = {}
    try:
        await admin.start()
        await consumer.start()
        for topic in await admin.describe_topics():
            for number in topic["partitions"]:
                for said in await _records(consumer, TopicPartition(topic["topic"], number["partition"])):
                    if heard := canary.heard_in(said):
                        found[topic["topic"]] = found.get(topic["topic"], frozenset()) | heard
    finally:
        await admin.close()
        await consumer.stop()
    return found


async def _records(consumer: AIOKafkaConsumer, partition: TopicPartition) -> Sequence[bytes]:
    """Each in one piece."""
    consumer.assign([partition])
    await consumer.seek_to_beginning(partition)
    end = (await consumer.end_offsets([partition]))[partition]
    found: list[bytes] = []
    while await consumer.position(partition) < end:
        for batch in (await consumer.getmany(partition, timeout_ms=1000)).values():
            found += (
                b" ".join(part or b"" for part in (r.key, r.value, *(v for _, v in r.headers))) for r in batch
            )
    return found


def in_logs(here: Stage, canary: Canary) -> dict[str, frozenset[str]]:
    """By file: what the services, PostgreSQL and Kafka have written to their standard output."""
    files = sorted(here.logs.glob("*.log"))
    assert {file.stem for file in files} >= {*here.programs, "postgres", "kafka"}, files
    said = {file.name: canary.heard_in(file.read_bytes()) for file in files}
    return {name: heard for name, heard in said.items() if heard}
