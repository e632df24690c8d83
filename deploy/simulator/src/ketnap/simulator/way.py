"""One person's way, day by day: planned back from the ceremony, by the steps of the Regulation and ordinary durations."""

import random
from collections.abc import Mapping
from datetime import date

from ketnap.common.frozen import frozen
from ketnap.packs.pack import Pack
from ketnap.packs.shape import Course, Shares, Simulation
from ketnap.rules.months import add_months
from ketnap.rules.rounding import Percent
from ketnap.simulator.days import Diary
from ketnap.simulator.people import People, Person
from ketnap.simulator.slots import Slot

CERTIFICATES_AFTER = 5  # working days from the end of a class


@frozen
class Way:
    """`days`: the day of each step, in order; who does not come so far lacks the later ones."""

    slot: Slot
    person: Person
    beside: str
    introducer: str | None
    days: Mapping[str, date]
    turns: frozenset[str]
    """Longer ways that were taken: returned, verification_issue, helper_replaced, ..."""
    course: Course | None = None
    new_member_course: Course | None = None


LAST_STEP: Mapping[str, str] = {
    "not_taken_up": "closed",
    "delisted": "delisted",
    "class_dropped": "left_class",
    "class_failed": "result",
    "verification_failed": "verification_failed",
    "cell_not_passed": "cell_vote",
    "committee_not_passed": "committee_vote",
    "refused": "refused",
    "withdrawn": "withdrawn",
    "certified": "certified",
}


class Ways:
    """Plans them; a class must be found for each by `Classes` before the steps in front of it are known."""

    def __init__(self, pack: Pack, simulation: Simulation, people: People, diary: Diary) -> None:
        self._pack = pack
        self._seed = simulation.seed
        self._shares: Shares = simulation.shares
        self._introducers = simulation.introducers
        self._people = people
        self._diary = diary

    def behind_class(self, slot: Slot) -> "Dated":
        """The steps from the application on, counted back from the ceremony, and those behind it."""
        dice = random.Random(f"{self._seed} way {slot.key}")
        turns = self._turns(slot, dice)
        days: dict[str, date] = {}
        ceremony = slot.ceremony_on
        days["received"] = self._diary.before(ceremony, dice.randint(3, 14))
        days["decision"] = self._diary.before(days["received"], dice.randint(1, 3))
        days["proposal"] = self._diary.before(days["decision"], dice.randint(1, 5))
        back = self._diary.before(days["proposal"], dice.randint(1, 6))
        if "returned" in turns:
            days["completed"] = back
            days["returned"] = self._diary.before(back, dice.randint(4, 10))
            back = self._diary.before(days["returned"], dice.randint(1, 4))
        days["submitted"] = back
        days["committee_vote"] = self._diary.before(back, dice.randint(1, 4))
        days["cell_vote"] = self._diary.before(days["committee_vote"], dice.randint(3, 12))
        days["opinions"] = self._diary.before(days["cell_vote"], dice.randint(3, 16))
        days["verified"] = self._diary.before(days["opinions"], dice.randint(2, 10))
        back = days["verified"]
        if turns & {"verification_issue", "verification_failed"}:
            days["issue"] = self._diary.before(back, dice.randint(5, 15))
            back = days["issue"]
        days["requested"] = self._diary.before(back, dice.randint(14, 38))
        days["biography"] = self._diary.before(days["requested"], dice.randint(1, 7))
        days["applied"] = self._diary.before(days["biography"], dice.randint(1, 9))
        return Dated(slot=slot, turns=turns, days=days, dice=dice)

    def whole(self, behind: "Dated", course: Course, new_member_course: Course | None) -> Way:
        """All steps, those in front of the class counted back from its beginning."""
        slot, dice, days = behind.slot, behind.dice, dict(behind.days)
        days["enrolled"] = self._diary.before(course.starts_on, dice.randint(1, 3))
        days["approved"] = self._diary.before(days["enrolled"], dice.randint(2, 8))
        days["nominated"] = self._diary.before(days["approved"], dice.randint(1, 6))
        days["listed"] = self._diary.before(days["nominated"], dice.randint(10, 60))
        days["introduced"] = self._diary.before(days["listed"], dice.randint(4, 24))
        days["result"] = course.ends_on
        days["certified"] = self._diary.after(course.ends_on, CERTIFICATES_AFTER)
        days["ceremony"] = slot.ceremony_on
        self._ends(slot, days, dice)
        if slot.ending in {"admitted", "struck_off"}:
            self._probation(behind, days, new_member_course)
        person = self._people.candidate(slot.key, slot.category, slot.cell, days["cell_vote"])
        beside, introducer = self._beside(slot, person)
        return Way(
            slot=slot,
            person=person,
            beside=beside,
            introducer=introducer,
            days=_until(slot.ending, days),
            turns=behind.turns,
            course=course,
            new_member_course=new_member_course,
        )

    def _turns(self, slot: Slot, dice: random.Random) -> frozenset[str]:
        taken = {
            name
            for name in (
                "helper_replaced",
                "verification_issue",
                "returned",
                "recorded_late",
                "recognition_late",
                "struck_off",
            )
            if dice.randrange(10_000) < int(Percent.parse(getattr(self._shares, name)).value * 100)
        }
        if slot.ending != "admitted":
            taken -= {"recorded_late", "recognition_late", "struck_off"}
        if slot.ending == "verification_failed":
            taken |= {"verification_failed"}
        if slot.recorded_on is not None:
            taken -= {"recorded_late"}
        return frozenset(taken)

    def _ends(self, slot: Slot, days: dict[str, date], dice: random.Random) -> None:
        """The days of the endings that lie beside the way."""
        later = self._diary.after
        days["closed"] = later(days["introduced"], dice.randint(20, 60))
        days["delisted"] = later(days["listed"], dice.randint(30, 120))
        days["left_class"] = self._diary.before(days["result"], 1)
        days["verification_failed"] = days["verified"]
        days["refused"] = days["proposal"]
        days["withdrawn"] = later(days["biography"], dice.randint(2, 12))
        if slot.mended_on is not None:
            days["mended"] = slot.mended_on

    def _probation(self, behind: "Dated", days: dict[str, date], course: Course | None) -> None:
        """The class for new members, and what follows the end of the twelve months."""
        dice = behind.dice
        ends_on = add_months(days["ceremony"], 12)
        if course is not None:
            days["new_enrolled"] = self._diary.before(course.starts_on, dice.randint(1, 3))
            days["new_approved"] = self._diary.before(days["new_enrolled"], dice.randint(1, 4))
            days["new_nominated"] = self._diary.before(days["new_approved"], dice.randint(1, 4))
            days["new_result"] = course.ends_on
            days["new_certified"] = self._diary.after(course.ends_on, CERTIFICATES_AFTER)
        late = "recognition_late" in behind.turns
        days["recognition_vote"] = self._diary.after(
            ends_on, dice.randint(33, 50) if late else dice.randint(1, 24)
        )
        days["recognition_committee"] = self._diary.after(days["recognition_vote"], dice.randint(2, 8))
        days["recognised"] = self._diary.after(days["recognition_committee"], dice.randint(2, 12))

    def _beside(self, slot: Slot, person: Person) -> tuple[str, str | None]:
        """Which committee introduces beside members, if any covers the cell."""
        wanted = slot.category.introduced_by
        if wanted == "youth_union" and not person.youth_union:
            wanted = "trade_union"
        chain = self._pack.units.chain(slot.cell)
        for unit in chain:
            for introducer in self._introducers:
                if introducer.kind == wanted and unit in introducer.covers:
                    return wanted, introducer.unit
        return "members", None


@frozen
class Dated:
    """A way as far as it is known before its class is found."""

    slot: Slot
    turns: frozenset[str]
    days: Mapping[str, date]
    dice: random.Random


def _until(ending: str, days: Mapping[str, date]) -> dict[str, date]:
    """The steps up to the last of an ending; endings that were not taken fall away."""
    beside = set(LAST_STEP.values()) - {"cell_vote", "committee_vote", "result", "certified"}
    last = LAST_STEP.get(ending)
    kept = {step: day for step, day in days.items() if step not in beside or step == last}
    if last is None:
        return kept
    end = days[last]
    return {
        step: day
        for step, day in kept.items()
        if day <= end and (step == last or _ORDER[step] < _ORDER[last])
    }


_STEPS = (
    "introduced",
    "closed",
    "listed",
    "delisted",
    "nominated",
    "approved",
    "enrolled",
    "left_class",
    "result",
    "certified",
    "applied",
    "biography",
    "withdrawn",
    "requested",
    "issue",
    "verification_failed",
    "verified",
    "opinions",
    "cell_vote",
    "committee_vote",
    "submitted",
    "returned",
    "completed",
    "refused",
    "proposal",
    "decision",
    "received",
    "ceremony",
    "mended",
    "new_nominated",
    "new_approved",
    "new_enrolled",
    "new_result",
    "new_certified",
    "recognition_vote",
    "recognition_committee",
    "recognised",
)
_ORDER = {step: n for n, step in enumerate(_STEPS)}
