"""Tells facts as a service would, for tests in which that service does not run."""

from datetime import UTC, datetime
from uuid import uuid4

from aiokafka import AIOKafkaProducer

from ketnap.contracts.envelope import Envelope
from ketnap.contracts.fact import Fact, schema_uri


class Teller:
    """Numbers facts from 1 and sends them to one topic."""

    def __init__(self, kafka: str, topic: str) -> None:
        self._kafka = kafka
        self._topic = topic
        self.number = 0

    async def tell(self, *facts: Fact, now: datetime | None = None) -> None:
        async with AIOKafkaProducer(bootstrap_servers=self._kafka, acks="all") as producer:
            for fact in facts:
                self.number += 1
                envelope = Envelope(
                    id=uuid4(),
                    type=fact.TYPE,
                    source=f"urn:ketnap:test:{self._topic}",
                    subject=fact.about,
                    time=now or datetime.now(UTC),
                    factno=self.number,
                    epoch=1,
                    position=self.number,
                    part=0,
                    dataschema=schema_uri(fact.TYPE),
                )
                await producer.send_and_wait(
                    self._topic,
                    fact.model_dump_json(exclude_none=True).encode(),
                    fact.subject_key().encode(),
                    headers=envelope.headers(),
                )
