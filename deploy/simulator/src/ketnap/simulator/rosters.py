"""Who sits in which class: the last class that ended before the application, the next one after the ceremony."""

import random
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from ketnap.common.frozen import frozen
from ketnap.contracts.training import Programme
from ketnap.packs.shape import Course, Simulation
from ketnap.rules.months import add_months
from ketnap.simulator.days import Diary
from ketnap.simulator.slots import Slot, Unreachable
from ketnap.simulator.way import CERTIFICATES_AFTER, Dated

BEFORE_APPLICATION = 2  # working days
BEFORE_CLASS = 12  # days from the ceremony to the new members' class
BEFORE_END = 20  # days from the certificate to the end of probation
YEARS = 3  # for which the classes of the last year are held again

IN_CLASS = frozenset(
    {
        "admitted",
        "duplicate",
        "certified",
        "class_dropped",
        "class_failed",
        "verification_failed",
        "cell_not_passed",
        "committee_not_passed",
        "refused",
        "withdrawn",
    }
)


@frozen
class Seated:
    """A way with its class; the new members' class is None where none is held in time, or none is needed."""

    dated: Dated
    course: Course
    new_member_course: Course | None


class Rosters:
    """Seats, given out in the order of applications and ceremonies."""

    def __init__(self, simulation: Simulation, diary: Diary, until: date) -> None:
        self._diary = diary
        self._until = until
        self.courses = _with_later_years(simulation.courses)
        self._taken = [0] * len(self.courses)

    def seat(self, ways: Iterable[Dated]) -> list[Seated]:
        """Raises Unreachable when somebody whose ceremony is stated finds no class."""
        seated = []
        for dated in sorted(ways, key=lambda one: (one.days["applied"], one.slot.key)):
            found = self._awareness(dated)
            if found is not None:
                seated.append((dated, self.courses[found]))
        return [
            Seated(dated=dated, course=course, new_member_course=self._new_member(dated))
            for dated, course in sorted(seated, key=lambda one: (one[0].slot.ceremony_on, one[0].slot.key))
        ]

    def empty_seats(self) -> list[tuple[Course, int]]:
        """How many are missing where a class says how many learners it had."""
        return [
            (course, course.learners - taken)
            for course, taken in zip(self.courses, self._taken, strict=True)
            if course.learners is not None
            and course.programme == Programme.AWARENESS
            and course.learners > taken
        ]

    def certified_on(self, course: Course) -> date:
        return self._diary.after(course.ends_on, CERTIFICATES_AFTER)

    def _awareness(self, dated: Dated) -> int | None:
        latest = self._diary.before(dated.days["applied"], BEFORE_APPLICATION)
        sits = dated.slot.ending in IN_CLASS
        found = [
            n
            for n, course in enumerate(self.courses)
            if course.programme == Programme.AWARENESS and self.certified_on(course) <= latest
        ]
        free = [n for n in found if self._taken[n] < _seats(self.courses[n]) or not sits]
        if free:
            best = max(free, key=lambda n: self.courses[n].ends_on)
            self._taken[best] += sits
            return best
        if dated.slot.ceremony_on <= self._until and dated.slot.ending == "admitted":
            raise Unreachable(
                f"người có lễ kết nạp ngày {dated.slot.ceremony_on} phải có giấy chứng nhận trước {latest}, "
                f"nhưng {'các lớp trước đó đã kín chỗ' if found else 'trước đó không có lớp nhận thức về Đảng nào'}. "
                "Hãy thêm [[courses]] hoặc thêm chỗ.",
                f"somebody with a ceremony on {dated.slot.ceremony_on} needs a certificate by {latest}, but "
                f"{'the classes before that are full' if found else 'there is no awareness class before that'}. "
                "Add [[courses]] or seats.",
            )
        return None

    def _new_member(self, dated: Dated) -> Course | None:
        if dated.slot.ending != "admitted":
            return None
        ceremony = dated.slot.ceremony_on
        earliest = ceremony + timedelta(days=BEFORE_CLASS)
        latest = add_months(ceremony, 12) - timedelta(days=BEFORE_END)
        free = [
            n
            for n, course in enumerate(self.courses)
            if course.programme == Programme.NEW_MEMBER
            and course.starts_on >= earliest
            and self.certified_on(course) <= latest
            and self._taken[n] < _seats(course)
        ]
        if not free:
            return None
        best = min(free, key=lambda n: self.courses[n].starts_on)
        self._taken[best] += 1
        return self.courses[best]


def waiting(course: Course, people: int, simulation: Simulation, cells: dict[str, list[str]]) -> list[Slot]:
    """People who fill a class and apply later, or never."""
    dice = random.Random(f"{simulation.seed} class {course.title} {course.starts_on}")
    weights = {id: people for id, people in simulation.afterwards.per_month.items() if cells[id]}
    categories = {category.id: category for category in simulation.categories}
    drawn = dice.choices(list(weights), list(weights.values()), k=people)
    return [
        Slot(
            key=f"class {course.title} {course.starts_on} {n}",
            category=categories[id],
            cell=dice.choice(cells[id]),
            ceremony_on=course.ends_on + timedelta(days=300),
            ending="certified",
        )
        for n, id in enumerate(drawn)
    ]


def _seats(course: Course) -> int:
    return course.seats if course.learners is None else course.learners


def _with_later_years(courses: Sequence[Course]) -> list[Course]:
    """The classes of the last year stated are held again in later years, so that a run may go on."""
    found = list(courses)
    for programme in (Programme.AWARENESS, Programme.NEW_MEMBER):
        mine = [course for course in courses if course.programme == programme]
        last = max((course.starts_on.year for course in mine), default=0)
        for years in range(1, YEARS + 1):
            found += [_later(course, years) for course in mine if course.starts_on.year == last]
    return sorted(found, key=lambda course: (course.starts_on, course.title))


def _later(course: Course, years: int) -> Course:
    return course.model_copy(
        update={
            "title": f"{course.title} (+{years})",
            "starts_on": add_months(course.starts_on, 12 * years),
            "ends_on": add_months(course.ends_on, 12 * years),
            "line": None,
            "learners": None,
        }
    )
