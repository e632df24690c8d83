"""What each page says, from its view model."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketnap.portal.figures import Measure, PlanToDate, Status, Step
from ketnap.portal.folding import Folding
from ketnap.portal.frame import Frame
from ketnap.portal.languages import Language
from ketnap.portal.pages.error import Error, Fault
from ketnap.portal.pages.evidence import Comparison, Forecast, RowOf, Tally, Term
from ketnap.portal.pages.overview import GroupKind, Overview, remainder, sums
from ketnap.portal.pages.person import Stage
from ketnap.portal.pages.sign_in import Refusal, SignIn
from ketnap.portal.pages.unit import SubunitRow, TreeView
from ketnap.portal.rendering import Renderer
from ketnap.portal.scope import Known, Selection
from ketnap.portal.timeline import Happening, TimelineEntry, joined
from tests.portal import samples
from tests.portal.reader import Node, read

NOW = datetime(2024, 10, 1, 1, 5, tzinfo=UTC)
type Show = Callable[..., Node]


@pytest.fixture
def show(renderer: Renderer) -> Show:
    def show(
        page: object, *more: tuple[str, str], path: str = "/", language: str = "vi", **frame: object
    ) -> Node:
        around = Frame(
            path=path,
            language=Language(language),
            form_token="t",
            now=NOW,
            viewer="Ng. T. Hạnh",
            more=more,
            **frame,  # type: ignore[arg-type]  # named by each caller
        )
        return read(renderer.render(page, around))

    return show


def conclusion(page: Node) -> str:
    return page.id("ket-luan").text


def number(text: str) -> Decimal:
    return Decimal(text.replace(".", "").replace(",", "."))


def rows(table: Node) -> list[list[str]]:
    """The visible rows of a table, as a wide screen shows them."""
    return [
        [
            cell.text
            for cell in row.all(where=lambda node: node.tag in {"td", "th"})
            if "narrow" not in cell.classes
        ]
        for row in table.all("tr")
        if "hidden" not in row.attributes and not row.classes & {"loading"}
    ]


# The sentence of the overview


def test_behind_the_plan_the_sentence_says_how_far_who_and_what_each_month_must_bring(show: Show) -> None:
    assert conclusion(show(samples.overview())) == (
        "Đã kết nạp 143/220 (65,0%), chậm hơn kế hoạch luỹ kế 3,2 điểm phần trăm (kế hoạch: 150). "
        "6 đơn vị có nguy cơ không đạt, 5 cần đôn đốc. "
        "Để đạt 100%, mỗi tháng còn lại phải kết nạp 26; 9 tháng qua bình quân 16."
    )


def test_in_english_the_sentence_says_the_same(show: Show) -> None:
    assert conclusion(show(samples.overview(), language="en")) == (
        "143/220 admitted (65.0%), 3.2 percentage points behind the plan to date (plan: 150). "
        "Units at risk: 6; behind: 5. "
        "To reach 100%, each month left must bring 26; average of the 9 months so far: 16."
    )


def all_met(admitted: int, quota: int = 40) -> Overview:
    return samples.overview(
        rows={GroupKind.ACHIEVED: [("Sở Y tế", quota, admitted, 0, str(admitted))]},
        status=Status.ACHIEVED,
        plan=PlanToDate(percent=Fraction(75), people=samples.count(30)),
    )


def test_ahead_and_met_the_sentence_asks_for_nothing_more(show: Show) -> None:
    assert conclusion(show(all_met(41))) == (
        "Đã kết nạp 41/40 (102,5%), nhanh hơn kế hoạch luỹ kế 27,5 điểm phần trăm (kế hoạch: 30). "
        "Không đơn vị nào có nguy cơ hay cần đôn đốc."
    )


def test_exactly_on_plan_the_sentence_names_no_points(show: Show) -> None:
    page = samples.overview(
        rows={GroupKind.ON_TRACK: [("Sở Y tế", 40, 30, 4, "33.0")]},
        status=Status.ON_TRACK,
        plan=PlanToDate(percent=Fraction(75), people=samples.count(30)),
    )
    assert "Đã kết nạp 30/40 (75,0%), bằng kế hoạch luỹ kế (kế hoạch: 30)." in conclusion(show(page))


def test_when_the_year_is_over_nothing_is_asked_of_months_left(show: Show) -> None:
    page = replace(samples.overview(), pace=None)
    assert "Để đạt 100%" not in conclusion(show(page))


def test_before_the_quotas_are_given_admissions_still_count(show: Show) -> None:
    assert conclusion(show(samples.not_yet_given())) == "Chưa giao chỉ tiêu. Kết nạp đến nay vẫn đếm: 4."


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        ((GroupKind.AT_RISK,), "6 đơn vị có nguy cơ không đạt. Để"),
        ((GroupKind.URGE,), "Không đơn vị nào có nguy cơ, 5 cần đôn đốc."),
        ((GroupKind.ON_TRACK,), "Không đơn vị nào có nguy cơ hay cần đôn đốc."),
    ],
)
def test_the_sentence_counts_only_the_groups_there_are(
    show: Show, kinds: tuple[GroupKind, ...], said: str
) -> None:
    page = samples.overview(rows={kind: samples.ROWS[kind] for kind in kinds})
    assert said in conclusion(show(page))


# The table of the overview

NUMBERS = st.tuples(st.integers(0, 90), st.integers(0, 90), st.integers(0, 30), st.decimals(0, 120, places=1))


@given(st.lists(NUMBERS, min_size=1, max_size=9), st.lists(NUMBERS, max_size=9))
def test_groups_always_add_up_to_the_total(
    at_risk: list[tuple[int, int, int, Decimal]], on_track: list[tuple[int, int, int, Decimal]]
) -> None:
    page = samples.overview(
        rows={
            kind: [(f"Đơn vị {i}", 5 + q, a, d, str(f)) for i, (q, a, d, f) in enumerate(numbers)]
            for kind, numbers in ((GroupKind.AT_RISK, at_risk), (GroupKind.ON_TRACK, on_track))
            if numbers
        }
    )
    assert sums([group.progress for group in page.groups]) == sums([page.total])


def test_an_overview_that_does_not_add_up_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="do not add up"):
        samples.overview(total=samples.progress(221, 143, 81, "199.1"))


def test_groups_out_of_order_cannot_be_shown() -> None:
    with pytest.raises(ValueError, match="worst first"):
        samples.overview(made=tuple(reversed(samples.groups())))


def test_the_printed_groups_add_up_to_the_printed_total(show: Show) -> None:
    table = show(samples.overview()).one("table", "progress")
    groups = [row for row in rows(table) if re.search(r" đơn vị$", row[0]) and not row[0].startswith("Toàn")]
    [total] = [row for row in rows(table) if row[0].startswith("Toàn bộ")]
    for column in (1, 2, 5, 6):
        assert sum((number(row[column]) for row in groups), Decimal(0)) == number(total[column])
    assert total == ["Toàn bộ, 28 đơn vị Đôn đốc", "220", "143", "65,0", "", "81", "199,1", "20,9"]


def test_the_worst_group_comes_first_and_the_rest_of_a_long_group_is_one_row_with_numbers(show: Show) -> None:
    shown = rows(show(samples.overview()).one("table", "progress"))
    assert shown[1] == ["Nguy cơ không đạt 6 đơn vị", "49", "20", "40,8", "", "18", "31,8", "17,2"]
    assert shown[2] == ["Bệnh viện Đa khoa tỉnh", "18", "9", "50,0", "", "6", "12,8", "5,2"]
    assert ["Xem 7 đơn vị còn lại của nhóm", "62", "48", "77,4", "", "18", "61,0", "1,0"] in shown


@given(st.lists(NUMBERS, min_size=2, max_size=9), st.data())
def test_what_is_folded_away_and_what_is_shown_make_the_whole(
    numbers: list[tuple[int, int, int, Decimal]], data: st.DataObject
) -> None:
    listed = [samples.progress(5 + q, a, d, f) for q, a, d, f in numbers]
    cut = data.draw(st.integers(1, len(listed)))
    left = remainder(listed[cut:])
    quota, admitted, dossiers, forecast = sums(listed[:cut])
    assert (
        quota + left.quota,
        admitted + left.actual,
        dossiers + left.dossiers,
        forecast + left.forecast,
    ) == sums(listed)


def test_small_quotas_are_circles_without_percentage_forecast_or_rank(show: Show) -> None:
    page = show(samples.overview(), ("mo", "small"))
    [row] = [row for row in page.all("tr", "unit") if "Lao động" in row.text]
    assert len(row.all("circle", "d-full")) == 2
    assert len(row.all("circle", "d-open")) == 2
    assert not row.all("svg", "bullet")
    assert [cell.text for cell in row.all("td", "wide")] == ["4", "2", "–", "2", "–", "–"]


def test_every_row_is_in_the_page_for_print_even_when_it_is_folded(show: Show) -> None:
    page = show(samples.overview())
    assert len(page.all("tr", "unit")) == 28
    assert len([row for row in page.all("tr", "unit") if "hidden" in row.attributes]) == 13


def test_everything_can_be_unfolded_by_a_link(show: Show) -> None:
    page = show(samples.overview(), ("mo", "tat-ca"))
    assert not [row for row in page.all("tr", "unit") if "hidden" in row.attributes]
    assert page.id("xem-du").text == "Thu gọn bảng"


def test_a_filter_takes_the_groups_away_and_brings_a_status_column(show: Show) -> None:
    table = show(samples.overview(), ("trang-thai", "urge")).one("table", "progress")
    assert not table.all("tr", "group")
    assert [row[-1] for row in rows(table)[1:-1]] == ["Đôn đốc"] * 5


def test_a_filter_that_finds_nothing_says_what_is_empty_and_where_to_go(show: Show) -> None:
    page = samples.overview(
        rows={GroupKind.ACHIEVED: samples.ROWS[GroupKind.ACHIEVED]}, status=Status.ACHIEVED
    )
    empty = show(page, ("trang-thai", "at_risk")).one("p", "empty")
    assert empty.text == "Không có đơn vị nào ở nhóm “Nguy cơ không đạt” ngày 30/9/2024. Xem đủ 2 đơn vị"
    assert empty.one("a")["href"] == "/?mo=tat-ca"


@pytest.mark.parametrize(
    ("kept", "said"),
    [(-45, "Giao vượt cho các đơn vị"), (12, "Chưa phân bổ")],
    ids=["too much", "too little"],
)
def test_what_lies_in_no_unit_is_named_for_what_it_is(show: Show, kept: int, said: str) -> None:
    outside = samples.progress(kept, 1, 0, "1.0", "ngoai")
    table = show(samples.overview(outside=outside)).one("table", "progress")
    shown = [row for row in rows(table) if row[0]]
    assert shown[-3][:3] == [f"Trực tiếp tại {samples.BLOC}", "–", "1"]
    assert shown[-2][:3] == [said, str(kept).replace("-", "−"), "–"]
    assert {len(row) for row in shown[-3:]} == {8}


def test_a_quota_that_no_unit_has_a_part_of_makes_no_row_and_no_empty_columns(show: Show) -> None:
    page = show(samples.committee())
    assert [row for row in rows(page.one("table", "progress")) if row[0]] == [
        ["Đơn vị", "Kết nạp", "Nguồn", "Hồ sơ"],
        ["Chi bộ Khoa Nội", "3", "3", "4"],
        ["Chi bộ Khoa Ngoại", "2", "3", "2"],
        ["Toàn bộ, 2 đơn vị Nguy cơ", "5", "412", "6"],
    ]
    assert f"Chỉ tiêu 18 giao chung cho {samples.BLOC}, chưa chia xuống đơn vị nào." in page.text


def test_an_only_group_needs_no_fold_and_nothing_to_filter(show: Show) -> None:
    page = show(samples.committee())
    assert not page.all("a", "toggle")
    assert not [node for node in page.all() if node.attributes.get("id") in {"loc", "xem-du"}]


def test_where_no_classes_are_planned_none_are_missing(show: Show) -> None:
    shown = show(replace(samples.overview(), classes=samples.no_classes())).one("dl", "kpis").text
    assert "31 đang học Nhận thức: 8 người đã học xong Đảng viên mới: 1 người đã học xong" in shown
    assert "/0" not in shown


def test_a_cell_shows_its_people_step_by_step_and_says_nothing_of_units_below(show: Show) -> None:
    page = show(samples.cell())
    shown = rows(page.one("table", "states"))
    assert shown[1] == ["Cảm tình Đảng", "4", "Xem danh sách"]
    assert shown[6] == ["Hồ sơ chờ quyết định", "0", "–"]
    assert shown[8] == ["Kết nạp trong kỳ", "2", "Xem danh sách"]
    [listed] = [
        a for a in page.one("table", "states").all("a") if a["href"].startswith("/can-cu?so=admitted&")
    ]
    assert listed["href"].endswith("&mo=u:ngoai")
    main = page.one("main").text
    for word in ("trực thuộc", "0 đơn vị", "Trực tiếp tại", "Chưa đánh giá", "/0"):
        assert word not in main


def test_what_is_not_an_admission_is_not_called_one(show: Show) -> None:
    page = show(samples.youth_union())
    main = page.one("main").text
    assert page.one("h1").text == "Giới thiệu đoàn viên ưu tú cho Đảng: tiến độ năm 2024"
    assert conclusion(page).startswith("Đã đạt 58/80 (72,5%), nhanh hơn kế hoạch")
    assert rows(page.one("table", "progress"))[0][:3] == ["Đơn vị", "Chỉ tiêu", "Kết quả"]
    for word in ("kết nạp", "Kết nạp", "ảng viên mới", "Hồ sơ", "chính thức", "cảm tình"):
        assert word not in main, word


def test_a_plan_of_half_a_year_names_its_days_and_draws_its_months(show: Show) -> None:
    page = samples.overview()
    half = replace(page, begins=date(2024, 7, 1), ends=date(2024, 12, 31), months=page.months[6:])
    shown = show(half)
    assert shown.one("h1").text == "Tiến độ kết nạp đảng viên từ 1/7/2024 đến 31/12/2024"
    words = [text.text for text in shown.one("svg", "line").all("text")]
    assert [word for word in words if word.startswith("T")] == ["T7", "T8", "T9", "T10", "T11", "T12"]
    assert "220 kế hoạch" in words


def test_months_and_attributes_are_english_in_english_and_records_say_that_they_are_not(show: Show) -> None:
    page = show(samples.overview(), language="en")
    words = [text.text for text in page.one("svg", "line").all("text")]
    assert [word for word in words if word in {"Mar", "Jun", "Sep", "Dec"}] == ["Mar", "Jun", "Sep", "Dec"]
    main = page.one("main").text
    assert "Youth Union members" in main
    assert "stand in Vietnamese, as they were recorded" in main


def test_overlapping_lines_are_not_added(show: Show) -> None:
    assert "Cộng 143/220" in show(samples.overview()).text
    page = show(samples.overview(lines_overlap=True))
    assert "Cộng 143/220" not in page.text
    assert "135 + 40" not in page.text


def test_every_figure_of_the_overview_opens_its_evidence(show: Show) -> None:
    page = show(samples.overview())
    for cell in page.one("table", "progress").all("td", "num"):
        if cell.text not in {"–", ""} and not any(
            "rest" in row.classes for row in page.all("tr") if cell in row.all("td")
        ):
            assert cell.all("a", "figure"), cell.text
    for figure in page.all("a", "figure"):
        assert figure["href"].startswith("/can-cu?so=")


def test_nobody_is_named_on_the_overview(show: Show) -> None:
    assert "person-name" not in {c for node in show(samples.overview()).all() for c in node.classes}


# Days


def test_today_needs_no_word_about_days(show: Show) -> None:
    assert not [m for m in show(samples.overview()).all("div", "message") if "hidden" not in m.attributes]


def messages(page: Node) -> list[str]:
    return [m.text for m in page.all("div", "message") if "hidden" not in m.attributes]


def test_a_past_day_says_so_and_leads_back(show: Show) -> None:
    where = samples.scope(as_of=date(2024, 6, 30))
    page = show(samples.overview(where=where), selection=Selection(year=2024, as_of=date(2024, 6, 30)))
    assert messages(page) == ["Đang xem ngày cũ: 30/6/2024. Số tính theo điều đã biết hôm nay. Về hôm nay"]
    assert page.one("div", "message", "m-none").one("a")["href"] == "/?nam=2024"


def test_an_older_knowledge_says_up_to_where_and_leads_back(show: Show) -> None:
    known = Known(position=40000, on=date(2024, 7, 3), latest=False)
    where = samples.scope(as_of=date(2024, 6, 30), known=known)
    at = Selection(as_of=date(2024, 6, 30), known=date(2024, 7, 3))
    page = show(samples.overview(where=where), selection=at)
    assert messages(page) == [
        (
            "Đang xem số như đã biết đến ngày 3/7/2024 (vị trí 40.000). "
            "Số liệu đến hết 30/6/2024; điều ghi sau đó chưa tính. Xem theo điều biết hôm nay"
        )
    ]
    assert page.one("div", "message", "m-none").one("a")["href"] == "/?tai-ngay=2024-06-30"


def test_figures_later_than_two_minutes_say_so(show: Show) -> None:
    page = show(samples.overview(fresh=samples.freshness(lag=360)))
    assert messages(page) == [
        (
            "Số liệu trễ 6 phút. Đang hiện đến vị trí 41.207, lúc 10:42. "
            "Việc ghi vẫn nhận bình thường; số sẽ tự lên."
        )
    ]
    assert messages(show(samples.overview(fresh=samples.freshness(lag=120)))) == []


def test_both_days_stand_in_every_link_to_another_page(show: Show) -> None:
    at = Selection(year=2024, unit="khoi", as_of=date(2024, 6, 30), known=40000)
    page = show(samples.overview(), selection=at)
    for link in page.one("nav", "nav").all("a"):
        assert link["href"].endswith("?nam=2024&don-vi=khoi&tai-ngay=2024-06-30&biet-den=40000")


def test_only_a_page_of_today_lives(show: Show) -> None:
    today = show(samples.overview(), tag='"x"')
    past = show(samples.overview(), tag='"x"', selection=Selection(as_of=date(2024, 6, 30)))
    assert [
        len(page.all(where=lambda node: node.attributes.get("id") == "live")) for page in (today, past)
    ] == [1, 0]


# The unit page


def test_the_unit_says_its_status_first(show: Show) -> None:
    assert conclusion(show(samples.unit(), path="/don-vi")) == (
        "Nguy cơ không đạt. Đã kết nạp 10/20 (50,0%), chậm hơn kế hoạch luỹ kế 25,0 điểm phần trăm (kế hoạch: 15). "
        "Còn 5 hồ sơ; nếu tất cả kịp trước 31/12 thì đạt 15/20 (75,0%)."
    )


def test_cells_say_why_they_stand_where_they_stand(show: Show) -> None:
    shown = rows(show(samples.unit(), path="/don-vi").one("table", "subunits"))
    assert shown[1] == ["Chi bộ DN Quang Trung", "2", "0/2", "0", "–", "Nguy cơ · hết nguồn từ 3/2026"]
    assert shown[3] == ["Chi bộ thôn Bình Minh", "2", "0/2", "3", "1 thẩm tra, 1 xét", "Nguy cơ"]
    assert shown[7][-1] == "Đôn đốc · 1 người đang học lớp"
    assert shown[-2] == ["Xem 15 đơn vị còn lại", "3", "3/3", "24", "–", "12 đơn vị không giao chỉ tiêu"]
    assert shown[-1] == ["Toàn bộ, 27 đơn vị", "20", "10/20", "44", "5 hồ sơ", "Nguy cơ"]


def test_subunits_with_a_large_quota_have_a_bar_and_small_ones_circles(show: Show) -> None:
    large = SubunitRow(
        name="Đảng bộ xã Lớn",
        url="/don-vi?don-vi=x",
        status=Status.ON_TRACK,
        progress=samples.progress(18, 10, 5, "13.1"),
        sympathisers=samples.count(9),
        steps=(),
        reason=None,
    )
    small = replace(large, name="Chi bộ Nhỏ", progress=samples.progress(2, 0, 0, None))
    page = show(samples.unit(subunits=(large, small)), path="/don-vi")
    first, second = page.one("table", "subunits").all("tr")[1:3]
    assert (len(first.all("svg", "bullet")), len(first.all("svg", "dots"))) == (1, 0)
    assert (len(second.all("svg", "bullet")), len(second.all("svg", "dots"))) == (0, 1)


def test_a_unit_that_does_not_add_up_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="do not add up"):
        replace(samples.unit(), total=samples.progress(21, 10, 5, "13.1"))


def test_the_merger_is_told_as_a_sum_with_its_decision(show: Show) -> None:
    page = show(samples.unit(), path="/don-vi")
    assert "118 + 211 + 74 = 403 đảng viên ngày 1/7/2025" in page.text
    drawn = " ".join(
        node.children[0]
        for node in page.one("svg", "lineage").all("text")
        if isinstance(node.children[0], str)
    )
    assert "1/7/2025 sáp nhập, 318-QĐ/TU" in drawn


def test_old_figures_can_be_added_by_another_tree(show: Show) -> None:
    page = show(samples.unit(tree_view=TreeView.TREE_OF_DAY), ("cay", "cay-ngay"), path="/don-vi")
    links = page.one("div", "segments").all("a")
    assert [link.text for link in links] == ["Cây ngày 30/9/2026", "Đương thời"]
    assert ["aria-current" in link.attributes for link in links] == [True, False]
    assert links[1]["href"] == "/don-vi?cay=duong-thoi"


def test_a_unit_without_subunits_shows_its_people_and_says_nothing_of_units(show: Show) -> None:
    page = show(samples.cell_page(), path="/don-vi")
    assert len(rows(page.one("table", "states"))) == 11
    assert conclusion(page) == "Chưa giao chỉ tiêu. Kết nạp đến nay vẫn đếm: 2."
    assert not page.all("table", "subunits")
    assert "đơn vị" not in page.one("main").text.replace("chuyển đơn vị", "")


def test_of_a_mass_organisation_no_source_is_missing_and_nobody_is_idle(show: Show) -> None:
    page = replace(samples.unit(), measure=Measure(title="Giới thiệu", admissions=False))
    main = show(page, path="/don-vi").one("main").text
    for word in ("hết nguồn", "Nguồn", "Chưa kết nạp ai", "hồ sơ", "đảng viên 27"):
        assert word not in main, word


def test_a_quota_kept_at_the_unit_is_a_row_of_its_own(show: Show) -> None:
    outside, total = samples.progress(2, 1, 0, "1", "ngoai"), samples.progress(22, 11, 5, "13.1", "dt")
    page = replace(samples.unit(), outside=outside, total=total)
    shown = rows(show(page, ("mo", "tat-ca"), path="/don-vi").one("table", "subunits"))
    assert shown[-3][:3] == ["Trực tiếp tại Đảng bộ xã Đức Thắng", "–", "1"]
    assert shown[-2][:2] == ["Chưa phân bổ", "2"]
    assert {len(row) for row in shown} == {6}


# Evidence


def test_evidence_shows_numerator_denominator_quotient_and_rounding(show: Show) -> None:
    page = show(samples.evidence_page(), path="/can-cu")
    assert page.one("div", "equation").text == (
        "75,6% Tử số 227 đảng viên đã kết nạp ÷ Mẫu số 300 chỉ tiêu năm 2023 = "
        "Thương chưa làm tròn 75,6666…% cắt bớt, 1 chữ số: 75,6"
    )
    assert "Cắt bớt, 1 chữ số (TRUNC): 75,6%. Nếu làm tròn nửa lên thì 75,7%." in page.text


def test_the_difference_is_told_line_by_line_and_written_out_as_a_sum(show: Show) -> None:
    page = show(samples.evidence_page(), path="/can-cu")
    assert page.id("thay-doi").one("h2").text == "Vì sao thay đổi: từ 198 (66,0%) lên 227 (75,6%)"
    shown = rows(page.one("table", "changes"))
    assert shown[1] == [
        "+30",
        "Mới phát sinh",
        "việc từ 1/6/2023 đến 30/6/2023",
        "30 bút toán",
        "vị trí 17.316–18.598",
    ]
    assert shown[3] == [
        "−1",
        "Đính chính ngày lễ",
        "29/6/2023 sửa thành 3/7/2023, ra ngoài kỳ",
        "Vũ Đức Long, Sở Xây dựng",
        "vị trí 18.611",
    ]
    assert shown[-1] == ["+29", "198 + 30 + 1 − 1 − 1 = 227", "cộng khớp"]  # fmt: skip


def test_a_difference_that_does_not_add_up_cannot_be_made() -> None:
    comparison = samples.evidence_page().comparison
    assert isinstance(comparison, Comparison)
    with pytest.raises(ValueError, match="do not add up"):
        replace(comparison, now=228)


def test_evidence_whose_rows_do_not_add_up_cannot_be_made() -> None:
    page = samples.evidence_page()
    with pytest.raises(ValueError, match="do not add up"):
        replace(page, rows=page.rows[1:])


def test_people_and_their_events_stand_under_their_unit_and_the_one_that_counts_stands_out(
    show: Show,
) -> None:
    page = show(samples.evidence_page(), ("mo", "u:nb0"), ("mo", "n:p2"), path="/can-cu")
    assert [row.one("th").text for row in page.all("tr", "e-person") if row.all("th")] == [
        "Xem sự kiện Hoàng Văn An",
        "Xem sự kiện Nguyễn Minh Ánh",
        "Xem sự kiện Phạm Gia Bảo",
    ]
    [counts] = page.all("tr", "counts")
    assert counts.all("td")[0].text == "16/6/2023 Lễ kết nạp, Chi bộ Sinh viên 2"
    assert "mục đích “Mở căn cứ: kết nạp”" in page.text


def test_a_closed_unit_names_nobody_and_logs_no_reading(show: Show) -> None:
    page = show(samples.evidence_page(opened=False, compared=False), path="/can-cu")
    assert "Nguyễn Minh Ánh" not in page.text
    assert "đã ghi nhật ký" not in page.text


def test_who_may_not_open_a_figure_is_offered_nothing_to_open(show: Show) -> None:
    page = show(replace(samples.evidence_page(opened=False), opens=False), path="/can-cu")
    assert not page.id("gom").all("a", "toggle")
    assert not page.id("gom").all("tr", "loading")
    assert "Tài khoản này xem được số, không xem được tên người và bút toán." in page.id("gom").text
    assert {len(row) for row in rows(page.id("gom").one("table"))} == {5}


def test_evidence_of_a_unit_with_none_below_names_the_unit_itself(show: Show) -> None:
    page = samples.evidence_page(opened=False, compared=False)
    row = replace(
        page.rows[0], id="ngoai", of=RowOf.OUTSIDE, name=None, url=None, count=samples.count(227), quota=None
    )
    alone = replace(page, rows=(row,), rows_left=None, basis=replace(page.basis, units=0))
    shown = show(alone, path="/can-cu")
    assert shown.id("mo-u-ngoai").text == f"Mở danh sách người của Trực tiếp tại {page.body}"
    assert "cây ngày 30/6/2023" in shown.text
    assert "0 đơn vị" not in shown.text


def test_a_person_whose_data_were_erased_still_counts(show: Show) -> None:
    page = show(samples.evidence_page(names=False), ("mo", "u:nb0"), path="/can-cu")
    assert page.text.count("01 người – dữ liệu đã xoá") == 6
    assert not page.all("a", "name", where=lambda node: node["href"].startswith("/nguoi/"))


def test_figures_of_the_same_source_keep_their_own_rounding(show: Show) -> None:
    shown = rows(show(samples.evidence_page(), path="/can-cu").one("table", "siblings"))
    assert shown[1][1:] == ["110", "48,4581…%", "48,4%", "cắt bớt, 1 chữ số"]
    assert shown[2][1:] == ["41", "18,0616…%", "18,06%", "cắt bớt, 2 chữ số"]


def test_a_count_is_told_as_entries_and_a_forecast_as_its_terms(show: Show) -> None:
    page = samples.evidence_page(compared=False)
    tally = replace(page, made_of=Tally(value=227, words="đảng viên mới", plus=229, minus=2))
    assert show(tally, path="/can-cu").one("div", "equation").text == (
        "227 đảng viên mới 229 − 2 cộng trừ theo các bút toán"
    )
    terms = (Term(step=Step.VERIFICATION, dossiers=samples.count(6), probability=Decimal("0.5")),)
    forecast = replace(
        page,
        made_of=Forecast(value=Decimal(230), actual=samples.count(227), terms=terms, share=None, quota=None),
    )
    assert show(forecast, path="/can-cu").one("div", "equation").text == (
        "230,0 Đã kết nạp 227 + thẩm tra 6 × 0,5"
    )


def test_the_link_to_copy_shows_the_same_for_ever(show: Show) -> None:
    page = show(samples.evidence_page(), ("so", "nb"), path="/can-cu")
    [button] = [node for node in page.all("button") if node.attributes.get("data-does") == "copy"]
    assert button["data-text"] == "/can-cu?nam=2023&don-vi=nb&tai-ngay=2023-06-30&biet-den=18642&so=nb"


# The person


def test_a_correction_is_shown_beside_what_it_corrects(show: Show) -> None:
    page = show(samples.person(), path="/nguoi/p2")
    shown = rows(page.one("table", "timeline"))
    assert shown[1][1] == "Đính chính ngày lễ kết nạp: ghi nhầm (thay vị trí 17.880) +1 Kết nạp"
    assert shown[2][1] == "Lễ kết nạp đã đính chính ở vị trí 17.902 +1 Kết nạp"
    assert page.one("s").text == "Lễ kết nạp"


def test_the_step_that_follows_from_an_event_is_told_once_with_it() -> None:
    def advanced(on: date, position: int, word: str) -> TimelineEntry:
        return samples.event(Happening.DOSSIER_ADVANCED, on, position, word=word)

    opened = samples.event(Happening.DOSSIER_OPENED, date(2023, 9, 28), 10)
    voted = samples.event(Happening.CELL_VOTED, date(2023, 12, 8), 30, word="admission")
    told = joined(
        [
            opened,
            advanced(date(2023, 9, 28), 11, "applied"),
            advanced(date(2023, 10, 2), 12, "verifying"),
            voted,
            advanced(date(2023, 12, 8), 31, "cell_proposed"),
        ]
    )
    assert [(entry.happening, entry.moved_to, entry.positions) for entry in told] == [
        (Happening.DOSSIER_OPENED, "", (10, 11)),
        (Happening.DOSSIER_ADVANCED, "", (12, 12)),
        (Happening.CELL_VOTED, "cell_proposed", (30, 31)),
    ]


def test_the_unit_of_an_event_is_said_where_it_is_another(show: Show) -> None:
    page = samples.person()
    moved = replace(page, timeline=(replace(page.timeline[0], unit="Chi bộ khác"), *page.timeline[1:]))
    told = [row[1] for row in rows(show(moved, path="/nguoi/p2").one("table", "timeline"))[1:]]
    assert "Chi bộ khác" in told[0]
    assert not [one for one in told[1:] if page.unit in one]


def test_the_way_shows_what_is_done_and_what_is_ahead(show: Show) -> None:
    page = show(samples.person(), path="/nguoi/p2")
    assert [sorted(step.classes) for step in page.one("ol", "way").all("li")] == [["done"]] * 6 + [
        ["now"],
        ["ahead"],
    ]
    assert page.one(where=lambda node: node.attributes.get("aria-current") == "step").text == (
        "Đảng viên dự bị 16/6/2023"
    )


def test_who_left_is_not_shown_on_the_way(show: Show) -> None:
    page = samples.person()
    left = replace(
        page, stage=Stage.LEFT, reached=(*page.reached, replace(page.reached[0], stage=Stage.LEFT))
    )
    assert "Đã dừng ngày 2/3/2022." in show(left, path="/nguoi/p2").text


# Units, plan, help


def test_the_tree_opens_branches_by_links_and_names_successors(show: Show) -> None:
    page = show(samples.units(), ("mo", "khoi"), ("mo", "bv"), path="/tra-cuu")
    assert page.id("mo-bv")["href"] == "/tra-cuu?mo=khoi"
    assert page.id("mo-cd")["href"] == "/tra-cuu?mo=khoi&mo=bv&mo=cd"
    assert page.id("mo-cd")["aria-expanded"] == "false"
    assert "đến 29/2/2024, nay thuộc Sở Giao thông – Xây dựng" in page.text


def test_a_search_says_how_many_it_found(show: Show) -> None:
    page = show(samples.units(search="chi bộ"), ("ten", "chi bộ"), path="/tra-cuu")
    assert "3 đơn vị có tên khớp “chi bộ”. Về cây đơn vị" in page.text
    assert not page.all("a", "toggle")


def test_the_plan_shows_formula_difference_and_every_legal_basis(show: Show) -> None:
    text = show(samples.plan(), path="/chi-tieu").id("ct-KN").text
    assert "4% × 5.465 đảng viên ngày 31/12/2023 = 218,6; duyệt 220, chênh +1,4 (số do cấp uỷ chốt)" in text
    assert "45-KH/ĐUK, Đảng uỷ Khối, 30/1/2024" in text
    assert "48-NQ/TU, Tỉnh uỷ Lào Cai, 1/12/2023" in text


def test_an_approximate_line_has_no_exact_percentage(show: Show) -> None:
    shown = rows(show(samples.plan(), path="/chi-tieu").id("ct-KN").one("table"))
    assert shown[1] == ["Cơ quan, đơn vị sự nghiệp khoảng", "khoảng", "135", "92", "khoảng 68,1", ""]
    assert shown[2] == ["DN có vốn Nhà nước đúng bằng", "đúng bằng", "40", "27", "67,5", ""]
    assert shown[-1][:4] == ["Cộng", "", "220", "143"]


def test_lines_that_overlap_are_marked_and_not_added(show: Show) -> None:
    target = show(samples.plan(), path="/chi-tieu").id("ct-UT")
    assert "Các dòng giao nhau" in target.text
    assert not target.all("tr", "total")


def test_a_range_says_where_it_stands_by_the_exact_share(show: Show) -> None:
    target = show(samples.plan(), path="/chi-tieu").id("ct-TL")
    assert "từ 3% đến 4%" in target.text
    assert "dưới khoảng; 143/5.465" in target.text


def test_a_share_is_judged_by_whole_persons(show: Show) -> None:
    text = show(samples.plan(), path="/chi-tieu").id("ct-DN").text
    assert "Không đạt" in text
    assert "1,57%" in text
    assert "3/191" in text
    assert "Còn cần 1 người (so bằng số nguyên" in text


def test_organisations_are_judged_one_by_one_those_missing_first(show: Show) -> None:
    target = show(samples.plan(), path="/chi-tieu").id("ct-HS")
    assert "2/3 tổ chức đạt" in target.text
    assert [row[0] for row in rows(target.one("table"))[1:]] == ["THPT số 2", "THPT số 1", "THPT Chuyên"]
    assert rows(target.one("table"))[1][2] == "còn thiếu 1"


def test_more_allotted_than_given_is_never_silent(show: Show) -> None:
    page = show(samples.plan(balanced=False), path="/chi-tieu")
    assert "Trên giao 1.905 Giao 22 đơn vị − 1.950 Dự phòng − 0 Còn lại = −45" in page.id("phan-bo").text
    assert messages(page) == ["Giao vượt 45 chưa được duyệt. Tổng giao cho các đơn vị lớn hơn số trên giao."]


def test_help_prints_the_formula_in_force(show: Show) -> None:
    text = show(samples.help_page(), path="/huong-dan").text
    assert "Công thức trạng thái phiên bản 3" in text
    assert "Đúng tiến độ kém kế hoạch không quá 3 điểm phần trăm" in text
    assert "Nguy cơ dự báo cả năm dưới 90% chỉ tiêu" in text
    assert "chờ lễ 0,9" in text
    assert "9/2024 68,2" in text
    assert "Chỉ tiêu dưới 5" in text


# Sign-in and errors


def test_a_refused_try_says_how_many_are_left(show: Show) -> None:
    page = show(
        SignIn(runs=True, login="lan.vt", back="/", refusal=Refusal.MISMATCH, tries_left=3), path="/dang-nhap"
    )
    assert messages(page) == [
        (
            "Chưa đăng nhập được. Tên hoặc mật khẩu không khớp. Hãy kiểm tra kiểu gõ tiếng Việt và phím Caps Lock; "
            "còn 3 lần thử trước khi tạm khoá 15 phút."
        )
    ]
    assert page.id("ten")["value"] == "lan.vt"


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_says_what_to_do(show: Show, fault: Fault) -> None:
    page = show(Error(fault=fault, status=500, code="7F2C19A0", said="31/9/2024"), path="/x")
    [said] = messages(page)
    assert len(said) > 60 or fault is Fault.REFUSED
    assert page.one("main").all("a")[-1]["href"] == "/"
    if fault in {Fault.UNAVAILABLE, Fault.BROKEN}:
        assert "0214 380 1234, mã 7F2C19A0" in said


def test_what_an_officer_typed_is_never_markup(show: Show) -> None:
    page = show(
        samples.units(search="<script>alert(1)</script>"),
        ("ten", "<script>alert(1)</script>"),
        path="/tra-cuu",
    )
    assert [node.attributes.get("type") for node in page.all("script")] == ["module"]
    assert page.id("ten")["value"] == "<script>alert(1)</script>"


# Folding


@given(
    st.sampled_from([*GroupKind]), st.integers(1, 60), st.sampled_from(["", "mo", "dong", "het", "tat-ca"])
)
def test_a_fold_never_hides_a_single_row(kind: GroupKind, units: int, asked: str) -> None:
    query = {
        "mo": ("mo", kind),
        "dong": ("dong", kind),
        "het": ("mo", f"{kind}:het"),
        "tat-ca": ("mo", "tat-ca"),
    }
    fold = Folding.read((query[asked],) if asked else ()).group(kind, units)
    assert units - fold.rows != 1
    if asked == "mo":
        assert fold.open
    if asked == "dong":
        assert not fold.open
    if asked in {"het", "tat-ca"}:
        assert (fold.open, fold.rows) == (True, units)
