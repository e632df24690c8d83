"""The doctor at what is folded from the log: read models that lag, subjects that are parked, cases that are open."""

from ketnap.common.database import driver
from ketnap.common.policies import NAME as POLICIES
from ketnap.common.service import Service
from ketnap.ops.checks.look import Check, Look, bad, good

LATE = 120.0  # seconds from recorded to folded


def view(service: Service, name: str) -> Check:
    about = name if name == POLICIES else f"view {name}"
    wanted = next((model.definition for model in service.models if model.name == name), 1)

    async def check() -> Look:
        async with driver(service.core.db) as db:
            row = await db.fetchrow(
                "SELECT c.definition, h.position - c.position AS behind, l.recorded_at FROM core.head h,"
                " core.cursors c LEFT JOIN core.log l ON l.position = c.position + 1"
                " WHERE c.projection = $1 AND c.live",
                name,
            )
        up = f"start {service.core.service}: its worker folds"
        if row is None:
            return bad(service, about, "was never folded", up)
        age = (
            max(0.0, (service.core.clock.now() - row["recorded_at"]).total_seconds())
            if row["behind"]
            else 0.0
        )
        says = f"{row['behind']} events, {age:.0f} s behind" if row["behind"] else "caught up"
        if age >= LATE:
            do = f"ketnap parked list {service.core.service}; ketnap logs '*{service.core.service}*'"
            return bad(service, about, says, do)
        if row["definition"] < wanted:
            return bad(
                service, about, "of an older release; the new one is being folded beside it", f"wait, or {up}"
            )
        return good(service, about, says)

    return check


async def parked(service: Service) -> Look:
    async with driver(service.core.db) as db:
        rows = await db.fetch(
            "SELECT p.projection, count(*) AS many, min(p.parked_at) AS since FROM core.parked p"
            " JOIN core.cursors c USING (projection, instance) WHERE c.live GROUP BY 1 ORDER BY 1"
        )
    says = "; ".join(
        f"{row['many']} of {row['projection']} since {row['since']:%Y-%m-%d %H:%M}" for row in rows
    )
    do = f"ketnap parked list {service.core.service}"
    return bad(service, "parked", says, do) if rows else good(service, "parked", "nobody")


async def cases(service: Service) -> Look:
    async with driver(service.core.db) as db:
        rows = await db.fetch(
            "SELECT policy, count(*) AS many FROM core.cases WHERE closed_at IS NULL GROUP BY 1 ORDER BY 1"
        )
    says = "; ".join(f"{row['many']} of {row['policy']}" for row in rows)
    do = f"ketnap cases list {service.core.service}"
    return bad(service, "cases", says, do) if rows else good(service, "cases", "none open")
