"""Samples of admission's actions."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from ketnap.contracts.registry import Role
from tests.access.here import PURPOSE, Here, Sample, Samples
from tests.kit import until
from tests.province import Officer

BATCH = 8
PROBATIONERS = 2
TOGETHER = "2019-01-01"

type Applicant = tuple[UUID, UUID, list[UUID]]
"""Person, candidacy, helpers."""

_waiting: dict[UUID, list[Applicant]] = {}
_probationers: dict[UUID, list["Case"]] = {}


class Case:
    """One dossier, taken step by step by those whose step it is; the last step is left to the sample."""

    def __init__(self, here: Here, applicant: Applicant) -> None:
        self.here = here
        self.person, self.candidacy, self.helpers = applicant
        self.dossier = uuid4()
        self.version: int | None = None
        self.secretary = here.holding[Role.CELL_COMMITTEE]
        self.committee = here.holding[Role.GRASSROOTS_COMMITTEE]
        self.board = here.holding[Role.ORGANISATION_BOARD]
        self.leader = here.holding[Role.STANDING_COMMITTEE]

    async def do(self, officer: Officer, verb: str, **body: Any) -> None:  # Any: JSON
        path = f"/dossiers/{self.dossier}/{verb}"
        said = {"on": self.here.today, **body}
        done = await officer.do("admission", path, said, version=self.version)
        self.version = done["version"]

    def next(self, **body: Any) -> Sample:  # Any: JSON
        """The step that the sample tries."""
        said = {"on": self.here.today, **body}
        return Sample(path={"dossier": self.dossier}, body=said, version=self.version)

    @property
    def in_cell(self) -> dict[str, Any]:  # Any: JSON
        introducers = [{"helper": helper, "together_since": TOGETHER} for helper in self.helpers]
        return {"resolution": "05-NQ/CB", "count": ballot(50), "introducers": introducers}

    async def filed(self) -> None:
        await self.do(self.secretary, "file", candidacy=self.candidacy)

    async def declared(self) -> None:
        await self.filed()
        await self.do(self.secretary, "declare-biography", education="upper_secondary")

    async def verifying(self) -> None:
        await self.declared()
        await self.do(self.secretary, "request-verification", letter="12-CV/ĐU", asked=1)

    async def verified(self) -> None:
        await self.verifying()
        said = {"verifier": uuid4(), "answered": 1, "conclusion": "Không vướng mắc"}
        await self.do(self.secretary, "complete-verification", **said)

    async def ready(self) -> None:
        await self.verified()
        await self.do(self.secretary, "summarise-opinions", opinions="Các đoàn thể nhất trí")

    async def proposed(self) -> None:
        await self.ready()
        await self.do(self.secretary, "vote-in-cell", **self.in_cell)

    async def submitted(self) -> None:
        """To the commune itself, which stands directly above the cell and decides."""
        await self.proposed()
        await self.do(self.secretary, "submit", competent=self.here.commune)

    async def awaiting(self) -> None:
        await self.submitted()
        await self.do(self.board, "propose", proposal="21-TTr/BTC")

    async def signed(self) -> None:
        await self.awaiting()
        said = {"decision": "101-QĐ/ĐU", "received_on": self.here.today, "members": 9, "yes": 7}
        await self.do(self.leader, "sign", **said)

    async def joined(self) -> None:
        await self.signed()
        await self.do(self.secretary, "hold-ceremony")


def ballot(yes: int) -> dict[str, int]:
    return {"present": yes, "yes": yes, "no": 0}


async def _case(here: Here) -> Case:
    if not _waiting.get(here.commune):
        _waiting[here.commune] = await _applicants(here)
    return Case(here, _waiting[here.commune].pop())


async def _applicants(here: Here) -> list[Applicant]:
    """Some at once: registered, introduced, listed, taught."""
    today, secretary = here.today, here.holding[Role.CELL_COMMITTEE]
    helpers = [uuid4() for _ in range(2 * BATCH)]
    await _named(here, helpers)
    found: list[Applicant] = []
    for n in range(BATCH):
        person, candidacy, pair = uuid4(), uuid4(), helpers[2 * n : 2 * n + 2]
        identity = {"name": "Phạm Quốc Bảo", "birth_date": "1999-04-12", "sex": "male"}
        body = {"unit": here.cell, "identity": identity, "citizen_number": str(uuid4().int)[:12]}
        await secretary.do("registry", f"/people/{person}/register", body)
        found.append((person, candidacy, pair))
    await here.province.settled()
    for person, candidacy, pair in found:
        body = {"person": person, "unit": here.cell, "on": today}
        await secretary.do("registry", f"/candidacies/{candidacy}/introduce", body)
        body = {"resolution": "03-NQ/CB", "helpers": pair, "on": today}
        await secretary.do("registry", f"/candidacies/{candidacy}/list", body, version=1)
    await here.province.settled()
    await taught(here, [person for person, _, _ in found], "awareness")
    return found


async def _named(here: Here, helpers: list[UUID]) -> None:
    """On the roll of the cell, the first time; on the roll of another, later."""
    shown = await here.inside.get("registry", f"/rolls/{here.cell}")
    first = shown.status_code != 200 or shown.json()["version"] == 0
    cell = here.cell if first else await here.province.found("Chi bộ thôn", "cell", here.commune)
    named = [{"person": helper, "status": "official", "since": "2010-01-01"} for helper in helpers]
    body = {"official": 60, "probationary": 0, "named": named, "on": "2022-12-31"}
    await here.inside.do("registry", f"/rolls/{cell}/open", body)
    await here.province.settled()


async def taught(here: Here, people: list[UUID], programme: str) -> None:
    """Nominated, enrolled, passed and certified, all in one class."""
    course, inside, today = uuid4(), here.inside, here.today
    dates = {"starts_on": today, "ends_on": today, "on": today}
    said = {"title": "Khoá", "programme": programme, "owner": here.centre, "seats": 40}
    version = (await inside.do("training", f"/courses/{course}/open", said | dates))["version"]
    nominations = [uuid4() for _ in people]
    for person, nomination in zip(people, nominations, strict=True):
        body = {"person": person, "unit": here.cell, "programme": programme, "on": today}
        await inside.do("training", f"/nominations/{nomination}/nominate", body)
        await inside.do("training", f"/nominations/{nomination}/approve", {"on": today}, version=1)
    await here.province.settled()
    steps: list[tuple[str, dict[str, Any]]] = [  # Any: JSON
        *(("enrol", {"nomination": nomination}) for nomination in nominations),
        *(("record-result", {"person": person, "passed": True}) for person in people),
        *(("issue-certificate", {"person": person, "number": str(person)}) for person in people),
    ]
    for verb, step in steps:
        done = await inside.do(
            "training", f"/courses/{course}/{verb}", {"on": today, **step}, version=version
        )
        version = done["version"]
    await inside.do("training", f"/courses/{course}/finish", {"on": today}, version=version)
    await here.province.settled()


async def dossier_file(here: Here) -> Sample:
    case = await _case(here)
    return case.next(candidacy=case.candidacy)


async def dossier_declare_biography(here: Here) -> Sample:
    case = await _case(here)
    await case.filed()
    return case.next(education="upper_secondary")


async def dossier_request_verification(here: Here) -> Sample:
    case = await _case(here)
    await case.declared()
    return case.next(letter="12-CV/ĐU", asked=1)


async def dossier_complete_verification(here: Here) -> Sample:
    case = await _case(here)
    await case.verifying()
    return case.next(verifier=uuid4(), answered=1, conclusion="Không vướng mắc")


async def dossier_raise_issue(here: Here) -> Sample:
    case = await _case(here)
    await case.verifying()
    return case.next(finding="Thiếu xác nhận nơi sinh")


async def dossier_resolve_issue(here: Here) -> Sample:
    case = await _case(here)
    await case.verifying()
    await case.do(case.secretary, "raise-issue", finding="Thiếu xác nhận nơi sinh")
    return case.next(conclusion="Đã xác nhận")


async def dossier_fail_verification(here: Here) -> Sample:
    case = await _case(here)
    await case.verifying()
    await case.do(case.secretary, "raise-issue", finding="Có vướng mắc")
    return case.next(conclusion="Không đủ tiêu chuẩn")


async def dossier_summarise_opinions(here: Here) -> Sample:
    case = await _case(here)
    await case.verified()
    return case.next(opinions="Các đoàn thể nhất trí")


async def dossier_renew_papers(here: Here) -> Sample:
    case = await _case(here)
    await case.ready()
    return case.next(opinions="Các đoàn thể vẫn nhất trí")


async def dossier_vote_in_cell(here: Here) -> Sample:
    case = await _case(here)
    await case.ready()
    return case.next(**case.in_cell)


async def dossier_vote_in_committee(here: Here) -> Sample:
    case = await _case(here)
    await case.proposed()
    voting = {"committee": here.commune, "resolution": "08-NQ/ĐU", "members": 15, "count": ballot(12)}
    return case.next(**voting)


async def dossier_submit(here: Here) -> Sample:
    case = await _case(here)
    await case.proposed()
    return case.next(competent=here.commune)


async def dossier_return(here: Here) -> Sample:
    case = await _case(here)
    await case.submitted()
    return case.next(remarks="Thiếu giấy khai sinh")


async def dossier_complete(here: Here) -> Sample:
    case = await _case(here)
    await case.submitted()
    await case.do(case.board, "return", remarks="Thiếu giấy khai sinh")
    return case.next()


async def dossier_propose(here: Here) -> Sample:
    case = await _case(here)
    await case.submitted()
    return case.next(proposal="21-TTr/BTC")


async def dossier_extend(here: Here) -> Sample:
    case = await _case(here)
    await case.submitted()
    return case.next(committee=here.commune, working_days=10, instrument="7-CV")


async def dossier_sign(here: Here) -> Sample:
    case = await _case(here)
    await case.awaiting()
    return case.next(decision="101-QĐ/ĐU", received_on=here.today, members=9, yes=7)


async def dossier_refuse(here: Here) -> Sample:
    case = await _case(here)
    await case.submitted()
    return case.next(decision="102-TB/ĐU", grounds="Chưa đủ điều kiện")


async def dossier_consent_late_ceremony(here: Here) -> Sample:
    case = await _case(here)
    await case.signed()
    return case.next(committee=here.commune, instrument="15-CV/ĐU")


async def dossier_hold_ceremony(here: Here) -> Sample:
    case = await _case(here)
    await case.signed()
    return case.next()


async def dossier_correct_ceremony(here: Here) -> Sample:
    case = await _case(here)
    await case.joined()
    return case.next(held_on=here.today, because="clerical")


async def dossier_vote_on_recognition(here: Here) -> Sample:
    case = await _probationer(here)
    return case.next(resolution="09-NQ/CB", recognition=ballot(50))


async def dossier_vote_on_strike_off(here: Here) -> Sample:
    case = await _case(here)
    await case.joined()
    return case.next(resolution="11-NQ/CB", count=ballot(50))


async def dossier_recognise(here: Here) -> Sample:
    case = await _probationer(here)
    await case.do(case.secretary, "vote-on-recognition", resolution="09-NQ/CB", recognition=ballot(50))
    return case.next(decided_by=here.commune, decision="150-QĐ/ĐU", members=9, yes=8)


async def dossier_strike_off(here: Here) -> Sample:
    case = await _case(here)
    await case.joined()
    await case.do(case.secretary, "vote-on-strike-off", resolution="11-NQ/CB", count=ballot(50))
    return case.next(decided_by=here.commune, decision="151-QĐ/ĐU", members=9, yes=6)


async def dossier_annul(here: Here) -> Sample:
    case = await _case(here)
    await case.signed()
    return case.next(annulled_by=here.commune, decision="160-QĐ/ĐU", because="procedure")


async def dossier_withdraw(here: Here) -> Sample:
    case = await _case(here)
    await case.filed()
    return case.next(because="own_request")


async def dossier_list(here: Here) -> Sample:
    case = await _case(here)
    await case.filed()
    return Sample(query={"unit": here.cell})


async def dossier_show(here: Here) -> Sample:
    case = await _case(here)
    await case.filed()
    await here.province.settled()
    return Sample(path={"dossier": case.dossier}, query=PURPOSE)


async def dossier_papers(here: Here) -> Sample:
    case = await _case(here)
    await case.declared()
    await here.province.settled()
    return Sample(path={"dossier": case.dossier}, query=PURPOSE)


async def _probationer(here: Here) -> Case:
    """A year after the ceremony, with the certificate of the class for new members; time passes once for all."""
    if not _probationers.get(here.commune):
        cases = [await _case(here) for _ in range(PROBATIONERS)]
        for case in cases:
            await case.joined()
        await here.province.settled()
        day = here.province.clock.today()
        await _pass_to(here, date(day.year + 1, day.month + 1, day.day))
        await taught(here, [case.person for case in cases], "new_member")
        _probationers[here.commune] = cases
    return _probationers[here.commune].pop()


async def _pass_to(here: Here, day: date) -> None:
    """Everybody has heard of rights on it."""
    here.province.pass_to(day)

    async def heard() -> bool:
        for service in here.province.services.values():
            await service.access.refresh()
            if service.access.age(here.province.clock.now()) > 60:
                return False
        return True

    await until(heard)
    await here.province.settled()


ADMISSION: Samples = {
    "dossier.file": dossier_file,
    "dossier.declare_biography": dossier_declare_biography,
    "dossier.request_verification": dossier_request_verification,
    "dossier.complete_verification": dossier_complete_verification,
    "dossier.raise_issue": dossier_raise_issue,
    "dossier.resolve_issue": dossier_resolve_issue,
    "dossier.fail_verification": dossier_fail_verification,
    "dossier.summarise_opinions": dossier_summarise_opinions,
    "dossier.renew_papers": dossier_renew_papers,
    "dossier.vote_in_cell": dossier_vote_in_cell,
    "dossier.vote_in_committee": dossier_vote_in_committee,
    "dossier.submit": dossier_submit,
    "dossier.return": dossier_return,
    "dossier.complete": dossier_complete,
    "dossier.propose": dossier_propose,
    "dossier.extend": dossier_extend,
    "dossier.sign": dossier_sign,
    "dossier.refuse": dossier_refuse,
    "dossier.consent_late_ceremony": dossier_consent_late_ceremony,
    "dossier.hold_ceremony": dossier_hold_ceremony,
    "dossier.correct_ceremony": dossier_correct_ceremony,
    "dossier.vote_on_recognition": dossier_vote_on_recognition,
    "dossier.vote_on_strike_off": dossier_vote_on_strike_off,
    "dossier.recognise": dossier_recognise,
    "dossier.strike_off": dossier_strike_off,
    "dossier.annul": dossier_annul,
    "dossier.withdraw": dossier_withdraw,
    "dossier.list": dossier_list,
    "dossier.show": dossier_show,
    "dossier.papers": dossier_papers,
}
