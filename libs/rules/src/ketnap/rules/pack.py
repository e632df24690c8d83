"""The rule pack in force on a day; there are as many packs as files in the folder."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import combinations
from pathlib import Path

from ketnap.rules.pack_file import read_pack
from ketnap.rules.rule_pack import RulePack
from ketnap.rules.tables import DataBroken
from ketnap.rules.wording import written

__all__ = ["NoRulePack", "RulePack", "UnknownPack", "pack_named", "pack_on", "packs"]


class NoRulePack(LookupError):
    """Chưa có bộ quy tắc cho ngày cần tính."""


class UnknownPack(LookupError):
    """Không có bộ quy tắc mang tên này trong phần mềm đang chạy."""


def pack_on(day: date, folder: Path | None = None) -> RulePack:
    """The newest version of the pack in force on the day. Raises NoRulePack, with the sentence for the officer."""
    known = packs(folder)
    in_force = [pack for pack in known if pack.in_force_on(day)]
    if not in_force:
        spans = ", ".join(
            f"{pack.code} (từ {written(pack.in_force_from)} đến hết {written(pack.in_force_to)})"
            for pack in known
        )
        raise NoRulePack(
            f"Chưa có bộ quy tắc cho ngày {written(day)}; phần mềm hiện có: {spans or 'chưa có bộ nào'}. "
            "Kiểm tra lại ngày đã nhập; nếu ngày đúng, báo bộ phận vận hành bổ sung bộ quy tắc."
        )
    return max(in_force, key=lambda pack: pack.version)


def pack_named(name: str, folder: Path | None = None) -> RulePack:
    """The very pack that an event names, whatever has come into force since. Raises UnknownPack."""
    for pack in packs(folder):
        if pack.name == name:
            return pack
    raise UnknownPack(
        f"Không có bộ quy tắc {name}. Báo bộ phận vận hành: bản phần mềm này thiếu tệp đã dùng khi ra quyết định."
    )


@cache
def packs(folder: Path | None = None) -> tuple[RulePack, ...]:
    """All packs of a folder (default: the package's own), oldest first, read once. Raises DataBroken."""
    found = sorted(_read_all(folder or files("ketnap.rules") / "packs"), key=_start)
    for one, other in combinations(found, 2):
        if one.code == other.code and one.version == other.version:
            raise DataBroken(f"{one.code}@{one.version} stands in two files")
        if (
            one.code != other.code
            and one.in_force_from <= other.in_force_to
            and other.in_force_from <= one.in_force_to
        ):
            raise DataBroken(f"{one.code} and {other.code} are in force on the same days")
    return tuple(found)


def _read_all(folder: Traversable) -> Iterator[RulePack]:
    for file in folder.iterdir():
        if file.name.endswith(".toml"):
            yield read_pack(file.read_bytes(), file.name)


def _start(pack: RulePack) -> tuple[date, str, int]:
    return pack.in_force_from, pack.code, pack.version
