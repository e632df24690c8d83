"""Events and commands of registry, with defaults for all that a test is not about."""

from datetime import date
from typing import Any
from uuid import UUID, uuid5

from ketnap.registry.account import (
    AccountOpened,
    GiveGrant,
    GrantGiven,
    GrantRevoked,
    OpenAccount,
    RevokeGrant,
)
from ketnap.registry.candidacy import (
    CandidacyClosed,
    CandidateIntroduced,
    CloseCandidacy,
    DelistSympathiser,
    HelperReplaced,
    IntroduceCandidate,
    ListSympathiser,
    ReplaceHelper,
    SympathiserDelisted,
    SympathiserListed,
)
from ketnap.registry.person import (
    CitizenNumberCorrected,
    CorrectCitizenNumber,
    CorrectIdentity,
    ForgetPerson,
    ForgettingRequested,
    Identity,
    IdentityCorrected,
    LegalHoldLifted,
    LegalHoldPlaced,
    LiftLegalHold,
    MovePerson,
    PersonForgotten,
    PersonMoved,
    PersonRegistered,
    PlaceLegalHold,
    Profile,
    ProfileRecorded,
    RecordProfile,
    RegisterPerson,
    RequestForgetting,
)
from ketnap.registry.place import Place
from ketnap.registry.roll import (
    AdmissionDateCorrected,
    AdmitMember,
    CorrectAdmissionDate,
    Member,
    MemberAdmitted,
    MemberLeft,
    MemberRecognised,
    OpenRoll,
    RecogniseMember,
    RemoveMember,
    RollOpened,
)
from ketnap.registry.unit import (
    FoundUnit,
    MergeUnits,
    MoveUnit,
    Neighbour,
    ReclassifyUnit,
    RenameUnit,
    UnitFounded,
    UnitMoved,
    UnitReclassified,
    UnitRenamed,
    UnitsMerged,
)

NAMES = UUID("0d0f4d0a-3a0c-4a6e-9d53-6f5d2b6f4f10")


def named(name: str) -> UUID:
    """The same id for the same name."""
    return uuid5(NAMES, name)


CELL, COMMUNE, PROVINCE, UNION, FACTORY = (
    named(name) for name in ("cell", "commune", "province", "youth union", "factory")
)
ANN, BAO, CHI = named("ann"), named("bao"), named("chi")
OFFICER, OTHER_OFFICER = named("officer"), named("other officer")
CANDIDACY, DOSSIER, ACCOUNT, GRANT = (named(name) for name in ("candidacy", "dossier", "account", "grant"))
FOUNDED, BEFORE, ON, TODAY = date(2000, 1, 1), date(2024, 2, 1), date(2024, 3, 1), date(2024, 3, 15)
LONG_AGO = date(2024, 1, 2)
DECISION = "TU/QĐ/12/2024-03-01"

# Any in these signatures: each field has a type of its own


# Units


def neighbour(unit: UUID = COMMUNE, **more: Any) -> Neighbour:
    return Neighbour(**{"unit": unit, "hierarchy": "party", "lives": True, "above": (PROVINCE,), **more})


def founded(unit: UUID = CELL, **more: Any) -> UnitFounded:
    known = {"unit": unit, "kind": "cell", "hierarchy": "party", "parent": COMMUNE, "code": "02.001"}
    rest = {"name": "Chi bộ thôn Bình Minh", "on": FOUNDED, "sector": "residential", "school_level": None}
    return UnitFounded(
        **{**known, **rest, "institution": None, "instrument": DECISION, "by": OFFICER, **more}
    )


def found(unit: UUID = CELL, **more: Any) -> FoundUnit:
    known = {"unit": unit, "kind": "cell", "hierarchy": "party", "parent": neighbour(), "code": "02.001"}
    rest = {"name": "Chi bộ thôn Bình Minh", "on": FOUNDED, "sector": "residential", "school_level": None}
    return FoundUnit(**{**known, **rest, "institution": None, "instrument": DECISION, "by": OFFICER, **more})


def renamed(**more: Any) -> UnitRenamed:
    return UnitRenamed(
        **{"unit": CELL, "name": "Chi bộ Bình Minh", "on": ON, "instrument": None, "by": OFFICER, **more}
    )


def rename(**more: Any) -> RenameUnit:
    said = {"name": "Chi bộ Bình Minh", "on": ON, "lives": True, "instrument": None, "by": OFFICER}
    return RenameUnit(**{**said, **more})


def moved(**more: Any) -> UnitMoved:
    return UnitMoved(
        **{"unit": CELL, "parent": named("other"), "on": ON, "instrument": None, "by": OFFICER, **more}
    )


def move(**more: Any) -> MoveUnit:
    said = {"parent": neighbour(named("other")), "on": ON, "lives": True, "instrument": None, "by": OFFICER}
    return MoveUnit(**{**said, **more})


def reclassified(**more: Any) -> UnitReclassified:
    said = {"unit": CELL, "sector": "private_economy", "school_level": None, "on": ON, "by": OFFICER}
    return UnitReclassified(**{**said, **more})


def reclassify(**more: Any) -> ReclassifyUnit:
    said = {"sector": "private_economy", "school_level": None, "on": ON, "lives": True, "by": OFFICER}
    return ReclassifyUnit(**{**said, **more})


def merged(*predecessors: UUID, **more: Any) -> UnitsMerged:
    said = {"into": CELL, "predecessors": list(predecessors), "on": ON, "instrument": None, "by": OFFICER}
    return UnitsMerged(**{**said, **more})


def merge(*predecessors: Neighbour, **more: Any) -> MergeUnits:
    said = {"predecessors": list(predecessors), "on": ON, "lives": True, "instrument": None, "by": OFFICER}
    return MergeUnits(**{**said, **more})


# People

ANNS = Identity(name="Trần Thị Ánh", birth_date=date(2001, 4, 12), sex="female")
NUMBER, OTHER_NUMBER = "001201000017", "001201000018"
FARMER = Profile(
    valid_from=ON,
    minority=True,
    religious=False,
    youth_union=True,
    occupation="farmer",
    education="upper_secondary",
    qualification="none",
)


def registered(**more: Any) -> PersonRegistered:
    known = {"person": ANN, "unit": CELL, "on": ON, "by": OFFICER}
    return PersonRegistered(**{**known, "identity": ANNS, "citizen_number": NUMBER, **more})


def register(**more: Any) -> RegisterPerson:
    known = {"person": ANN, "unit": CELL, "today": ON, "by": OFFICER}
    return RegisterPerson(**{**known, "identity": ANNS, "citizen_number": NUMBER, **more})


def profiled(**more: Any) -> ProfileRecorded:
    return ProfileRecorded(
        **{"person": ANN, "version": 1, "by": OFFICER, "profile": FARMER, "identity": ANNS, **more}
    )


def record_profile(**more: Any) -> RecordProfile:
    return RecordProfile(**{"profile": FARMER, "today": TODAY, "by": OFFICER, **more})


def identity_corrected(**more: Any) -> IdentityCorrected:
    known = {"person": ANN, "on": TODAY, "by": OFFICER}
    return IdentityCorrected(**{**known, "identity": ANNS, "reason": "sai dấu", **more})


def correct_identity(**more: Any) -> CorrectIdentity:
    return CorrectIdentity(**{"identity": ANNS, "reason": "sai dấu", "today": TODAY, "by": OFFICER, **more})


def number_corrected(**more: Any) -> CitizenNumberCorrected:
    known = {"person": ANN, "on": TODAY, "by": OFFICER}
    return CitizenNumberCorrected(**{**known, "citizen_number": OTHER_NUMBER, "reason": "nhập nhầm", **more})


def correct_number(**more: Any) -> CorrectCitizenNumber:
    said = {"citizen_number": OTHER_NUMBER, "reason": "nhập nhầm", "today": TODAY, "by": OFFICER}
    return CorrectCitizenNumber(**{**said, **more})


def person_moved(**more: Any) -> PersonMoved:
    return PersonMoved(**{"person": ANN, "unit": named("other"), "on": ON, **more})


def move_person(**more: Any) -> MovePerson:
    return MovePerson(**{"unit": named("other"), "on": ON, **more})


def hold_placed(**more: Any) -> LegalHoldPlaced:
    return LegalHoldPlaced(**{"person": ANN, "instrument": DECISION, "on": TODAY, "by": OFFICER, **more})


def place_hold(**more: Any) -> PlaceLegalHold:
    return PlaceLegalHold(**{"instrument": DECISION, "today": TODAY, "by": OFFICER, **more})


def hold_lifted(**more: Any) -> LegalHoldLifted:
    return LegalHoldLifted(**{"person": ANN, "instrument": DECISION, "on": TODAY, "by": OFFICER, **more})


def lift_hold(**more: Any) -> LiftLegalHold:
    return LiftLegalHold(**{"instrument": DECISION, "today": TODAY, "by": OFFICER, **more})


def forgetting_requested(**more: Any) -> ForgettingRequested:
    return ForgettingRequested(**{"person": ANN, "unit": CELL, "on": TODAY, "by": OFFICER, **more})


def request_forgetting(**more: Any) -> RequestForgetting:
    return RequestForgetting(**{"today": TODAY, "by": OFFICER, **more})


def forgotten(**more: Any) -> PersonForgotten:
    known = {"person": ANN, "unit": CELL, "profiles": 0, "on": TODAY, "by": OTHER_OFFICER}
    return PersonForgotten(**{**known, **more})


def forget(**more: Any) -> ForgetPerson:
    return ForgetPerson(**{"today": TODAY, "by": OTHER_OFFICER, **more})


# Candidacies

HELPER, OTHER_HELPER = named("helper"), named("other helper")
THE_CELL = Place(unit=CELL, kind="cell", lives=True)
THE_UNION = Place(unit=UNION, kind="mass_org", lives=True)


def introduced(**more: Any) -> CandidateIntroduced:
    known = {"candidacy": CANDIDACY, "person": ANN, "unit": CELL, "introduced_by": None}
    return CandidateIntroduced(**{**known, "on": BEFORE, "by": OFFICER, **more})


def introduce(**more: Any) -> IntroduceCandidate:
    known = {"candidacy": CANDIDACY, "person": ANN, "cell": THE_CELL, "introduced_by": None}
    return IntroduceCandidate(**{**known, "on": ON, "today": TODAY, "by": OFFICER, **more})


def listed(**more: Any) -> SympathiserListed:
    known = {"candidacy": CANDIDACY, "person": ANN, "unit": CELL, "resolution": "03-NQ/CB"}
    return SympathiserListed(**{**known, "helpers": [HELPER], "on": ON, "by": OFFICER, **more})


def list_sympathiser(**more: Any) -> ListSympathiser:
    said = {"resolution": "03-NQ/CB", "helpers": [HELPER], "officials": frozenset({HELPER, OTHER_HELPER})}
    return ListSympathiser(**{**said, "on": ON, "today": TODAY, "by": OFFICER, **more})


def replaced(**more: Any) -> HelperReplaced:
    known = {"candidacy": CANDIDACY, "person": ANN, "unit": CELL, "leaves": HELPER, "comes": OTHER_HELPER}
    return HelperReplaced(**{**known, "on": TODAY, "by": OFFICER, **more})


def replace_helper(**more: Any) -> ReplaceHelper:
    said = {"leaves": HELPER, "comes": OTHER_HELPER, "officials": frozenset({OTHER_HELPER})}
    return ReplaceHelper(**{**said, "on": TODAY, "today": TODAY, "by": OFFICER, **more})


def delisted(**more: Any) -> SympathiserDelisted:
    known = {"candidacy": CANDIDACY, "person": ANN, "unit": CELL, "resolution": "07-NQ/CB"}
    return SympathiserDelisted(**{**known, "reason": "unfit", "on": TODAY, "by": OFFICER, **more})


def delist(**more: Any) -> DelistSympathiser:
    said = {"resolution": "07-NQ/CB", "because": "unfit", "on": TODAY, "today": TODAY, "by": OFFICER}
    return DelistSympathiser(**{**said, **more})


def candidacy_closed(**more: Any) -> CandidacyClosed:
    known = {"candidacy": CANDIDACY, "person": ANN, "unit": CELL, "reason": "not_taken_up"}
    return CandidacyClosed(**{**known, "on": TODAY, "by": OFFICER, **more})


def close(**more: Any) -> CloseCandidacy:
    return CloseCandidacy(**{"because": "not_taken_up", "on": TODAY, "today": TODAY, "by": OFFICER, **more})


# Rolls


def member(person: UUID = ANN, status: Any = "official") -> Member:
    return Member(person=person, status=status, since=FOUNDED)


def roll_opened(*named_members: Member, **more: Any) -> RollOpened:
    known = {"unit": CELL, "official": 20, "probationary": 2, "named": list(named_members)}
    return RollOpened(**{**known, "on": BEFORE, "by": OFFICER, **more})


def open_roll(*named_members: Member, **more: Any) -> OpenRoll:
    known = {"cell": THE_CELL, "official": 20, "probationary": 2, "named": list(named_members)}
    return OpenRoll(**{**known, "on": BEFORE, "today": TODAY, "by": OFFICER, **more})


def admitted(person: UUID = BAO, **more: Any) -> MemberAdmitted:
    known = {"unit": CELL, "person": person, "dossier": DOSSIER, "on": ON}
    return MemberAdmitted(**{**known, "official": 20, "probationary": 3, **more})


def admit(person: UUID = BAO, **more: Any) -> AdmitMember:
    return AdmitMember(**{"unit": CELL, "person": person, "dossier": DOSSIER, "on": ON, **more})


def date_corrected(person: UUID = BAO, **more: Any) -> AdmissionDateCorrected:
    return AdmissionDateCorrected(**{"unit": CELL, "person": person, "on": TODAY, **more})


def correct_date(person: UUID = BAO, **more: Any) -> CorrectAdmissionDate:
    return CorrectAdmissionDate(**{"person": person, "on": TODAY, **more})


def recognised(person: UUID = BAO, **more: Any) -> MemberRecognised:
    known = {"unit": CELL, "person": person, "official_from": TODAY}
    return MemberRecognised(**{**known, "official": 21, "probationary": 2, **more})


def recognise(person: UUID = BAO, **more: Any) -> RecogniseMember:
    return RecogniseMember(**{"person": person, "official_from": TODAY, **more})


def member_left(person: UUID | None = BAO, **more: Any) -> MemberLeft:
    known = {"unit": CELL, "person": person, "status": "probationary", "cause": "resigned", "on": TODAY}
    return MemberLeft(**{**known, "by": OFFICER, "official": 20, "probationary": 2, **more})


def remove(person: UUID | None = BAO, **more: Any) -> RemoveMember:
    said = {"person": person, "status": "official", "cause": "resigned", "on": TODAY, "today": TODAY}
    return RemoveMember(**{**said, "by": OFFICER, **more})


# Accounts


def account_opened(**more: Any) -> AccountOpened:
    known = {"account": ACCOUNT, "person": ANN, "issuer": "https://portal", "subject": "ann"}
    return AccountOpened(**{**known, "on": ON, "by": OFFICER, **more})


def open_account(**more: Any) -> OpenAccount:
    known = {"account": ACCOUNT, "person": ANN, "issuer": "https://portal", "subject": "ann"}
    return OpenAccount(**{**known, "today": ON, "by": OFFICER, **more})


def grant_given(**more: Any) -> GrantGiven:
    known = {"grant": GRANT, "account": ACCOUNT, "role": "administrator", "unit": PROVINCE}
    when = {"valid_from": ON, "valid_until": None, "instrument": DECISION, "by": OFFICER}
    return GrantGiven(**{**known, **when, **more})


def give_grant(**more: Any) -> GiveGrant:
    said = {"grant": GRANT, "role": "administrator", "unit": PROVINCE, "valid_from": ON}
    return GiveGrant(**{**said, "valid_until": None, "instrument": DECISION, "by": OFFICER, **more})


def grant_revoked(**more: Any) -> GrantRevoked:
    return GrantRevoked(**{"grant": GRANT, "account": ACCOUNT, "on": TODAY, "by": OFFICER, **more})


def revoke(**more: Any) -> RevokeGrant:
    return RevokeGrant(**{"grant": GRANT, "other_administrators": 2, "today": TODAY, "by": OFFICER, **more})
