"""What registry tells: organisations through time, candidacies, the member roll, and who may do what."""

from datetime import date
from typing import Final
from uuid import UUID

from pydantic import Field

from ketnap.contracts.fact import Fact, SourceRestored, Word


class UnitKind(Word):
    """Type of an organisation (domain: types and tree)."""

    PROVINCE = "province"  # tỉnh uỷ, thành uỷ trực thuộc Trung ương
    BLOC = "bloc"  # đảng uỷ khối
    ARMED = "armed"  # đảng bộ quân sự, công an, biên phòng
    DISTRICT = "district"  # huyện uỷ, thị uỷ, thành uỷ thuộc tỉnh (to 30/6/2025)
    COMMUNE = "commune"  # đảng bộ xã, phường, đặc khu
    GRASS_COMMITTEE = "grass_committee"  # đảng bộ cơ sở
    GRASS_CELL = "grass_cell"  # chi bộ cơ sở
    SECTION = "section"  # đảng bộ bộ phận
    CELL = "cell"  # chi bộ trực thuộc
    MASS_ORG = "mass_org"  # Đoàn, Công đoàn, Mặt trận, hội
    POLITICAL_CENTRE = "political_centre"  # trung tâm chính trị
    EMPLOYER = "employer"  # doanh nghiệp, cơ quan sử dụng lao động
    SCHOOL = "school"  # trường
    OTHER = "other"


class Hierarchy(Word):
    """The tree a unit stands in; employers and schools stand in none."""

    PARTY = "party"
    MASS = "mass"
    NONE = "none"
    OTHER = "other"


class Sector(Word):
    """Sector of a unit or an employer, as plans divide their quotas."""

    AGENCY = "agency"  # cơ quan hành chính nhà nước
    PUBLIC_UNIT = "public_unit"  # đơn vị sự nghiệp
    STATE_ENTERPRISE = "state_enterprise"  # doanh nghiệp có vốn Nhà nước
    PRIVATE_ECONOMY = "private_economy"  # doanh nghiệp không có vốn Nhà nước, đơn vị kinh tế tư nhân
    ARMED_FORCES = "armed_forces"
    RESIDENTIAL = "residential"  # thôn, tổ dân phố
    OTHER = "other"


class SchoolLevel(Word):
    """What a school teaches."""

    UPPER_SECONDARY = "upper_secondary"  # trung học phổ thông
    VOCATIONAL = "vocational"  # giáo dục nghề nghiệp, giáo dục thường xuyên
    COLLEGE = "college"
    UNIVERSITY = "university"
    OTHER = "other"


class UnitFounded(Fact, type="registry.unit_founded.v1", subject="unit"):
    """A unit exists from `on`."""

    unit: UUID
    kind: UnitKind
    hierarchy: Hierarchy
    parent: UUID | None = None
    """None: the root of its hierarchy here, or a unit outside both."""
    code: str
    name: str
    on: date
    sector: Sector | None = None
    school_level: SchoolLevel | None = None
    institution: UUID | None = None
    """The employer or school whose people this organisation gathers."""
    instrument: str | None = None
    """Key of the founding instrument: issuer/type/number/date."""


class UnitRenamed(Fact, type="registry.unit_renamed.v1", subject="unit"):
    """The unit bears another name from `on`."""

    unit: UUID
    name: str
    on: date
    instrument: str | None = None


class UnitMoved(Fact, type="registry.unit_moved.v1", subject="unit"):
    """The unit stands under another parent from `on`."""

    unit: UUID
    parent: UUID
    on: date
    instrument: str | None = None


class UnitReclassified(Fact, type="registry.unit_reclassified.v1", subject="unit"):
    """Sector or school level of the unit is another from `on` (absolute values)."""

    unit: UUID
    sector: Sector | None = None
    school_level: SchoolLevel | None = None
    on: date


class UnitsMerged(Fact, type="registry.units_merged.v1", subject="into"):
    """The predecessors end on the day `on`, the successor takes over: members, subordinate units, cases."""

    into: UUID
    predecessors: list[UUID]
    on: date
    instrument: str | None = None


class PersonRegistered(Fact, type="registry.person_registered.v1", subject="person"):
    """Somebody is known to the province; name and numbers stay in registry."""

    person: UUID


class PersonForgotten(Fact, type="registry.person_forgotten.v1", subject="person"):
    """Erase what you hold of this person and answer with `forgetting_done`."""

    person: UUID


class ForgettingDone(Fact, type="registry.forgetting_done.v1", subject="person"):
    """Registry has erased what it held."""

    person: UUID
    rows: int


class CandidateIntroduced(Fact, type="registry.candidate_introduced.v1", subject="candidacy"):
    """An organisation or members pointed to somebody."""

    candidacy: UUID
    person: UUID
    unit: UUID
    """The cell that is to consider them."""
    introduced_by: UUID | None = None
    """The mass organisation that introduced them; None: members of the cell."""
    on: date


class SympathiserListed(Fact, type="registry.sympathiser_listed.v1", subject="candidacy"):
    """A cell's resolution put the name on its list and assigned official members to help."""

    candidacy: UUID
    person: UUID
    unit: UUID
    helpers: list[UUID]
    on: date


class HelperReplaced(Fact, type="registry.helper_replaced.v1", subject="candidacy"):
    """Another official member helps from `on`."""

    candidacy: UUID
    person: UUID
    unit: UUID
    leaves: UUID
    comes: UUID
    on: date


class DelistReason(Word):
    """Why a cell takes a name off its list."""

    UNFIT = "unfit"
    MOVED = "moved"
    OWN_REQUEST = "own_request"
    DECEASED = "deceased"
    OTHER = "other"


class SympathiserDelisted(Fact, type="registry.sympathiser_delisted.v1", subject="candidacy"):
    """A cell's resolution took the name off its list."""

    candidacy: UUID
    person: UUID
    unit: UUID
    reason: DelistReason
    on: date


class CandidacyClosed(Fact, type="registry.candidacy_closed.v1", subject="candidacy"):
    """The candidacy reached its end: the person is an official member, or left for good."""

    candidacy: UUID
    person: UUID
    unit: UUID
    on: date


class RollOpened(Fact, type="registry.roll_opened.v1", subject="unit"):
    """The member roll of a cell starts with these numbers, as of `on`."""

    unit: UUID
    official: int
    probationary: int
    on: date


class RollChange(Word):
    """What changed a roll."""

    ADMITTED = "admitted"
    RECOGNISED = "recognised"
    STRUCK_OFF = "struck_off"
    ANNULLED = "annulled"
    DIED = "died"
    RESIGNED = "resigned"
    EXPELLED = "expelled"
    OTHER = "other"


class RollChanged(Fact, type="registry.roll_changed.v1", subject="unit"):
    """The roll after the change (absolute numbers) and who caused it."""

    unit: UUID
    change: RollChange
    person: UUID | None = None
    official: int
    probationary: int
    on: date


class Role(Word):
    """What an account may do; each service says which of its actions a role has."""

    ADMINISTRATOR = "administrator"  # quản trị: accounts, grants, units
    ORGANISATION_BOARD = "organisation_board"  # ban tổ chức
    STANDING_COMMITTEE = "standing_committee"  # ban thường vụ
    GRASSROOTS_COMMITTEE = "grassroots_committee"  # cấp uỷ cơ sở
    CELL_COMMITTEE = "cell_committee"  # chi uỷ, bí thư chi bộ
    POLITICAL_CENTRE = "political_centre"  # trung tâm chính trị
    MASS_ORGANISATION = "mass_organisation"  # đoàn thể
    INSPECTION = "inspection"  # uỷ ban kiểm tra: reads all
    OTHER = "other"


class AccountOpened(Fact, type="registry.account_opened.v1", subject="account"):
    """Who signs in as (issuer, subject) is this account, held by this person."""

    account: UUID
    person: UUID
    issuer: str
    subject: str


class GrantGiven(Fact, type="registry.grant_given.v1", subject="grant"):
    """The account has the role on the unit's subtree, from a date, until a date or until revoked."""

    grant: UUID
    account: UUID
    role: Role
    unit: UUID
    valid_from: date
    valid_until: date | None = None


class GrantRevoked(Fact, type="registry.grant_revoked.v1", subject="grant"):
    """The grant ends on the day `on`."""

    grant: UUID
    account: UUID
    on: date


class Heartbeat(Fact, type="registry.heartbeat.v1", subject="source"):
    """Registry is alive: what was granted and revoked before is known to whoever lands this."""

    source: str = "registry"


FACTS: Final[dict[str, type[Fact]]] = {
    fact.TYPE: fact
    for fact in (
        SourceRestored,
        UnitFounded,
        UnitRenamed,
        UnitMoved,
        UnitReclassified,
        UnitsMerged,
        PersonRegistered,
        PersonForgotten,
        ForgettingDone,
        CandidateIntroduced,
        SympathiserListed,
        HelperReplaced,
        SympathiserDelisted,
        CandidacyClosed,
        RollOpened,
        RollChanged,
        AccountOpened,
        GrantGiven,
        GrantRevoked,
        Heartbeat,
    )
}


# Restricted, compacted topics: a tombstone erases.


class Sex(Word):
    """As in the identity papers."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"


class IdentityChanged(Fact, type="registry.identity_changed.v1", subject="person"):
    """Topic `<province>.registry.identity.v1`: who somebody is, for those who decide about them."""

    person: UUID
    name: str
    name_key: str
    birth_date: date
    sex: Sex


class Occupation(Word):
    """Occupation at the time, by the rows of Form 2-BTCTW."""

    STATE_OFFICIAL = "state_official"
    PARTY_OFFICIAL = "party_official"
    COMMUNE_OFFICIAL = "commune_official"
    HAMLET_OFFICIAL = "hamlet_official"
    PUBLIC_EMPLOYEE = "public_employee"
    NON_PUBLIC_EMPLOYEE = "non_public_employee"
    ENTERPRISE_MANAGER = "enterprise_manager"
    ENTERPRISE_STAFF = "enterprise_staff"
    ENTERPRISE_WORKER = "enterprise_worker"
    FARMER = "farmer"
    ARMED_FORCES = "armed_forces"
    STUDENT = "student"
    PUPIL = "pupil"
    OTHER = "other"


class Education(Word):
    """General education completed."""

    LITERATE = "literate"
    PRIMARY = "primary"
    LOWER_SECONDARY = "lower_secondary"
    UPPER_SECONDARY = "upper_secondary"
    OTHER = "other"


class Qualification(Word):
    """Professional qualification."""

    NONE = "none"
    ELEMENTARY = "elementary"
    INTERMEDIATE = "intermediate"
    COLLEGE = "college"
    UNIVERSITY = "university"
    MASTER = "master"
    DOCTOR = "doctor"
    OTHER = "other"


class ProfileChanged(Fact, type="registry.profile_changed.v1", subject="person"):
    """Topic `<province>.registry.profile.v1`: codes for the statutory breakdowns, without a name."""

    person: UUID
    version: int
    """Of this person's profile, from 1; the record's key is `<person>/<version>`."""
    valid_from: date
    birth_month: str = Field(pattern=r"^\d{4}-\d{2}$")
    sex: Sex
    minority: bool
    """Of an ethnic minority."""
    religious: bool
    """Follows a religion."""
    youth_union: bool
    occupation: Occupation
    education: Education
    qualification: Qualification
    employer: UUID | None = None
    """An employer or school among the units."""
    employer_sector: Sector | None = None
    """Of the employer, on `valid_from`."""

    def subject_key(self) -> str:
        return f"{self.person}/{self.version}"


IDENTITY_FACTS: Final[dict[str, type[Fact]]] = {IdentityChanged.TYPE: IdentityChanged}
PROFILE_FACTS: Final[dict[str, type[Fact]]] = {ProfileChanged.TYPE: ProfileChanged}
