"""A plan: drafted, its targets stated, submitted by one person and issued by another."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from ketnap.common.testing import scenario
from ketnap.statistics.plan import (
    CurveWrong,
    DraftPlan,
    Event,
    IssuedLater,
    IssuePlan,
    LegalBasis,
    NothingToIssue,
    NotSubmitted,
    NotYetIssued,
    PartOfNothing,
    PartsDoNotSum,
    PeriodBackwards,
    PlanDrafted,
    PlanExists,
    PlanIssued,
    PlanSubmitted,
    PlanUnknown,
    SecondPersonNeeded,
    StateTarget,
    SubmitPlan,
    Target,
    TargetIncomplete,
    TargetStated,
    TargetUnclear,
    TargetWrong,
    decider,
)
from ketnap.statistics.population import AttributeUnknown, Population

given = scenario(decider)
PLAN, UNIT, BOARD, LEADER = (UUID(int=n) for n in range(1, 5))
BASES = (LegalBasis(instrument="BTV/KH/1/2024-01-01", text="Kế hoạch năm 2024", source="mục II"),)
SINCE, UNTIL = date(2024, 1, 1), date(2024, 12, 31)
TODAY = date(2024, 6, 30)
CURVE = tuple(str(percent) for percent in (2, 6, 12, 20, 30, 42, 52, 62, 72, 82, 92, 100))


def drafting(**other: Any) -> DraftPlan:
    plan = DraftPlan(
        plan=PLAN,
        unit=UNIT,
        title="Kế hoạch 2024",
        period_from=SINCE,
        period_until=UNTIL,
        curve=CURVE,
        unit_plans_due=date(2024, 2, 26),
        by=BOARD,
    )
    return replace(plan, **other)


DRAFTED = PlanDrafted(
    plan=PLAN,
    unit=UNIT,
    title="Kế hoạch 2024",
    period_from=SINCE,
    period_until=UNTIL,
    curve=list(CURVE),
    unit_plans_due=date(2024, 2, 26),
    by=BOARD,
)


def target(**fields: Any) -> Target:
    common: dict[str, Any] = {
        "line": "admitted",
        "title": "Kết nạp đảng viên",
        "kind": "absolute",
        "measure": "admitted",
        "strictness": "exact",
        "value": 220,
        "bases": BASES,
    }
    return Target(**{**common, **fields})


def stated(*targets: Target) -> list[Event]:
    return [DRAFTED, *(TargetStated(plan=PLAN, target=one, by=BOARD) for one in targets)]


def submitted(*targets: Target, by: UUID = BOARD) -> list[Event]:
    return [*stated(*targets), PlanSubmitted(plan=PLAN, by=by)]


def issued(*targets: Target, on: date = SINCE, instrument: str = "KH/1") -> PlanIssued:
    return PlanIssued(
        plan=PLAN,
        unit=UNIT,
        title="Kế hoạch 2024",
        period_from=SINCE,
        period_until=UNTIL,
        instrument=instrument,
        targets=list(targets),
        on=on,
        by=LEADER,
    )


def issuing(**other: Any) -> IssuePlan:
    return replace(IssuePlan(instrument="KH/1", on=SINCE, today=TODAY, by=LEADER), **other)


def stating(one: Target) -> StateTarget:
    return StateTarget(target=one, by=BOARD)


# -- Drafting


def test_a_plan_is_drafted() -> None:
    given().when(drafting()).then(DRAFTED)


def test_the_same_draft_twice_is_one_plan() -> None:
    given(DRAFTED).when(drafting()).then_nothing()


@pytest.mark.parametrize(
    "other", [{"title": "Khác"}, {"unit": LEADER}, {"period_until": date(2025, 12, 31)}, {"curve": ()}]
)
def test_another_content_under_the_same_plan_is_refused(other: dict[str, Any]) -> None:
    given(DRAFTED).when(drafting(**other)).then_rejected(PlanExists)


@pytest.mark.parametrize("until", [SINCE, date(2023, 12, 31)])
def test_a_period_ends_after_it_begins(until: date) -> None:
    given().when(drafting(period_until=until)).then_rejected(PeriodBackwards, until=until)


@pytest.mark.parametrize(
    "curve",
    [CURVE[:-1], ("100",), (*CURVE[:-1], "99"), ("6", "2", *CURVE[2:]), (*CURVE, "100")],
    ids=["too short", "one point", "not all", "falls", "too long"],
)
def test_a_curve_has_a_point_for_each_month_never_falls_and_ends_at_100(curve: tuple[str, ...]) -> None:
    given().when(drafting(curve=curve)).then_rejected(CurveWrong, months=12)


def test_a_plan_without_a_curve_goes_up_in_a_straight_line() -> None:
    given().when(drafting(curve=())).then(replace(DRAFTED, curve=[]))


def test_a_school_year_has_a_curve_of_its_own_months() -> None:
    year: dict[str, Any] = {"period_from": date(2023, 9, 1), "period_until": date(2024, 5, 31)}
    curve = ("0", "5", "10", "20", "40", "60", "80", "90", "100")
    given().when(drafting(**year, curve=curve)).then(replace(DRAFTED, **year, curve=list(curve)))


# -- Targets


KINDS: dict[str, dict[str, Any]] = {
    "absolute": {"value": 300},
    "percent_of_base": {"value": 220, "percent": "4", "base": 5465, "base_on": date(2023, 12, 31)},
    "range_of_base": {"percent": "3", "percent_until": "4%", "base": 400, "base_on": date(2023, 12, 31)},
    "share_of_measure": {"percent": "2"},
    "per_unit": {"value": 1},
    "breakdown": {},
}


def of_kind(kind: str, **fields: Any) -> Target:
    return target(**{"kind": kind, "value": None, **KINDS[kind], **fields})


@pytest.mark.parametrize("kind", KINDS)
def test_a_target_of_each_kind_is_stated_once(kind: str) -> None:
    one = of_kind(kind)
    given(DRAFTED).when(stating(one)).then(TargetStated(plan=PLAN, target=one, by=BOARD))


def test_a_target_may_be_stated_anew_and_what_was_submitted_is_then_not_submitted() -> None:
    changed = target(value=230)
    given(*submitted(target())).when(stating(changed)).then(TargetStated(plan=PLAN, target=changed, by=BOARD))
    given(*submitted(target()), TargetStated(plan=PLAN, target=changed, by=BOARD)).when(
        issuing()
    ).then_rejected(NotSubmitted)


@pytest.mark.parametrize(
    ("kind", "missing"), [(kind, name) for kind, fields in KINDS.items() for name in fields]
)
def test_what_a_kind_needs_must_be_there(kind: str, missing: str) -> None:
    given(DRAFTED).when(stating(of_kind(kind, **{missing: None}))).then_rejected(
        TargetIncomplete, what=missing
    )


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (kind, name)
        for kind, fields in KINDS.items()
        for name in ("value", "percent", "percent_until", "base", "base_on")
        if name not in fields and not (kind == "share_of_measure" and name.startswith("base"))
    ],
)
def test_what_a_kind_does_not_use_must_not_be_there(kind: str, name: str) -> None:
    some = {"value": 5, "percent": "5", "percent_until": "6", "base": 7, "base_on": SINCE}[name]
    given(DRAFTED).when(stating(of_kind(kind, **{name: some}))).then_rejected(TargetUnclear, what=name)


def test_a_share_may_give_an_example_with_its_base_and_day_but_not_with_one_alone() -> None:
    example = of_kind("share_of_measure", base=191, base_on=SINCE)
    given(DRAFTED).when(stating(example)).then(TargetStated(plan=PLAN, target=example, by=BOARD))
    given(DRAFTED).when(stating(replace(example, base_on=None))).then_rejected(
        TargetIncomplete, what="base_on"
    )
    given(DRAFTED).when(stating(replace(example, base=None))).then_rejected(TargetIncomplete, what="base")


@pytest.mark.parametrize("kind", ["range_of_base", "share_of_measure", "per_unit", "breakdown"])
def test_only_absolute_numbers_can_be_divided(kind: str) -> None:
    given(DRAFTED).when(stating(of_kind(kind, allocable=True))).then_rejected(TargetUnclear, what="allocable")


def test_only_a_target_for_each_organisation_says_which_organisations() -> None:
    schools = Population(include={"school_level": ["upper_secondary"]}, exclude={})
    per_school = of_kind("per_unit", each=schools)
    given(DRAFTED).when(stating(per_school)).then(TargetStated(plan=PLAN, target=per_school, by=BOARD))
    given(DRAFTED).when(stating(target(each=schools))).then_rejected(TargetUnclear, what="each")


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"kind": "wish"}, "kind"),
        ({"part_of": "admitted"}, "part_of"),
        ({"value": -1}, "value"),
        ({**KINDS["percent_of_base"], "kind": "percent_of_base", "percent": "0"}, "percent"),
        ({**KINDS["percent_of_base"], "kind": "percent_of_base", "base": 0}, "base"),
        (
            {**KINDS["range_of_base"], "kind": "range_of_base", "value": None, "percent_until": "2"},
            "percent_until",
        ),
    ],
)
def test_a_number_that_cannot_be_right_is_refused(fields: dict[str, Any], what: str) -> None:
    given(DRAFTED).when(stating(target(**fields))).then_rejected(TargetWrong, what=what)


def test_a_target_needs_its_legal_basis() -> None:
    given(DRAFTED).when(stating(target(bases=()))).then_rejected(TargetIncomplete, what="căn cứ")


@pytest.mark.parametrize("side", ["include", "exclude"])
@pytest.mark.parametrize("field", ["population", "each"])
def test_people_and_organisations_are_chosen_by_known_attributes(side: str, field: str) -> None:
    unknown = Population(**{"include": {}, "exclude": {}, side: {"hair": ["red"]}})
    one = of_kind("per_unit", **{field: unknown})
    given(DRAFTED).when(stating(one)).then_rejected(AttributeUnknown, attribute="hair")


# -- Submitting


def test_what_is_stated_is_submitted() -> None:
    given(*stated(target())).when(SubmitPlan(by=BOARD)).then(PlanSubmitted(plan=PLAN, by=BOARD))


def test_another_person_may_submit_instead() -> None:
    given(*submitted(target())).when(SubmitPlan(by=LEADER)).then(PlanSubmitted(plan=PLAN, by=LEADER))


def test_a_plan_without_new_targets_is_not_submitted() -> None:
    given(DRAFTED).when(SubmitPlan(by=BOARD)).then_rejected(NothingToIssue)
    given(*submitted(target()), issued(target())).when(SubmitPlan(by=BOARD)).then_rejected(NothingToIssue)


def part(line: str, value: int | None, **fields: Any) -> Target:
    return target(line=line, value=value, part_of="admitted", **fields)


LAO_CAI = [part(f"line_{value}", value) for value in (135, 40, 30, 15)]


def test_exclusive_parts_must_add_up() -> None:
    given(*stated(target(), *LAO_CAI)).when(SubmitPlan(by=BOARD)).then(PlanSubmitted(plan=PLAN, by=BOARD))
    given(*stated(target(), *LAO_CAI[:-1])).when(SubmitPlan(by=BOARD)).then_rejected(
        PartsDoNotSum, line="admitted", sum=205, value=220
    )


def test_parts_that_are_not_exclusive_need_not_add_up() -> None:
    parts = [part("pupils", 6, exclusive=False), part("conscripts", 17, exclusive=False)]
    given(*stated(target(), *parts)).when(SubmitPlan(by=BOARD)).then(PlanSubmitted(plan=PLAN, by=BOARD))


@pytest.mark.parametrize("parts", [[part("a", 220, exclusive=False)], [part("b", 220)]])
def test_a_part_is_a_part_of_a_line_that_is_part_of_nothing(parts: list[Target]) -> None:
    given(*stated(*parts)).when(SubmitPlan(by=BOARD)).then_rejected(PartOfNothing, part_of="admitted")
    deeper = replace(parts[0], line="deeper", part_of=parts[0].line)
    given(*stated(target(), *parts, deeper)).when(SubmitPlan(by=BOARD)).then_rejected(
        PartOfNothing, line="deeper"
    )


# -- Issuing


def test_another_person_issues_what_was_submitted() -> None:
    given(*submitted(target())).when(issuing()).then(issued(target()))


def test_nothing_is_issued_that_was_not_submitted() -> None:
    given(*stated(target())).when(issuing()).then_rejected(NotSubmitted)


def test_who_submitted_does_not_issue() -> None:
    given(*submitted(target())).when(issuing(by=BOARD)).then_rejected(SecondPersonNeeded)


def test_nothing_is_issued_ahead_of_its_day() -> None:
    given(*submitted(target())).when(issuing(on=date(2024, 7, 1))).then_rejected(
        NotYetIssued, on=date(2024, 7, 1)
    )


CHANGED = target(value=230)
AGAIN = [
    *submitted(target()),
    issued(target(), on=date(2024, 2, 1)),
    TargetStated(plan=PLAN, target=CHANGED, by=BOARD),
    PlanSubmitted(plan=PLAN, by=BOARD),
]


def test_what_changes_a_plan_is_issued_anew_with_all_targets() -> None:
    given(*AGAIN).when(issuing(instrument="QĐ/2", on=date(2024, 3, 1))).then(
        issued(CHANGED, on=date(2024, 3, 1), instrument="QĐ/2")
    )


def test_what_changes_a_plan_is_not_older_than_the_plan() -> None:
    given(*AGAIN).when(issuing(instrument="QĐ/2", on=date(2024, 1, 31))).then_rejected(
        IssuedLater, on=date(2024, 1, 31), issued_on=date(2024, 2, 1)
    )


def test_what_was_issued_holds_until_it_is_issued_anew() -> None:
    state = given(*AGAIN).state()
    assert (state.issued, state.stated) == ({"admitted": target()}, {"admitted": CHANGED})  # type: ignore[union-attr] # drafted above


def test_an_issued_plan_is_not_issued_again_under_another_instrument() -> None:
    given(*submitted(target()), issued(target())).when(issuing(instrument="QĐ/2")).then_rejected(NotSubmitted)
    given(*submitted(target()), issued(target())).when(issuing()).then_nothing()


@pytest.mark.parametrize("command", [stating(target()), SubmitPlan(by=BOARD), issuing()])
def test_nothing_is_done_with_a_plan_that_was_never_drafted(
    command: StateTarget | SubmitPlan | IssuePlan,
) -> None:
    given().when(command).then_rejected(PlanUnknown)


def test_events_that_belong_to_no_plan_change_nothing() -> None:
    assert given(PlanSubmitted(plan=PLAN, by=BOARD), issued(target())).state() == decider.initial
