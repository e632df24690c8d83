"""Plans and quotas as officers make them over HTTP."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from ketnap.contracts.registry import Role
from tests.statistics.world import Officer, World

INSTRUMENT = "BTV/KH/1/2024-01-01"
BASES = [{"instrument": INSTRUMENT, "text": "Kế hoạch năm 2024", "source": "mục II"}]


def target(line: str, **fields: Any) -> dict[str, Any]:
    return {
        "line": line,
        "title": f"Dòng {line}",
        "kind": "absolute",
        "strictness": "exact",
        "bases": BASES,
        **fields,
    }


def absolute(value: int, **fields: Any) -> dict[str, Any]:
    """The line that is divided among the units."""
    return target("admitted", value=value, allocable=True, **fields)


class Committee:
    """Two people of one unit: who prepares and who signs."""

    def __init__(self, board: Officer, leader: Officer, unit: UUID) -> None:
        self.board = board
        self.leader = leader
        self.unit = unit

    async def plan(
        self,
        *targets: Mapping[str, Any],
        period: tuple[str, str] = ("2024-01-01", "2024-12-31"),
        on: str = "2024-01-05",
        title: str = "Kế hoạch kết nạp đảng viên năm 2024",
        **fields: Any,
    ) -> UUID:
        plan = uuid4()
        body = {"unit": self.unit, "title": title, "period_from": period[0], "period_until": period[1]}
        await self.board.do(f"/plans/{plan}/draft", {**body, **fields})
        for number, one in enumerate(targets, 1):
            await self.board.do(f"/plans/{plan}/state-target", one, version=number)
        await self.board.do(f"/plans/{plan}/submit", version=len(targets) + 1)
        issuing = {"instrument": INSTRUMENT, "on": on}
        await self.leader.do(f"/plans/{plan}/issue", issuing, version=len(targets) + 2)
        return plan

    async def give(
        self,
        plan: UUID,
        shares: Mapping[UUID, int],
        *,
        line: str = "admitted",
        on: str = "2024-01-10",
        decision: str = "12-QĐ/TU",
        reason: str | None = None,
        **more: Any,
    ) -> None:
        prepared = await self.board.do(
            f"/plans/{plan}/lines/{line}/units/{self.unit}/prepare", {"shares": shares, **more}
        )
        allocation, version = prepared["allocation"], prepared["version"]
        await self.board.do(f"/allocations/{allocation}/submit", version=version)
        body = {"decision": decision, "on": on, **({"reason": reason} if reason else {})}
        await self.leader.do(f"/allocations/{allocation}/issue", body, version=version + 1)


async def committee(world: World, unit: UUID | None = None) -> Committee:
    where = unit or world.root
    board = await world.officer(f"board {where}", (Role.ORGANISATION_BOARD, where))
    leader = await world.officer(f"leader {where}", (Role.STANDING_COMMITTEE, where))
    return Committee(board, leader, where)
