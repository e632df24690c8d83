"""The first moments of a deployment: its root unit and its first administrators, given on the server itself."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid5

from ketnap.common.database import driver
from ketnap.common.decider import Rejected
from ketnap.common.execute import Intent
from ketnap.common.frozen import frozen
from ketnap.common.service import Core
from ketnap.registry import account, language, unit


@frozen
class FirstAdministrator:
    """An account of an issuer, and the person who holds it."""

    account: UUID
    person: UUID
    issuer: str
    subject: str


class AlreadyFounded(Rejected):
    """Hệ thống đã có đơn vị gốc hoặc quản trị viên khác. Hãy dùng tài khoản quản trị để thay đổi.

    This deployment has another root unit or other administrators already. Use an administrator's account.
    """


async def found_deployment(
    core: Core, root: unit.FoundUnit, administrators: Sequence[FirstAdministrator], today: date
) -> None:
    """Found the root and give the administrators their grants; doing it again changes nothing.

    Raises:
        AlreadyFounded: somebody has begun here with something else.
    """
    async with driver(core.db) as db:
        strangers = await db.fetchval(
            "SELECT count(*) FROM core.log WHERE NOT stream = ANY ($1::text[])"
            " AND (type = 'account.opened' AND data->>'by' IS NULL"
            " OR type = 'unit.founded' AND data->>'parent' IS NULL AND data->>'hierarchy' = $2)",
            [f"unit-{root.unit}", *(f"account-{admin.account}" for admin in administrators)],
            unit.PARTY,
        )
    if strangers:
        raise AlreadyFounded
    units = core.aggregate("unit", unit.decider, language.units)
    accounts = core.aggregate("account", account.decider, language.accounts)
    await units.execute(root.unit, root, _intent(root.unit, "found"))
    for admin in administrators:
        opening = account.OpenAccount(
            account=admin.account,
            person=admin.person,
            issuer=admin.issuer,
            subject=admin.subject,
            today=today,
            by=None,
        )
        await accounts.execute(admin.account, opening, _intent(admin.account, "open"))
        grant = account.GiveGrant(
            grant=uuid5(admin.account, "first"),
            role=account.ADMINISTRATOR,
            unit=root.unit,
            valid_from=root.on,
            valid_until=None,
            instrument=None,
            by=None,
        )
        await accounts.execute(admin.account, grant, _intent(admin.account, "grant"))


def _intent(id: UUID, what: str) -> Intent:
    command_id = uuid5(id, f"bootstrap {what}")
    return Intent(
        command_id=command_id,
        fingerprint=str(command_id),
        expected=None,
        actor="bootstrap",
        correlation_id=command_id,
    )
