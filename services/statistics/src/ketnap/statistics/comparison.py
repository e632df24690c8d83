"""Why a figure differs from what it was: the changes that lead from the earlier number to the present one."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from ketnap.common.clock import day_of
from ketnap.common.database import Database
from ketnap.common.decider import Rejected
from ketnap.common.log import Entry
from ketnap.contracts import admission
from ketnap.contracts.admission import AnnulReason
from ketnap.contracts.registry import ProfileChanged
from ketnap.statistics import asked as questions
from ketnap.statistics.asked import Asked
from ketnap.statistics.counts import Counts
from ketnap.statistics.figures import Figure, figure_of
from ketnap.statistics.shown import Percentage
from ketnap.statistics.spans import Spans
from ketnap.statistics.standpoint import Standpoint
from ketnap.statistics.told import told_at
from ketnap.statistics.views.ledger import Line
from ketnap.statistics.views.quotas import Act

MOST = 50_000  # lines that may have come between

type Kind = Literal[
    "new",
    "left",
    "recorded_late",
    "ceremony_corrected",
    "annulled",
    "duplicate_cancelled",
    "profile_corrected",
    "unit_came",
    "unit_went",
    "plan",
    "allocation",
    "adjustment",
    "reserve",
    "over_allocation",
    "otherwise",
]


class NotEarlier(Rejected):
    """Chỉ so sánh được với ngày và vị trí không muộn hơn. Hãy chọn ngày hoặc vị trí sớm hơn.

    A figure is compared with a day and a position that are not later. Choose earlier ones.
    """

    status = 422


class OtherPeriod(Rejected):
    """Kỳ của hai lần xem khác nhau, không cộng nối được. Hãy so sánh trong cùng một kỳ.

    The two are of different periods, so no changes lead from one to the other. Compare within one period.
    """

    status = 422


class TooManyChanges(Rejected):
    """Có hơn {most} bút toán ở giữa. Hãy so sánh với ngày gần hơn, hoặc ở đơn vị nhỏ hơn.

    More than {most} entries lie between. Compare with a nearer day, or in a smaller unit.
    """

    status = 422


class Change(BaseModel):
    """One line of the difference.

    new and left: what happened after the earlier day, all in one line each. recorded_late: of a day that was counted
    already, recorded since. The others: what the entry at the position says. unit_came and unit_went: counted under
    another unit before, or now. For one entry `person` and `unit` say who; `entries` are how many make the line.
    `from_on` and `to_on`: the days of the world between which it lies; of a correction, the day before and after it.
    `outside_period`: the corrected day does not count here.
    """

    kind: Kind
    delta: int
    entries: int
    person: UUID | None
    unit: UUID | None
    unit_name: str | None
    first_position: int
    last_position: int
    from_on: date | None
    to_on: date | None
    recorded_on: date | None
    outside_period: bool


class Comparison(BaseModel):
    """`was` + the changes = `now`."""

    as_of: date
    until: date
    position: int
    known_on: date | None
    was: int
    was_percent: Percentage | None
    was_denominator: int | None
    now: int
    changes: list[Change]


async def comparison(counts: Counts, db: Database, found: Figure, then: Standpoint) -> Comparison:
    """Lead from the figure as it was on an earlier standpoint to the present one.

    Raises:
        NotEarlier, OtherPeriod, TooManyChanges
    """
    at = counts.at
    if then.as_of > at.as_of or then.known > at.known:
        raise NotEarlier
    if (then.since, then.period_until) != (at.since, at.period_until):
        raise OtherPeriod
    was = await figure_of(counts.of(then), found.name)
    changes = [*await _of_lines(counts, db, found, was, then), *_of_acts(at, found, was)]
    rest = found.number - was.number - sum(change.delta for change in changes)
    if rest:  # of what is judged or listed there are no entries
        changes.append(_otherwise(rest, then.known, at.known))
    return Comparison(
        as_of=then.as_of,
        until=then.until,
        position=then.known,
        known_on=then.known_on,
        was=was.number,
        was_percent=was.percent,
        was_denominator=was.denominator.value if was.denominator else None,
        now=found.number,
        changes=changes,
    )


async def _of_lines(
    counts: Counts, db: Database, found: Figure, was: Figure, then: Standpoint
) -> list[Change]:
    if found.asked is None or was.asked is None:
        return []
    come, went = await _difference(counts, found.asked, was.asked)
    since = [line for line in come if _is_since(line, was.asked)]
    moved_in = [line for line in come if not _is_since(line, was.asked)]
    return [
        *await _of_entries(counts.at, db, since, then),
        *_moved(counts.at, "unit_came", moved_in, 1),
        *_moved(counts.at, "unit_went", went, -1),
    ]


async def _difference(counts: Counts, mine: Asked, theirs: Asked) -> tuple[list[Line], list[Line]]:
    """The lines that are counted now and were not then, and those that were and are not."""
    page = counts.page
    now, then = _places(mine.spans), _places(theirs.spans)
    both = replace(mine, spans=_only(mine.spans, now & then))
    come = await questions.come_since(page, both, known=theirs.known, until=theirs.until, limit=MOST + 1)
    here: list[Line] = []
    there: list[Line] = []
    if now != then:
        moved_in = replace(mine, spans=_only(mine.spans, now - then))
        moved_out = replace(theirs, spans=_only(theirs.spans, then - now))
        here = await questions.lines_of_all(page, moved_in, limit=MOST + 1)
        there = await questions.lines_of_all(page, moved_out, limit=MOST + 1)
    if max(len(come), len(here), len(there)) > MOST:
        raise TooManyChanges(most=MOST)
    in_both = {_id(line) for line in here} & {_id(line) for line in there}
    come += (line for line in here if _id(line) not in in_both)
    return come, [line for line in there if _id(line) not in in_both]


type PlaceInTime = tuple[UUID, date, date]


def _places(spans: Spans) -> set[PlaceInTime]:
    """The spans without their rows: in which row something counts makes no difference to the whole."""
    return {(span.unit, span.since, span.until) for span in spans.all}


def _only(spans: Spans, places: set[PlaceInTime]) -> Spans:
    chosen = [span for span in spans.all if (span.unit, span.since, span.until) in places]
    return Spans((spans.key, len(chosen)), chosen)


def _id(line: Line) -> tuple[int, int, str]:
    return line.position, line.ordinal, line.subject


def _is_since(line: Line, theirs: Asked) -> bool:
    return line.position > theirs.known or line.effective_on > theirs.until


# -- What the entries say


async def _of_entries(at: Standpoint, db: Database, lines: Sequence[Line], then: Standpoint) -> list[Change]:
    by_position: dict[int, list[Line]] = {}
    for line in lines:
        by_position.setdefault(line.position, []).append(line)
    odd = [p for p, found in by_position.items() if not _is_plain(found, then)]
    told = await told_at(db, odd)
    happened: list[list[Line]] = []
    changes: list[Change] = []
    for position, found in sorted(by_position.items()):
        entry = told.get(position)
        change = _change(at, found, entry) if entry else None
        if change is not None:
            changes.append(change)
        elif all(line.effective_on > then.until for line in found):
            happened.append(found)
        elif _net(found):
            changes.append(_one(at, "recorded_late", found, entry))
    return [*_happened(happened), *_folded(changes)]


def _is_plain(lines: Sequence[Line], then: Standpoint) -> bool:
    """Something that happened since and adds; whatever takes away, or is late, is looked at."""
    return all(line.delta > 0 and line.effective_on > then.until for line in lines)


def _change(at: Standpoint, lines: Sequence[Line], entry: Entry) -> Change | None:
    """A correction, by what the entry says; None: it is none, or changes nothing here."""
    data = entry.data
    match entry.type:
        case admission.CeremonyCorrected.TYPE:
            was, on = date.fromisoformat(data["was"]), date.fromisoformat(data["on"])
            if not _net(lines) and len({line.effective_on for line in lines}) == 1:
                return None
            outside = not at.since <= on <= at.until
            return _one(at, "ceremony_corrected", lines, entry, from_on=was, to_on=on, outside=outside)
        case admission.AdmissionAnnulled.TYPE if _net(lines):
            duplicate = data["reason"] == AnnulReason.DUPLICATE
            return _one(at, "duplicate_cancelled" if duplicate else "annulled", lines, entry)
        case ProfileChanged.TYPE if _net(lines):
            return _one(at, "profile_corrected", lines, entry)
        case _:
            return None


def _net(lines: Iterable[Line]) -> int:
    return sum(line.delta for line in lines)


def _one(
    at: Standpoint,
    kind: Kind,
    lines: Sequence[Line],
    entry: Entry | None,
    *,
    from_on: date | None = None,
    to_on: date | None = None,
    outside: bool = False,
) -> Change:
    line = lines[-1]
    days = [one.effective_on for one in lines]
    told = entry.meta.get("time") if entry else None
    return Change(
        kind=kind,
        delta=_net(lines),
        entries=len(lines),
        person=line.person,
        unit=line.unit,
        unit_name=at.ground.name(line.unit),
        first_position=line.position,
        last_position=line.position,
        from_on=from_on or min(days),
        to_on=to_on or max(days),
        recorded_on=day_of(datetime.fromisoformat(told)) if told else None,
        outside_period=outside,
    )


def _happened(found: Sequence[Sequence[Line]]) -> list[Change]:
    """All that happened since, in one line what came and in another what went."""
    groups: dict[Kind, list[Sequence[Line]]] = {
        "new": [lines for lines in found if _net(lines) > 0],
        "left": [lines for lines in found if _net(lines) < 0],
    }
    return [
        _many(kind, [line for lines in group for line in lines]) for kind, group in groups.items() if group
    ]


def _many(kind: Kind, lines: Sequence[Line], unit: UUID | None = None, name: str | None = None) -> Change:
    return Change(
        kind=kind,
        delta=_net(lines),
        entries=len(lines),
        person=None,
        unit=unit,
        unit_name=name,
        first_position=min(line.position for line in lines),
        last_position=max(line.position for line in lines),
        from_on=min(line.effective_on for line in lines),
        to_on=max(line.effective_on for line in lines),
        recorded_on=None,
        outside_period=False,
    )


LISTED = 500  # changes that are listed one by one; what was recorded late beyond that is one line


def _folded(changes: list[Change]) -> list[Change]:
    late = [change for change in changes if change.kind == "recorded_late"][LISTED:]
    if not late:
        return changes
    rest = Change(
        kind="recorded_late",
        delta=sum(change.delta for change in late),
        entries=sum(change.entries for change in late),
        person=None,
        unit=None,
        unit_name=None,
        first_position=min(change.first_position for change in late),
        last_position=max(change.last_position for change in late),
        from_on=None,
        to_on=None,
        recorded_on=None,
        outside_period=False,
    )
    folded = {id(change) for change in late}
    return [*(change for change in changes if id(change) not in folded), rest]


def _moved(at: Standpoint, kind: Kind, lines: Sequence[Line], sign: int) -> list[Change]:
    by_unit: dict[UUID, list[Line]] = {}
    for line in lines:
        by_unit.setdefault(line.unit, []).append(line)
    found = [_many(kind, of_unit, unit, at.ground.name(unit)) for unit, of_unit in by_unit.items()]
    return [change.model_copy(update={"delta": sign * change.delta}) for change in found if change.delta]


# -- What decisions say, and what is judged


def _of_acts(at: Standpoint, found: Figure, was: Figure) -> list[Change]:
    if found.asked is not None:
        return []
    before = {(act.position, act.unit, act.kind) for act in was.acts}
    new = [act for act in found.acts if (act.position, act.unit, act.kind) not in before]
    return [_act(at, act) for act in new]


def _act(at: Standpoint, act: Act) -> Change:
    return Change(
        kind=act.kind,
        delta=act.delta,
        entries=1,
        person=None,
        unit=act.unit,
        unit_name=at.ground.name(act.unit) if act.unit else None,
        first_position=act.position,
        last_position=act.position,
        from_on=act.effective_on,
        to_on=act.effective_on,
        recorded_on=None,
        outside_period=False,
    )


def _otherwise(rest: int, first: int, last: int) -> Change:
    return Change(
        kind="otherwise",
        delta=rest,
        entries=0,
        person=None,
        unit=None,
        unit_name=None,
        first_position=first,
        last_position=last,
        from_on=None,
        to_on=None,
        recorded_on=None,
        outside_period=False,
    )
