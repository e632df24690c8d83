"""The topics of a deployment, as the architecture wants them: one partition, kept for ever, or compacted."""

from collections.abc import Mapping
from typing import Final

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from ketnap.contracts.schemas import RESTRICTED, TOPICS
from ketnap.ops.unable import Code, Unable

ALREADY_EXISTS = 36
FOR_EVER: Final = {"cleanup.policy": "delete", "retention.ms": "-1", "message.timestamp.type": "CreateTime"}
COMPACTED: Final = {
    "cleanup.policy": "compact",
    "segment.ms": "86400000",
    "max.compaction.lag.ms": "86400000",
    "min.cleanable.dirty.ratio": "0.1",
    "message.timestamp.type": "CreateTime",
}


async def apply(kafka: str, province: str, *, replicas: int = 1) -> list[str]:
    """Make the topics that are missing and set what they are set to; the names of those that were made.

    Raises:
        Unable: a topic is there with another number of partitions.
    """
    wanted = {f"{province}.{topic}": dict(_settings(topic, replicas)) for topic in TOPICS}
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    try:
        await admin.start()
        answer = await admin.create_topics(
            [
                NewTopic(name, num_partitions=1, replication_factor=replicas, topic_configs=settings)
                for name, settings in wanted.items()
            ]
        )
        made = [error[0] for error in answer.topic_errors if error[1] == 0]
        refused = [error for error in answer.topic_errors if error[1] not in {0, ALREADY_EXISTS}]
        if refused:
            raise Unable(f"Kafka does not make topic {refused[0][0]}: {refused[0][2]}.", Code.ERROR)
        for described in await admin.describe_topics(sorted(wanted)):
            if len(described["partitions"]) != 1 and described["topic"] not in made:
                raise Unable(
                    f"Topic {described['topic']} has {len(described['partitions'])} partitions; "
                    "facts need one. It was made by others: choose another code for the province.",
                    Code.CONFLICT,
                )
        resources = [
            ConfigResource(ConfigResourceType.TOPIC, name, settings) for name, settings in wanted.items()
        ]
        await admin.alter_configs(resources)
        return made
    finally:
        await admin.close()


def _settings(topic: str, replicas: int) -> Mapping[str, str]:
    kept = COMPACTED if topic in RESTRICTED else FOR_EVER
    return {**kept, "min.insync.replicas": "2" if replicas > 2 else "1"}  # noqa: PLR2004 - 2 of 3
