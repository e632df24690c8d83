"""Where developers of other agencies begin: which topics there are, how to read the first fact, what is promised."""

from ketnap.common.frozen import frozen
from ketnap.portal.pages.asyncapi import Topic


@frozen
class Agencies:
    """`kafka`: where this deployment's Kafka is reached, None when only its operators say so."""

    province: str
    kafka: str | None
    topics: tuple[Topic, ...]
