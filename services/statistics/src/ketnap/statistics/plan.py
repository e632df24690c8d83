"""A plan: what a committee wants to reach in a period, in typed targets with their legal bases, issued by two people."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from ketnap.common.decider import Decider, Rejected
from ketnap.common.frozen import frozen
from ketnap.rules.rounding import Percent
from ketnap.statistics.population import EVERYBODY, Population

# Values


@frozen
class LegalBasis:
    """`instrument` is a key of the register; `source` says where in which document the figure stands."""

    instrument: str
    text: str
    source: str


@frozen
class Target:
    """One line of a plan. Which fields count depends on `kind`:

    absolute: `value`. percent_of_base: `percent` of `base` on `base_on`, approved as `value`.
    range_of_base: between `percent` and `percent_until` of `base`. share_of_measure: at least `percent` of all of
    the measure in the period. per_unit: at least `value` in each organisation of `each`. breakdown: no target, a
    part of the measure that reports print, rounded as stated.
    """

    line: str
    title: str
    kind: str
    measure: str
    strictness: str
    population: Population = EVERYBODY
    value: int | None = None
    percent: str | None = None
    percent_until: str | None = None
    base: int | None = None
    base_on: date | None = None
    base_text: str = ""
    each: Population = EVERYBODY
    part_of: str | None = None
    rounding: str = "HALF_UP"
    decimals: int = 1
    allocable: bool = False
    bases: Sequence[LegalBasis] = ()


# Events


@frozen
class PlanDrafted:
    plan: UUID
    unit: UUID
    title: str
    period_from: date
    period_until: date
    curve: Sequence[str]
    unit_plans_due: date | None
    by: UUID


@frozen
class TargetStated:
    plan: UUID
    target: Target
    by: UUID


@frozen
class PlanSubmitted:
    plan: UUID
    by: UUID


@frozen
class PlanIssued:
    plan: UUID
    unit: UUID
    title: str
    period_from: date
    period_until: date
    instrument: str
    targets: Sequence[Target]
    on: date
    by: UUID


type Event = PlanDrafted | TargetStated | PlanSubmitted | PlanIssued

NAMES: dict[str, type[Event]] = {
    "plan.drafted": PlanDrafted,
    "plan.target_stated": TargetStated,
    "plan.submitted": PlanSubmitted,
    "plan.issued": PlanIssued,
}

# Commands


@frozen
class DraftPlan:
    plan: UUID
    unit: UUID
    title: str
    period_from: date
    period_until: date
    curve: Sequence[str]
    unit_plans_due: date | None
    by: UUID


@frozen
class StateTarget:
    target: Target
    by: UUID


@frozen
class SubmitPlan:
    by: UUID


@frozen
class IssuePlan:
    instrument: str
    on: date
    today: date
    by: UUID


type Command = DraftPlan | StateTarget | SubmitPlan | IssuePlan

# State


@frozen
class NoPlan:
    pass


@frozen
class Draft:
    plan: UUID
    unit: UUID
    title: str
    period_from: date
    period_until: date
    curve: tuple[str, ...]
    unit_plans_due: date | None
    targets: Mapping[str, Target]
    submitted_by: UUID | None = None


@frozen
class Issued:
    plan: UUID
    unit: UUID
    period_from: date
    period_until: date
    unit_plans_due: date | None
    targets: Mapping[str, Target]


type State = NoPlan | Draft | Issued


class PlanUnknown(Rejected):
    """Chưa có kế hoạch này.

    There is no such plan.
    """

    status = 404


class PlanExists(Rejected):
    """Kế hoạch này đã được lập với nội dung khác.

    This plan was drafted already, with other contents.
    """


class PlanAlreadyIssued(Rejected):
    """Kế hoạch đã ban hành, không sửa được. Hãy ban hành quyết định điều chỉnh.

    The plan was issued and cannot be edited. Issue a decision that adjusts it.
    """


class PeriodBackwards(Rejected):
    """Kỳ kế hoạch kết thúc {until} trước khi bắt đầu {since}. Hãy sửa ngày.

    The period ends on {until}, before it begins on {since}. Correct the dates.
    """

    status = 422


class CurveWrong(Rejected):
    """Đường kế hoạch phải có {months} mốc luỹ kế, không giảm và kết thúc ở 100%.

    The plan curve needs {months} cumulative percentages that never fall and end at 100 %.
    """

    status = 422


class TargetIncomplete(Rejected):
    """Chỉ tiêu “{line}” thiếu {what}. Hãy bổ sung.

    The target “{line}” lacks {what}. Complete it.
    """

    status = 422


class NothingToIssue(Rejected):
    """Kế hoạch chưa có chỉ tiêu nào. Hãy ghi chỉ tiêu trước khi trình.

    The plan has no target yet. State one before submitting.
    """


class NotSubmitted(Rejected):
    """Kế hoạch chưa được trình. Hãy trình trước, người khác sẽ ban hành.

    The plan was not submitted. Submit it first; another person issues it.
    """


class SecondPersonNeeded(Rejected):
    """Người trình không được tự ban hành. Hãy để người thứ hai ký.

    Who submitted may not issue. A second person signs.
    """


class PartsDoNotSum(Rejected):
    """Các dòng của “{line}” cộng lại {sum}, khác {value}. Hãy sửa cho khớp.

    The parts of “{line}” add up to {sum} instead of {value}. Make them agree.
    """


def decide(command: Command, state: State) -> list[Event]:
    match command, state:
        case DraftPlan(), NoPlan():
            return [_draft(command)]
        case DraftPlan(title=title, unit=unit, period_from=since), Draft():
            if (title, unit, since) == (state.title, state.unit, state.period_from):
                return []
            raise PlanExists
        case _, NoPlan():
            raise PlanUnknown
        case IssuePlan(), Issued():
            return []
        case _, Issued():
            raise PlanAlreadyIssued
        case StateTarget(target=target), Draft(targets=targets) if targets.get(target.line) == target:
            return []
        case StateTarget(target=target, by=by), Draft(plan=plan):
            _check(target)
            return [TargetStated(plan=plan, target=target, by=by)]
        case ((SubmitPlan() | IssuePlan()), Draft(targets=targets)) if not targets:
            raise NothingToIssue
        case SubmitPlan(by=by), Draft(submitted_by=by_already) if by == by_already:
            return []
        case SubmitPlan(by=by), Draft(plan=plan, targets=targets):
            _check_parts(targets)
            return [PlanSubmitted(plan=plan, by=by)]
        case IssuePlan(), Draft(submitted_by=None):
            raise NotSubmitted
        case IssuePlan(by=by), Draft(submitted_by=submitter) if by == submitter:
            raise SecondPersonNeeded
        case IssuePlan(instrument=instrument, on=on, by=by), Draft():
            return [
                PlanIssued(
                    plan=state.plan,
                    unit=state.unit,
                    title=state.title,
                    period_from=state.period_from,
                    period_until=state.period_until,
                    instrument=instrument,
                    targets=list(state.targets.values()),
                    on=on,
                    by=by,
                )
            ]
        case _:
            raise PlanUnknown


def _draft(command: DraftPlan) -> PlanDrafted:
    since, until = command.period_from, command.period_until
    if until <= since:
        raise PeriodBackwards(since=since, until=until)
    months = (until.year - since.year) * 12 + until.month - since.month + 1
    percents = [Percent.parse(text).value for text in command.curve]
    if percents and (len(percents) != months or percents != sorted(percents) or percents[-1] != 100):  # noqa: PLR2004 - percent
        raise CurveWrong(months=months)
    return PlanDrafted(
        plan=command.plan,
        unit=command.unit,
        title=command.title,
        period_from=since,
        period_until=until,
        curve=list(command.curve),
        unit_plans_due=command.unit_plans_due,
        by=command.by,
    )


_NEEDED: dict[str, tuple[str, ...]] = {
    "absolute": ("value",),
    "percent_of_base": ("value", "percent", "base", "base_on"),
    "range_of_base": ("percent", "percent_until", "base", "base_on"),
    "share_of_measure": ("percent",),
    "per_unit": ("value",),
    "breakdown": (),
}


def _check(target: Target) -> None:
    target.population.check()
    target.each.check()
    for name in _NEEDED.get(target.kind, ()):
        if getattr(target, name) is None:
            raise TargetIncomplete(line=target.line, what=name)
    if not target.bases:
        raise TargetIncomplete(line=target.line, what="căn cứ")
    for text in (target.percent, target.percent_until):
        if text is not None:
            Percent.parse(text)


def _check_parts(targets: Mapping[str, Target]) -> None:
    for target in targets.values():
        parts = [
            part.value for part in targets.values() if part.part_of == target.line and part.value is not None
        ]
        if parts and target.value is not None and sum(parts) != target.value:
            raise PartsDoNotSum(line=target.line, sum=sum(parts), value=target.value)


def evolve(state: State, event: Event) -> State:
    match event, state:
        case PlanDrafted(), _:
            return Draft(
                plan=event.plan,
                unit=event.unit,
                title=event.title,
                period_from=event.period_from,
                period_until=event.period_until,
                curve=tuple(event.curve),
                unit_plans_due=event.unit_plans_due,
                targets={},
            )
        case TargetStated(target=target), Draft(targets=targets):
            return replace(state, targets={**targets, target.line: target}, submitted_by=None)
        case PlanSubmitted(by=by), Draft():
            return replace(state, submitted_by=by)
        case PlanIssued(), Draft(targets=targets, unit_plans_due=due):
            return Issued(
                plan=event.plan,
                unit=event.unit,
                period_from=event.period_from,
                period_until=event.period_until,
                unit_plans_due=due,
                targets=targets,
            )
        case _:
            return state


decider: Decider[Command, State, Event] = Decider(initial=NoPlan(), decide=decide, evolve=evolve)
