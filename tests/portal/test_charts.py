import itertools
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from ketnap.portal import charts, ribbons

COUNTS = st.integers(0, 5_000)
WIDTHS = st.sampled_from([62, 104, 140, 200])


@given(
    COUNTS,
    st.integers(1, 5_000),
    st.none() | st.decimals(0, 6_000, places=1),
    st.decimals(0, 120, places=1),
    WIDTHS,
)
def test_a_bullet_never_leaves_its_picture_and_keeps_its_order(
    actual: int, whole: int, forecast: Decimal | None, plan: Decimal, width: int
) -> None:
    bullet = charts.bullet(actual, whole, forecast, plan, width)
    assert 0 <= bullet.actual <= bullet.forecast <= width
    assert bullet.tick is not None
    assert 0 <= bullet.tick <= width
    assert bullet.band < width


def test_a_bullet_is_drawn_to_scale_from_0_to_105_percent() -> None:
    bullet = charts.bullet(143, 220, Decimal("199.1"), Decimal("68.2"), 140)
    assert bullet.band == Decimal("133.33")
    assert bullet.actual == Decimal("86.67")
    assert bullet.forecast == Decimal("120.67")
    assert bullet.tick == Decimal("90.93")


def test_what_is_far_over_the_quota_is_cut_at_the_edge() -> None:
    assert charts.bullet(300, 100, None, None, 140).actual == 140


@given(st.lists(st.decimals(0, 400, places=2), max_size=8).map(sorted))
def test_labels_never_touch(heights: list[Decimal]) -> None:
    placed = charts.spread(heights, Decimal(15))
    assert len(placed) == len(heights)
    assert all(lower - upper >= Decimal("14.99") for upper, lower in itertools.pairwise(placed))


@given(st.lists(st.decimals(0, 4000, places=2), max_size=6).map(sorted))
def test_labels_with_room_stay_where_they_belong(heights: list[Decimal]) -> None:
    roomy = [height + 15 * i for i, height in enumerate(heights)]
    assert charts.spread(roomy, Decimal(15)) == [charts.px(height) for height in roomy]


@given(st.integers(1, 100_000))
def test_the_grid_has_equal_whole_steps_and_ends_at_the_quota(quota: int) -> None:
    values = charts.grid_values(quota)
    assert values[0] == 0
    assert values[-1] == quota
    assert len({b - a for a, b in itertools.pairwise(values)}) == 1


def test_the_forecast_continues_where_the_actual_line_ends() -> None:
    chart = charts.line_chart(
        220, {"actual": [10] * 9 + [None] * 3, "forecast": [None] * 9 + [12, 14, 16], "plan": [20] * 12}
    )
    assert chart.lines["forecast"][0] == chart.lines["actual"][-1]
    assert len(chart.lines["plan"]) == 13
    assert {label.kind for label in chart.labels} == {"plan", "forecast"}


@given(st.integers(1, 30))
def test_a_period_of_any_length_reaches_from_edge_to_edge(months: int) -> None:
    chart = charts.line_chart(100, {"plan": [100 * n // months for n in range(1, months + 1)]})
    assert [tick.value for tick in chart.months] == list(range(1, months + 1))
    assert chart.months[-1].at == chart.right
    assert [label.kind for label in chart.labels] == ["plan"]
    assert any(tick.strong for tick in chart.months)


def test_a_year_above_its_quota_still_fits_the_picture() -> None:
    chart = charts.line_chart(100, {"actual": [150] * 12})
    assert min(point.y for point in chart.lines["actual"]) == chart.top


@st.composite
def mergers(draw: st.DrawFn) -> tuple[list[ribbons.Strand], list[ribbons.Passage]]:
    on = date(2025, 7, 1)
    members = draw(st.lists(st.integers(20, 9_000), min_size=1, max_size=6))
    old = [ribbons.Strand(id=f"a{i}", begins=None, ends=on, members=n) for i, n in enumerate(members)]
    new = ribbons.Strand(id="b", begins=on, ends=None, members=sum(members))
    return [*old, new], [ribbons.Passage(source=s.id, target="b", on=on, members=s.members) for s in old]


@given(mergers())
def test_branches_of_a_merger_fill_the_new_ribbon_from_edge_to_edge(
    merger: tuple[list[ribbons.Strand], list[ribbons.Passage]],
) -> None:
    strands, passages = merger
    picture = ribbons.lineage(strands, passages, date(2019, 1, 1), date(2026, 9, 30))
    thickness = {ribbon.id: ribbon.thickness for ribbon in picture.ribbons}
    assert abs(sum(thickness[s.id] for s in strands[:-1]) - thickness["b"]) < Decimal("9.1")
    assert len(picture.flows) == len(passages)
    lanes = sorted(
        (ribbon.y - ribbon.thickness / 2, ribbon.y + ribbon.thickness / 2)
        for ribbon in picture.ribbons
        if ribbon.first
    )
    assert all(upper[1] < lower[0] for upper, lower in itertools.pairwise(lanes))
    for ribbon in picture.ribbons:
        assert picture.left <= ribbon.x0 <= ribbon.x1 <= picture.right
        assert ribbon.y - ribbon.thickness / 2 > 0
        assert ribbon.y + ribbon.thickness / 2 < picture.height


def test_ribbons_are_a_thirteenth_of_their_members_thick() -> None:
    strand = ribbons.Strand(id="a", begins=None, ends=None, members=403)
    [ribbon] = ribbons.lineage([strand], [], date(2019, 1, 1), date(2026, 9, 30)).ribbons
    assert ribbon.thickness == 31


@given(st.integers(0, 100), st.integers(1, 100), st.integers(0, 400))
def test_a_range_shows_its_bounds_in_order(low: int, more: int, actual: int) -> None:
    band = charts.range_band(low, low + more, actual, 200)
    assert 0 <= band.low < band.high <= 200
    assert 0 <= band.actual <= 200
