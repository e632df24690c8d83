"""An account: opened, granted roles on units, and never the last administrator gone."""

from datetime import timedelta
from typing import Any

import pytest

from ketnap.common.decider import Hold, held_after
from ketnap.common.testing import scenario
from ketnap.registry.account import (
    AccountExists,
    AccountUnknown,
    Command,
    Event,
    GrantBackwards,
    GrantExists,
    GrantUnknown,
    SelfGrant,
    TwoAdministratorsNeeded,
    claims,
    decider,
)
from tests.registry.builders import (
    ANN,
    BAO,
    ON,
    TODAY,
    account_opened,
    give_grant,
    grant_given,
    grant_revoked,
    named,
    open_account,
    revoke,
)

given = scenario(decider)
DAY = timedelta(days=1)


def test_an_account_is_opened_for_a_person_and_a_way_of_signing_in() -> None:
    given().when(open_account()).then(account_opened())


def test_opening_twice_is_opening_once() -> None:
    given(account_opened()).when(open_account(today=TODAY)).then_nothing()


@pytest.mark.parametrize("other", [{"person": BAO}, {"issuer": "https://other"}, {"subject": "bao"}])
def test_an_account_stays_with_its_person_and_its_way_of_signing_in(
    other: dict[str, Any],
) -> None:  # Any: fields
    given(account_opened()).when(open_account(**other)).then_rejected(AccountExists)


@pytest.mark.parametrize("command", [give_grant(), revoke()])
def test_an_account_never_opened_is_not_known(command: Command) -> None:
    given().when(command).then_rejected(AccountUnknown)


def test_a_role_on_a_unit_is_granted_from_a_day_on() -> None:
    given(account_opened()).when(give_grant()).then(grant_given())
    given(account_opened()).when(give_grant(valid_until=TODAY)).then(grant_given(valid_until=TODAY))


def test_the_first_grant_is_given_by_nobody() -> None:
    given(account_opened()).when(give_grant(by=None)).then(grant_given(by=None))


def test_granting_twice_is_granting_once() -> None:
    given(account_opened(), grant_given()).when(give_grant()).then_nothing()


@pytest.mark.parametrize(
    "other", [{"role": "inspection"}, {"unit": BAO}, {"valid_from": TODAY}, {"valid_until": TODAY}]
)
def test_a_grant_given_otherwise_exists(other: dict[str, Any]) -> None:  # Any: fields
    given(account_opened(), grant_given()).when(give_grant(**other)).then_rejected(GrantExists)


@pytest.mark.parametrize("until", [ON, ON - DAY])
def test_a_grant_ends_after_it_begins(until: Any) -> None:  # Any: a date
    given(account_opened()).when(give_grant(valid_until=until)).then_rejected(
        GrantBackwards, since=ON, until=until
    )


def test_nobody_gives_a_grant_to_themselves_by_whatever_account() -> None:
    given(account_opened()).when(give_grant(by=ANN)).then_rejected(SelfGrant)


def test_a_grant_is_revoked() -> None:
    given(account_opened(), grant_given()).when(revoke()).then(grant_revoked())


def test_revoking_twice_or_after_its_end_is_nothing() -> None:
    given(account_opened(), grant_given(), grant_revoked()).when(revoke()).then_nothing()
    given(account_opened(), grant_given(valid_until=TODAY)).when(
        revoke(other_administrators=0)
    ).then_nothing()


def test_a_grant_never_given_is_not_revoked() -> None:
    given(account_opened(), grant_given()).when(revoke(grant=named("other"))).then_rejected(GrantUnknown)


@pytest.mark.parametrize("others", [0, 1])
def test_two_administrators_remain(others: int) -> None:
    given(account_opened(), grant_given()).when(revoke(other_administrators=others)).then_rejected(
        TwoAdministratorsNeeded
    )


def test_another_role_is_revoked_however_few_administrators_there_are() -> None:
    given(account_opened(), grant_given(role="inspection")).when(revoke(other_administrators=0)).then(
        grant_revoked()
    )


def test_a_grant_that_has_not_begun_never_begins_when_revoked() -> None:
    later = grant_given(valid_from=TODAY + DAY)
    given(account_opened(), later).when(revoke()).then(grant_revoked())


def test_a_way_of_signing_in_leads_to_one_account() -> None:
    story: list[Event] = [account_opened(), grant_given(), grant_revoked()]

    assert held_after(claims, story) == ([Hold(kind="sign-in", value="https://portal ann")], [])
