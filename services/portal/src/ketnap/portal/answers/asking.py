"""One officer's questions: where they begin, what the address asks for, and how what is shown is told."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from ketnap.common.frozen import frozen
from ketnap.portal.answers.numbers import Numbers
from ketnap.portal.scope import Freshness, Known, Scope, Selection, UnitChoice
from ketnap.portal.services import Json, NotThere, Services


@frozen
class Asking:
    """`unit` is where the officer looks: as asked, else where the account's view begins."""

    services: Services
    token: str
    selection: Selection
    now: datetime
    unit: str
    tops: tuple[UnitChoice, ...]

    async def statistics(self, path: str, **more: str | int) -> Json:
        found: Json = await self.services.get("statistics", self.token, path, self._where() | more)
        return found

    async def units(self, search: str, limit: int) -> Json:
        """By name; without words where the account's view begins."""
        where = {name: value for name, value in self._where().items() if name != "unit"}
        asked = {**where, "q": search[:100], "limit": limit}
        found: Json = await self.services.get("statistics", self.token, "/units", asked)
        return found

    async def branch(self, unit: str) -> Json:
        """The units directly below one."""
        found: Json = await self.services.get(
            "statistics", self.token, f"/units/{unit}/rows", {**self._where(), "unit": unit}
        )
        return found

    async def plan(self, plan: str) -> Json:
        """The page of one plan, judged for the unit."""
        where = {name: value for name, value in self._where().items() if name != "year"}
        found: Json = await self.services.get("statistics", self.token, f"/plans/{plan}", where)
        return found

    async def instruments(self) -> Sequence[Json]:
        found: Sequence[Json] = await self.services.get("registry", self.token, "/instruments", {})
        return found

    async def formula(self, **plan: str) -> Json:
        """As published, with the plan curve that the unit is measured by."""
        year = {"year": self.selection.year} if self.selection.year else {}
        asked: dict[str, str | int] = {"unit": self.unit, **year, **plan}
        found: Json = await self.services.get("statistics", self.token, "/formula", asked)
        return found

    async def of_person(self, person: str, purpose: str, known: int) -> Json:
        """What statistics heard of somebody up to a position; the reading is recorded there."""
        known_at = {"known": known} if self.selection.known is not None else {}
        found: Json = await self.services.get(
            "statistics", self.token, f"/people/{person}/timeline", {"purpose": purpose, **known_at}
        )
        return found

    async def registry(self, path: str, **asked: str | list[str]) -> Json:
        found: Json = await self.services.get("registry", self.token, path, dict(asked))
        return found

    def _where(self) -> dict[str, str | int]:
        chosen = self.selection
        return {
            "unit": self.unit,
            **({"year": chosen.year} if chosen.year else {}),
            **({"as_of": chosen.as_of.isoformat()} if chosen.as_of else {}),
            **({"known_on": chosen.known.isoformat()} if isinstance(chosen.known, date) else {}),
            **({"known": chosen.known} if isinstance(chosen.known, int) else {}),
        }

    async def plans(self) -> Sequence[Json]:
        """That hold for the unit, issued ones."""
        found = await self.services.get("statistics", self.token, "/plans", {"unit": self.unit})
        return [plan for plan in found["plans"] if plan["issues"]]

    def numbers(self, standpoint: Json) -> Numbers:
        return Numbers.of_page(self.selection, standpoint)

    def scope(self, standpoint: Json, plans: Sequence[Json]) -> Scope:
        unit = UnitChoice(id=standpoint["unit"], name=standpoint["unit_name"])
        as_of, today = day(standpoint["as_of"]), day(standpoint["today"])
        year = self.selection.year or as_of.year
        years = {year, today.year}
        for plan in plans:
            years |= set(range(day(plan["period_from"]).year, day(plan["period_until"]).year + 1))
        on = standpoint["known_on"]
        return Scope(
            year=year,
            years=tuple(sorted(years, reverse=True)),
            unit=unit,
            units=self.tops if unit.id in {top.id for top in self.tops} else (*self.tops, unit),
            as_of=as_of,
            today=today,
            known=Known(
                position=standpoint["position"], on=day(on) if on else None, latest=standpoint["latest"]
            ),
        )

    def freshness(self, standpoint: Json) -> Freshness:
        """Behind its log it is by no more than the time since the entry shown was recorded."""
        recorded_at = datetime.fromisoformat(standpoint["recorded_at"])
        behind = standpoint["head"] > standpoint["position"]
        lag = max(0, round((self.now - recorded_at).total_seconds())) if behind else 0
        return Freshness(
            recorded_at=recorded_at,
            lag_seconds=lag if standpoint["latest"] else None,
            tree_day=day(standpoint["tree_day"]),
        )


async def asking(services: Services, token: str, selection: Selection, now: datetime) -> Asking:
    """Raises NotThere where there is no such unit, or none at all."""
    found = await services.get("statistics", token, "/units", {"limit": 20})
    tops = tuple(UnitChoice(id=row["unit"], name=row["name"]) for row in found["rows"])
    if not tops:
        raise NotThere("the account has no unit")
    unit = as_id(selection.unit) if selection.unit else tops[0].id
    return Asking(services=services, token=token, selection=selection, now=now, unit=unit, tops=tops)


def day(text: str) -> date:
    """A day as an answer tells it."""
    return date.fromisoformat(text)


def as_id(text: str) -> str:
    """Raises NotThere for what cannot be an id."""
    try:
        return str(UUID(text))
    except ValueError:
        raise NotThere(f"no id: {text}") from None
