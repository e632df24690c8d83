"""Instruments by the key that services know them by: `issuer/type/number/day`."""

from collections.abc import Mapping

from ketnap.common.frozen import frozen
from ketnap.portal.answers.asking import Asking, day
from ketnap.portal.pages.plan import Instrument
from ketnap.portal.services import Json


@frozen
class Register:
    by_key: Mapping[str, Json]

    def instrument(self, key: str) -> Instrument:
        """What the register holds; of one that it does not hold what the key itself says."""
        found = self.by_key.get(key)
        issuer, _, rest = key.partition("/")
        return Instrument(
            number=found["number"] if found else number_of(key),
            issuer=found["issuer"] if found else issuer,
            issued_on=day(found["dated"] if found else rest.rpartition("/")[2]),
            title=found["title"] if found else "",
        )


async def register(ask: Asking) -> Register:
    listed = await ask.instruments()
    return Register(by_key={one["key"]: one for one in listed})


def number_of(key: str) -> str:
    """A number may hold strokes itself."""
    return "/".join(key.split("/")[2:-1])
