"""What Kon Tum's plan of 2024 asks, judged by what its officers recorded."""

from collections import Counter
from decimal import Decimal
from pathlib import Path

from ketnap.simulator.run import Agenda, agenda
from tests.province import ISSUER
from tests.simulator.living import lines, lived, printed, read

YEAR = 2024
QUOTAS = (8, 5, 6, 5, 5, 7, 5, 5, 6, 4, 16)  # of the committees 62.01 to 62.11


async def test_kon_tum_stays_in_its_band_and_counts_introductions_on_the_youth_unions_tree(
    postgres: str, kafka: str, tmp_path: Path
) -> None:
    planned = agenda(read("kon-tum"), ISSUER)
    introduced = _introduced_by_the_union(planned)
    async with lived(postgres, kafka, tmp_path, planned) as statistics:
        page = await statistics.overview("62", lambda page: page["total"]["actual"]["value"] >= 67)
        band = lines(page)["band"]
        assert (band["actual"]["value"], band["band"], band["whole"]["value"]) == (67, "within", 2000)
        assert printed(band["percent"]) == Decimal("3.35")
        quotas = {row["unit"]: row["progress"]["quota"]["value"] for row in page["rows"]}
        ids = planned.story.pack.ids
        assert quotas == {str(ids.unit(f"62.{n:02}")): quota for n, quota in enumerate(QUOTAS, 1)}
        union = await statistics.overview(
            "DTN", lambda page: page["total"]["actual"]["value"] >= sum(introduced.values())
        )
        assert union["total"]["quota"]["value"] == 80
        shown = {row["unit"]: row["progress"]["actual"]["value"] for row in union["rows"]}
        assert shown == {unit: introduced.get(unit, 0) for unit in shown}
        assert sum(shown.values()) == sum(introduced.values()) > 0


def _introduced_by_the_union(planned: Agenda) -> Counter[str]:
    """How many each of its committees introduces in the year, by the committee's id."""
    pack = planned.story.pack
    union = {str(pack.ids.unit(code)) for code in pack.units.below("DTN")}
    return Counter(
        str(act.body["introduced_by"])
        for acts in planned.by_visit.values()
        for act in acts
        if act.path.endswith("/introduce") and act.body["on"].year == YEAR
        if str(act.body.get("introduced_by")) in union
    )
