"""The doctor at a service's database: is it there, whole, on its own server, and can its content be opened."""

import time

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap

from ketnap.common import log
from ketnap.common.access import TOO_OLD
from ketnap.common.cursors import BeingRebuilt
from ketnap.common.database import driver
from ketnap.common.leader import server_identity
from ketnap.common.service import Service
from ketnap.ops.checks.look import Look, bad, good

SKEW = 1.0  # seconds between this machine's clock and the database's
AHEAD = 60.0  # seconds that the log may be ahead of the clock
SAMPLE = 50  # entries whose sealed content is opened


async def database(service: Service) -> Look:
    async with driver(service.core.db) as db:
        version = await db.fetchval("SHOW server_version")
        there = await db.fetchval("SELECT to_regclass('core.head') IS NOT NULL")
    if not there:
        return bad(service, "database", "is empty: no schema yet", f"ketnap migrate {service.core.service}")
    return good(service, "database", f"PostgreSQL {version}")


async def schema(service: Service) -> Look:
    finding = (await service.health.ready())["schema"]
    if finding.ok:
        return good(service, "schema", finding.says)
    return bad(service, "schema", finding.says, f"ketnap migrate {service.core.service}")


async def rights(service: Service) -> Look:
    try:
        access = await service.access.refresh()
    except BeingRebuilt:
        return bad(service, "rights", "not folded yet", f"start {service.core.service}: its worker folds")
    age = access.age(service.core.clock.now())
    known = f"{age:.0f} s ago" if age < float("inf") else "never"
    says = access.broken or f"registry's last heartbeat known here: {known}"
    if age < TOO_OLD:
        return good(service, "rights", says)
    return bad(service, "rights", says, "see that registry runs and tells: ketnap doctor registry")


async def server(service: Service) -> Look:
    async with driver(service.core.db) as db:
        identity = await server_identity(db)
        known = await db.fetchval("SELECT server FROM core.head")
    if known in {None, identity}:
        return good(service, "server", f"cluster/timeline {identity}")
    return bad(
        service,
        "server",
        f"the log was written on {known}, now it is on {identity}",
        f"after a restore ketnap adopt-restored {service.core.service}; "
        f"after a failover that lost nothing ketnap confirm-failover {service.core.service}",
    )


async def clock(service: Service) -> Look:
    async with driver(service.core.db) as db:
        before = time.time()
        there = (await db.fetchval("SELECT clock_timestamp()")).timestamp()
        after = time.time()
        position, at = await log.head(db)
    skew = max(before - there, there - after, 0.0)
    ahead = (at - service.core.clock.now()).total_seconds() if position else 0.0
    if skew > SKEW:
        return bad(service, "clock", f"{skew:.1f} s apart from the database's", "set both by NTP")
    if ahead > AHEAD:
        return bad(
            service, "clock", f"the log is {ahead:.0f} s ahead of it", "set this machine's clock by NTP"
        )
    return good(service, "clock", f"{service.core.clock.now():%Y-%m-%d %H:%M:%S} UTC")


async def entries(service: Service) -> Look:
    async with driver(service.core.db) as db:
        row = await db.fetchrow(
            "SELECT h.position AS head, (SELECT count(*) FROM core.log) AS there,"
            " coalesce((SELECT max(position) FROM core.log), 0) AS last FROM core.head h"
        )
    if row["head"] == row["there"] == row["last"]:
        return good(service, "log", f"{row['head']} entries without a gap")
    says = f"{row['there']} entries, the last at {row['last']}, the head says {row['head']}"
    do = (
        "somebody wrote beside the service: restore this database from the backup;"
        f" if only facts of one topic are gone, ketnap land-again {service.core.service} <topic>"
    )
    return bad(service, "log", says, do)


async def keys(service: Service) -> Look:
    """Do the master key and the table of keys open what they sealed."""
    async with driver(service.core.db) as db:
        rows = await db.fetch(
            "SELECT DISTINCT position FROM core.personal ORDER BY position DESC LIMIT $1", SAMPLE
        )
        entries = [entry for row in rows if (entry := await log.at(db, row["position"])) is not None]
        lost = await db.fetchval(
            "SELECT count(DISTINCT p.subject) FROM core.personal p"
            " WHERE NOT EXISTS (SELECT FROM core.person_key k WHERE k.subject = p.subject)"
        )
        try:
            await service.core.vault.open(db, entries)
        except InvalidUnwrap:
            says = "the master key does not open the keys of this database"
            return bad(service, "keys", says, "put the deployment's own master.key back, then start again")
        except ValueError as error:
            return bad(service, "keys", str(error), "restore this database from the backup")
    if lost:
        says = f"the keys of {lost} people are missing: their content cannot be opened"
        return bad(service, "keys", says, "restore core.person_key from its own dump of the same day")
    return good(
        service, "keys", f"open all of {len(entries)} entries tried" if entries else "nothing sealed yet"
    )
