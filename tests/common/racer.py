"""One of several processes that want the same things at the same time: `racer.py <dsn> <seed> <rounds>`.

Prints what it won, as JSON: (what, round, position).
"""

import asyncio
import json
import sys
from uuid import UUID, uuid4

import asyncpg

from ketnap.common import log
from ketnap.common.append import Attempt, NewEvent, Stored, append


async def race(dsn: str, seed: int, rounds: int) -> list[tuple[str, int, int]]:
    """Every round everybody wants the same version, the same claim and the same command id."""
    db = await asyncpg.connect(dsn)
    won: list[tuple[str, int, int]] = []
    for n in range(rounds):
        attempts = [
            _attempt("contested", n, uuid4()),
            _attempt(f"mine-{seed}-{n}", 0, uuid4(), claim=str(n)),
            _attempt(f"same-{n}", 0, UUID(int=n)),
        ]
        while await log.version(db, "contested") <= n:
            outcomes = await append(db, attempts)
            for outcome, what in zip(outcomes, ("version", "claim", "id"), strict=True):
                if isinstance(outcome, Stored):
                    won.append((what, n, outcome.position))
    await db.close()
    return won


def _attempt(stream: str, expected: int, id: UUID, claim: str | None = None) -> Attempt:
    event = NewEvent(
        id=uuid4(), type="thing.done", schema_version=1, json="{}", meta_json="{}", version=expected + 1
    )
    return Attempt(
        stream=stream,
        expected=expected,
        events=[event],
        command_id=id,
        fingerprint="",
        holds=[("k", claim.encode())] if claim else (),
    )


if __name__ == "__main__":
    dsn, seed, rounds = sys.argv[1:]
    sys.stdout.write(json.dumps(asyncio.run(race(dsn, int(seed), int(rounds)))))
