"""A year that was lived is sent once more, as after a start that was killed before it kept what was answered."""

from pathlib import Path

from ketnap.packs.acts import Act, Done
from ketnap.packs.check import check
from ketnap.packs.desk import Desk, Refused, Unanswered
from ketnap.packs.journal import Journal
from ketnap.simulator.run import agenda, live
from tests.province import ISSUER
from tests.simulator.sandbox import sandbox

SAMPLE = Path(__file__).parent / "tinh-mau"
PATIENCE = 1.0  # seconds: nothing is on its way any more


async def test_every_act_sent_again_is_answered_as_the_first_time_and_writes_nothing(
    postgres: str, kafka: str, tmp_path: Path
) -> None:
    pack = check(SAMPLE).pack
    assert pack is not None
    planned = agenda(pack, ISSUER)
    acts = [act for acts in planned.by_visit.values() for act in acts]
    async with sandbox(postgres, kafka, tmp_path, pack) as box:
        lived = box.desk()
        await live(planned, lived, box.clock, lambda _: None)
        decided = await box.decided()
        again = Desk(box.clients, sign=box.sign, ids=pack.ids, journal=Journal(), patience=PATIENCE)

        answers = {act.key: await _answer(again, act) for act in acts}

        assert answers == {act.key: lived.journal.answered(act) for act in acts}
        assert await box.decided() == decided


async def _answer(desk: Desk, act: Act) -> Done | str:
    try:
        return await desk.do(act)
    except (Refused, Unanswered) as no:
        return str(no)
