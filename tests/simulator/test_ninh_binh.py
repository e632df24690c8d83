"""What Ninh Bình's report of the first half of 2023 says is what its officers recorded."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path

from ketnap.common.clock import HERE
from ketnap.simulator.run import agenda
from tests.province import ISSUER
from tests.simulator.living import lines, lived, printed, read

END = datetime(2023, 6, 30, 17, 10, tzinfo=HERE)


async def test_ninh_binh_reached_75_6_percent_in_the_first_half_of_2023(
    postgres: str, kafka: str, tmp_path: Path
) -> None:
    planned = agenda(read("ninh-binh"), ISSUER, END)
    async with lived(postgres, kafka, tmp_path, planned) as statistics:
        page = await statistics.overview("37.01", lambda page: page["total"]["actual"]["value"] >= 227)
        assert page["total"]["actual"]["value"] == 227
        assert page["total"]["quota"]["value"] == page["allocation"]["allotted"]["value"] == 300
        assert printed(page["total"]["percent"]) == Decimal("75.6")
        target = lines(page)
        assert [basis["instrument"].split("/")[0] for basis in target["admitted"]["bases"]] == [
            "Đại hội đại biểu Đảng bộ Khối Cơ quan và Doanh nghiệp tỉnh lần thứ Nhất",
            "Ban Thường vụ Tỉnh uỷ Ninh Bình",
        ]
        assert [line for line, one in target.items() if one["part_of"] == "admitted"] == [
            "workers",
            "pupils_students",
            "pupils",
        ]
        assert not target["pupils"]["exclusive"]
        shown = {
            line: (target[line]["actual"]["value"], printed(target[line]["percent"]))
            for line in ("workers", "pupils_students")
        }
        assert shown == {"workers": (110, Decimal("48.4")), "pupils_students": (41, Decimal("18.06"))}
        assert target["pupils"]["actual"]["value"] == 8
        year = await statistics.figure("37.01", "structure:pupils_students", plan="none", year="2022")
        assert 41 - int(year["value"]) == 8
