"""The first moments of a deployment: twice is once, and strangers are refused."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

from ketnap.common.database import driver
from ketnap.common.execute import Intent
from ketnap.common.service import Core
from ketnap.registry import account, language
from ketnap.registry.app import MIGRATIONS
from ketnap.registry.bootstrap import AlreadyFounded, FirstAdministrator, found_deployment
from tests.kit import fresh_database, settings
from tests.registry.builders import PROVINCE, found, named, open_account

ROOT = found(PROVINCE, kind="province", parent=None, code="01", by=named("admin"))
ADMINS = [
    FirstAdministrator(
        account=named(f"account of {name}"), person=named(name), issuer="https://portal", subject=name
    )
    for name in ("admin", "second")
]
STRANGER = FirstAdministrator(
    account=named("strange account"), person=named("stranger"), issuer="https://portal", subject="stranger"
)
TODAY = date(2024, 1, 2)


@pytest.fixture
async def core(postgres: str, tmp_path: Path) -> AsyncGenerator[Core]:
    async with fresh_database(postgres, MIGRATIONS) as database:
        core = Core("registry", settings(database, "127.0.0.1:1", tmp_path))
        yield core
        await core.append.close()
        await core.db.close()


async def stored(core: Core) -> list[str]:
    async with driver(core.db) as db:
        return [row["type"] for row in await db.fetch("SELECT type FROM core.log ORDER BY position")]


FOUNDED = ["unit.founded", *["account.opened", "account.grant_given"] * 2]


async def test_the_root_is_founded_and_its_administrators_have_their_grants(core: Core) -> None:
    await found_deployment(core, ROOT, ADMINS, TODAY)

    assert await stored(core) == FOUNDED
    accounts = core.aggregate("account", account.decider, language.accounts)
    for admin in ADMINS:
        state, _ = await accounts.state(admin.account)
        assert isinstance(state, account.Account)
        [given] = state.grants.values()
        assert (state.person, given.role, given.unit) == (admin.person, "administrator", PROVINCE)


async def test_doing_it_again_even_on_another_day_changes_nothing(core: Core) -> None:
    await found_deployment(core, ROOT, ADMINS, TODAY)
    await found_deployment(core, ROOT, ADMINS, date(2024, 6, 1))

    assert await stored(core) == FOUNDED


async def test_what_was_left_half_done_is_completed(core: Core) -> None:
    await found_deployment(core, ROOT, ADMINS[:1], TODAY)
    await found_deployment(core, ROOT, ADMINS, TODAY)

    assert await stored(core) == FOUNDED


async def test_accounts_opened_since_by_administrators_are_no_strangers(core: Core) -> None:
    await found_deployment(core, ROOT, ADMINS, TODAY)
    accounts = core.aggregate("account", account.decider, language.accounts)
    intent = Intent(command_id=uuid4(), fingerprint="", expected=0, actor="admin", correlation_id=uuid4())
    await accounts.execute(named("account"), open_account(account=named("account"), subject="ann"), intent)

    await found_deployment(core, ROOT, ADMINS, TODAY)

    assert len(await stored(core)) == len(FOUNDED) + 1


async def test_a_deployment_with_other_first_administrators_is_refused(core: Core) -> None:
    await found_deployment(core, ROOT, ADMINS, TODAY)

    with pytest.raises(AlreadyFounded):
        await found_deployment(core, ROOT, [STRANGER], TODAY)
    with pytest.raises(AlreadyFounded):
        await found_deployment(core, ROOT, [ADMINS[0], STRANGER], TODAY)
    assert await stored(core) == FOUNDED


async def test_a_deployment_with_another_root_is_refused(core: Core) -> None:
    await found_deployment(core, ROOT, ADMINS, TODAY)

    with pytest.raises(AlreadyFounded):
        await found_deployment(core, replace(ROOT, unit=named("other root")), ADMINS, TODAY)
    assert await stored(core) == FOUNDED
