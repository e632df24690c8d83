"""Numbers of an answer as pages hold them, each with the address of its evidence."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Self
from urllib.parse import parse_qsl, urlencode

from ketnap.common.frozen import frozen
from ketnap.portal.figures import (
    Count,
    Estimate,
    Measure,
    PlanToDate,
    Progress,
    Rounding,
    Share,
    Step,
    StepCount,
)
from ketnap.portal.scope import Selection
from ketnap.portal.services import Json, NotThere

CURVE = "/huong-dan"
_PERIOD = ("plan", "since", "until")
_TREE = {"tree": "tree_of_day"}
_KEPT = frozenset({*_PERIOD, "tree", "tree_day"})


@frozen
class Asked:
    """A figure by its name in statistics, and which period and tree it was printed on."""

    figure: str
    where: tuple[tuple[str, str], ...] = ()

    @classmethod
    def read(cls, text: str) -> Self:
        """As it stands in an address. Raises NotThere."""
        figure, _, where = text.partition("?")
        pairs = parse_qsl(where)
        if not figure or "/" in figure or any(name not in _KEPT for name, _ in pairs):
            raise NotThere(f"no figure: {text}")
        return cls(figure=figure, where=tuple(pairs))

    def __str__(self) -> str:
        return self.figure + (f"?{urlencode(self.where)}" if self.where else "")


@frozen
class Numbers:
    """Reads the numbers of one unit on one standpoint: `selection` as the page was asked, `where` as it was resolved."""

    selection: Selection
    where: tuple[tuple[str, str], ...]

    @classmethod
    def of_page(cls, selection: Selection, standpoint: Json) -> Self:
        chosen = replace(selection, unit=standpoint["unit"])
        return cls(selection=chosen, where=_where(standpoint))

    def of(self, unit: str) -> "Numbers":
        """The same for another unit."""
        return replace(self, selection=replace(self.selection, unit=unit))

    def over(self, period: Json, plan: str | None = None) -> "Numbers":
        """Of the same unit in another period; with `plan`, in that plan's."""
        there = replace(self.selection, year=None, as_of=date.fromisoformat(period["as_of"]))
        where = [pair for pair in _where(period) if plan is None or pair[0] not in _PERIOD]
        return Numbers(selection=there, where=(*([("plan", plan)] if plan else []), *where))

    def then(self, as_of: date, position: int) -> "Numbers":
        """The same on an earlier day, as it was known at a position."""
        return replace(self, selection=replace(self.selection, as_of=as_of, known=position))

    def evidence(self, figure: str) -> str:
        return "/can-cu" + self.selection.query(("so", str(Asked(figure=figure, where=self.where))))

    def page_of(self, unit: str) -> str:
        return "/don-vi" + replace(self.selection, unit=unit).query()

    def person(self, person: str) -> str:
        return f"/nguoi/{person}" + self.selection.query()

    # -- What an answer holds

    def count(self, number: Json) -> Count:
        return Count(value=number["value"], evidence=self.evidence(number["figure"]))

    def count_if(self, number: Json | None) -> Count | None:
        return None if number is None else self.count(number)

    def estimate(self, number: Json) -> Estimate:
        return Estimate(value=Decimal(number["value"]), evidence=self.evidence(number["figure"]))

    def share(self, percentage: Json | None) -> Share | None:
        if percentage is None:
            return None
        numerator = percentage["numerator"]
        return Share(
            numerator=numerator if isinstance(numerator, int) else Decimal(numerator),
            denominator=percentage["denominator"],
            rounding=Rounding(percentage["rounding"]),
            decimals=percentage["decimals"],
            evidence=self.evidence(percentage["figure"]),
        )

    def progress(self, progress: Json) -> Progress:
        return Progress(
            quota=self.count_if(progress["quota"]),
            actual=self.count(progress["actual"]),
            share=self.share(progress["percent"]),
            dossiers=self.count(progress["dossiers"]),
            forecast=self.estimate(progress["forecast"]),
        )

    def measure(self, answer: Json) -> Measure:
        return Measure(
            title=None if answer["main_figure"] == "admitted" else answer["main_title"],
            admissions=answer["counts_admissions"],
        )

    def steps(self, progress: Json) -> tuple[StepCount, ...]:
        return tuple(
            StepCount(step=step, dossiers=self.count(progress["steps"][step]))
            for step in Step
            if step in progress["steps"]
        )

    def plan_to_date(self, progress: Json) -> PlanToDate | None:
        planned = progress["planned"]
        if planned is None:
            return None
        curve = CURVE + self.selection.query() + "#ke-hoach"
        return PlanToDate(
            percent=Fraction(planned["percent_exact"]),
            people=Count(value=int(Decimal(planned["people"])), evidence=curve),
        )


def _where(period: Json) -> tuple[tuple[str, str], ...]:
    """What of a period must be said to come back to it; days of the world and of knowledge stand in the address."""
    told: Sequence[tuple[str, str]] = parse_qsl(period["repeat"])
    usual = {**_TREE, "tree_day": period["as_of"]}
    return tuple((name, value) for name, value in told if name in _KEPT and usual.get(name) != value)
