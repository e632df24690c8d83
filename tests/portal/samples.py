"""View models as the statistics service would fill them: the published figures of two blocs, all else invented."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

from ketnap.portal.figures import (
    Count,
    Estimate,
    Measure,
    PlanToDate,
    Progress,
    Rounding,
    Share,
    Status,
    Step,
    StepCount,
)
from ketnap.portal.pages.evidence import (
    Basis,
    Change,
    ChangeKind,
    Comparison,
    Contributor,
    ContributorKind,
    Evidence,
    EvidenceRow,
    Meaning,
    PersonLink,
    Ratio,
    RowOf,
    RowsLeft,
    Sibling,
)
from ketnap.portal.pages.help import Curve, CurvePoint, Help, Part, StatusFormula, StepProbability
from ketnap.portal.pages.overview import (
    Classes,
    Completeness,
    Group,
    GroupKind,
    Month,
    Overview,
    Pace,
    Programme,
    ProgrammeClasses,
    Recognition,
    StructureRow,
    TargetLine,
    UnitPlans,
    UnitRow,
    sums,
)
from ketnap.portal.pages.person import CountedIn, Person, Stage, StageReached
from ketnap.portal.pages.plan import (
    Allocation,
    Base,
    Formula,
    Instrument,
    Issued,
    LeastShare,
    LegalBasis,
    Line,
    Number,
    Organisation,
    PerOrganisation,
    Plan,
    Range,
    Standing,
    Strictness,
    Target,
    TargetRounding,
)
from ketnap.portal.pages.states import State, StateKind
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
from ketnap.portal.pages.units import TreeRow, Units
from ketnap.portal.scope import Crumb, Freshness, Known, Scope, UnitChoice
from ketnap.portal.timeline import Counted, Happening, TimelineEntry, Votes

BLOC = "Đảng bộ Khối cơ quan và doanh nghiệp tỉnh Lào Cai"


def evidence(*name: str | int) -> str:
    return "/can-cu?so=" + "-".join(str(part) for part in name)


def count(value: int, *name: str | int) -> Count:
    return Count(value=value, evidence=evidence(*(name or ("so", value))))


def share(numerator: int | Decimal, denominator: int, *name: str | int) -> Share:
    return Share(
        numerator=numerator,
        denominator=denominator,
        rounding=Rounding.HALF_UP,
        decimals=1,
        evidence=evidence(*(name or ("ty-le", str(numerator), denominator))),
    )


def progress(
    quota: int | None, admitted: int, dossiers: int, forecast: str | Decimal | None, name: str = "x"
) -> Progress:
    small = quota is not None and quota < 5
    return Progress(
        quota=None if quota is None else count(quota, "ct", name),
        actual=count(admitted, "kn", name),
        share=share(admitted, quota, "tl", name) if quota and not small else None,
        dossiers=count(dossiers, "hs", name),
        forecast=None
        if forecast is None
        else Estimate(value=Decimal(forecast), evidence=evidence("db", name)),
    )


def scope(
    year: int = 2024,
    as_of: date = date(2024, 9, 30),
    today: date = date(2024, 9, 30),
    known: Known | None = None,
    unit: str = "Đảng bộ Khối CQ và DN tỉnh",
) -> Scope:
    return Scope(
        year=year,
        years=(2024, 2023, 2022),
        unit=UnitChoice(id="khoi", name=unit),
        units=(
            UnitChoice(id="khoi", name=unit),
            UnitChoice(id="bv", name="Bệnh viện Đa khoa tỉnh"),
            UnitChoice(id="cd", name="Trường Cao đẳng tỉnh"),
        ),
        as_of=as_of,
        today=today,
        known=known or Known(position=41207, on=None, latest=True),
    )


def freshness(lag: int = 3, tree_day: date = date(2024, 9, 30)) -> Freshness:
    return Freshness(
        recorded_at=datetime(2024, 9, 30, 3, 42, 8, tzinfo=UTC), lag_seconds=lag, tree_day=tree_day
    )


ROWS: dict[GroupKind, list[tuple[str, int, int, int, str]]] = {
    GroupKind.AT_RISK: [
        ("Bệnh viện Đa khoa tỉnh", 18, 9, 6, "12.8"),
        ("Công ty Vật liệu Cam Lĩnh", 8, 2, 4, "4.4"),
        ("Sở Giao thông – Xây dựng", 8, 3, 3, "5.1"),
        ("Công ty Vận tải Hoàng Liên", 5, 2, 1, "2.5"),
        ("Đài Phát thanh – Truyền hình", 5, 2, 2, "3.4"),
        ("Chi bộ ghép Khu công nghiệp", 5, 2, 2, "3.6"),
    ],
    GroupKind.URGE: [
        ("Công ty May Bắc Nhạc", 7, 3, 5, "6.5"),
        ("Sở Văn hoá và Thể thao", 5, 3, 2, "4.6"),
        ("Công ty Khách sạn Mường Hoa", 5, 3, 2, "4.6"),
        ("Sở Tài nguyên và MT", 7, 4, 4, "6.8"),
        ("Công ty Khai khoáng số 2", 13, 8, 7, "12.9"),
    ],
    GroupKind.ON_TRACK: [
        ("Công ty Phân bón Bắc Nhạc", 12, 8, 5, "11.3"),
        ("Viễn thông tỉnh", 6, 4, 2, "5.2"),
        ("Trường Cao đẳng tỉnh", 17, 12, 10, "18.6"),
        ("Sở Nông nghiệp và PTNT", 11, 8, 3, "9.9"),
        ("Sở Giáo dục và Đào tạo", 12, 9, 6, "13.2"),
        ("Cục Thuế tỉnh", 8, 6, 2, "7.6"),
        ("Cục Hải quan tỉnh", 9, 7, 2, "8.2"),
        ("Công ty Điện lực tỉnh", 9, 7, 2, "8.4"),
        ("Sở Y tế", 9, 7, 2, "8.6"),
        ("Phân hiệu Đại học", 10, 8, 3, "10.3"),
        ("Sở Tài chính", 5, 4, 1, "4.7"),
    ],
    GroupKind.ACHIEVED: [
        ("Kho bạc Nhà nước tỉnh", 5, 5, 0, "5.0"),
        ("Văn phòng UBND tỉnh", 5, 5, 1, "5.7"),
    ],
    GroupKind.SMALL: [
        ("Sở Lao động – TB và XH", 4, 2, 2, "3.4"),
        ("Ngân hàng Nhà nước CN tỉnh", 4, 3, 1, "3.9"),
        ("Toà án nhân dân tỉnh", 4, 3, 1, "3.9"),
        ("Viện Kiểm sát nhân dân tỉnh", 4, 4, 0, "4.0"),
    ],
}


def groups(rows: dict[GroupKind, list[tuple[str, int, int, int, str]]] | None = None) -> tuple[Group, ...]:
    made = []
    for kind, units in (rows or ROWS).items():
        status = None if kind is GroupKind.SMALL else Status(kind)
        listed = tuple(
            UnitRow(
                name=name,
                url=f"/don-vi?don-vi={kind}-{i}",
                status=status,
                progress=progress(quota, admitted, dossiers, forecast, f"{kind}-{i}"),
                sympathisers=count(3, "nguon", f"{kind}-{i}"),
            )
            for i, (name, quota, admitted, dossiers, forecast) in enumerate(units)
        )
        quota, admitted, dossiers, forecast = sums([row.progress for row in listed])
        whole = progress(quota, admitted, dossiers, forecast, kind)
        if kind is GroupKind.SMALL:
            whole = Progress(
                quota=whole.quota,
                actual=whole.actual,
                share=None,
                dossiers=whole.dossiers,
                forecast=whole.forecast,
            )
        made.append(Group(kind=kind, progress=whole, units=listed))
    return tuple(made)


ADMISSIONS = Measure(title=None, admissions=True)
PLAN_TO_DATE = PlanToDate(percent=Fraction("68.2"), people=count(150, "kh"))
PLAN = (3, 13, 23, 36, 66, 83, 98, 118, 150, 170, 195, 220)
ACTUAL = (2, 11, 19, 31, 62, 76, 87, 104, 143)
LAST_YEAR = (3, 10, 18, 27, 56, 70, 80, 95, 131, 146, 171, 196)
FORECAST = {10: Decimal("162.1"), 11: Decimal("180.9"), 12: Decimal("199.1")}


def overview(
    *,
    where: Scope | None = None,
    fresh: Freshness | None = None,
    status: Status = Status.URGE,
    total: Progress | None = None,
    plan: PlanToDate | None = PLAN_TO_DATE,
    pace: Pace | None = None,
    rows: dict[GroupKind, list[tuple[str, int, int, int, str]]] | None = None,
    made: tuple[Group, ...] | None = None,
    outside: Progress | None = None,
    lines_overlap: bool = False,
) -> Overview:
    made = groups(rows) if made is None else made
    quota, admitted, dossiers, forecast = sums(
        [group.progress for group in made] + ([outside] if outside else [])
    )
    total = total or progress(quota, admitted, dossiers, forecast, "toan-bo")
    return Overview(
        scope=where or scope(),
        freshness=fresh or freshness(),
        body=BLOC,
        measure=ADMISSIONS,
        begins=date((where or scope()).year, 1, 1),
        ends=date((where or scope()).year, 12, 31),
        members=count(5465, "dv"),
        members_on=date(2023, 12, 31),
        rate=share(220, 5465),
        status=status,
        total=total,
        plan=plan,
        pace=pace or Pace(months_gone=Decimal(9), needed=26, average=16, evidence=evidence("nhip")),
        forecast_share=share(Decimal("199.1"), 220),
        steps=(
            StepCount(step=Step.VERIFICATION, dossiers=count(22)),
            StepCount(step=Step.VOTING, dossiers=count(40)),
            StepCount(step=Step.AWAITING_DECISION, dossiers=count(0)),
            StepCount(step=Step.AWAITING_CEREMONY, dossiers=count(19)),
        ),
        recognition=Recognition(recognised=count(187), due=count(196), in_time=share(187, 196)),
        classes=Classes(
            held=count(5),
            planned=count(7),
            programmes=(
                ProgrammeClasses(
                    programme=Programme.AWARENESS,
                    held=count(3),
                    planned=count(4),
                    learners=count(247),
                    learners_planned=count(320),
                ),
                ProgrammeClasses(
                    programme=Programme.NEW_MEMBER,
                    held=count(2),
                    planned=count(3),
                    learners=count(158),
                    learners_planned=count(240),
                ),
            ),
        ),
        sympathisers=count(412, "nguon"),
        sympathisers_certified=count(238, "gcn"),
        in_class=count(31, "dang-hoc"),
        states=(),
        groups=made,
        outside=outside,
        months=tuple(
            Month(
                year=2024,
                month=month,
                planned=Decimal(PLAN[month - 1]),
                actual=ACTUAL[month - 1] if month <= len(ACTUAL) else None,
                forecast=FORECAST.get(month),
                year_before=LAST_YEAR[month - 1],
            )
            for month in range(1, 13)
        ),
        lines=tuple(
            TargetLine(
                title=name,
                actual=count(done),
                value=count(target, "dong", target),
                share=share(done, target),
            )
            for name, done, target in [
                ("Cơ quan, đơn vị sự nghiệp", 92, 135),
                ("DN có vốn Nhà nước", 27, 40),
                ("Kinh tế tư nhân", 12, 30),
                ("Sinh viên", 12, 15),
            ]
        ),
        lines_overlap=lines_overlap,
        structure=tuple(
            StructureRow(
                code=code,
                title=name,
                people=count(people),
                share=share(people, 143),
                year_before=share(before, 131),
            )
            for code, name, people, before in [
                ("women", "Nữ", 78, 68),
                ("youth_union", "Đoàn viên thanh niên", 96, 90),
                ("age_18_30", "Tuổi 18–30", 101, 88),
                ("minority", "Dân tộc thiểu số", 49, 41),
                ("university", "Trình độ đại học trở lên", 109, 97),
                ("religious", "Có tôn giáo", 3, 4),
            ]
        ),
        year_before=count(131, "nam-truoc"),
        completeness=Completeness(
            plans=UnitPlans(
                due=date(2024, 2, 26),
                in_time=count(25, "kh-dung"),
                late=count(2, "kh-muon"),
                missing=count(1, "kh-thieu"),
            ),
            late_days=7,
            admitted_late=count(4, "le-muon"),
        ),
        rule_pack="QĐ24-2021",
        formula_version=3,
    )


def not_yet_given() -> Overview:
    """A year before its quotas: what was admitted still counts."""
    where = scope(year=2025, as_of=date(2025, 1, 31), today=date(2025, 1, 31))
    row = UnitRow(
        name="Bệnh viện Đa khoa tỉnh",
        url="/don-vi?don-vi=bv",
        status=Status.NOT_ASSESSED,
        progress=progress(None, 4, 2, None, "bv"),
        sympathisers=count(3, "nguon", "bv"),
    )
    group = Group(kind=GroupKind.NOT_ASSESSED, progress=progress(None, 4, 2, None, "chua"), units=(row,))
    return overview(
        where=where,
        status=Status.NOT_ASSESSED,
        plan=None,
        made=(group,),
        total=progress(None, 4, 2, None, "toan-bo"),
    )


def committee() -> Overview:
    """A committee with a quota that it did not divide among its cells."""
    cells = [("Chi bộ Khoa Nội", 3, 4), ("Chi bộ Khoa Ngoại", 2, 2)]
    rows = tuple(
        UnitRow(
            name=name,
            url=f"/don-vi?don-vi=cb{i}",
            status=Status.NOT_ASSESSED,
            progress=progress(None, admitted, dossiers, str(admitted), f"cb{i}"),
            sympathisers=count(3, "nguon", f"cb{i}"),
        )
        for i, (name, admitted, dossiers) in enumerate(cells)
    )
    group = Group(kind=GroupKind.NOT_ASSESSED, progress=progress(None, 5, 6, "5", "cb"), units=rows)
    return overview(
        made=(group,),
        outside=progress(18, 0, 0, "0.0", "ngoai"),
        total=progress(18, 5, 6, "5", "toan-bo"),
        status=Status.AT_RISK,
    )


def cell_states() -> tuple[State, ...]:
    numbers = (4, 1, 2, 1, 0, 0, 1, 2, 1, 0)
    return tuple(
        State(kind=kind, people=count(n, kind), listed=evidence(kind) + "&mo=u:ngoai")
        for kind, n in zip(StateKind, numbers, strict=True)
    )


def cell() -> Overview:
    """A cell: no unit below, no quota, two admitted."""
    return replace(
        overview(
            made=(),
            outside=progress(None, 2, 2, "2", "ngoai"),
            total=progress(None, 2, 2, "2", "toan-bo"),
            status=Status.NOT_ASSESSED,
            plan=None,
        ),
        states=cell_states(),
        classes=no_classes(),
        lines=(),
    )


def no_classes() -> Classes:
    none = count(0)
    return Classes(
        held=none,
        planned=none,
        programmes=tuple(
            ProgrammeClasses(
                programme=programme, held=none, planned=none, learners=count(n), learners_planned=none
            )
            for programme, n in ((Programme.AWARENESS, 8), (Programme.NEW_MEMBER, 1))
        ),
    )


def youth_union() -> Overview:
    """A mass organisation: introductions count, and nothing else is known of it."""
    rows = {GroupKind.ON_TRACK: [("Đoàn xã Đức An", 40, 30, 0, "30"), ("Đoàn xã Tân Tiến", 40, 28, 0, "28")]}
    return replace(
        overview(rows=rows, status=Status.ON_TRACK),
        measure=Measure(title="Giới thiệu đoàn viên ưu tú cho Đảng", admissions=False),
    )


def big_province() -> Overview:
    """104 units: more than one printed page."""
    rows = {
        GroupKind.AT_RISK: [(f"Đảng bộ xã Nguy Cơ {i}", 20, 8, 3, "10.0") for i in range(1, 31)],
        GroupKind.ON_TRACK: [(f"Đảng bộ phường Đúng Hạn {i}", 30, 24, 5, "28.0") for i in range(1, 75)],
    }
    return overview(rows=rows, plan=PlanToDate(percent=Fraction("68.2"), people=count(1923, "kh")))


CELLS: list[tuple[str, int | None, int, int, dict[Step, int], Status, Reason | None]] = [
    ("Chi bộ DN Quang Trung", 2, 0, 0, {}, Status.AT_RISK, Reason(kind=ReasonKind.NO_SOURCE, since=date(2026, 3, 1))),
    ("Chi bộ thôn Hưng Đạo 2", 2, 1, 4, {Step.VERIFICATION: 1}, Status.AT_RISK, None),
    ("Chi bộ thôn Bình Minh", 2, 0, 3, {Step.VERIFICATION: 1, Step.VOTING: 1}, Status.AT_RISK, None),
    ("Chi bộ thôn Bản Mế", 1, 0, 1, {}, Status.AT_RISK, Reason(kind=ReasonKind.NOT_CERTIFIED)),
    ("Chi bộ thôn Tả Hồ", 1, 0, 0, {}, Status.AT_RISK, Reason(kind=ReasonKind.NO_SOURCE, since=date(2026, 1, 1))),
    ("Chi bộ Trạm Y tế", 1, 0, 2, {Step.VOTING: 1}, Status.URGE, None),
    ("Chi bộ thôn Nà Phung", 1, 0, 2, {}, Status.URGE, Reason(kind=ReasonKind.IN_CLASS, people=count(1, "lop"))),
    ("Chi bộ Quân sự", 2, 1, 3, {Step.AWAITING_CEREMONY: 1}, Status.ON_TRACK, None),
    ("Chi bộ trường THCS", 1, 1, 2, {}, Status.ACHIEVED, None),
    ("Chi bộ Cơ quan xã", 2, 2, 3, {}, Status.ACHIEVED, None),
    ("Chi bộ Công an xã", 1, 1, 1, {}, Status.ACHIEVED, None),
    ("Chi bộ trường Mầm non", 1, 1, 2, {}, Status.ACHIEVED, None),
    ("Chi bộ trường Tiểu học", 1, 1, 2, {}, Status.ACHIEVED, None),
    ("Chi bộ thôn Đồng Tâm", 1, 1, 3, {}, Status.ACHIEVED, None),
    ("Chi bộ thôn Nậm Sài", 1, 1, 1, {}, Status.ACHIEVED, None),
    *[(f"Chi bộ thôn số {i}", None, 0, 1 + i % 2, {}, Status.NOT_ASSESSED, None) for i in range(1, 13)],
]  # fmt: skip


def unit(*, tree_view: TreeView = TreeView.TREE_OF_DAY, subunits: Sequence[SubunitRow] | None = None) -> Unit:
    rows = tuple(
        SubunitRow(
            name=name,
            url=f"/don-vi?don-vi=cb{i}",
            status=status,
            progress=progress(quota, admitted, sum(steps.values()), None, f"cb{i}"),
            sympathisers=count(sources, "nguon", f"cb{i}"),
            steps=tuple(StepCount(step=step, dossiers=count(n, step, f"cb{i}")) for step, n in steps.items()),
            reason=reason,
        )
        for i, (name, quota, admitted, sources, steps, status, reason) in enumerate(CELLS)
    )
    where = Scope(
        year=2026,
        years=(2026, 2025, 2024, 2023),
        unit=UnitChoice(id="dt", name="ĐB xã Đức Thắng"),
        units=(UnitChoice(id="dt", name="ĐB xã Đức Thắng"),),
        as_of=date(2026, 9, 30),
        today=date(2026, 9, 30),
        known=Known(position=184203, on=None, latest=True),
    )
    return Unit(
        scope=where,
        freshness=Freshness(
            recorded_at=datetime(2026, 9, 30, 3, 42, 8, tzinfo=UTC), lag_seconds=3, tree_day=date(2026, 9, 30)
        ),
        path=(Crumb(name="Đảng bộ tỉnh", url="/don-vi?don-vi=tinh"),),
        name="Đảng bộ xã Đức Thắng",
        measure=ADMISSIONS,
        members=count(412, "dv"),
        cells=count(27, "cb"),
        status=Status.AT_RISK,
        total=progress(20, 10, 5, "13.1", "dt"),
        plan=PlanToDate(percent=Fraction(75), people=count(15, "kh")),
        sympathisers=count(44, "nguon"),
        states=(),
        year_ends=date(2026, 12, 31),
        if_all_in_time=share(15, 20, "neu"),
        subunits=rows if subunits is None else tuple(subunits),
        outside=None,
        tree_view=tree_view,
        years=(
            YearResult(year=2023, until=None, admitted=count(18), quota=count(18, "q"), share=share(18, 18), parts=(8, 6, 4)),
            YearResult(year=2024, until=None, admitted=count(17), quota=count(19, "q"), share=share(17, 19), parts=(8, 6, 3)),
            YearResult(year=2025, until=None, admitted=count(19), quota=count(20, "q"), share=share(19, 20), parts=()),
            YearResult(year=2026, until=date(2026, 9, 30), admitted=count(10), quota=count(20, "q"), share=share(10, 20), parts=()),
        ),
        idle=Idle(none_admitted=count(6, "12t"), with_quota=count(15, "co-ct"), without_source=count(2, "hn")),
        lineage=Lineage(
            since=date(2019, 1, 1),
            units=(
                LineageUnit(id="da", name="ĐB xã Đức An", url="/don-vi?don-vi=da", begins=None, ends=date(2025, 7, 1), members=118, cells=9, here=False),
                LineageUnit(id="db", name="ĐB xã Đức Bình", url="/don-vi?don-vi=db", begins=None, ends=date(2025, 7, 1), members=211, cells=14, here=False),
                LineageUnit(id="tt", name="ĐB xã Tân Tiến", url="/don-vi?don-vi=tt", begins=None, ends=date(2025, 7, 1), members=251, cells=11, here=False),
                LineageUnit(id="dt", name="ĐB xã Đức Thắng", url="/don-vi?don-vi=dt", begins=date(2025, 7, 1), ends=None, members=412, cells=27, here=True),
                LineageUnit(id="tp", name="ĐB xã Tân Phong", url="/don-vi?don-vi=tp", begins=date(2025, 7, 1), ends=None, members=177, cells=7, here=False),
            ),
            passages=(
                LineagePassage(source="da", target="dt", on=date(2025, 7, 1), members=118),
                LineagePassage(source="db", target="dt", on=date(2025, 7, 1), members=211),
                LineagePassage(source="tt", target="dt", on=date(2025, 7, 1), members=74),
                LineagePassage(source="tt", target="tp", on=date(2025, 7, 1), members=177),
            ),
            reorganisations=(
                Reorganisation(on=date(2025, 7, 1), kinds=(ReorganisationKind.MERGER,), decisions=("318-QĐ/TU",)),
            ),
        ),
    )  # fmt: skip


def cell_page() -> Unit:
    """The page of a cell: no unit below, no quota."""
    return replace(
        unit(),
        name="Chi bộ Khoa Nội",
        subunits=(),
        status=Status.NOT_ASSESSED,
        total=progress(None, 2, 2, "2", "cb"),
        plan=None,
        if_all_in_time=None,
        states=cell_states(),
        lineage=None,
        idle=Idle(none_admitted=count(0), with_quota=count(0), without_source=count(0)),
    )


def event(happening: Happening, on: date, position: int, **more: object) -> TimelineEntry:
    recorded = datetime(on.year, on.month, on.day, 10, 5, tzinfo=UTC)
    return TimelineEntry(
        happening=happening,
        on=on,
        position=position,
        recorded_at=recorded,
        unit=str(more.pop("unit", "Chi bộ Sinh viên 2")),
        **more,  # type: ignore[arg-type]  # named by each caller
    )


EVENTS = (
    event(
        Happening.CELL_VOTED,
        date(2023, 5, 12),
        16020,
        word="admission",
        votes=Votes(yes=17, of=19, passed=True),
    ),
    event(Happening.ADMISSION_DECIDED, date(2023, 6, 5), 17391, detail="412-QĐ/ĐUK"),
    event(Happening.CEREMONY_HELD, date(2023, 6, 16), 17902, counts=(Counted(title="Kết nạp", delta=1),)),
)

NINH_BINH = Scope(
    year=2023,
    years=(2023, 2022),
    unit=UnitChoice(id="nb", name="Đảng bộ Khối CQ và DN tỉnh"),
    units=(UnitChoice(id="nb", name="Đảng bộ Khối CQ và DN tỉnh"),),
    as_of=date(2023, 6, 30),
    today=date(2023, 7, 3),
    known=Known(position=18642, on=None, latest=True),
)


def truncated(numerator: int, denominator: int, decimals: int) -> Share:
    return Share(
        numerator=numerator,
        denominator=denominator,
        rounding=Rounding.TRUNCATE,
        decimals=decimals,
        evidence=evidence("nb", numerator),
    )


def evidence_page(*, opened: bool = True, compared: bool = True, names: bool = True) -> Evidence:
    def who(name: str, unit: str) -> PersonLink:
        return PersonLink(
            name=name if names else None, unit=unit, url=f"/nguoi/{len(name)}", erased=not names
        )

    def contributor(
        id: str, name: str, on: date, position: int, events: tuple[TimelineEntry, ...] | None
    ) -> Contributor:
        link = who(name, "Trường Đại học Bình Lư")
        return Contributor(
            id=id, kind=ContributorKind.PERSON, who=link, value=1, on=on, position=position, events=events
        )

    people = (
        contributor("p1", "Hoàng Văn An", date(2023, 5, 19), 16377, None),
        contributor("p2", "Nguyễn Minh Ánh", date(2023, 6, 16), 17902, EVENTS[2:]),
        contributor("p3", "Phạm Gia Bảo", date(2023, 6, 16), 17903, None),
    )
    rows = tuple(
        EvidenceRow(
            id=f"nb{i}",
            of=RowOf.UNIT,
            name=name,
            url=f"/don-vi?don-vi=nb{i}",
            count=count(n, "nb", i),
            quota=count(quota, "nbq", i),
            plus=plus,
            minus=minus,
            on=None,
            people=people if i == 0 and opened else None,
            people_left=30 if i == 0 and opened else 0,
        )
        for i, (name, n, quota, plus, minus) in enumerate(
            [
                ("Trường Đại học Bình Lư", 33, 42, 33, 0),
                ("Công ty May Phú Lộc", 31, 40, 31, 0),
                ("Công ty Xi măng Đồng Giao 3", 34, 38, 34, 0),
                ("Trường Cao đẳng Y tế", 21, 24, 22, 1),
                ("Công ty Nhiệt điện Sông Vân", 19, 22, 19, 0),
                ("Cục Thuế tỉnh", 16, 18, 16, 0),
                ("Sở Xây dựng", 13, 15, 14, 1),
            ]
        )
    )
    changes = (
        Change(kind=ChangeKind.NEW, delta=30, entries=30, who=None, unit=None, first_position=17316, last_position=18598, from_on=date(2023, 6, 1), to_on=date(2023, 6, 30)),
        Change(kind=ChangeKind.RECORDED_LATE, delta=1, entries=1, unit=None, who=who("Đinh Thị Hà", "Cục Thuế tỉnh"), first_position=17544, last_position=17544, from_on=date(2023, 5, 26), recorded_on=date(2023, 6, 8)),
        Change(kind=ChangeKind.CEREMONY_CORRECTED, delta=-1, entries=1, unit=None, who=who("Vũ Đức Long", "Sở Xây dựng"), first_position=18611, last_position=18611, from_on=date(2023, 6, 29), to_on=date(2023, 7, 3), outside_period=True),
        Change(kind=ChangeKind.DUPLICATE_CANCELLED, delta=-1, entries=1, unit=None, who=who("Bùi Thu Trang", "Trường Cao đẳng Y tế"), first_position=18620, last_position=18620),
    )  # fmt: skip
    return Evidence(
        scope=NINH_BINH,
        freshness=Freshness(
            recorded_at=datetime(2023, 7, 3, 9, 40, tzinfo=UTC), lag_seconds=2, tree_day=date(2023, 6, 30)
        ),
        title="Tỷ lệ hoàn thành chỉ tiêu kết nạp, 6 tháng đầu năm 2023",
        body="Đảng bộ Khối các cơ quan và doanh nghiệp tỉnh Ninh Bình",
        made_of=Ratio(
            share=truncated(227, 300, 1),
            numerator=count(227, "tu"),
            numerator_words="đảng viên đã kết nạp",
            denominator=count(300, "mau"),
            denominator_words="chỉ tiêu năm 2023",
        ),
        meanings=(
            Meaning(
                label="Định nghĩa",
                text="Số đảng viên có lễ kết nạp từ 1/1 đến 30/6/2023 trong phạm vi Đảng bộ Khối, chia cho chỉ tiêu cả năm. Định nghĩa KN-01, phiên bản 2.",
            ),
            Meaning(label="Tử số", text="Tổng các bút toán đảng viên kết nạp; ngày tính là ngày lễ."),
            Meaning(
                label="Mẫu số",
                text="300, mức đúng bằng. Hai căn cứ: Nghị quyết Đại hội Đảng bộ Khối; chỉ tiêu Ban Thường vụ Tỉnh uỷ giao.",
            ),
            Meaning(
                label="Làm tròn", text="Cắt bớt, 1 chữ số (TRUNC): 75,6%. Nếu làm tròn nửa lên thì 75,7%."
            ),
            Meaning(
                label="Quy tắc đạt",
                text="So bằng số nguyên: 100 × 227 = 22.700, nhỏ hơn 100 × 300 = 30.000, chưa đạt.",
            ),
        ),
        basis=Basis(
            effective_to=date(2023, 6, 30),
            known_at=datetime(2023, 7, 3, 9, 40, tzinfo=UTC),
            position=18642,
            tree_day=date(2023, 6, 30),
            units=38,
            rule_pack="QĐ24-2021",
            digest="5f2a91c04be7d3680a1c",
        ),
        comparison=Comparison(
            as_of=date(2023, 5, 31),
            known_on=date(2023, 5, 31),
            position=17315,
            was=count(198, "cu"),
            was_share=truncated(198, 300, 1),
            now=227,
            changes=changes,
        )
        if compared
        else None,
        acts=(),
        rows=rows,
        rows_left=RowsLeft(rows=31, count=60, quota=101, plus=60, minus=0),
        counted=True,
        opens=True,
        siblings=(
            Sibling(title="Công nhân, lao động trong doanh nghiệp", share=truncated(110, 227, 1)),
            Sibling(title="Học sinh, sinh viên", share=truncated(41, 227, 2)),
        ),
        purpose="Mở căn cứ: kết nạp" if opened else None,
    )


def person() -> Person:
    admitted = (Counted(title="Kết nạp", delta=1),)
    corrected = event(
        Happening.CEREMONY_CORRECTED,
        date(2023, 6, 16),
        17902,
        counts=admitted,
        word="clerical",
        corrects=17880,
    )
    wrong = event(Happening.CEREMONY_HELD, date(2023, 6, 15), 17880, counts=admitted, replaced_by=17902)
    return Person(
        scope=NINH_BINH,
        freshness=Freshness(
            recorded_at=datetime(2023, 7, 3, 9, 40, tzinfo=UTC), lag_seconds=2, tree_day=date(2023, 6, 30)
        ),
        name="Nguyễn Minh Ánh",
        birth=date(2003, 4, 12),
        unit="Chi bộ Sinh viên 2",
        unit_url="/don-vi?don-vi=sv2",
        parent="Trường Đại học Bình Lư",
        stage=Stage.PROBATIONARY,
        reached=(
            StageReached(stage=Stage.INTRODUCED, on=date(2022, 3, 2)),
            StageReached(stage=Stage.SYMPATHISER, on=date(2022, 4, 1)),
            StageReached(stage=Stage.CERTIFIED, on=date(2022, 10, 14)),
            StageReached(stage=Stage.APPLICANT, on=date(2023, 1, 9)),
            StageReached(stage=Stage.PROPOSED, on=date(2023, 5, 12)),
            StageReached(stage=Stage.DECIDED, on=date(2023, 6, 5)),
            StageReached(stage=Stage.PROBATIONARY, on=date(2023, 6, 16)),
        ),
        certificate_until=date(2027, 10, 14),
        probation_until=date(2024, 6, 16),
        helpers=2,
        timeline=(
            corrected,
            wrong,
            EVENTS[1],
            EVENTS[0],
            event(Happening.DOSSIER_ADVANCED, date(2023, 3, 20), 15210, word="verified"),
            event(Happening.DOSSIER_OPENED, date(2023, 1, 9), 14120),
            event(Happening.CERTIFICATE_ISSUED, date(2022, 10, 14), 12033, word="awareness", detail="112"),
            event(Happening.SYMPATHISER_LISTED, date(2022, 4, 1), 9020),
            event(Happening.CANDIDATE_INTRODUCED, date(2022, 3, 2), 8755),
        ),
        counted_in=(
            CountedIn(title="Đảng viên mới kết nạp năm 2023", delta=1, on=date(2023, 6, 16), evidence=evidence("kn23")),
            CountedIn(title="Học sinh, sinh viên kết nạp năm 2023", delta=1, on=date(2023, 6, 16), evidence=evidence("sv23")),
        ),
        purpose="Xem dòng thời gian của một người",
    )  # fmt: skip


def units(*, search: str = "") -> Units:
    def row(
        id: str,
        name: str,
        kind: str,
        depth: int,
        subunits: int,
        is_open: bool,
        members: int,
        admitted: int,
        quota: int | None,
        status: Status,
        **more: object,
    ) -> TreeRow:
        return TreeRow(
            id=id, name=name, kind=kind, url=f"/don-vi?don-vi={id}", depth=depth, subunits=subunits, open=is_open,
            members=count(members, "dv", id), actual=count(admitted, "kn", id),
            quota=None if quota is None else count(quota, "ct", id), status=status, small=quota is not None and quota < 5,
            ends=more.get("ends"), successor=more.get("successor"), within=more.get("within"),  # type: ignore[arg-type]  # named by each caller
        )  # fmt: skip

    rows: tuple[TreeRow, ...] = (
        row("khoi", BLOC, "bloc", 0, 28, True, 5465, 143, 220, Status.URGE),
        row("bv", "Bệnh viện Đa khoa tỉnh", "grass_committee", 1, 14, True, 512, 9, 18, Status.AT_RISK),
        row("bv1", "Chi bộ Khoa Nội", "cell", 2, 0, False, 31, 1, 2, Status.ON_TRACK),
        row("bv2", "Chi bộ Khoa Ngoại", "cell", 2, 0, False, 28, 0, 2, Status.AT_RISK),
        row("bv3", "Chi bộ Phòng khám", "cell", 2, 0, False, 9, 0, None, Status.NOT_ASSESSED),
        row("cd", "Trường Cao đẳng tỉnh", "grass_committee", 1, 9, False, 340, 12, 17, Status.ON_TRACK),
        row("xd", "Sở Xây dựng", "grass_committee", 1, 4, False, 0, 0, None, Status.NOT_ASSESSED, ends=date(2024, 2, 29), successor="Sở Giao thông – Xây dựng"),
        row("kb", "Kho bạc Nhà nước tỉnh", "grass_cell", 1, 0, False, 44, 5, 5, Status.ACHIEVED),
    )  # fmt: skip
    if search:
        rows = tuple(r for r in rows if search.casefold() in r.name.casefold())
    return Units(scope=scope(), freshness=freshness(), search=search, rows=rows, left=0, number_of_units=371)


def plan(*, balanced: bool = True) -> Plan:
    kh = Instrument(
        number="45-KH/ĐUK",
        issuer="Đảng uỷ Khối",
        issued_on=date(2024, 1, 30),
        title="Kế hoạch kết nạp đảng viên năm 2024",
    )
    nq = Instrument(
        number="48-NQ/TU",
        issuer="Tỉnh uỷ Lào Cai",
        issued_on=date(2023, 12, 1),
        title="Nghị quyết nhiệm vụ năm 2024",
    )
    base = Base(words="đảng viên", on=date(2023, 12, 31), number=count(5465, "dv"))
    targets = (
        Target(
            line="KN",
            title="Đảng viên mới kết nạp",
            measure="người có lễ kết nạp trong năm",
            strictness=Strictness.EXACT,
            standing=Standing.OPEN,
            aim=Number(
                value=count(220, "ct"),
                actual=count(143, "kn"),
                share=share(143, 220),
                formula=Formula(
                    percent=Decimal(4), base=base, exact=Decimal("218.6"), rounding=TargetRounding.MANUAL
                ),
                lines=tuple(
                    Line(
                        title=name,
                        value=count(target),
                        strictness=strictness,
                        actual=count(actual),
                        share=share(actual, target),
                    )
                    for name, target, strictness, actual in [
                        ("Cơ quan, đơn vị sự nghiệp", 135, Strictness.ABOUT, 92),
                        ("DN có vốn Nhà nước", 40, Strictness.EXACT, 27),
                        ("Kinh tế tư nhân", 30, Strictness.EXACT, 12),
                        ("Sinh viên", 15, Strictness.EXACT, 12),
                    ]
                ),
                lines_overlap=False,
            ),
            legal_bases=(
                LegalBasis(instrument=kh, text="kết nạp 220 đảng viên"),
                LegalBasis(instrument=nq, text="3–4% tổng số đảng viên"),
            ),
        ),
        Target(
            line="TL",
            title="Tỷ lệ kết nạp trên tổng số đảng viên",
            measure="đảng viên mới chia tổng số đảng viên đầu năm",
            strictness=Strictness.AT_LEAST,
            standing=Standing.OPEN,
            aim=Range(low=Decimal(3), high=Decimal(4), actual=share(143, 5465), base=base),
            legal_bases=(LegalBasis(instrument=nq, text="3–4% tổng số đảng viên"),),
        ),
        Target(
            line="DN",
            title="Công nhân doanh nghiệp không có vốn Nhà nước",
            measure="trong số đảng viên mới kết nạp",
            strictness=Strictness.AT_LEAST,
            standing=Standing.NOT_MET,
            aim=LeastShare(
                percent=Decimal(2),
                actual=Share(numerator=3, denominator=191, rounding=Rounding.HALF_UP, decimals=2, evidence=evidence("dn")),
                needed=1,
            ),
            legal_bases=(LegalBasis(instrument=kh, text="ít nhất 2%"),),
        ),
        Target(
            line="HS",
            title="Học sinh ở mỗi trường THPT",
            measure="học sinh có lễ kết nạp trong năm",
            strictness=Strictness.AT_LEAST,
            standing=Standing.OPEN,
            aim=PerOrganisation(
                least=1,
                organisations=tuple(
                    Organisation(name=name, url=f"/don-vi?don-vi=thpt{i}", actual=count(n, "thpt", i), met=n >= 1)
                    for i, (name, n) in enumerate([("THPT số 1", 2), ("THPT số 2", 0), ("THPT Chuyên", 3)])
                ),
            ),
            legal_bases=(LegalBasis(instrument=kh, text="ít nhất 2%"),),
        ),
        Target(
            line="UT",
            title="Đối tượng ưu tiên trong 220",
            measure="người có lễ kết nạp trong năm",
            strictness=Strictness.AT_LEAST,
            standing=Standing.MET,
            aim=Number(
                value=count(120, "ut"),
                actual=count(127, "utkn"),
                share=share(127, 120),
                formula=None,
                lines=tuple(
                    Line(title=name, value=count(t), strictness=Strictness.AT_LEAST, actual=count(a), share=share(a, t))
                    for name, t, a in [("Nữ", 90, 78), ("Dân tộc thiểu số", 45, 49)]
                ),
                lines_overlap=True,
            ),
            legal_bases=(LegalBasis(instrument=nq, text="3–4% tổng số đảng viên"),),
        ),
    )  # fmt: skip
    allocation = (
        Allocation(
            given=count(220), allotted=count(220, "pb"), reserve=count(0), over_allocation=count(0), units=28
        )
        if balanced
        else Allocation(
            given=count(1905), allotted=count(1950), reserve=count(0), over_allocation=count(0), units=22
        )
    )
    return Plan(
        scope=scope(),
        freshness=freshness(),
        issued=Issued(
            title="Chỉ tiêu phát triển đảng viên năm 2024",
            issuer=BLOC,
            begins=date(2024, 1, 1),
            ends=date(2024, 12, 31),
            instruments=(kh,),
            targets=targets,
            allocation=allocation,
        ),
    )


def help_page() -> Help:
    return Help(
        scope=scope(),
        freshness=freshness(),
        formula=StatusFormula(
            version=3,
            achieved_from=Decimal(100),
            on_track_gap=Decimal(-3),
            urge_forecast=Decimal(90),
            small_quota=5,
            steps=(
                StepProbability(step=Step.VERIFICATION, probability=Decimal("0.5")),
                StepProbability(step=Step.VOTING, probability=Decimal("0.7")),
                StepProbability(step=Step.AWAITING_DECISION, probability=Decimal("0.9")),
                StepProbability(step=Step.AWAITING_CEREMONY, probability=Decimal("0.9")),
            ),
            parts=(Part(term="Đã đạt", text="đạt từ 100% trở lên", rounding=None),),
        ),
        curve=Curve(
            title="Kế hoạch kết nạp đảng viên năm 2024",
            straight=False,
            points=tuple(
                CurvePoint(year=2024, month=month, percent=Decimal(n) * 100 / 220)
                for month, n in enumerate(PLAN, 1)
            ),
        ),
    )
