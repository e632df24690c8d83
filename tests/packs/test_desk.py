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


async def test_a_unit_waits_until_its_employer_or_school_is_known_to_whoever_answers() -> None:
    """Another instance has recorded it, or this one has not read it back yet."""
    pack = check(SAMPLE).pack
    assert pack is not None
    answers = [
        httpx.Response(409, json={"code": "InstitutionUnfit"}),
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

    answers.append(httpx.Response(409, json={"code": "InstitutionUnfit"}))
    with pytest.raises(Refused):
        await desk.do(replace(act, key="another", patient=False))
