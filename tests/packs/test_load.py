"""Loading a pack into a running deployment, through its public APIs."""

from pathlib import Path

from ketnap.common.database import driver
from ketnap.packs.check import check
from ketnap.packs.load import load
from tests.province import ISSUER
from tests.simulator.sandbox import Sandbox, sandbox

SAMPLE = Path(__file__).parents[1] / "simulator/tinh-mau"


async def written(box: Sandbox) -> dict[str, int]:
    """How many events each service has decided; heartbeats and what was heard of others apart."""
    counts = {}
    for name, service in box.services.items():
        async with driver(service.core.db) as db:
            counts[name] = await db.fetchval(
                "SELECT count(*) FROM core.log WHERE type NOT LIKE '%heartbeat%' AND type NOT LIKE '%.v1'"
            )
    return counts


async def test_loading_twice_changes_nothing(postgres: str, kafka: str, tmp_path: Path) -> None:
    pack = check(SAMPLE).pack
    assert pack is not None
    async with sandbox(postgres, kafka, tmp_path, pack) as box:
        first = await load(pack, box.desk(), ISSUER, pack.province.opens_on)
        assert first.kept == ()
        once = await written(box)
        again = await load(pack, box.desk(), ISSUER, pack.province.opens_on)
        assert (again.acts, again.kept) == (first.acts, ())
        assert await written(box) == once
        assert once["registry"] > len(pack.contents.units)
