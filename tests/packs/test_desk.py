"""What the desk does with an answer that is only for now."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import httpx
import pytest

from ketnap.packs.acts import Act
from ketnap.packs.check import check
from ketnap.packs.desk import Desk, Refused
from ketnap.packs.journal import Journal

SAMPLE = Path(__file__).parents[1] / "simulator/tinh-mau"


@pytest.mark.parametrize("code", ["InstitutionUnfit", "NotASympathiser"])
async def test_an_act_waits_until_what_it_relies_on_is_known_to_whoever_answers(code: str) -> None:
    """Another service or instance has recorded it, and this one has not heard of it yet."""
    pack = check(SAMPLE).pack
    assert pack is not None
    answers = [
        httpx.Response(409, json={"code": code}),
        httpx.Response(200, json={"version": 1}),
    ]
    client = httpx.AsyncClient(
        transport=httpx.MockTransport(lambda _: answers.pop(0)), base_url="http://registry.test"
    )
    desk = Desk({"registry": client}, sign=lambda _: "token", ids=pack.ids, journal=Journal())
    act = Act(
        key="unit 99.01.03",
        day=date(2024, 1, 2),
        officer=pack.officers.all[0],
        service="registry",
        path="/units/1/found",
        body={},
        matching="new",
        patient=True,
    )

    assert (await desk.do(act)).version == 1

    answers.append(httpx.Response(409, json={"code": code}))
    with pytest.raises(Refused):
        await desk.do(replace(act, key="another", patient=False))
