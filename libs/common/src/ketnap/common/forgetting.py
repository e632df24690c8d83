"""Forgetting: what a service holds of a person is erased, and it says so."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from ketnap.common.append import Repeated, Stored
from ketnap.common.database import Database, driver
from ketnap.common.decider import Decider
from ketnap.common.execute import Aggregate, Intent
from ketnap.common.frozen import frozen
from ketnap.common.log import Entry
from ketnap.common.personal import Vault
from ketnap.common.policies import Policy, To


@frozen
class ForgettingDone:
    """Rows and keys of the person are gone here."""

    person: UUID
    rows: int


NAMES: dict[str, type[ForgettingDone]] = {"forgetting.done": ForgettingDone}


@frozen
class Forget:
    person: UUID
    rows: int


@frozen
class Remembered:
    pass


@frozen
class Erased:
    pass


type State = Remembered | Erased


def decide(command: Forget, state: State) -> list[ForgettingDone]:
    match state:
        case Remembered():
            return [ForgettingDone(person=command.person, rows=command.rows)]
        case Erased():
            return []


def evolve(_state: State, _event: ForgettingDone) -> State:
    return Erased()


decider: Decider[Forget, State, ForgettingDone] = Decider(initial=Remembered(), decide=decide, evolve=evolve)

type Forgettings = Aggregate[Forget, State, ForgettingDone]


def forgetting(
    *,
    type: str,
    person_of: Callable[[Entry], UUID],
    db: Database,
    vault: Vault,
    forgettings: Forgettings,
    before: Callable[[Entry, UUID, Intent], Awaitable[None]] | None = None,
) -> Policy:
    """The policy that erases when a person is to be forgotten; `before` may save what must outlive them."""

    async def react(entry: Entry) -> Sequence[To]:
        person = person_of(entry)

        async def execute(intent: Intent) -> Stored | Repeated:
            if before is not None:
                await before(entry, person, intent)
            async with driver(db) as connection:
                rows = await connection.fetchval("SELECT core.forget($1)", person)
            vault.forget(person)
            return await forgettings.execute(person, Forget(person=person, rows=rows), intent)

        return [To(target=forgettings.stream(person), execute=execute)]

    return Policy(name="forgetting", types=frozenset({type}), react=react)
