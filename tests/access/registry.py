"""Samples of registry's actions."""

from typing import Any
from uuid import UUID, uuid4

from ketnap.contracts.registry import Role
from tests.access.here import PURPOSE, Here, Sample, Samples
from tests.province import ISSUER


async def _unit(here: Here) -> UUID:
    return await here.province.found("Chi bộ thôn", "cell", here.commune)


async def section(here: Here) -> UUID:
    return await here.province.found("Đảng bộ bộ phận", "section", here.commune)


async def _person(here: Here) -> UUID:
    person = uuid4()
    await here.inside.do("registry", f"/people/{person}/register", _registering(here))
    await here.province.settled()
    return person


def _registering(here: Here) -> dict[str, Any]:  # Any: JSON
    return {"unit": here.cell, "identity": _identity("An"), "citizen_number": str(uuid4().int)[:12]}


def _identity(name: str) -> dict[str, str]:
    return {"name": f"Lê Văn {name}", "birth_date": "2001-04-12", "sex": "male"}


async def _candidacy(here: Here) -> UUID:
    person, candidacy = await _person(here), uuid4()
    body = {"person": person, "unit": here.cell, "on": here.today}
    await here.inside.do("registry", f"/candidacies/{candidacy}/introduce", body)
    await here.province.settled()
    return candidacy


async def _roll(here: Here) -> tuple[UUID, UUID]:
    """A new cell with a roll, and an official member who is on it."""
    cell, helper = await _unit(here), uuid4()
    named = [{"person": helper, "status": "official", "since": "2010-01-01"}]
    body = {"official": 5, "probationary": 1, "named": named, "on": "2022-12-31"}
    await here.inside.do("registry", f"/rolls/{cell}/open", body)
    await here.province.settled()
    return cell, helper


async def listed(here: Here) -> tuple[UUID, UUID]:
    """A candidacy on the list, and who helps."""
    candidacy = await _candidacy(here)
    _, helper = await _roll(here)
    body = {"resolution": "03-NQ/CB", "helpers": [helper], "on": here.today}
    await here.inside.do("registry", f"/candidacies/{candidacy}/list", body, version=1)
    await here.province.settled()
    return candidacy, helper


async def _account(here: Here) -> tuple[UUID, UUID]:
    """An account and its one grant, on the cell."""
    account, grant = uuid4(), uuid4()
    await here.inside.do("registry", f"/accounts/{account}/open", _account_of(account))
    body = {"grant": grant, "role": "cell_committee", "unit": here.cell, "valid_from": "2000-01-01"}
    await here.inside.do("registry", f"/accounts/{account}/grant", body, version=1)
    await here.province.settled()
    return account, grant


def _account_of(account: UUID) -> dict[str, Any]:  # Any: JSON
    return {"person": uuid4(), "issuer": ISSUER, "subject": str(account)}


async def unit_found(here: Here) -> Sample:
    unit = uuid4()
    body = {"kind": "cell", "hierarchy": "party", "parent": here.commune, "code": str(unit)}
    return Sample(path={"unit": unit}, body={**body, "name": "Chi bộ", "on": here.today})


async def unit_rename(here: Here) -> Sample:
    body = {"name": "Chi bộ 2", "on": here.today}
    return Sample(path={"unit": await _unit(here)}, body=body, version=1)


async def unit_move(here: Here) -> Sample:
    body = {"parent": await section(here), "on": here.today}
    return Sample(path={"unit": await _unit(here)}, body=body, version=1)


async def unit_reclassify(here: Here) -> Sample:
    body = {"sector": "residential", "on": here.today}
    return Sample(path={"unit": await _unit(here)}, body=body, version=1)


async def unit_merge(here: Here) -> Sample:
    body = {"predecessors": [await _unit(here)], "on": here.today}
    return Sample(path={"unit": await _unit(here)}, body=body, version=1)


async def unit_show(here: Here) -> Sample:
    return Sample(path={"unit": here.cell})


async def unit_children(here: Here) -> Sample:
    return Sample(path={"unit": here.commune})


async def person_register(here: Here) -> Sample:
    return Sample(path={"person": uuid4()}, body=_registering(here))


async def person_record_profile(here: Here) -> Sample:
    said = {"minority": False, "religious": False, "youth_union": True, "occupation": "farmer"}
    schooling = {"education": "upper_secondary", "qualification": "none"}
    body = {"valid_from": here.today, **said, **schooling}
    return Sample(path={"person": await _person(here)}, body=body, version=1)


async def person_correct_identity(here: Here) -> Sample:
    body = {"identity": _identity("Ân"), "reason": "sai dấu"}
    return Sample(path={"person": await _person(here)}, body=body, version=1)


async def person_correct_citizen_number(here: Here) -> Sample:
    body = {"citizen_number": str(uuid4().int)[:12], "reason": "nhập nhầm"}
    return Sample(path={"person": await _person(here)}, body=body, version=1)


async def person_place_hold(here: Here) -> Sample:
    return Sample(path={"person": await _person(here)}, body={"instrument": "UBKT/QĐ/7"}, version=1)


async def person_lift_hold(here: Here) -> Sample:
    return Sample(path={"person": await _person(here)}, body={"instrument": "UBKT/QĐ/7"}, version=1)


async def person_request_forgetting(here: Here) -> Sample:
    return Sample(path={"person": await _person(here)}, version=1)


async def person_forget(here: Here) -> Sample:
    person = await _person(here)
    asking = here.holding[Role.GRASSROOTS_COMMITTEE]
    await asking.do("registry", f"/people/{person}/request-forgetting", version=1)
    return Sample(path={"person": person}, version=2)


async def person_show(here: Here) -> Sample:
    return Sample(path={"person": await _person(here)}, query=PURPOSE)


async def person_names(here: Here) -> Sample:
    return Sample(query={"person": [await _person(here)], **PURPOSE}, scope="list")


async def person_search(here: Here) -> Sample:
    await _person(here)
    return Sample(query={"q": "le van", **PURPOSE}, scope="list")


async def forgetting_list(here: Here) -> Sample:
    person = await _person(here)
    asking = here.holding[Role.GRASSROOTS_COMMITTEE]
    await asking.do("registry", f"/people/{person}/request-forgetting", version=1)
    await here.province.settled()
    return Sample(scope="list")


async def candidacy_introduce(here: Here) -> Sample:
    body = {"person": await _person(here), "unit": here.cell, "on": here.today}
    return Sample(path={"candidacy": uuid4()}, body=body)


async def candidacy_list_sympathiser(here: Here) -> Sample:
    _, helper = await _roll(here)
    body = {"resolution": "03-NQ/CB", "helpers": [helper], "on": here.today}
    return Sample(path={"candidacy": await _candidacy(here)}, body=body, version=1)


async def candidacy_replace_helper(here: Here) -> Sample:
    candidacy, helper = await listed(here)
    _, comes = await _roll(here)
    body = {"leaves": helper, "comes": comes, "on": here.today}
    return Sample(path={"candidacy": candidacy}, body=body, version=2)


async def candidacy_delist(here: Here) -> Sample:
    candidacy, _ = await listed(here)
    body = {"resolution": "07-NQ/CB", "because": "moved", "on": here.today}
    return Sample(path={"candidacy": candidacy}, body=body, version=2)


async def candidacy_close(here: Here) -> Sample:
    body = {"because": "not_taken_up", "on": here.today}
    return Sample(path={"candidacy": await _candidacy(here)}, body=body, version=1)


async def candidacy_show(here: Here) -> Sample:
    return Sample(path={"candidacy": await _candidacy(here)})


async def candidacy_list(here: Here) -> Sample:
    await _candidacy(here)
    return Sample(query={"unit": here.cell})


async def roll_open(here: Here) -> Sample:
    body = {"official": 5, "probationary": 1, "on": "2022-12-31"}
    return Sample(path={"unit": await _unit(here)}, body=body)


async def roll_remove(here: Here) -> Sample:
    cell, member = await _roll(here)
    body = {"person": member, "cause": "died", "on": here.today}
    return Sample(path={"unit": cell}, body=body, version=1)


async def roll_show(here: Here) -> Sample:
    cell, _ = await _roll(here)
    return Sample(path={"unit": cell})


async def account_open(_here: Here) -> Sample:
    account = uuid4()
    return Sample(path={"account": account}, body=_account_of(account), scope="none")


async def account_grant(here: Here) -> Sample:
    account, _ = await _account(here)
    body = {"grant": uuid4(), "role": "cell_committee", "unit": here.cell, "valid_from": "2000-01-01"}
    return Sample(path={"account": account}, body=body, version=2)


async def account_revoke(here: Here) -> Sample:
    account, grant = await _account(here)
    return Sample(path={"account": account}, body={"grant": grant}, version=2)


async def account_show(here: Here) -> Sample:
    account, _ = await _account(here)
    return Sample(path={"account": account})


async def account_me(_here: Here) -> Sample:
    return Sample(scope="none")


async def instrument_record(_here: Here) -> Sample:
    body = {"issuer": "TU", "type": "KH", "number": "12", "dated": "2023-01-02", "title": "Kế hoạch"}
    return Sample(body=body, scope="none")


async def instrument_list(_here: Here) -> Sample:
    return Sample(scope="none")


async def access_list(here: Here) -> Sample:
    person = await _person(here)
    await here.inside.see("registry", f"/people/{person}", **PURPOSE)
    return Sample(query={"person": person}, scope="list")


REGISTRY: Samples = {
    "unit.found": unit_found,
    "unit.rename": unit_rename,
    "unit.move": unit_move,
    "unit.reclassify": unit_reclassify,
    "unit.merge": unit_merge,
    "unit.show": unit_show,
    "unit.children": unit_children,
    "person.register": person_register,
    "person.record_profile": person_record_profile,
    "person.correct_identity": person_correct_identity,
    "person.correct_citizen_number": person_correct_citizen_number,
    "person.place_hold": person_place_hold,
    "person.lift_hold": person_lift_hold,
    "person.request_forgetting": person_request_forgetting,
    "person.forget": person_forget,
    "person.show": person_show,
    "person.names": person_names,
    "person.search": person_search,
    "forgetting.list": forgetting_list,
    "candidacy.introduce": candidacy_introduce,
    "candidacy.list_sympathiser": candidacy_list_sympathiser,
    "candidacy.replace_helper": candidacy_replace_helper,
    "candidacy.delist": candidacy_delist,
    "candidacy.close": candidacy_close,
    "candidacy.show": candidacy_show,
    "candidacy.list": candidacy_list,
    "roll.open": roll_open,
    "roll.remove": roll_remove,
    "roll.show": roll_show,
    "account.open": account_open,
    "account.grant": account_grant,
    "account.revoke": account_revoke,
    "account.show": account_show,
    "account.me": account_me,
    "instrument.record": instrument_record,
    "instrument.list": instrument_list,
    "access.list": access_list,
}
