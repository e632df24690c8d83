"""A service that does not run in a test, heard all the same: its facts, numbered, on its real topic."""

from ketnap.common.service import Service
from ketnap.contracts.fact import Fact
from tests.kit import until
from tests.province import Province
from tests.teller import Teller


class Voice:
    """Tells the facts of one service, in order, as its relay would, and waits until they are taken in."""

    def __init__(self, province: Province, kafka: str, service: str) -> None:
        self._province = province
        self._topic = f"{province.code}.{service}.v1"
        self._teller = Teller(kafka, self._topic)

    async def tell(self, *facts: Fact) -> None:
        """Until every service that hears the topic has landed them and acted."""
        await self._teller.tell(*facts, now=self._province.clock.now())
        for service in self._province.services.values():
            if self._topic in {heard.name for heard in service.hears}:
                await self._landed(service)
        await self._province.settled()

    async def _landed(self, service: Service) -> None:
        async def there() -> bool:
            pool = await service.core.db.pool()
            landed = await pool.fetchval("SELECT max(version) FROM core.log WHERE stream = $1", self._topic)
            return bool(landed == self._teller.number)

        await until(there)
