"""Loading a pack into a running deployment, through its public APIs."""

from pathlib import Path

from ketnap.packs.check import check
from ketnap.packs.load import load
from tests.province import ISSUER
from tests.simulator.sandbox import sandbox

SAMPLE = Path(__file__).parents[1] / "simulator/tinh-mau"


async def test_loading_twice_changes_nothing(postgres: str, kafka: str, tmp_path: Path) -> None:
    pack = check(SAMPLE).pack
    assert pack is not None
    async with sandbox(postgres, kafka, tmp_path, pack) as box:
        first = await load(pack, box.desk(), ISSUER, pack.province.opens_on)
        assert first.kept == ()
        once = await box.decided()
        again = await load(pack, box.desk(), ISSUER, pack.province.opens_on)
        assert (again.acts, again.kept) == (first.acts, ())
        assert await box.decided() == once
        assert once["registry"] > len(pack.contents.units)
