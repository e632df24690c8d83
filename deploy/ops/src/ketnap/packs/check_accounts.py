"""What must hold of accounts: two administrators, one name to sign in for one account, somebody for every role needed."""

from collections.abc import Iterator

from ketnap.contracts.registry import Hierarchy, Role
from ketnap.packs.findings import Finding, Spot, error
from ketnap.packs.folder import Files
from ketnap.packs.ids import Ids
from ketnap.packs.officers import NobodyMay, Officer, Officers
from ketnap.packs.reading import Placed
from ketnap.packs.shape import Accounts, Province
from ketnap.packs.units import VOTING, Units

FEWEST_ADMINISTRATORS = 2


def check_accounts(files: Files, province: Placed[Province] | None) -> Iterator[Finding]:
    units = Units(placed.value for placed in files.units.values)
    for placed in files.accounts.values:
        for n, account in enumerate(placed.value.accounts):
            for m, grant in enumerate(account.grants):
                if grant.unit not in units and grant.unit not in files.units.lost:
                    yield error(
                        "unknown_unit", placed.spot("accounts", n, "grants", m, "unit"), unit=grant.unit
                    )
        if province is not None:
            officers = Officers(placed.value, units, Ids(province.value.code))
            yield from _signing_in(officers, placed)
            yield from _roles(officers, placed, files, province.value, units)


def _signing_in(officers: Officers, placed: Placed[Accounts]) -> Iterator[Finding]:
    first: dict[str, Officer] = {}
    explicit = len(placed.value.accounts)
    for n, officer in enumerate(officers.all):
        spot = placed.spot("accounts", n, "sign_in") if n < explicit else placed.spot("posts")
        before = first.setdefault(officer.sign_in, officer)
        if before is not officer:
            yield error(
                "sign_in_twice", spot, sign_in=officer.sign_in, person=before.person, other=officer.person
            )


def _roles(
    officers: Officers, placed: Placed[Accounts], files: Files, province: Province, units: Units
) -> Iterator[Finding]:
    if len(officers.administrators(province.root)) < FEWEST_ADMINISTRATORS:
        yield error("two_administrators", placed.spot("accounts"), root=province.root)
    for plan in files.plans_given:
        if plan.value.unit in units:
            yield from _planners(officers, plan.spot("unit"), plan.value.unit, units)
    if files.simulation.values:
        for cell in units.cells(province.issuer) if province.issuer in units else []:
            yield from _deciders(officers, placed, cell, units)


def planners(units: Units, unit: str) -> tuple[Role, Role]:
    """Who drafts and who issues the plans of a unit."""
    if units[unit].hierarchy == Hierarchy.MASS:
        return Role.MASS_ORGANISATION, Role.MASS_ORGANISATION
    return Role.ORGANISATION_BOARD, Role.STANDING_COMMITTEE


def _planners(officers: Officers, spot: Spot, unit: str, units: Units) -> Iterator[Finding]:
    drafts, issues = planners(units, unit)
    try:
        officers.who(issues, unit, but=officers.who(drafts, unit))
    except NobodyMay as nobody:
        yield error("nobody_may", spot, role=nobody.role, unit=nobody.unit)


def _deciders(officers: Officers, placed: Placed[Accounts], cell: str, units: Units) -> Iterator[Finding]:
    if len(units.chain(cell)) < 2:  # noqa: PLR2004 - the cell and somebody above
        return
    competent, voting = units.competent(cell), units.voting(cell)
    wanted = [
        (Role.CELL_COMMITTEE, cell),
        (Role.ORGANISATION_BOARD, competent),
        (Role.STANDING_COMMITTEE, competent),
    ]
    if voting is not None and units[voting].kind in VOTING:
        wanted.append((Role.GRASSROOTS_COMMITTEE, voting))
    for role, unit in wanted:
        try:
            first = officers.who(role, unit)
            if role == Role.STANDING_COMMITTEE:
                officers.who(role, unit, but=first)
        except NobodyMay:
            yield error("nobody_may", placed.spot("posts"), role=role, unit=unit)
