"""A stock CloudEvents SDK reads what the relay wrote to Kafka."""

import json

from cloudevents.core.bindings.kafka import KafkaMessage, from_binary
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from ketnap.common.service import Core
from ketnap.contracts.envelope import Envelope
from tests.common import places
from tests.common.topic import new_topic, raw, tell
from tests.common.writing import DAY, intent, took


async def test_the_cloudevents_sdk_reads_every_record_of_the_relay(core: Core, kafka: str) -> None:
    asked = core.aggregate("place", places.decider, places.codec)
    for place in await took(core, count=3):
        await asked.execute(place, places.GiveBack(on=DAY), intent(2))
    topic = await new_topic(kafka)
    await tell(core, kafka, topic)

    found = await raw(kafka, topic)
    assert len(found) == 9
    for number, record in enumerate(found, start=1):
        ours = Envelope.parse(record.headers)

        event = from_binary(
            KafkaMessage(headers=dict(record.headers), key=record.key, value=record.value),
            JSONFormat(),
            CloudEvent,
        )

        assert event.get_specversion() == "1.0"
        assert event.get_id() == str(ours.id)
        assert event.get_type() == ours.type
        assert event.get_source() == ours.source == "urn:ketnap:tinh-mau:places"
        assert event.get_subject() == ours.subject
        assert event.get_time() == ours.time
        assert event.get_datacontenttype() == "application/json"
        assert event.get_dataschema() == f"/schemas/{ours.type}.json"
        assert event.get_extension("factno") == str(number)
        assert event.get_extension("epoch") == "1"
        assert event.get_extension("position") == str(ours.position)
        assert event.get_data() == json.loads(record.value)
