"""What Đà Lạt's plan from 2024 on asks, judged by what its officers recorded."""

from decimal import Decimal
from pathlib import Path

from ketnap.simulator.run import agenda
from tests.province import ISSUER
from tests.simulator.living import lines, lived, read


async def test_da_lat_judges_every_school_and_a_share_of_all_admissions(
    postgres: str, kafka: str, tmp_path: Path
) -> None:
    async with lived(postgres, kafka, tmp_path, agenda(read("da-lat"), ISSUER)) as statistics:
        page = await statistics.overview("68.01", lambda page: page["total"]["actual"]["value"] >= 76)
        target = lines(page)
        schools = {
            one["name"]: (one["actual"]["value"], one["met"])
            for one in target["pupils_each_school"]["organisations"]
        }
        assert schools == {
            "Chi bộ Trường THPT Lang Biang": (2, True),
            "Chi bộ Trường THPT Xuân An": (1, True),
            "Chi bộ Trường THPT Thung Lũng": (1, True),
            "Chi bộ Trường THPT Suối Vàng": (0, False),
            "Chi bộ Trường THPT Đồi Thông": (1, True),
            "Chi bộ Trường THPT Hồ Xanh": (1, True),
            "Chi bộ Trường THPT Phù Sơn": (0, False),
        }
        share = target["private_workers"]
        assert (share["actual"]["value"], share["whole"]["value"], share["standing"]) == (2, 76, "met")
        formula = share["formula"]
        assert (formula["base"]["number"]["value"], Decimal(formula["exact"])) == (191, Decimal("3.82"))
        assert formula["proposed"] == 4
