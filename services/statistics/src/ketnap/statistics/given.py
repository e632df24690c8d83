"""What a unit was given: the number it has to reach under a line of a plan, and the acts that make it."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from ketnap.common.frozen import frozen
from ketnap.common.pages import Page
from ketnap.statistics.plan import Target
from ketnap.statistics.standpoint import Standpoint
from ketnap.statistics.views import quotas
from ketnap.statistics.views.quotas import Act


async def quota_of(page: Page, at: Standpoint, target: Target | None) -> int | None:
    """The number the unit has to reach under a line: the plan's own for its issuer, else what was given to it."""
    if target is None:
        return None
    if at.own_plan:
        return target.value
    return (await quotas_of(page, at, target, [at.unit])).get(at.unit)


async def quotas_of(
    page: Page, at: Standpoint, target: Target | None, units: Collection[UUID]
) -> Mapping[UUID, int]:
    """What these units were given under a line; who was given nothing is left out."""
    if at.plan is None or target is None:
        return {}
    holders = _holders(at, units)
    given = await quotas.of_units(
        page, at.plan.plan, target.line, list(holders), until=at.as_of, known=at.known
    )
    totals: dict[UUID, int] = {}
    for holder, quota in given.items():
        totals[holders[holder]] = totals.get(holders[holder], 0) + quota
    return {unit: quota for unit, quota in totals.items() if quota}


async def acts_of(page: Page, at: Standpoint, target: Target) -> list[Act]:
    """The acts that make the unit's quota, in order: the plan itself, or the decisions that gave it."""
    if at.plan is None:
        return []
    if at.own_plan:
        return at.plan.acts(target)
    holders = _holders(at, [at.unit])
    return await quotas.acts(
        page, at.plan.plan, target.line, units=list(holders), until=at.as_of, known=at.known
    )


@frozen
class Division:
    """What a unit made of its number: allotted to those below, kept in reserve, approved above what it has."""

    acts: Sequence[Act]

    @property
    def allotted(self) -> int:
        return sum(act.delta for act in self.acts if act.unit is not None)

    @property
    def reserve(self) -> int:
        return self._of("reserve")

    @property
    def over_allocation(self) -> int:
        return self._of("over_allocation")

    @property
    def shares(self) -> dict[UUID, int]:
        """Of each unit that has one."""
        found: dict[UUID, int] = {}
        for act in self.acts:
            if act.unit is not None:
                found[act.unit] = found.get(act.unit, 0) + act.delta
        return {unit: share for unit, share in found.items() if share}

    def _of(self, kind: str) -> int:
        return sum(act.delta for act in self.acts if act.kind == kind)


async def division_of(page: Page, at: Standpoint, target: Target) -> Division:
    """By the decisions of the unit and of its predecessors; what these kept falls away with its own first decision."""
    if at.plan is None:
        return Division(acts=[])
    acts = await quotas.acts(
        page,
        at.plan.plan,
        target.line,
        givers=list(_holders(at, [at.unit])),
        until=at.as_of,
        known=at.known,
    )
    decided = any(act.giver == at.unit for act in acts)
    kept = [act for act in acts if act.unit is not None or act.giver == at.unit or not decided]
    return Division(acts=kept)


def _holders(at: Standpoint, units: Collection[UUID]) -> dict[UUID, UUID]:
    """A predecessor's quota falls to who took over, unless the predecessor is asked for itself."""
    asked, tree, day = set(units), at.ground.tree, at.ground.day
    return {
        one: unit
        for unit in units
        for one in tree.history(unit)
        if one == unit or (one not in asked and unit in tree.chain(one, day))
    }
