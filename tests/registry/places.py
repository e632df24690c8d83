"""A commune with a cell that keeps a roll, its officers, and people of the cell."""

from typing import Any
from uuid import UUID, uuid4

from ketnap.common.frozen import frozen
from ketnap.contracts.registry import Role
from tests.province import Officer, Province


@frozen
class Places:
    province: Province
    commune: UUID
    cell: UUID
    secretary: Officer
    committee: Officer
    board: Officer
    helper: UUID

    @property
    def today(self) -> str:
        return self.province.clock.today().isoformat()

    async def person(
        self, name: str = "Phạm Quốc Bảo", by: Officer | None = None, unit: UUID | None = None
    ) -> UUID:
        person = uuid4()
        body = {
            "unit": unit or self.cell,
            "identity": {"name": name, "birth_date": "2001-04-12", "sex": "male"},
            "citizen_number": str(person.int)[:12],
        }
        await (by or self.secretary).do("registry", f"/people/{person}/register", body)
        await self.province.settled()
        return person

    async def introduced(self, person: UUID) -> UUID:
        candidacy = uuid4()
        body = {"person": person, "unit": self.cell, "on": self.today}
        await self.secretary.do("registry", f"/candidacies/{candidacy}/introduce", body)
        return candidacy

    async def listed(self, person: UUID) -> UUID:
        candidacy = await self.introduced(person)
        body = {"resolution": "03-NQ/CB", "helpers": [self.helper], "on": self.today}
        await self.secretary.do("registry", f"/candidacies/{candidacy}/list", body, version=1)
        await self.province.settled()
        return candidacy

    async def roll(self) -> Any:  # Any: JSON
        await self.province.settled()
        return await self.secretary.see("registry", f"/rolls/{self.cell}")

    async def numbers(self) -> tuple[int, int]:
        """Official and probationary members."""
        roll = await self.roll()
        return roll["official"], roll["probationary"]

    async def candidacy(self, candidacy: UUID) -> Any:  # Any: JSON
        await self.province.settled()
        return await self.secretary.see("registry", f"/candidacies/{candidacy}")


async def places(province: Province, *, roll: bool = True) -> Places:
    """New ones: tests of a module share the deployment, not the places."""
    commune = await province.found("Đảng bộ xã Đức Thắng", "commune")
    cell = await province.found("Chi bộ thôn Bình Minh", "cell", commune)
    here = Places(
        province=province,
        commune=commune,
        cell=cell,
        secretary=await province.officer(f"secretary {cell}", (Role.CELL_COMMITTEE, cell)),
        committee=await province.officer(f"committee {commune}", (Role.GRASSROOTS_COMMITTEE, commune)),
        board=await province.officer(f"board {commune}", (Role.ORGANISATION_BOARD, province.root)),
        helper=uuid4(),
    )
    if roll:
        named = [{"person": here.helper, "status": "official", "since": "2010-01-01"}]
        body = {"official": 20, "probationary": 2, "named": named, "on": "2023-12-31"}
        await here.board.do("registry", f"/rolls/{cell}/open", body)
        await province.settled()
    return here
