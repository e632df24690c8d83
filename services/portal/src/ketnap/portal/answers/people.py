"""Names of people, read from registry with the officer's own rights; every reading is recorded there."""

from collections.abc import Iterable, Mapping

from ketnap.portal.answers.asking import Asking

MANY = 300  # names asked for at once: their ids must fit into an address


async def names(ask: Asking, people: Iterable[str], purpose: str) -> Mapping[str, str]:
    """By id; who may not be seen is left out."""
    wanted = sorted(set(people))
    found: dict[str, str] = {}
    for first in range(0, len(wanted), MANY):
        answer = await ask.registry("/people", person=wanted[first : first + MANY], purpose=purpose)
        found |= {one["person"]: one["name"] for one in answer["people"]}
    return found
