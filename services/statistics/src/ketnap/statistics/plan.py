"""A plan: what a committee wants to reach in a period, in typed targets with their legal bases, issued by two people.

What was issued is never edited: targets are stated anew, submitted, and issued under another instrument.
"""

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
    the measure in the period; a `base` is the example that the document gives. per_unit: at least `value` in each
    organisation of `each`. breakdown: no target, a part of the measure that reports print, rounded as stated.

    `part_of` names the line that this one is a part of. Nobody stands in two `exclusive` parts, so these add up.
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
    exclusive: bool = True
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
    """`targets`: all that hold from now on, whatever held before."""

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
    """`unit_plans_due`: before this day the units below send plans of their own; None: they are not asked to."""

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
class Planned:
    """`stated`: the targets as they stand on the desk; `issued`: as they hold, None before the first issue."""

    plan: UUID
    unit: UUID
    title: str
    period_from: date
    period_until: date
    curve: Sequence[str]
    unit_plans_due: date | None
    stated: Mapping[str, Target]
    issued: Mapping[str, Target] | None = None
    instrument: str | None = None
    issued_on: date | None = None
    submitted_by: UUID | None = None


type State = NoPlan | Planned


class PlanUnknown(Rejected):
    """Chưa có kế hoạch này.

    There is no such plan.
    """

    status = 404


class PlanExists(Rejected):
    """Kế hoạch này đã được lập với nội dung khác. Hãy lập kế hoạch mới.

    This plan was drafted already, with other contents. Draft a new one.
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


class TargetUnclear(Rejected):
    """Chỉ tiêu “{line}” thuộc loại {kind}, không dùng {what}. Hãy bỏ mục này hoặc chọn loại khác.

    The target “{line}” is of the kind {kind}, which does not use {what}. Leave it out or choose another kind.
    """

    status = 422


class TargetWrong(Rejected):
    """Chỉ tiêu “{line}” có {what} không hợp lý. Hãy kiểm tra lại văn bản.

    The {what} of the target “{line}” cannot be right. Check the document.
    """

    status = 422


class NothingToIssue(Rejected):
    """Kế hoạch chưa có chỉ tiêu nào mới để ban hành. Hãy ghi chỉ tiêu trước khi trình.

    The plan has no new target to issue. State one before submitting.
    """


class NotSubmitted(Rejected):
    """Kế hoạch chưa được trình. Hãy trình trước, người khác sẽ ban hành.

    The plan was not submitted. Submit it first; another person issues it.
    """


class SecondPersonNeeded(Rejected):
    """Người trình không được tự ban hành. Hãy để người thứ hai ký.

    Who submitted may not issue. A second person signs.
    """


class NotYetIssued(Rejected):
    """Ngày ban hành {on} chưa đến. Hãy ghi sau khi văn bản đã ký.

    The day of issue {on} has not come yet. Record it after the instrument was signed.
    """


class IssuedLater(Rejected):
    """Kế hoạch đã ban hành ngày {issued_on}, bản điều chỉnh không thể có ngày {on} trước đó.

    The plan was issued on {issued_on}; what changes it cannot be of {on}, before that.
    """


class PartsDoNotSum(Rejected):
    """Các dòng của “{line}” cộng lại {sum}, khác {value}. Hãy sửa cho khớp, hoặc ghi là các dòng không loại trừ nhau.

    The parts of “{line}” add up to {sum} instead of {value}. Make them agree, or state that they are not exclusive.
    """


class PartOfNothing(Rejected):
    """Dòng “{line}” thuộc dòng “{part_of}”, nhưng không có dòng nào như vậy ở cấp trên cùng. Hãy sửa.

    The line “{line}” is a part of “{part_of}”, but there is no such line that is itself a part of nothing. Correct it.
    """


def decide(command: Command, state: State) -> list[Event]:
    match command, state:
        case DraftPlan(), NoPlan():
            return [_draft(command)]
        case DraftPlan(), Planned():
            if _contents(command) == _contents(state):
                return []
            raise PlanExists
        case StateTarget(target=target), Planned(stated=stated) if stated.get(target.line) == target:
            return []
        case StateTarget(target=target, by=by), Planned(plan=plan):
            _check(target)
            return [TargetStated(plan=plan, target=target, by=by)]
        case SubmitPlan(), Planned(stated=stated, issued=issued) if stated == (issued or {}):
            raise NothingToIssue
        case SubmitPlan(by=by), Planned(submitted_by=already) if by == already:
            return []
        case SubmitPlan(by=by), Planned(plan=plan, stated=stated):
            _check_parts(stated)
            return [PlanSubmitted(plan=plan, by=by)]
        case IssuePlan(instrument=instrument), Planned(submitted_by=None, stated=stated, issued=issued):
            if (instrument, stated) == (state.instrument, issued):
                return []
            raise NotSubmitted
        case IssuePlan(by=by), Planned(submitted_by=submitter) if by == submitter:
            raise SecondPersonNeeded
        case IssuePlan(on=on, today=today), Planned() if on > today:
            raise NotYetIssued(on=on)
        case IssuePlan(on=on), Planned(issued_on=date() as issued_on) if on < issued_on:
            raise IssuedLater(on=on, issued_on=issued_on)
        case IssuePlan(instrument=instrument, on=on, by=by), Planned():
            return [
                PlanIssued(
                    plan=state.plan,
                    unit=state.unit,
                    title=state.title,
                    period_from=state.period_from,
                    period_until=state.period_until,
                    instrument=instrument,
                    targets=list(state.stated.values()),
                    on=on,
                    by=by,
                )
            ]
        case _:
            raise PlanUnknown


def _contents(plan: DraftPlan | Planned) -> tuple[object, ...]:
    period = (plan.period_from, plan.period_until)
    return (plan.unit, plan.title, *period, tuple(plan.curve), plan.unit_plans_due)


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


_FIELDS = ("value", "percent", "percent_until", "base", "base_on")
_NEEDED: dict[str, tuple[str, ...]] = {
    "absolute": ("value",),
    "percent_of_base": ("value", "percent", "base", "base_on"),
    "range_of_base": ("percent", "percent_until", "base", "base_on"),
    "share_of_measure": ("percent",),
    "per_unit": ("value",),
    "breakdown": (),
}
_POSSIBLE: dict[str, tuple[str, ...]] = {"share_of_measure": ("base", "base_on")}
_ALLOCABLE = ("absolute", "percent_of_base")


def _check(target: Target) -> None:
    if target.kind not in _NEEDED:
        raise TargetWrong(line=target.line, what="kind")
    target.population.check()
    target.each.check()
    for name in _FIELDS:
        stated = getattr(target, name) is not None
        if name in _NEEDED[target.kind] and not stated:
            raise TargetIncomplete(line=target.line, what=name)
        if stated and name not in (*_NEEDED[target.kind], *_POSSIBLE.get(target.kind, ())):
            raise TargetUnclear(line=target.line, kind=target.kind, what=name)
    if (target.base is None) != (target.base_on is None):
        raise TargetIncomplete(line=target.line, what="base_on" if target.base_on is None else "base")
    if target.allocable and target.kind not in _ALLOCABLE:
        raise TargetUnclear(line=target.line, kind=target.kind, what="allocable")
    if not target.each.everybody and target.kind != "per_unit":
        raise TargetUnclear(line=target.line, kind=target.kind, what="each")
    if not target.bases:
        raise TargetIncomplete(line=target.line, what="căn cứ")
    if target.part_of == target.line:
        raise TargetWrong(line=target.line, what="part_of")
    _check_numbers(target)


def _check_numbers(target: Target) -> None:
    least, most = (Percent.parse(text) if text else None for text in (target.percent, target.percent_until))
    if least is not None and least.value <= 0:
        raise TargetWrong(line=target.line, what="percent")
    if least is not None and most is not None and most < least:
        raise TargetWrong(line=target.line, what="percent_until")
    if target.base is not None and target.base <= 0:
        raise TargetWrong(line=target.line, what="base")
    if target.value is not None and target.value < 0:
        raise TargetWrong(line=target.line, what="value")


def _check_parts(targets: Mapping[str, Target]) -> None:
    for target in targets.values():
        whole = targets.get(target.part_of or "")
        if target.part_of is not None and (whole is None or whole.part_of is not None):
            raise PartOfNothing(line=target.line, part_of=target.part_of)
    for target in targets.values():
        parts = [
            part.value
            for part in targets.values()
            if part.part_of == target.line and part.exclusive and part.value is not None
        ]
        if parts and target.value is not None and sum(parts) != target.value:
            raise PartsDoNotSum(line=target.line, sum=sum(parts), value=target.value)


def evolve(state: State, event: Event) -> State:
    match event, state:
        case PlanDrafted(), _:
            return Planned(
                plan=event.plan,
                unit=event.unit,
                title=event.title,
                period_from=event.period_from,
                period_until=event.period_until,
                curve=tuple(event.curve),
                unit_plans_due=event.unit_plans_due,
                stated={},
            )
        case TargetStated(target=target), Planned(stated=stated):
            return replace(state, stated={**stated, target.line: target}, submitted_by=None)
        case PlanSubmitted(by=by), Planned():
            return replace(state, submitted_by=by)
        case PlanIssued(targets=targets, instrument=instrument, on=on), Planned():
            held = {target.line: target for target in targets}
            return replace(state, issued=held, instrument=instrument, issued_on=on, submitted_by=None)
        case _:
            return state


decider: Decider[Command, State, Event] = Decider(initial=NoPlan(), decide=decide, evolve=evolve)
