"""Pages from view models: one template per page, one environment per language."""

import calendar
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ketnap.common.clock import day_of
from ketnap.common.frozen import frozen
from ketnap.portal import charts, formats, ribbons
from ketnap.portal.assets import Assets
from ketnap.portal.figures import SMALL_QUOTA, Rounding, Share, gap, rounded
from ketnap.portal.folding import Folding
from ketnap.portal.frame import Frame
from ketnap.portal.languages import Language, translations
from ketnap.portal.pages.overview import Month, remainder
from ketnap.portal.pages.person import WAY, Person, Stage
from ketnap.portal.pages.unit import Lineage, LineageUnit, TreeView, YearResult, arrivals

TEMPLATES = Path(__file__).parent / "templates"
_FIRST_ROWS = 12  # of a unit's subunits, before the rest is folded


@frozen
class Site:
    """What is the same on every page of a deployment; `support` is whom to call."""

    province: str
    support: str
    sample: bool
    version: str


class Renderer:
    def __init__(self, site: Site, assets: Assets) -> None:
        self._environments = {language: environment(language, site, assets) for language in Language}

    def render(self, page: object, frame: Frame) -> str:
        """The page's template has the name of its view model's module."""
        name = type(page).__module__.rpartition(".")[2]
        template = self._environments[frame.language].get_template(f"{name}.html")
        filters = [value for key, value in frame.more if key == "trang-thai"]
        return template.render(
            page=page, frame=frame, folding=Folding.read(frame.more), filter=filters[0] if filters else None
        )


def environment(language: Language, site: Site, assets: Assets) -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
    )
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]  # added by the extension
    made.globals.update(
        site=site,
        assets=assets,
        small_quota=SMALL_QUOTA,
        first_rows=_FIRST_ROWS,
        way=WAY,
        tree_views=tuple(TreeView),
        points=gap,
        remainder=remainder,
        arrivals=arrivals,
        bullet_shape=charts.bullet,
        range_shape=charts.range_band,
        line_shape=line_shape,
        year_shapes=year_shapes,
        lineage_shape=lineage_shape,
        lineage_units=lineage_units,
        reached=reached,
        recent_ends=recent_ends,
        kind_of=lambda value: type(value).__name__.lower(),
        other_rounding=other_rounding,
    )
    made.filters.update(
        number=partial(formats.number, language=language),
        signed=partial(formats.signed, language=language),
        percent=partial(formats.percent, language=language),
        quotient=partial(formats.quotient, language=language),
        day=formats.day,
        short_day=formats.short_day,
        month=formats.month,
        weekday=partial(formats.weekday, language=language),
        month_name=partial(formats.month_name, language=language),
        clock=formats.clock,
        minute=formats.minute,
        local_day=day_of,
        px=charts.px,
    )
    return made


def line_shape(quota: int | None, months: Sequence[Month]) -> charts.LineChart:
    series: dict[str, list[int | Decimal | None]] = {
        "plan": [m.planned for m in months] if quota else [],
        "actual": [m.actual for m in months],
        "forecast": [m.forecast for m in months],
        "year_before": [m.year_before for m in months],
    }
    return charts.line_chart(quota, series)


def year_shapes(
    years: Iterable[YearResult], width: int, top: int, bottom: int
) -> tuple[charts.YearColumn, ...]:
    pairs = [(year.admitted.value, year.quota.value if year.quota else None) for year in years]
    return charts.year_columns(pairs, width, top, bottom)


def lineage_shape(lineage: Lineage, until: date) -> ribbons.LineagePicture:
    return ribbons.lineage(
        [ribbons.Strand(id=u.id, begins=u.begins, ends=u.ends, members=u.members) for u in lineage.units],
        [
            ribbons.Passage(source=p.source, target=p.target, on=p.on, members=p.members)
            for p in lineage.passages
        ],
        lineage.since,
        until,
    )


def lineage_units(lineage: Lineage) -> dict[str, LineageUnit]:
    return {unit.id: unit for unit in lineage.units}


def reached(person: Person) -> dict[Stage, date]:
    return {step.stage: step.on for step in person.reached}


def recent_ends(today: date, year: int) -> list[date]:
    """The quarter ends of a year that are behind us, latest first."""
    ends = [date(year, month, calendar.monthrange(year, month)[1]) for month in (12, 9, 6, 3)]
    return [end for end in ends if end < today]


def other_rounding(share: Share) -> Decimal | None:
    """What half up would print for a truncated share, or truncation for another; None when it is the same."""
    other = Rounding.HALF_UP if share.rounding is Rounding.TRUNCATE else Rounding.TRUNCATE
    printed = rounded(share.exact, other, share.decimals)
    return None if printed == share.printed else printed
