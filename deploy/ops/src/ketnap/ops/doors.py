"""The demo accounts of a sample, and what a newcomer is told when all is ready."""

from ketnap.ops.services import Running


def told(running: Running) -> str:
    return f"{running.name}: {running.at.portal}"
