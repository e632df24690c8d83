"""What leaves the house: from our events to the facts of the published language."""

from collections.abc import Callable, Sequence

from ketnap.common.database import Database, driver
from ketnap.common.forgetting import ForgettingDone
from ketnap.common.frozen import Forgotten
from ketnap.common.log import Entry
from ketnap.common.names import name_key
from ketnap.common.personal import Vault
from ketnap.common.relay import Erased, Publish
from ketnap.contracts import registry as told
from ketnap.contracts.fact import Fact
from ketnap.registry import language
from ketnap.registry.account import AccountOpened, GrantGiven, GrantRevoked
from ketnap.registry.candidacy import (
    CandidacyClosed,
    CandidateIntroduced,
    HelperReplaced,
    SympathiserDelisted,
    SympathiserListed,
)
from ketnap.registry.language import Heartbeat, Own
from ketnap.registry.person import (
    Identity,
    IdentityCorrected,
    PersonForgotten,
    PersonRegistered,
    Profile,
    ProfileRecorded,
)
from ketnap.registry.roll import MemberAdmitted, MemberLeft, MemberRecognised, RollOpened
from ketnap.registry.unit import UnitFounded, UnitMoved, UnitReclassified, UnitRenamed, UnitsMerged

TYPES = frozenset(
    {
        "unit.founded",
        "unit.renamed",
        "unit.moved",
        "unit.reclassified",
        "unit.merged",
        "person.registered",
        "person.forgotten",
        "candidacy.introduced",
        "candidacy.listed",
        "candidacy.helper_replaced",
        "candidacy.delisted",
        "candidacy.closed",
        "roll.opened",
        "roll.member_admitted",
        "roll.member_recognised",
        "roll.member_left",
        "account.opened",
        "account.grant_given",
        "account.grant_revoked",
        "forgetting.done",
        "registry.heartbeat",
    }
)


async def publish(entries: Sequence[Entry]) -> list[list[Fact | Erased]]:
    return [list(facts(language.own(entry))) for entry in entries]


def facts(event: Own) -> list[Fact]:
    """The facts of one event, for the topic `<province>.registry.v1`."""
    match event:
        case UnitFounded():
            return [
                told.UnitFounded(
                    unit=event.unit,
                    kind=told.UnitKind(event.kind),
                    hierarchy=told.Hierarchy(event.hierarchy),
                    parent=event.parent,
                    code=event.code,
                    name=event.name,
                    on=event.on,
                    sector=told.Sector(event.sector) if event.sector else None,
                    school_level=told.SchoolLevel(event.school_level) if event.school_level else None,
                    institution=event.institution,
                    instrument=event.instrument,
                )
            ]
        case UnitRenamed(unit=unit, name=name, on=on, instrument=instrument):
            return [told.UnitRenamed(unit=unit, name=name, on=on, instrument=instrument)]
        case UnitMoved(unit=unit, parent=parent, on=on, instrument=instrument):
            return [told.UnitMoved(unit=unit, parent=parent, on=on, instrument=instrument)]
        case UnitReclassified(unit=unit, sector=sector, school_level=level, on=on):
            return [
                told.UnitReclassified(
                    unit=unit,
                    sector=told.Sector(sector) if sector else None,
                    school_level=told.SchoolLevel(level) if level else None,
                    on=on,
                )
            ]
        case UnitsMerged(into=into, predecessors=predecessors, on=on, instrument=instrument):
            return [
                told.UnitsMerged(into=into, predecessors=list(predecessors), on=on, instrument=instrument)
            ]
        case PersonRegistered(person=person):
            return [told.PersonRegistered(person=person)]
        case PersonForgotten(person=person):
            return [told.PersonForgotten(person=person)]
        case CandidateIntroduced(candidacy=candidacy, person=person, unit=unit, introduced_by=body, on=on):
            return [
                told.CandidateIntroduced(
                    candidacy=candidacy, person=person, unit=unit, introduced_by=body, on=on
                )
            ]
        case SympathiserListed(candidacy=candidacy, person=person, unit=unit, helpers=helpers, on=on):
            return [
                told.SympathiserListed(
                    candidacy=candidacy, person=person, unit=unit, helpers=list(helpers), on=on
                )
            ]
        case HelperReplaced(candidacy=candidacy, person=person, unit=unit, leaves=leaves, comes=comes, on=on):
            return [
                told.HelperReplaced(
                    candidacy=candidacy, person=person, unit=unit, leaves=leaves, comes=comes, on=on
                )
            ]
        case SympathiserDelisted(candidacy=candidacy, person=person, unit=unit, reason=reason, on=on):
            return [
                told.SympathiserDelisted(
                    candidacy=candidacy, person=person, unit=unit, reason=told.DelistReason(reason), on=on
                )
            ]
        case CandidacyClosed(candidacy=candidacy, person=person, unit=unit, on=on):
            return [told.CandidacyClosed(candidacy=candidacy, person=person, unit=unit, on=on)]
        case RollOpened(unit=unit, official=official, probationary=probationary, on=on):
            return [told.RollOpened(unit=unit, official=official, probationary=probationary, on=on)]
        case MemberAdmitted() | MemberRecognised() | MemberLeft():
            return [_roll_changed(event)]
        case AccountOpened(account=account, person=person, issuer=issuer, subject=subject):
            return [told.AccountOpened(account=account, person=person, issuer=issuer, subject=subject)]
        case GrantGiven():
            return [
                told.GrantGiven(
                    grant=event.grant,
                    account=event.account,
                    role=told.Role(event.role),
                    unit=event.unit,
                    valid_from=event.valid_from,
                    valid_until=event.valid_until,
                )
            ]
        case GrantRevoked(grant=grant, account=account, on=on):
            return [told.GrantRevoked(grant=grant, account=account, on=on)]
        case ForgettingDone(person=person, rows=rows):
            return [told.ForgettingDone(person=person, rows=rows)]
        case Heartbeat():
            return [told.Heartbeat()]
        case _:
            return []


def _roll_changed(event: MemberAdmitted | MemberRecognised | MemberLeft) -> Fact:
    match event:
        case MemberAdmitted(on=on):
            change = told.RollChange.ADMITTED
        case MemberRecognised(official_from=on):
            change = told.RollChange.RECOGNISED
        case _:
            change, on = told.RollChange(event.cause), event.on
    return told.RollChanged(
        unit=event.unit,
        change=change,
        person=event.person,
        official=event.official,
        probationary=event.probationary,
        on=on,
    )


# The restricted topics: what others must know of a person, and nothing once they are forgotten.

IDENTITY_TYPES = frozenset({"person.registered", "person.identity_corrected", "person.forgotten"})
PROFILE_TYPES = frozenset({"person.profile_recorded", "person.forgotten"})


def identities(event: Own) -> list[Fact | Erased]:
    """For `<province>.registry.identity.v1`: one value a person."""
    match event:
        case (
            PersonRegistered(person=person, identity=Identity() as identity)
            | IdentityCorrected(person=person, identity=Identity() as identity)
        ):
            return [
                told.IdentityChanged(
                    person=person,
                    name=identity.name,
                    name_key=name_key(identity.name),
                    birth_date=identity.birth_date,
                    sex=told.Sex(identity.sex),
                )
            ]
        case (
            PersonRegistered(person=person, identity=Forgotten())
            | IdentityCorrected(person=person, identity=Forgotten())
            | PersonForgotten(person=person)
        ):
            return [_erased(told.IdentityChanged, str(person), str(person))]
        case _:
            return []


def profiles(event: Own) -> list[Fact | Erased]:
    """For `<province>.registry.profile.v1`: one value a version of a person's profile."""
    match event:
        case ProfileRecorded(
            person=person, version=version, profile=Profile() as profile, identity=Identity() as identity
        ):
            return [
                told.ProfileChanged(
                    person=person,
                    version=version,
                    valid_from=profile.valid_from,
                    birth_month=f"{identity.birth_date:%Y-%m}",
                    sex=told.Sex(identity.sex),
                    minority=profile.minority,
                    religious=profile.religious,
                    youth_union=profile.youth_union,
                    occupation=told.Occupation(profile.occupation),
                    education=told.Education(profile.education),
                    qualification=told.Qualification(profile.qualification),
                    employer=profile.employer,
                    employer_sector=told.Sector(profile.employer_sector) if profile.employer_sector else None,
                )
            ]
        case ProfileRecorded(person=person, version=version):
            return [_erased(told.ProfileChanged, str(person), f"{person}/{version}")]
        case PersonForgotten(person=person, profiles=versions):
            return [
                _erased(told.ProfileChanged, str(person), f"{person}/{version}")
                for version in range(1, versions + 1)
            ]
        case _:
            return []


def _erased(kind: type[Fact], person: str, key: str) -> Erased:
    return Erased(type=kind.TYPE, key=key, about=person)


def opened(vault: Vault, db: Database, words: Callable[[Own], list[Fact | Erased]]) -> Publish:
    """A publisher of a restricted topic: it opens the content of the entries that it tells of."""

    async def publish_opened(entries: Sequence[Entry]) -> list[list[Fact | Erased]]:
        async with driver(db) as connection:
            await vault.open(connection, [e for e in entries if e.type in language.PERSONAL])
        return [words(language.own(entry)) for entry in entries]

    return publish_opened
