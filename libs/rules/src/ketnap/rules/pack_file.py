"""How a pack stands in its file: one table for each rule, value and legal basis together."""

from collections.abc import Callable
from hashlib import sha256

from ketnap.rules.basis import CONFIDENCES, Instrument, LegalBasis
from ketnap.rules.findings import SWITCHES
from ketnap.rules.rule_pack import (
    CLOCK_STARTS,
    COUNTED_BY,
    PARTY_AGE_FROM,
    Age,
    Clock,
    Education,
    Form,
    Introducers,
    Papers,
    Programme,
    Readmission,
    RulePack,
)
from ketnap.rules.tables import DataBroken, Table, read_toml
from ketnap.rules.votes import Denominator, Threshold


def read_pack(content: bytes, where: str) -> RulePack:
    """The pack in a file's content; `where` names the file in errors. Raises DataBroken."""
    digest = sha256(content).hexdigest()
    return read_toml(content, where, lambda document: _pack(document, digest, where))


def _pack(document: Table, digest: str, where: str) -> RulePack:
    instruments = document.read(
        "instruments", lambda table: {key: table.read(key, _instrument) for key in table.names()}
    )
    addresses = document.read("sources", lambda table: {key: table.text(key) for key in table.names()})
    bases: dict[str, LegalBasis] = {}

    def basis(rule: str, table: Table) -> LegalBasis:
        confidence = table.one_of("confidence", CONFIDENCES)
        sources = table.texts("sources")
        if confidence != "M" and not sources:
            raise DataBroken(f"{where}.{rule}: confidence {confidence} needs a source")
        if unknown := set(sources) - addresses.keys():
            raise DataBroken(f"{where}.{rule}: no address for {', '.join(sorted(unknown))}")
        return LegalBasis(
            instrument=instruments[table.one_of("instrument", tuple(instruments))]
            if table.has("instrument")
            else None,
            clause=table.text("clause"),
            confidence=confidence,
            sources=tuple(addresses[source] for source in sources),
            note=table.text("note"),
        )

    def rule[T](name: str, build: Callable[[Table], T]) -> T:
        def with_basis(table: Table) -> T:
            bases[name] = basis(name, table)
            return build(table)

        return document.read(name, with_basis)

    pack = RulePack(
        code=document.text("code"),
        version=document.whole("version"),
        digest=digest,
        in_force_from=document.day("in_force_from"),
        in_force_to=document.day("in_force_to"),
        cell_vote=rule("cell_vote", _threshold),
        cell_denominator=rule("cell_denominator", _denominator),
        grassroots_vote=rule("grassroots_vote", _threshold),
        standing_committee_vote=rule("standing_committee_vote", _threshold),
        inconclusive_votes=rule("inconclusive_votes", _number),
        age=rule("age", _age),
        over_age_consent=rule("over_age_consent", lambda table: table.text("given_by")),
        education_floor=rule("education_floor", _education),
        education_in_difficult_area=rule("education_in_difficult_area", _education),
        education_of_reputable=rule("education_of_reputable", _education),
        introducer_months=rule("introducer_months", _number),
        successor_months=rule("successor_months", _number),
        introducers=rule("introducers", _introducers),
        cell_size=rule("cell_size", _number),
        certificate_months=rule("certificate_months", _number),
        papers=rule("papers", _papers),
        decision=rule("decision", _clock),
        ceremony=rule("ceremony", _clock),
        probation_months=rule("probation_months", _number),
        recognition_meeting=rule("recognition_meeting", _clock),
        recognition_decision=rule("recognition_decision", _clock),
        party_age=rule("party_age", lambda table: table.one_of("counts_from", PARTY_AGE_FROM)),
        readmission=rule("readmission", _readmission),
        awareness_programme=rule("awareness_programme", _programme),
        new_member_programme=rule("new_member_programme", _programme),
        verifier_is_helper=rule("verifier_is_helper", lambda table: table.one_of("severity", SWITCHES)),
        vote_clerk_decides=rule("vote_clerk_decides", lambda table: table.one_of("severity", SWITCHES)),
        forms=document.read_each("forms", _form),
        bases=bases,
    )
    if pack.in_force_to < pack.in_force_from:
        raise DataBroken(f"{where}: in force to a day before the first")
    if unknown := set(pack.papers.stale) - {form.code for form in pack.forms}:
        raise DataBroken(f"{where}.papers: no form {', '.join(sorted(unknown))}")
    return pack


def _instrument(table: Table) -> Instrument:
    return Instrument(
        issuer=table.text("issuer"),
        type=table.text("type"),
        number=table.text("number"),
        signed_on=table.day("signed_on"),
    )


def _threshold(table: Table) -> Threshold:
    return Threshold(share=table.fraction("share"), strictly_more=table.flag("strictly_more"))


def _denominator(table: Table) -> Denominator:
    return Denominator(
        without_temporarily_transferred=table.flag("without_temporarily_transferred"),
        without_exempt_absent=table.flag("without_exempt_absent"),
    )


def _number(table: Table) -> int:
    return table.whole("number")


def _age(table: Table) -> Age:
    return Age(
        least_years=table.whole("least_years"),
        most_years=table.whole("most_years"),
        least_by=table.one_of("least_by", COUNTED_BY),
        most_by=table.one_of("most_by", COUNTED_BY),
    )


def _education(table: Table) -> Education:
    levels = [level.name.lower() for level in Education]
    return Education[table.one_of("least", levels).upper()]


def _introducers(table: Table) -> Introducers:
    return Introducers(
        youth_union=table.whole("youth_union"),
        trade_union=table.whole("trade_union"),
        members=table.whole("members"),
    )


def _papers(table: Table) -> Papers:
    return Papers(months=table.whole("months"), stale=table.texts("stale"))


def _clock(table: Table) -> Clock:
    return Clock(
        working_days=table.whole("working_days"),
        extension=table.whole("extension"),
        starts=table.one_of("starts", CLOCK_STARTS),
    )


def _readmission(table: Table) -> Readmission:
    return Readmission(
        months_after_leaving=table.whole("months_after_leaving"),
        months_after_record_cleared=table.whole("months_after_record_cleared"),
        times=table.whole("times"),
        never=table.texts("never"),
    )


def _programme(table: Table) -> Programme:
    return Programme(topics=table.whole("topics"), certificate=table.text("certificate"))


def _form(table: Table) -> Form:
    return Form(
        code=table.text("code"),
        title=table.text("title"),
        confidence=table.one_of("confidence", CONFIDENCES),
    )
