"""Ninh Bình's plan of 2023 as its officers recorded it."""

from pathlib import Path

from tests.simulator.living import lines, planned_only


async def test_ninh_binh_plans_300_on_two_legal_bases(postgres: str, kafka: str, tmp_path: Path) -> None:
    async with planned_only(postgres, kafka, tmp_path, "ninh-binh") as statistics:
        page = await statistics.overview(
            "37.01", lambda page: bool(page["allocation"] and page["allocation"]["allotted"]["value"] == 300)
        )
        target = lines(page)
        assert target["admitted"]["value"]["value"] == 300
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
