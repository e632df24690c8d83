"""The whole story of a province before it is lived: everybody's way, every class, every exit, checked against the totals."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from ketnap.common.frozen import frozen
from ketnap.packs.pack import Pack
from ketnap.packs.shape import Course, Exits, Simulation
from ketnap.simulator.days import Diary
from ketnap.simulator.people import People
from ketnap.simulator.rosters import Rosters, waiting
from ketnap.simulator.slots import Slots, Unreachable, cells_of
from ketnap.simulator.way import Way, Ways


class NoSimulation(LookupError):
    """The pack has no simulation.toml."""


@frozen
class Exit:
    cell: str
    cause: str
    on: date


@frozen
class Story:
    pack: Pack
    simulation: Simulation
    diary: Diary
    people: People
    ways: Sequence[Way]
    courses: Sequence[Course]
    exits: Sequence[Exit]

    def admitted(self, since: date, until: date) -> list[Way]:
        """Whose ceremony of that period counts."""
        return [
            way
            for way in self.ways
            if way.slot.ending == "admitted" and since <= way.slot.ceremony_on <= until
        ]

    def members(self, day: date) -> int:
        """All members of the rolls by the end of a day."""
        opening = sum((row.official or 0) + (row.probationary or 0) for row in self.pack.units)
        come = len(self.admitted(date.min, day))
        gone = sum(one.on <= day for one in self.exits)
        struck_off = sum(
            "struck_off" in way.turns and way.days.get("recognised", date.max) <= day for way in self.ways
        )
        return opening + come - gone - struck_off


def tell(pack: Pack, until: date | None = None) -> Story:
    """Plan it all; the same pack gives the same story, and a later end only adds to it.

    Raises:
        NoSimulation
        Unreachable: a total cannot be reached under the rules.
    """
    simulation = pack.contents.simulation
    if simulation is None:
        raise NoSimulation
    until = until or simulation.until.date()
    diary = Diary(pack.calendar, simulation.anniversaries)
    people = People(pack, simulation)
    ways = Ways(pack, simulation, people, diary)
    slots = Slots(pack, simulation, diary, until).all()
    rosters = Rosters(simulation, diary, until)
    dated = [ways.behind_class(slot) for slot in slots]
    lived = [ways.whole(one.dated, one.course, one.new_member_course) for one in rosters.seat(dated)]
    lived += _waiting(simulation, rosters, ways, _cells(pack, simulation))
    story = Story(
        pack=pack,
        simulation=simulation,
        diary=diary,
        people=people,
        ways=_twins(lived, people),
        courses=rosters.courses,
        exits=[one for exits in simulation.exits for one in _exits(exits, pack, simulation, diary)],
    )
    _check(story)
    return story


def _cells(pack: Pack, simulation: Simulation) -> dict[str, list[str]]:
    return {category.id: cells_of(pack, category) for category in simulation.categories}


def _waiting(
    simulation: Simulation, rosters: Rosters, ways: Ways, cells: dict[str, list[str]]
) -> Iterable[Way]:
    for course, missing in rosters.empty_seats():
        for slot in waiting(course, missing, simulation, cells):
            yield ways.whole(ways.behind_class(slot), course, None)


def _twins(ways: Iterable[Way], people: People) -> list[Way]:
    """Who is recorded twice is the same human with another number."""
    by_key: Mapping[str, Way] = {way.slot.key: way for way in ways}
    told = []
    for key, way in by_key.items():
        twin_of = way.slot.twin_of
        if twin_of is not None:
            twin = people.twin(key, by_key[twin_of].person)
            told.append(replace(way, person=twin))
        else:
            told.append(way)
    return told


def _exits(exits: Exits, pack: Pack, simulation: Simulation, diary: Diary) -> Iterable[Exit]:
    """Spread over the year, from cells that can spare somebody."""
    dice = random.Random(f"{simulation.seed} exits {exits.year}")
    since = max(date(exits.year, 1, 5), pack.province.opens_on)
    days = diary.working(since, date(exits.year, 12, 27))
    cells = pack.units.cells(pack.province.issuer)
    weights = [max((pack.units[cell].official or 0) - 10, 0) for cell in cells]
    if not any(weights):
        weights = [pack.units[cell].official or 0 for cell in cells]
    causes = ["died"] * exits.died + ["resigned"] * exits.resigned + ["expelled"] * exits.expelled
    for cause in causes:
        yield Exit(cell=dice.choices(cells, weights)[0], cause=cause, on=dice.choice(days))


def _check(story: Story) -> None:
    """The totals hold, or somebody is told why not."""
    for line in story.simulation.admissions:
        found = [
            way for way in story.admitted(line.since, line.until) if way.slot.category.id == line.category
        ]
        if len(found) != line.people:
            raise Unreachable(
                f"diện “{line.category}” từ {line.since} đến {line.until}: được {len(found)}, cần {line.people}.",
                f"“{line.category}” from {line.since} to {line.until}: {len(found)} instead of {line.people}.",
            )
    opening = sum((row.official or 0) + (row.probationary or 0) for row in story.pack.units)
    for total in story.simulation.members:
        found_members = story.members(total.on)
        if found_members != total.people:
            difference = total.people - found_members
            raise Unreachable(
                f"tổng số đảng viên ngày {total.on}: mở sổ {opening}, cộng kết nạp, trừ ra khỏi Đảng được "
                f"{found_members}, cần {total.people}. Hãy sửa số mở sổ trong units.csv ({difference:+d}).",
                f"members on {total.on}: rolls open with {opening}, with admissions and exits that makes "
                f"{found_members} instead of {total.people}. Change the opening numbers in units.csv by {difference:+d}.",
            )
