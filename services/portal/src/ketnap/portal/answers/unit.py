"""The page of a unit from what statistics answers."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date

from ketnap.portal.answers.asking import Asking, day
from ketnap.portal.answers.instruments import number_of
from ketnap.portal.answers.numbers import Numbers
from ketnap.portal.answers.rows import outside
from ketnap.portal.answers.states import states
from ketnap.portal.figures import Status
from ketnap.portal.pages.unit import (
    Idle,
    Lineage,
    LineagePassage,
    LineageUnit,
    Reason,
    ReasonKind,
    Reorganisation,
    ReorganisationKind,
    SubunitRow,
    TreeView,
    Unit,
    YearResult,
)
from ketnap.portal.scope import Crumb
from ketnap.portal.services import Json

_TREES = {TreeView.TREE_OF_DAY: "tree_of_day", TreeView.TREE_OF_ITS_DAY: "tree_of_its_day"}
_ORDER = (Status.AT_RISK, Status.URGE, Status.ON_TRACK, Status.ACHIEVED, Status.NOT_ASSESSED)


async def unit(ask: Asking, tree_view: TreeView) -> Unit:
    answer, plans = await asyncio.gather(
        ask.statistics(f"/units/{ask.unit}/page", tree=_TREES[tree_view]), ask.plans()
    )
    standpoint, total = answer["standpoint"], answer["total"]
    numbers = ask.numbers(standpoint)
    since = {row["unit"]: row["since"] for row in answer["no_source"]}
    rows = [_row(row, numbers, since) for row in answer["rows"] if row["unit"] is not None]
    mine = {top.id for top in ask.tops}
    return Unit(
        scope=ask.scope(standpoint, plans),
        freshness=ask.freshness(standpoint),
        path=_path(answer["path"], numbers, mine, ask.unit),
        name=standpoint["unit_name"],
        measure=numbers.measure(answer),
        members=numbers.count(answer["members"]),
        cells=numbers.count(answer["cells"]),
        status=Status(total["status"]),
        total=numbers.progress(total),
        plan=numbers.plan_to_date(total),
        sympathisers=numbers.count(answer["sympathisers"]),
        states=states(answer, numbers),
        year_ends=day(standpoint["period_until"]),
        if_all_in_time=numbers.share(answer["if_all_in_time"]),
        subunits=tuple(sorted(rows, key=_urgency)),
        outside=outside(answer, numbers),
        tree_view=tree_view,
        years=tuple(_year(year, numbers, day(standpoint["as_of"])) for year in answer["years"]),
        idle=Idle(
            none_admitted=numbers.count(answer["idle"]["none_admitted"]),
            with_quota=numbers.count(answer["idle"]["with_quota"]),
            without_source=numbers.count(answer["idle"]["without_source"]),
        ),
        lineage=_lineage(answer["lineage"], numbers) if answer["lineage"] else None,
    )


def _path(above: Sequence[Json], numbers: Numbers, tops: set[str], unit: str) -> tuple[Crumb, ...]:
    """From where the account's view begins: what is above it cannot be opened."""
    names = [one["unit"] for one in above]
    begins = next((i for i, one in enumerate(names) if one in tops), len(names))
    seen = above[begins:] if unit not in tops else []
    return tuple(Crumb(name=one["name"], url=numbers.page_of(one["unit"])) for one in seen)


def _row(row: Json, numbers: Numbers, since: Mapping[str, str | None]) -> SubunitRow:
    own = numbers.of(row["unit"])
    return SubunitRow(
        name=row["name"],
        url=numbers.page_of(row["unit"]),
        status=Status(row["progress"]["status"]),
        progress=own.progress(row["progress"]),
        sympathisers=own.count(row["sympathisers"]),
        steps=own.steps(row["progress"]),
        reason=_reason(row, own, since),
    )


def _reason(row: Json, numbers: Numbers, since: Mapping[str, str | None]) -> Reason | None:
    """Why somebody who has a number left to reach may not reach it."""
    progress = row["progress"]
    if progress["quota"] is None or progress["actual"]["value"] >= progress["quota"]["value"]:
        return None
    if not row["sympathisers"]["value"]:
        gone = since.get(row["unit"])
        return Reason(kind=ReasonKind.NO_SOURCE, since=day(gone) if gone else None)
    if row["in_class"]["value"]:
        return Reason(kind=ReasonKind.IN_CLASS, people=numbers.count(row["in_class"]))
    if not row["sympathisers_certified"]["value"]:
        return Reason(kind=ReasonKind.NOT_CERTIFIED)
    return None


def _urgency(row: SubunitRow) -> tuple[int, bool, int]:
    """The worst status first; of the not assessed those with a number, the most missing first."""
    quota = row.progress.quota
    missing = quota.value - row.progress.actual.value if quota else 0
    return _ORDER.index(row.status), quota is None, -missing


def _year(year: Json, numbers: Numbers, as_of: date) -> YearResult:
    period = year["period"]
    there = numbers.over(period)
    planned = numbers.over(period, year["plan"]) if year["plan"] else there
    until = day(period["as_of"])
    return YearResult(
        year=year["year"],
        until=until if until == as_of and until < day(period["period_until"]) else None,
        admitted=there.count(year["actual"]),
        quota=planned.count_if(year["quota"]),
        share=planned.share(year["percent"]),
        parts=tuple(part["actual"] for part in year["parts"]),
    )


def _lineage(lineage: Json, numbers: Numbers) -> Lineage:
    events = [day(passage["on"]) for passage in lineage["passages"]]
    since = min(events).replace(month=1, day=1)
    first = since.replace(year=since.year - 3)
    return Lineage(
        since=first,
        units=tuple(
            LineageUnit(
                id=unit["unit"],
                name=unit["name"],
                url=numbers.page_of(unit["unit"]),
                begins=day(unit["founded_on"]) if day(unit["founded_on"]) > first else None,
                ends=day(unit["ended_on"]) if unit["ended_on"] else None,
                members=unit["members"],
                cells=unit["cells"],
                here=unit["here"],
            )
            for unit in lineage["units"]
        ),
        passages=tuple(
            LineagePassage(
                source=passage["source"],
                target=passage["target"],
                on=day(passage["on"]),
                members=passage["members"],
            )
            for passage in lineage["passages"]
        ),
        reorganisations=tuple(
            Reorganisation(
                on=day(one["on"]),
                kinds=tuple(ReorganisationKind(kind) for kind in one["kinds"]),
                decisions=tuple(number_of(key) for key in one["instruments"]),
            )
            for one in lineage["reorganisations"]
        ),
    )
