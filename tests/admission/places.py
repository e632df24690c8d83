"""A commune under a province, with a cell, its officers, and somebody on the cell's list."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import httpx

from ketnap.common.frozen import frozen
from ketnap.contracts.registry import Role
from ketnap.contracts.training import CertificateIssued, Programme
from tests.kit import until
from tests.province import Officer, Province
from tests.teller import Teller

START = date(2023, 1, 3)
WHY = "kiểm thử"


@frozen
class Places:
    province: Province
    training: Teller
    commune: UUID
    cell: UUID
    helpers: list[UUID]
    secretary: Officer
    committee: Officer
    board: Officer
    leader: Officer
    second_leader: Officer
    inspector: Officer

    async def sympathiser(self, birth_date: str = "1999-04-12") -> tuple[UUID, UUID]:
        """Registered, introduced and listed by the cell, holding a certificate: person and candidacy."""
        person, candidacy = uuid4(), uuid4()
        await self.secretary.do(
            "registry",
            f"/people/{person}/register",
            {
                "unit": self.cell,
                "identity": {"name": "Phạm Quốc Bảo", "birth_date": birth_date, "sex": "male"},
                "citizen_number": str(person.int)[:12],
            },
        )
        await self.province.settled()
        await self.secretary.do(
            "registry",
            f"/candidacies/{candidacy}/introduce",
            {"person": person, "unit": self.cell, "on": "2023-01-03"},
        )
        await self.secretary.do(
            "registry",
            f"/candidacies/{candidacy}/list",
            {"resolution": "03-NQ/CB", "helpers": self.helpers, "on": "2023-01-03"},
            version=1,
        )
        await self.certify(person, "112/CN", Programme.AWARENESS, date(2022, 12, 20), date(2027, 12, 20))
        return person, candidacy

    async def certify(
        self, person: UUID, number: str, programme: Programme, on: date, valid_until: date | None = None
    ) -> None:
        """As training tells it."""
        issued = CertificateIssued(
            certificate=uuid4(),
            number=number,
            course=uuid4(),
            person=person,
            unit=self.cell,
            programme=programme,
            on=on,
            valid_until=valid_until,
        )
        await self.training.tell(issued, now=self.province.clock.now())
        topic = f"{self.province.code}.training.v1"
        pool = await self.province.services["admission"].core.db.pool()

        async def landed() -> bool:
            found = await pool.fetchval("SELECT max(version) FROM core.log WHERE stream = $1", topic)
            return bool(found == self.training.number)

        await until(landed)
        await self.province.settled()

    async def pass_to(self, day: date) -> None:
        """A later day, and admission has heard of registry on it."""
        self.province.pass_to(day)
        admission = self.province.services["admission"]

        async def heard() -> bool:
            await admission.access.refresh()
            return admission.access.age(self.province.clock.now()) < 60

        await until(heard)


class Steps:
    """One dossier taken step by step; each step is sent with the version that the last one left."""

    def __init__(self, places: Places, candidacy: UUID) -> None:
        self.places = places
        self.candidacy = candidacy
        self.dossier = uuid4()
        self.version: int | None = None
        self.position = 0

    async def ask(self, officer: Officer, verb: str, body: Mapping[str, Any], **more: Any) -> httpx.Response:
        more = {"version": self.version, **more}
        return await officer.send("admission", f"/dossiers/{self.dossier}/{verb}", body, **more)

    async def do(self, officer: Officer, verb: str, on: date, **body: Any) -> None:
        answer = await self.ask(officer, verb, {"on": on, **body})
        assert answer.status_code == 200, f"{verb}: {answer.status_code} {answer.text}"
        done = answer.json()
        self.version, self.position = done["version"], done["position"]

    async def refused(self, officer: Officer, verb: str, on: date, **body: Any) -> tuple[int, str]:
        answer = await self.ask(officer, verb, {"on": on, **body})
        return answer.status_code, answer.json()["code"]

    async def to_ready(self) -> None:
        here = self.places
        await self.do(here.secretary, "file", START, candidacy=self.candidacy)
        await self.do(
            here.secretary, "declare-biography", START, education="upper_secondary", remarks="Quê Đức Thắng"
        )
        await self.do(here.committee, "request-verification", START, letter="12-CV/ĐU", asked=2)
        await self.do(
            here.committee,
            "complete-verification",
            START,
            verifier=uuid4(),
            answered=2,
            conclusion="Không vướng mắc",
        )
        await self.do(here.secretary, "summarise-opinions", START, opinions="Các đoàn thể nhất trí")

    def ballot(self, yes: int, no: int = 0, **more: int) -> dict[str, int]:
        return {"present": yes + no, "yes": yes, "no": no, **more}

    def introducers(self) -> list[dict[str, object]]:
        return [{"helper": helper, "together_since": "2019-01-01"} for helper in self.places.helpers]

    async def to_proposed(self, day: date) -> None:
        await self.do(
            self.places.secretary,
            "vote-in-cell",
            day,
            resolution="05-NQ/CB",
            count=self.ballot(17),
            introducers=self.introducers(),
        )

    async def to_signature(self, day: date) -> None:
        here = self.places
        await self.do(
            here.committee,
            "vote-in-committee",
            day,
            committee=here.commune,
            resolution="08-NQ/ĐU",
            members=15,
            count=self.ballot(12),
        )
        await self.do(here.committee, "submit", day, competent=here.province.root)
        await self.do(here.board, "propose", day, proposal="21-TTr/BTC")

    async def sign(self, day: date) -> None:
        await self.do(
            self.places.leader, "sign", day, decision="101-QĐ/TU", received_on=day, members=9, yes=7
        )


async def places(province: Province, training: Teller) -> Places:
    commune = await province.found("Đảng bộ xã Đức Thắng", "commune")
    cell = await province.found("Chi bộ thôn Bình Minh", "cell", commune)
    board = await province.officer("board", (Role.ORGANISATION_BOARD, province.root))
    helpers = [uuid4(), uuid4()]
    named = [{"person": helper, "status": "official", "since": "2010-01-01"} for helper in helpers]
    await board.do(
        "registry",
        f"/rolls/{cell}/open",
        {"official": 20, "probationary": 2, "named": named, "on": "2022-12-31"},
    )
    return Places(
        province=province,
        training=training,
        commune=commune,
        cell=cell,
        helpers=helpers,
        secretary=await province.officer("secretary", (Role.CELL_COMMITTEE, cell)),
        committee=await province.officer("committee", (Role.GRASSROOTS_COMMITTEE, commune)),
        board=board,
        leader=await province.officer("leader", (Role.STANDING_COMMITTEE, province.root)),
        second_leader=await province.officer("second-leader", (Role.STANDING_COMMITTEE, province.root)),
        inspector=await province.officer("inspector", (Role.INSPECTION, province.root)),
    )
