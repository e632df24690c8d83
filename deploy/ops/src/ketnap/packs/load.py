"""Loading a pack into a running deployment: the first moments on its database, everything else by its public APIs."""

from datetime import date, datetime, time
from uuid import UUID

from ketnap.common.clock import HERE, Clock
from ketnap.common.frozen import frozen
from ketnap.common.service import Core
from ketnap.common.settings import Settings
from ketnap.packs.acts_of_pack import ActsOfPack
from ketnap.packs.desk import Desk, Refused
from ketnap.packs.pack import Pack
from ketnap.registry import bootstrap
from ketnap.registry.unit import FoundUnit

MORNING = time(8)


@frozen
class Kept:
    """Something that stands in the deployment otherwise than in the pack, and stays so."""

    what: str
    sentence: str


@frozen
class Loaded:
    """`later`: the days of what is dated in the future."""

    acts: int
    kept: tuple[Kept, ...]
    later: tuple[date, ...]


async def begin(pack: Pack, registry: Settings, issuer: str) -> None:
    """Found the root and the first two administrators on registry's database; again changes nothing.

    Raises:
        AlreadyFounded: somebody has begun there with something else.
    """
    core = Core("registry", registry)
    try:
        await bootstrap.found_deployment(core, _root(pack), _first(pack, issuer), core.clock.today())
    finally:
        await core.append.close()
        await core.db.close()


def set_clock(pack: Pack, clock: Clock) -> None:
    """It is the morning on which a sandbox opens."""
    clock.set(datetime.combine(pack.province.opens_on, MORNING, HERE))


async def load(pack: Pack, desk: Desk, issuer: str, today: date) -> Loaded:
    """All that the pack says up to today; what stands there already stays.

    Raises:
        Unanswered
    """
    acts = ActsOfPack(pack, issuer).all()
    kept: list[Kept] = []

    def refused(no: Refused) -> None:
        kept.append(Kept(what=no.act.key, sentence=no.sentence))

    now = [act for act in acts if act.day <= today]
    await desk.do_all(now, refused)
    later = sorted({act.day for act in acts if act.day > today})
    return Loaded(acts=len(now) - len(kept), kept=tuple(kept), later=tuple(later))


def _root(pack: Pack) -> FoundUnit:
    row = pack.units[pack.province.root]
    return FoundUnit(
        unit=pack.ids.unit(row.code),
        kind=row.kind,
        hierarchy=row.hierarchy,
        parent=None,
        code=row.code,
        name=row.name,
        on=row.since,
        sector=row.sector,
        school_level=row.school_level,
        institution=None,
        instrument=pack.instrument(row.instrument),
        by=_first_person(pack),
    )


def _first(pack: Pack, issuer: str) -> list[bootstrap.FirstAdministrator]:
    return [
        bootstrap.FirstAdministrator(
            account=officer.account, person=officer.person_id, issuer=issuer, subject=str(officer.account)
        )
        for officer in pack.officers.administrators(pack.province.root)[:2]
    ]


def _first_person(pack: Pack) -> UUID:
    return pack.officers.administrators(pack.province.root)[0].person_id
