"""The story as acts of officers: who records which step, at which visit, with what in it."""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from graphlib import TopologicalSorter
from typing import Any
from uuid import UUID

from ketnap.common.occurred import FAR_BACK
from ketnap.contracts.registry import Role
from ketnap.contracts.training import Programme
from ketnap.packs.acts import Act, Matching
from ketnap.packs.acts_of_pack import LATE, NAMED
from ketnap.packs.officers import NobodyMay, Officer
from ketnap.packs.pack import Pack
from ketnap.packs.shape import Course
from ketnap.packs.units import CELLS
from ketnap.simulator.days import Visits
from ketnap.simulator.official import Officials
from ketnap.simulator.people import Person
from ketnap.simulator.slots import Unreachable
from ketnap.simulator.story import Exit, Story
from ketnap.simulator.way import Way

type Body = dict[str, Any]  # Any: JSON

OPEN_BEFORE = 15  # working days from the opening of a class to its beginning
FINISH_AFTER = 7  # working days from its end to its closing
LATE_DAYS = (9, 24)  # working days that a ceremony recorded late waits
LATE_MINUTES = "Biên bản lễ kết nạp gửi về chậm"


class Script:
    """All acts of a story up to its last visit."""

    def __init__(self, story: Story, visits: Visits) -> None:
        self._story = story
        self._pack: Pack = story.pack
        self._visits = visits
        self._ids = story.pack.ids
        self._numbers = _decision_numbers(story)
        self._officials = Officials(story, visits)

    def acts(self, outside: Iterable[Act]) -> list[Act]:
        """Of people, classes, ways and exits, beside those of the pack; none on a day before one that it needs.

        Raises:
            Unreachable: a ceremony that counts in the totals needs something that nobody does.
        """
        told = [
            *self._members(),
            *(act for way in self._story.ways for act in _Told(self, way).acts()),
            *(act for course in self._story.courses for act in self._course(course)),
            *(act for n, left in enumerate(self._story.exits) for act in self._exit(n, left)),
        ]
        acts = in_order(told, outside, self.last_visit)
        self._check(acts)
        return acts

    def _check(self, acts: Iterable[Act]) -> None:
        done = {act.key for act in acts}
        for line in self._story.simulation.admissions:
            if line.until > self.last_visit:
                continue
            ways = self._story.admitted(line.since, line.until)
            lost = [way for way in ways if f"{way.slot.key} ceremony" not in done]
            if lost:
                raise Unreachable(
                    f"lễ kết nạp của “{lost[0].slot.key}” không ghi được: thiếu một việc phải làm trước đó.",
                    f"the ceremony of “{lost[0].slot.key}” cannot be recorded: something that it needs is not done.",
                )

    # -- What ways ask

    def who(self, role: Role, unit: str, *, but: Officer | None = None) -> Officer:
        return self._pack.officers.who(role, unit, but=but)

    def committee_size(self, unit: str, least: int, most: int) -> int:
        """The same for ever, for each committee."""
        return random.Random(f"{self._story.simulation.seed} committee {unit}").randint(least, most)

    def decision(self, kind: str, way: Way) -> str:
        return self._numbers[kind, way.slot.key]

    # -- People known when the rolls open

    def _members(self) -> Iterator[Act]:
        for row in self._pack.units:
            if row.kind not in CELLS:
                continue
            officer = self.who(Role.CELL_COMMITTEE, row.code)
            for n in range(min(NAMED, row.official or 0)):
                person = self._story.people.member(row.code, n)
                yield Act(
                    key=f"member {row.code} {n}",
                    day=self._pack.province.opens_on,
                    officer=officer,
                    service="registry",
                    path=f"/people/{person.id}/register",
                    body=identity(person, self._ids.unit(row.code)),
                    matching="new",
                    needs=(f"unit {row.code}", *keys_of_grants(officer)),
                    patient=True,
                )

    # -- Classes

    def _course(self, course: Course) -> Iterator[Act]:
        """One stream, one act after another: opened, enrolled, results, certificates, closed."""
        visit = self._visits.of
        diary = self._story.diary
        opened_on = diary.before(course.starts_on, OPEN_BEFORE)
        if visit(opened_on) is None:
            return
        officer = self._class_owner(course.owner)
        id = self.course_id(course)
        opens_on = self._pack.province.opens_on
        steps: list[tuple[str, date, str, Body, tuple[str, ...]]] = []
        opening: Body = {
            "title": course.title,
            "programme": course.programme,
            "owner": self._ids.unit(course.owner),
            "line": self._ids.class_line(course.line) if course.line else None,
            "starts_on": course.starts_on,
            "ends_on": course.ends_on,
            "seats": course.seats,
        }
        line = (f"class line {course.line}",) if course.line else ()
        steps.append(("open", opened_on, "open", opening, line))
        roster = self._roster(course)
        for way in roster:
            prefix = "" if course.programme == Programme.AWARENESS else "new_"
            nomination = {"nomination": self.nomination_id(way, course.programme)}
            approved = (f"{way.slot.key} {prefix}approved",)
            steps.append(
                (f"enrol {way.slot.key}", way.days[f"{prefix}enrolled"], "enrol", nomination, approved)
            )
        for way in roster:
            steps += self._result(course, way)
        for n, way in enumerate((way for way in roster if _certified(course, way)), 1):
            number: Body = {"person": way.person.id, "number": f"{n:03d}/{course.starts_on:%Y%m}"}
            day = diary.after(course.ends_on, 5)
            steps.append((certificate_key(way, course.programme), day, "issue-certificate", number, ()))
        steps.append(("finish", diary.after(course.ends_on, FINISH_AFTER), "finish", {}, ()))
        root = self._pack.province.root  # founded before the first act
        founded = () if course.owner == root else (f"unit {course.owner}",)
        before: tuple[str, ...] = (*founded, *keys_of_grants(officer))
        last = opens_on
        for version, (what, day, verb, body, needs) in enumerate(steps):
            recorded = visit(day)
            if recorded is None:
                return
            last = max(last, recorded)
            key = what if what.startswith("certificate ") else f"course {course.title} {what}"
            matching: Matching = "version" if version else "new"
            yield Act(
                key=key,
                day=last,
                officer=officer,
                service="training",
                path=f"/courses/{id}/{verb}",
                body={**body, "on": day, **self.late(day)},
                matching=matching,
                version=version,
                needs=(*before, *needs),
                patient=True,
            )
            before = (key,)

    def _result(self, course: Course, way: Way) -> Iterator[tuple[str, date, str, Body, tuple[str, ...]]]:
        if course.programme == Programme.AWARENESS and way.slot.ending == "class_dropped":
            leaving: Body = {"person": way.person.id, "because": "absent"}
            yield f"leave {way.slot.key}", way.days["left_class"], "record-leaving", leaving, ()
            return
        passed = not (course.programme == Programme.AWARENESS and way.slot.ending == "class_failed")
        marking: Body = {"person": way.person.id, "passed": passed}
        yield f"result {way.slot.key}", course.ends_on, "record-result", marking, ()

    def _roster(self, course: Course) -> list[Way]:
        """Who sits in it and whose nomination is recorded in time, in the order of enrolment."""
        mine = [
            way
            for way in self._story.ways
            if (way.course is course and "enrolled" in way.days)
            or (way.new_member_course is course and "new_enrolled" in way.days)
        ]
        prefix = "" if course.programme == Programme.AWARENESS else "new_"
        return sorted(mine, key=lambda way: (way.days[f"{prefix}enrolled"], way.slot.key))

    def _class_owner(self, unit: str) -> Officer:
        try:
            return self.who(Role.POLITICAL_CENTRE, unit)
        except NobodyMay:
            return self.who(Role.ORGANISATION_BOARD, unit)

    def course_id(self, course: Course) -> UUID:
        return self._ids.of(f"course {course.title} {course.starts_on}")

    def nomination_id(self, way: Way, programme: Programme | str) -> UUID:
        return self._ids.of(f"nomination {way.slot.key} {programme}")

    # -- Exits

    def _exit(self, n: int, left: Exit) -> Iterator[Act]:
        day = self._visits.of(left.on)
        if day is None:
            return
        yield Act(
            key=f"exit {left.cause} {left.on} {n}",
            day=day,
            officer=self.who(Role.CELL_COMMITTEE, left.cell),
            service="registry",
            path=f"/rolls/{self._ids.unit(left.cell)}/remove-member",
            body={"status": "official", "cause": left.cause, "on": left.on},
            matching="latest",
            version=1,
            needs=(f"roll {left.cell}",),
        )

    # -- Days

    def late(self, day: date) -> Body:
        """The reason for recording what was before the deployment opened."""
        return {"reason": LATE} if day < self._pack.province.opens_on else {}

    def visit(self, day: date) -> date | None:
        return self._visits.of(day)

    @property
    def last_visit(self) -> date:
        return self._visits.days[-1]

    @property
    def story(self) -> Story:
        return self._story

    @property
    def officials(self) -> Officials:
        return self._officials


class _Told:
    """One way as acts: each needs the one before it and is recorded no earlier."""

    def __init__(self, script: Script, way: Way) -> None:
        self._script = script
        self._way = way
        self._story = script.story
        self._pack = script.story.pack
        self._ids = script.story.pack.ids
        self._key = way.slot.key
        self._cell = way.slot.cell
        self._dice = random.Random(f"{script.story.simulation.seed} acts {way.slot.key}")
        self._voting = self._pack.units.voting(self._cell)
        self._competent = self._pack.units.competent(self._cell)
        self._clerk = script.who(Role.CELL_COMMITTEE, self._cell)
        self._versions: dict[str, int] = {}
        self._last: tuple[str, ...] = (f"roll {self._cell}", *keys_of_grants(self._clerk))
        self._recorded = self._pack.province.opens_on
        self._over = False
        self._acts: list[Act] = []
        members = [self._ids.member(self._cell, n) for n in range(NAMED)]
        pair = 1 if way.introducer else 2
        first = self._dice.randrange(NAMED)
        self._helpers = [members[(first + n) % NAMED] for n in range(pair)]
        self._others = [member for member in members if member not in self._helpers]

    def acts(self) -> list[Act]:
        self._introduce()
        self._learn()
        self._apply()
        self._decide()
        self._probation()
        return self._acts

    # -- The steps

    def _introduce(self) -> None:
        way, unit = self._way, self._ids.unit(self._cell)
        body = way.introducer
        officer = self._script.who(Role.MASS_ORGANISATION, body) if body else self._clerk
        looks_after = self._ids.unit(body) if body else unit
        person = f"/people/{way.person.id}"
        day = way.days["introduced"]
        needs = (f"unit {body}", *keys_of_grants(officer)) if body else ()
        self._act(
            "registered",
            day,
            officer,
            "registry",
            f"{person}/register",
            identity(way.person, looks_after),
            needs=needs,
        )
        employer = self._ids.unit(way.person.employer) if way.person.employer else None
        self._act(
            "profiled",
            day,
            officer,
            "registry",
            f"{person}/record-profile",
            profile(way.person, day, employer),
        )
        introducing: Body = {"person": way.person.id, "unit": unit, "on": day, **self._script.late(day)}
        if body:
            introducing["introduced_by"] = looks_after
        introduced = f"{self._key} registered"
        self._act(
            "introduced", day, officer, "registry", self._candidacy("introduce"), introducing, sees=introduced
        )
        if "closed" in way.days:
            self._step(
                "closed", self._clerk, "registry", self._candidacy("close"), {"because": "not_taken_up"}
            )
            return
        listing: Body = {"resolution": self._paper("NQ/CB"), "helpers": list(self._helpers)}
        self._step(
            "listed", self._clerk, "registry", self._candidacy("list"), listing, sees=f"roll {self._cell}"
        )
        if "delisted" in way.days:
            because = self._dice.choice(("unfit", "moved", "own_request"))
            leaving: Body = {"resolution": self._paper("NQ/CB"), "because": because}
            self._step("delisted", self._clerk, "registry", self._candidacy("delist"), leaving)
        elif "helper_replaced" in way.turns and "cell_vote" in way.days and self._others:
            leaves, comes = self._helpers[0], self._others[0]
            listed_on = way.days["listed"]
            replacing: Body = {
                "leaves": leaves,
                "comes": comes,
                "on": listed_on,
                **self._script.late(listed_on),
            }
            self._act(
                "helper_replaced",
                listed_on,
                self._clerk,
                "registry",
                self._candidacy("replace-helper"),
                replacing,
            )
            self._helpers[0] = comes
            self._others = [leaves]

    def _learn(self) -> None:
        if "nominated" in self._way.days:
            self._nominate("", Programme.AWARENESS, f"{self._key} listed")

    def _nominate(self, prefix: str, programme: Programme, seen: str) -> None:
        """The cell proposes, the committee approves; the class itself is told by its owner."""
        path = f"/nominations/{self._script.nomination_id(self._way, programme)}"
        body: Body = {
            "person": self._way.person.id,
            "unit": self._ids.unit(self._cell),
            "programme": programme,
        }
        approver = (
            self._script.who(Role.GRASSROOTS_COMMITTEE, self._voting)
            if self._voting
            else self._script.who(Role.ORGANISATION_BOARD, self._competent)
        )
        self._step(f"{prefix}nominated", self._clerk, "training", f"{path}/nominate", body, sees=seen)
        self._step(f"{prefix}approved", approver, "training", f"{path}/approve", {})

    def _apply(self) -> None:
        way = self._way
        if "applied" not in way.days:
            return
        certificate = certificate_key(way, Programme.AWARENESS)
        filing: Body = {"candidacy": self._candidacy_id()}
        self._step(
            "applied",
            self._clerk,
            "admission",
            self._dossier("file"),
            filing,
            needs=(certificate,),
            sees=certificate,
        )
        declaring: Body = {"education": way.person.education}
        self._step("biography", self._clerk, "admission", self._dossier("declare-biography"), declaring)
        if "withdrawn" in way.days:
            self._step(
                "withdrawn", self._clerk, "admission", self._dossier("withdraw"), {"because": "own_request"}
            )
            return
        asked = self._dice.randint(4, 11)
        requesting: Body = {"letter": self._paper("CV/CB"), "asked": asked}
        self._step("requested", self._clerk, "admission", self._dossier("request-verification"), requesting)
        if "issue" in way.days:
            finding = "Cần làm rõ thêm quá trình công tác của một người thân theo lý lịch."
            self._step("issue", self._clerk, "admission", self._dossier("raise-issue"), {"finding": finding})
            failed = "verification_failed" in way.days
            concluded = "verification_failed" if failed else "verified"
            verb = "fail-verification" if failed else "resolve-issue"
            conclusion = "Không đủ căn cứ để kết luận." if failed else "Đã làm rõ, không có vấn đề gì."
            self._step(concluded, self._clerk, "admission", self._dossier(verb), {"conclusion": conclusion})
        elif "verified" in way.days:
            exempt = self._dice.randint(0, 2)
            completing: Body = {
                "verifier": self._others[0] if self._others else self._helpers[0],
                "answered": asked - exempt,
                "exempt": exempt,
                "conclusion": "Lý lịch rõ ràng, đủ tiêu chuẩn chính trị.",
            }
            self._step(
                "verified", self._clerk, "admission", self._dossier("complete-verification"), completing
            )
        if "opinions" in way.days:
            opinions = "Tổ chức đoàn thể và chi uỷ nơi cư trú nhận xét tốt, nhất trí giới thiệu."
            self._step(
                "opinions",
                self._clerk,
                "admission",
                self._dossier("summarise-opinions"),
                {"opinions": opinions},
            )

    def _decide(self) -> None:
        way = self._way
        if "cell_vote" not in way.days:
            return
        passed = way.slot.ending != "cell_not_passed"
        self._step(
            "cell_vote",
            self._clerk,
            "admission",
            self._dossier("vote-in-cell"),
            self._cell_vote(passed=passed),
        )
        sender = self._clerk
        if self._voting and "committee_vote" in way.days:
            sender = self._script.who(Role.GRASSROOTS_COMMITTEE, self._voting)
            body = self._committee_vote(passed=way.slot.ending != "committee_not_passed")
            self._step("committee_vote", sender, "admission", self._dossier("vote-in-committee"), body)
        if "submitted" not in way.days:
            return
        competent = self._ids.unit(self._competent)
        self._step("submitted", sender, "admission", self._dossier("submit"), {"competent": competent})
        board = self._script.who(Role.ORGANISATION_BOARD, self._competent)
        if "returned" in way.days:
            remarks = "Bổ sung bản nhận xét của tổ chức đoàn thể có đủ chữ ký."
            self._step("returned", board, "admission", self._dossier("return"), {"remarks": remarks})
            self._step("completed", sender, "admission", self._dossier("complete"), {})
        signer = self._script.who(Role.STANDING_COMMITTEE, self._competent)
        if "refused" in way.days:
            refusing: Body = {
                "decision": self._paper("TB"),
                "grounds": "Chưa đủ điều kiện, cần thêm thời gian rèn luyện.",
            }
            self._step("refused", signer, "admission", self._dossier("refuse"), refusing)
            return
        self._step(
            "proposal", board, "admission", self._dossier("propose"), {"proposal": self._paper("TTr/BTC")}
        )
        signing: Body = {
            "decision": self._script.decision("decision", way),
            "received_on": way.days["received"],
            **self._standing_vote(),
        }
        self._act(
            "decision",
            way.days["received"],
            signer,
            "admission",
            self._dossier("sign"),
            {**signing, "on": way.days["decision"], **self._script.late(way.days["decision"])},
        )
        self._ceremony(signer)

    def _ceremony(self, signer: Officer) -> None:
        way = self._way
        if "ceremony" not in way.days:
            return
        held_on = way.slot.recorded_as or way.slot.ceremony_on
        recorded_on = self._ceremony_recorded_on()
        visit = self._script.visit(recorded_on) or recorded_on
        reason: Body = {"reason": LATE_MINUTES} if (visit - held_on).days > FAR_BACK else {}
        self._act(
            "ceremony",
            recorded_on,
            self._clerk,
            "admission",
            self._dossier("hold-ceremony"),
            {"on": held_on, **reason},
        )
        if way.slot.ending == "duplicate" and way.slot.mended_on:
            second = self._script.who(Role.STANDING_COMMITTEE, self._competent, but=signer)
            annulling: Body = {
                "annulled_by": self._ids.unit(self._competent),
                "decision": self._script.decision("annulment", way),
                "because": "duplicate",
            }
            self._step("mended", second, "admission", self._dossier("annul"), annulling)
            leaving: Body = {"resolution": self._paper("NQ/CB"), "because": "other", "on": way.slot.mended_on}
            self._act(
                "delisted", way.slot.mended_on, self._clerk, "registry", self._candidacy("delist"), leaving
            )
        elif way.slot.mended_on:
            board = self._script.who(Role.ORGANISATION_BOARD, self._competent)
            correcting: Body = {
                "held_on": way.slot.ceremony_on,
                "because": "clerical",
                "on": way.slot.mended_on,
            }
            self._act(
                "mended",
                way.slot.mended_on,
                board,
                "admission",
                self._dossier("correct-ceremony"),
                correcting,
            )

    def _ceremony_recorded_on(self) -> date:
        slot = self._way.slot
        if slot.recorded_on is not None:
            return slot.recorded_on
        if "recorded_late" not in self._way.turns:
            return slot.ceremony_on
        late = self._story.diary.after(slot.ceremony_on, self._dice.randint(*LATE_DAYS))
        return min(late, max(slot.ceremony_on, self._script.last_visit))

    def _probation(self) -> None:
        way = self._way
        if "new_nominated" in way.days:
            self._nominate("new_", Programme.NEW_MEMBER, f"{self._key} ceremony")
        if "recognition_vote" not in way.days or way.new_member_course is None:
            return
        struck_off = "struck_off" in way.turns
        certificate = certificate_key(way, Programme.NEW_MEMBER)
        verb, body = self._vote_after_probation(struck_off=struck_off)
        self._step(
            "recognition_vote",
            self._clerk,
            "admission",
            self._dossier(verb),
            body,
            needs=(certificate,),
            sees=certificate,
        )
        if self._voting:
            committee = self._script.who(Role.GRASSROOTS_COMMITTEE, self._voting)
            body = self._committee_vote(passed=True)
            self._step(
                "recognition_committee", committee, "admission", self._dossier("vote-in-committee"), body
            )
        deciding: Body = {
            "decided_by": self._ids.unit(self._competent),
            "decision": self._script.decision("recognition", way),
            **self._standing_vote(),
        }
        signer = self._script.who(Role.STANDING_COMMITTEE, self._competent)
        verb = "strike-off" if struck_off else "recognise"
        self._step("recognised", signer, "admission", self._dossier(verb), deciding)

    # -- Votes

    def _cell_vote(self, *, passed: bool) -> Body:
        way = self._way
        day = way.days["cell_vote"]
        introducers = [
            {"helper": helper, "together_since": self._story.diary.before(day, 290 + 40 * n)}
            for n, helper in enumerate(self._helpers)
        ]
        resolved = way.introducer is not None
        return {
            "resolution": self._paper("NQ/CB"),
            "count": self._script.officials.count(self._cell, day, self._dice, passed=passed),
            "beside": way.beside if resolved else "members",
            "committee_resolution": self._paper("NQ/ĐTN" if way.beside == "youth_union" else "NQ/CĐ")
            if resolved
            else None,
            "introducers": introducers,
        }

    def _committee_vote(self, *, passed: bool) -> Body:
        assert self._voting is not None  # noqa: S101 - only who has a committee above comes here
        members = self._script.committee_size(self._voting, 7, 15)
        yes = members - self._dice.randint(0, 1) if passed else members * 2 // 3 - 1
        return {
            "committee": self._ids.unit(self._voting),
            "resolution": self._paper("NQ/ĐU"),
            "members": members,
            "count": {"present": members, "yes": yes, "no": members - yes},
        }

    def _vote_after_probation(self, *, struck_off: bool) -> tuple[str, Body]:
        day = self._way.days["recognition_vote"]
        count = self._script.officials.count(self._cell, day, self._dice, passed=True)
        name = "count" if struck_off else "recognition"
        return (
            "vote-on-strike-off" if struck_off else "vote-on-recognition",
            {"resolution": self._paper("NQ/CB"), name: count},
        )

    def _standing_vote(self) -> Body:
        members = self._script.committee_size(f"standing {self._competent}", 9, 13)
        return {"members": members, "yes": members - self._dice.randint(0, 2)}

    # -- Putting acts in order

    def _step(
        self,
        step: str,
        officer: Officer,
        service: str,
        path: str,
        body: Body,
        *,
        needs: Sequence[str] = (),
        sees: str | None = None,
    ) -> None:
        """A step of the way on its own day; nothing when the way does not come so far."""
        day = self._way.days.get(step)
        if day is not None:
            said = {**body, "on": day, **self._script.late(day)}
            self._act(step, day, officer, service, path, said, needs=needs, sees=sees)

    def _act(
        self,
        step: str,
        day: date,
        officer: Officer,
        service: str,
        path: str,
        body: Body,
        *,
        needs: Sequence[str] = (),
        sees: str | None = None,
    ) -> None:
        visit = self._script.visit(day)
        if visit is None or self._over:
            self._over = True
            return
        self._recorded = max(self._recorded, visit)
        about = path.rpartition("/")[0]
        version = self._versions.get(about, 0)
        self._versions[about] = version + 1
        key = f"{self._key} {step}"
        matching: Matching = "version" if version else "new"
        self._acts.append(
            Act(
                key=key,
                day=self._recorded,
                officer=officer,
                service=service,
                path=path,
                body=body,
                matching=matching,
                version=version,
                needs=(*self._last, *needs, *keys_of_grants(officer)),
                sees=sees,
                patient=True,
            )
        )
        self._last = (key,)

    def _paper(self, kind: str) -> str:
        return f"{self._dice.randint(1, 240)}-{kind}"

    def _candidacy_id(self) -> UUID:
        return self._ids.of(f"candidacy {self._key}")

    def _candidacy(self, verb: str) -> str:
        return f"/candidacies/{self._candidacy_id()}/{verb}"

    def _dossier(self, verb: str) -> str:
        return f"/dossiers/{self._ids.of(f'dossier {self._key}')}/{verb}"


def in_order(told: Iterable[Act], outside: Iterable[Act], last: date) -> list[Act]:
    """Each no earlier than what it needs; what needs something that does not happen by the last day falls away."""
    acts = {act.key: act for act in told}
    days = {act.key: act.day for act in outside}
    order = TopologicalSorter(
        {key: [need for need in act.needs if need in acts] for key, act in acts.items()}
    )
    kept: list[Act] = []
    for key in order.static_order():
        act = acts[key]
        if all(need in days for need in act.needs):
            day = max([act.day, *(days[need] for need in act.needs)])
            if day <= last:
                days[key] = day
                kept.append(act if day == act.day else replace(act, day=day))
    return kept


def identity(person: Person, unit: UUID) -> Body:
    """A person as registry is told."""
    return {
        "unit": unit,
        "identity": {"name": person.name, "birth_date": person.birth_date, "sex": person.sex},
        "citizen_number": person.citizen_number,
    }


def profile(person: Person, valid_from: date, employer: UUID | None) -> Body:
    return {
        "valid_from": valid_from,
        "minority": person.minority,
        "religious": person.religious,
        "youth_union": person.youth_union,
        "occupation": person.occupation,
        "education": person.education,
        "qualification": person.qualification,
        "employer": employer,
    }


def keys_of_grants(officer: Officer) -> tuple[str, ...]:
    return tuple(f"grant {officer.sign_in} {grant.role} {grant.unit}" for grant in officer.grants)


def certificate_key(way: Way, programme: Programme | str) -> str:
    return f"certificate {programme} {way.slot.key}"


def _certified(course: Course, way: Way) -> bool:
    if course.programme == Programme.NEW_MEMBER:
        return True
    return way.slot.ending not in {"class_dropped", "class_failed"}


def _decision_numbers(story: Story) -> Mapping[tuple[str, str], str]:
    """Numbers of decisions, by committee, kind and year, in the order of their days."""
    found: list[tuple[str, int, date, str, str]] = []
    for way in story.ways:
        competent = story.pack.units.competent(way.slot.cell)
        for kind, step in (("decision", "decision"), ("recognition", "recognised"), ("annulment", "mended")):
            if step in way.days:
                day = way.days[step]
                found.append((f"{competent} {kind}", day.year, day, way.slot.key, kind))
    numbers: dict[tuple[str, str], str] = {}
    counts: dict[tuple[str, int], int] = {}
    for book, year, _day, key, kind in sorted(found):
        counts[book, year] = counts.get((book, year), 0) + 1
        sign = {"decision": "QĐKN", "recognition": "QĐCN", "annulment": "QĐHB"}[kind]
        numbers[kind, key] = f"{counts[book, year]}-{sign}/{year}"
    return numbers
