"""HTTP in for accounts, grants and instruments."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import AfterValidator, BaseModel, Field

from ketnap.common.access import Access, OutOfScope, Permit
from ketnap.common.clock import Clock
from ketnap.common.database import Database
from ketnap.common.execute import Aggregate, Intent
from ketnap.common.http import Gate, Trade, Written, guarded, intent, new_intent, written
from ketnap.contracts.registry import Role
from ketnap.registry import account as trade
from ketnap.registry import instruments

type Accounts = Aggregate[trade.Command, trade.State, trade.Event]
Text = Annotated[str, Field(min_length=1, max_length=300)]


def _real(role: Role) -> Role:
    if role == Role.OTHER:
        raise ValueError("no such role")
    return role


class Opening(Trade):
    """Who signs in as (issuer, subject) is this person."""

    person: UUID
    issuer: Text
    subject: Text


class Granting(Trade):
    grant: UUID
    role: Annotated[Role, AfterValidator(_real)]
    unit: UUID
    valid_from: date
    valid_until: date | None = None
    instrument: Text | None = None


class Revoking(Trade):
    grant: UUID


class GrantShown(BaseModel):
    grant: UUID
    role: Role
    unit: UUID
    valid_from: date
    valid_until: date | None


class AccountShown(BaseModel):
    """The account and the grants that hold today."""

    account: UUID
    version: int
    person: UUID
    grants: list[GrantShown]


class InstrumentGiven(Trade):
    issuer: Text
    type: Annotated[str, Field(min_length=1, max_length=40)]
    number: Annotated[str, Field(min_length=1, max_length=60)]
    dated: date
    title: Annotated[str, Field(min_length=1, max_length=1000)]
    cites: Annotated[list[Text], Field(max_length=100, default_factory=list)]


class InstrumentShown(BaseModel):
    key: str
    issuer: str
    type: str
    number: str
    dated: date
    title: str
    cites: list[str]


def create(gate: Gate, access: Access, opened: Accounts, db: Database, clock: Clock) -> APIRouter:
    router = guarded("", ["accounts"])
    may = Depends(gate)

    @router.post("/accounts/{account}/open", name="account.open")
    async def open_account(
        account: UUID,
        body: Opening,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(new_intent)],
    ) -> Written:
        permit.anywhere()
        command = trade.OpenAccount(
            account=account,
            person=body.person,
            issuer=body.issuer,
            subject=body.subject,
            today=clock.today(),
            by=permit.person,
        )
        return written(response, account, await opened.execute(account, command, asked))

    @router.post("/accounts/{account}/grant", name="account.grant")
    async def grant(
        account: UUID,
        body: Granting,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        permit.on(body.unit)
        command = trade.GiveGrant(
            grant=body.grant,
            role=body.role,
            unit=body.unit,
            valid_from=body.valid_from,
            valid_until=body.valid_until,
            instrument=body.instrument,
            by=permit.person,
        )
        return written(response, account, await opened.execute(account, command, asked))

    @router.post("/accounts/{account}/revoke", name="account.revoke")
    async def revoke(
        account: UUID,
        body: Revoking,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        async def make(state: trade.State) -> trade.Command:
            match state:
                case trade.Account(person=person, grants=grants) if body.grant in grants:
                    unit = grants[body.grant].unit
                case _:
                    raise OutOfScope
            permit.on(unit)
            others = access.holders(Role.ADMINISTRATOR, unit, clock.today()) - {person}
            return trade.RevokeGrant(
                grant=body.grant, other_administrators=len(others), today=clock.today(), by=permit.person
            )

        return written(response, account, await opened.execute(account, make, asked))

    @router.get("/accounts/{account}", name="account.show")
    async def show(account: UUID, permit: Annotated[Permit, may]) -> AccountShown:
        state, version = await opened.state(account)
        match state:
            case trade.NoAccount():
                raise OutOfScope
            case trade.Account(grants=grants) if not grants:
                permit.anywhere()
            case trade.Account(grants=grants):
                permit.on_one_of({given.unit for given in grants.values()})
        return _shown(access, account, version, clock.today(), state.person)

    @router.get("/me", name="account.me")
    async def me(permit: Annotated[Permit, may]) -> AccountShown:
        """The account that asks."""
        permit.own()
        _, version = await opened.state(permit.account.id)
        return _shown(access, permit.account.id, version, clock.today(), permit.person)

    @router.put("/instruments", name="instrument.record")
    async def record(body: InstrumentGiven, permit: Annotated[Permit, may]) -> InstrumentShown:
        """Write an instrument into the register, or correct its title and what it cites."""
        permit.anywhere()
        instrument = instruments.Instrument(**body.model_dump())
        await instruments.record(db, instrument, str(permit.account.id))
        return _instrument(instrument)

    @router.get("/instruments", name="instrument.list")
    async def everything(permit: Annotated[Permit, may]) -> list[InstrumentShown]:
        permit.own()
        return [_instrument(one) for one in await instruments.everything(db)]

    return router


def _shown(access: Access, account: UUID, version: int, day: date, person: UUID) -> AccountShown:
    return AccountShown(
        account=account,
        version=version,
        person=person,
        grants=[
            GrantShown(
                grant=grant.id,
                role=grant.role,
                unit=grant.unit,
                valid_from=grant.valid_from,
                valid_until=grant.valid_until,
            )
            for grant in access.grants(account, day)
        ],
    )


def _instrument(instrument: instruments.Instrument) -> InstrumentShown:
    return InstrumentShown(
        key=instrument.key,
        issuer=instrument.issuer,
        type=instrument.type,
        number=instrument.number,
        dated=instrument.dated,
        title=instrument.title,
        cites=list(instrument.cites),
    )
