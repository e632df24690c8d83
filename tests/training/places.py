"""A commune with a cell and a political centre, its officers, and people on the cell's list."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from ketnap.common.frozen import frozen
from ketnap.contracts.registry import Role
from tests.kit import until
from tests.province import Officer, Province

IDENTITY = {"name": "Phạm Quốc Bảo", "birth_date": "2001-04-12", "sex": "male"}


@frozen
class Places:
    province: Province
    commune: UUID
    cell: UUID
    centre: UUID
    secretary: Officer
    committee: Officer
    director: Officer
    board: Officer
    helper: UUID

    @property
    def today(self) -> date:
        return self.province.clock.today()

    async def sympathiser(self, name: str = "Phạm Quốc Bảo") -> UUID:
        """Registered, introduced and listed by the cell; known to training."""
        person, candidacy = uuid4(), uuid4()
        await self.secretary.do(
            "registry",
            f"/people/{person}/register",
            {
                "unit": self.cell,
                "identity": {**IDENTITY, "name": name},
                "citizen_number": str(person.int)[:12],
            },
        )
        await self.province.settled()
        await self.secretary.do(
            "registry",
            f"/candidacies/{candidacy}/introduce",
            {"person": person, "unit": self.cell, "on": self.today},
        )
        await self.secretary.do(
            "registry",
            f"/candidacies/{candidacy}/list",
            {"resolution": "03-NQ/CB", "helpers": [self.helper], "on": self.today},
            version=1,
        )
        await self.province.settled()
        return person

    async def delisted(self, person: UUID) -> None:
        page = await self.secretary.see("registry", "/candidacies", unit=self.cell, stage="sympathiser")
        [candidacy] = [c["candidacy"] for c in page["candidacies"] if c["person"] == str(person)]
        body = {"resolution": "07-NQ/CB", "because": "unfit", "on": self.today}
        await self.secretary.do("registry", f"/candidacies/{candidacy}/delist", body, version=2)
        await self.province.settled()

    async def forgotten(self, person: UUID) -> None:
        """Asked for by one officer, carried out by another."""
        version = (await self.person(person))["version"]
        await self.committee.do("registry", f"/people/{person}/request-forgetting", version=version)
        await self.board.do("registry", f"/people/{person}/forget", version=version + 1)
        await self.province.settled()

    async def person(self, person: UUID) -> Any:  # Any: JSON
        return await self.board.see("registry", f"/people/{person}", purpose="kiểm thử")

    async def nominated(self, person: UUID, programme: str = "awareness") -> UUID:
        nomination = uuid4()
        await self.secretary.do(
            "training",
            f"/nominations/{nomination}/nominate",
            {"person": person, "unit": self.cell, "programme": programme, "on": self.today},
        )
        return nomination

    async def approved(self, person: UUID, programme: str = "awareness") -> UUID:
        nomination = await self.nominated(person, programme)
        await self.committee.do(
            "training", f"/nominations/{nomination}/approve", {"on": self.today}, version=1
        )
        return nomination

    async def nomination(self, nomination: UUID) -> Any:  # Any: JSON
        await self.province.settled()
        return await self.board.see("training", f"/nominations/{nomination}")

    async def course(
        self, *, seats: int = 40, line: UUID | None = None, programme: str = "awareness"
    ) -> UUID:
        course = uuid4()
        await self.director.do(
            "training",
            f"/courses/{course}/open",
            {
                "title": "Khoá 01/2024",
                "programme": programme,
                "owner": self.centre,
                "line": line,
                "starts_on": self.today,
                "ends_on": self.today,
                "seats": seats,
                "on": self.today,
            },
        )
        return course

    async def on_course(self, course: UUID, what: str, *, version: int, **said: object) -> Any:  # Any: JSON
        """The director of the centre enrols, marks, certifies, finishes."""
        return await self.director.do(
            "training", f"/courses/{course}/{what}", {"on": self.today, **said}, version=version
        )

    async def pass_to(self, day: date) -> None:
        """A later day, and registry has been heard on it."""
        self.province.pass_to(day)
        training = self.province.services["training"]

        async def heard() -> bool:
            await training.access.refresh()
            return training.access.age(self.province.clock.now()) < 60

        await until(heard)


async def places(province: Province) -> Places:
    """New ones: tests of a module share the deployment, not the places."""
    commune = await province.found("Đảng bộ xã Đức Thắng", "commune")
    cell = await province.found("Chi bộ thôn Bình Minh", "cell", commune)
    centre = await province.found("Trung tâm chính trị Đức Thắng", "political_centre", commune)
    board = await province.officer(f"board {commune}", (Role.ORGANISATION_BOARD, province.root))
    helper = uuid4()
    await board.do(
        "registry",
        f"/rolls/{cell}/open",
        {
            "official": 20,
            "probationary": 2,
            "named": [{"person": helper, "status": "official", "since": "2010-01-01"}],
            "on": "2023-12-31",
        },
    )
    return Places(
        province=province,
        commune=commune,
        cell=cell,
        centre=centre,
        secretary=await province.officer(f"secretary {cell}", (Role.CELL_COMMITTEE, cell)),
        committee=await province.officer(f"committee {commune}", (Role.GRASSROOTS_COMMITTEE, commune)),
        director=await province.officer(f"director {commune}", (Role.POLITICAL_CENTRE, commune)),
        board=board,
        helper=helper,
    )
