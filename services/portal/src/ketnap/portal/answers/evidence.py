"""The evidence of a figure from what statistics answers, with the names that registry gives."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from ketnap.portal.answers.asking import Asking, as_id, day
from ketnap.portal.answers.entries import Opened, opened_rows
from ketnap.portal.answers.instruments import number_of
from ketnap.portal.answers.numbers import Asked, Numbers
from ketnap.portal.answers.people import names
from ketnap.portal.figures import Count, Step
from ketnap.portal.folding import ALL
from ketnap.portal.pages.evidence import (
    Act,
    Basis,
    Change,
    ChangeKind,
    Comparison,
    Evidence,
    EvidenceRow,
    Forecast,
    Meaning,
    PersonLink,
    Ratio,
    RowOf,
    RowsLeft,
    Sibling,
    Tally,
    Term,
)
from ketnap.portal.services import Json

FIRST_ROWS = 15
WITHOUT_UNIT = "ngoai"
_WITH_EVIDENCE_BELOW = ("line", "rate", "quota", "forecast", "pipeline", "share")


async def evidence(ask: Asking, asked: Asked, compared: date | None, opened: frozenset[str]) -> Evidence:
    path, where = f"/figures/{asked.figure}", dict(asked.where)
    then = _on(compared, ask.selection.as_of) if compared else {}
    answer, plans = await asyncio.gather(ask.statistics(path, **where, **then), ask.plans())
    standpoint = answer["standpoint"]
    numbers = ask.numbers(standpoint)
    purpose = f"Mở căn cứ: {answer['title']}"[:200]
    opens = answer["has_entries"] and answer["may_open"]
    people = await opened_rows(ask, asked, _open_rows(opened), purpose) if opens else {}
    changes = answer["comparison"]["changes"] if answer["comparison"] else []
    known = await names(ask, _ids(changes, people), purpose) if answer["may_open"] else {}
    shown, left = _shown(answer["rows"], opened)
    return Evidence(
        scope=ask.scope(standpoint, plans),
        freshness=ask.freshness(standpoint),
        title=answer["title"],
        body=standpoint["unit_name"],
        made_of=_made_of(answer, numbers),
        meanings=tuple(Meaning(label=one["label"], text=one["text"]) for one in answer["meanings"]),
        basis=Basis(
            effective_to=day(standpoint["as_of"]),
            known_at=datetime.fromisoformat(standpoint["recorded_at"]),
            position=standpoint["position"],
            tree_day=day(standpoint["tree_day"]),
            units=answer["units"],
            rule_pack=standpoint["rule_pack"],
            digest=answer["digest"],
        ),
        comparison=_comparison(answer, numbers, known),
        acts=tuple(_act(act) for act in answer["quota_acts"]),
        rows=tuple(_row(row, answer, numbers, people, known, opened) for row in shown),
        rows_left=left,
        counted=answer["has_entries"],
        opens=opens,
        siblings=tuple(
            Sibling(title=one["title"], share=share)
            for one in answer["siblings"]
            if (share := numbers.share(one["percent"]))
        ),
        purpose=purpose if known or any(found.people for found in people.values()) else None,
    )


def _on(compared: date, as_of: date | None) -> Mapping[str, str]:
    """What stood in a report of that day: what had happened, as it was known."""
    shown = min(compared, as_of) if as_of else compared
    return {"compare_as_of": shown.isoformat(), "compare_known_on": compared.isoformat()}


def _made_of(answer: Json, numbers: Numbers) -> Ratio | Tally | Forecast:
    numerator, denominator = numbers.count(answer["numerator"]), numbers.count_if(answer["denominator"])
    share = numbers.share(answer["percent"])
    words = answer["definition"]["counts"]
    if answer["forecast"]:
        return Forecast(
            value=Decimal(answer["value"]),
            share=share,
            quota=denominator,
            actual=numerator,
            terms=tuple(
                Term(
                    step=Step(term["step"]),
                    dossiers=numbers.count(term["dossiers"]),
                    probability=Decimal(term["probability"]),
                )
                for term in answer["forecast"]
            ),
        )
    if share is not None and denominator is not None:
        return Ratio(
            share=share,
            numerator=numerator,
            numerator_words=words,
            denominator=denominator,
            denominator_words=answer["denominator_counts"],
        )
    return Tally(value=numerator.value, words=words, plus=answer["plus"], minus=answer["minus"])


# -- The rows


def _open_rows(opened: frozenset[str]) -> Mapping[str, bool]:
    """Rows by unit, and whether all of their people are wanted."""
    rows = {text.removeprefix("u:") for text in opened if text.startswith("u:")}
    full = {text.removesuffix(":het") for text in rows if text.endswith(":het")}
    return {
        row if row == WITHOUT_UNIT else as_id(row): row in full
        for row in {text.removesuffix(":het") for text in rows}
    }


def _shown(rows: Sequence[Json], opened: frozenset[str]) -> tuple[Sequence[Json], RowsLeft | None]:
    if ALL in opened or len(rows) <= FIRST_ROWS + 1:
        return rows, None
    left = rows[FIRST_ROWS:]
    quotas = [row["quota"] for row in left if row["quota"] is not None]
    return rows[:FIRST_ROWS], RowsLeft(
        rows=len(left),
        count=sum(row["value"] for row in left),
        quota=sum(quotas) if quotas else None,
        plus=sum(row["plus"] for row in left),
        minus=sum(row["minus"] for row in left),
    )


def _row(
    row: Json,
    answer: Json,
    numbers: Numbers,
    people: Mapping[str, Opened],
    known: Mapping[str, str],
    opened: frozenset[str],
) -> EvidenceRow:
    unit, key = row["unit"], row["unit"] or WITHOUT_UNIT
    found = people.get(key)
    page = numbers.page_of(unit) if unit else None
    own = numbers.of(unit).evidence(answer["figure"]) if unit and _has_own(answer) else None
    line = answer["target"]["line"] if answer["target"] else None
    given = numbers.of(unit).evidence(f"quota:{line}") if unit and line else page
    return EvidenceRow(
        id=key,
        of=RowOf(row["of"]),
        name=row["name"],
        url=page,
        count=Count(value=row["value"], evidence=own or page or numbers.evidence(answer["figure"])),
        quota=Count(value=row["quota"], evidence=given) if row["quota"] is not None and given else None,
        plus=row["plus"],
        minus=row["minus"],
        on=day(row["on"]) if row["on"] else None,
        people=found.shown(numbers, known, answer["title"], opened) if found else None,
        people_left=found.left if found else 0,
    )


def _has_own(answer: Json) -> bool:
    """Is the number of a row the same figure of the row's unit."""
    family = answer["figure"].partition(":")[0]
    return bool(answer["has_entries"]) or family in _WITH_EVIDENCE_BELOW


def _act(act: Json) -> Act:
    return Act(
        kind=ChangeKind(act["kind"]),
        delta=act["delta"],
        on=day(act["on"]),
        decision=_decision(act),
        giver=act["giver_name"],
        unit=act["unit_name"],
        position=act["position"],
    )


def _decision(act: Json) -> str:
    """Of a plan the words of its instrument's key, `issuer/type/number/day`."""
    issuer, _, rest = act["decision"].partition("/")
    if act["kind"] != "plan" or not rest:
        return str(act["decision"])
    return f"{rest.partition('/')[0]} {number_of(act['decision'])}, {issuer}"


# -- Why it changed


def _ids(changes: Sequence[Json], people: Mapping[str, Opened]) -> set[str]:
    of_changes = {change["person"] for change in changes if change["person"]}
    return of_changes | {person for found in people.values() for person in found.people}


def _comparison(answer: Json, numbers: Numbers, known: Mapping[str, str]) -> Comparison | None:
    found = answer["comparison"]
    if found is None:
        return None
    then = numbers.then(day(found["as_of"]), found["position"])
    return Comparison(
        as_of=day(found["as_of"]),
        known_on=day(found["known_on"]) if found["known_on"] else None,
        position=found["position"],
        was=Count(value=found["was"], evidence=then.evidence(answer["figure"])),
        was_share=then.share(found["was_percent"]),
        now=found["now"],
        changes=tuple(_change(change, numbers, known) for change in found["changes"]),
    )


def _change(change: Json, numbers: Numbers, known: Mapping[str, str]) -> Change:
    person = change["person"]
    return Change(
        kind=ChangeKind(change["kind"]),
        delta=change["delta"],
        entries=change["entries"],
        who=PersonLink(name=known.get(person), unit=change["unit_name"] or "", url=numbers.person(person))
        if person
        else None,
        unit=change["unit_name"],
        first_position=change["first_position"],
        last_position=change["last_position"],
        from_on=day(change["from_on"]) if change["from_on"] else None,
        to_on=day(change["to_on"]) if change["to_on"] else None,
        recorded_on=day(change["recorded_on"]) if change["recorded_on"] else None,
        outside_period=change["outside_period"],
    )
