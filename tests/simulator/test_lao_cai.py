"""Lào Cai's plan of 2024 as its officers recorded it, before anybody is admitted."""

from decimal import Decimal
from pathlib import Path

from tests.simulator.living import lines, planned_only


async def test_lao_cai_approves_220_beside_4_percent_of_5465(
    postgres: str, kafka: str, tmp_path: Path
) -> None:
    async with planned_only(postgres, kafka, tmp_path, "lao-cai") as statistics:
        page = await statistics.overview(
            "10.036", lambda page: bool(page["allocation"] and page["allocation"]["allotted"]["value"] == 220)
        )
        target = lines(page)
        whole, formula = target["admitted"], target["admitted"]["formula"]
        assert whole["value"]["value"] == 220
        assert (Decimal(formula["percent"]), formula["base"]["number"]["value"]) == (Decimal(4), 5465)
        assert Decimal(formula["exact"]) == Decimal("218.6")
        assert Decimal(formula["difference"]) == Decimal("1.4")
        parts = {
            line: part["value"]["value"] for line, part in target.items() if part["part_of"] == "admitted"
        }
        assert parts == {"agencies": 135, "state_enterprises": 40, "private_economy": 30, "students": 15}
        assert sum(parts.values()) == 220
        assert target["agencies"]["strictness"] == "about"
        assert [line for line in parts if "unit_sector" in target[line]["population"]["include"]] == [
            "agencies",
            "state_enterprises",
            "private_economy",
        ]
        assert target["students"]["population"]["include"] == {"occupation": ["student"]}
        classes = {
            one["programme"]: (one["planned"]["value"], one["learners_planned"]["value"])
            for one in page["classes"]["programmes"]
        }
        assert classes == {"awareness": (4, 320), "new_member": (3, 240)}
        assert page["completeness"]["plans_due"] == "2024-02-26"
        assert [unit["name"] for unit in page["completeness"]["units_late"]] == [
            "Đảng bộ Công ty Vật liệu Cam Lĩnh",
            "Đảng bộ Công ty Vận tải Hoàng Liên",
            "Chi bộ ghép Khu công nghiệp",
        ]
        assert len(page["completeness"]["units_missing"]) == 1
