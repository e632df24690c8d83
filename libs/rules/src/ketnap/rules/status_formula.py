"""The published status formula as data, by version, and the sentences a help page prints from the same data."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib.resources import files

from ketnap.rules.rounding import COMPUTED_MODES, Rounding
from ketnap.rules.tables import Table, read_toml
from ketnap.rules.wording import figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of the dossier, and the share of dossiers there that are expected to end in an admission."""

    code: str
    name: str
    probability: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Roundings:
    percent: Rounding
    gap: Rounding
    planned: Rounding  # planned admissions, in people
    forecast: Rounding
    needed: Rounding
    average: Rounding


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    version: int
    on_track_gap: Decimal  # percentage points
    urge_forecast: Decimal  # percent of the quota
    small_quota: int
    steps: tuple[Step, ...]
    rounding: Roundings

    def probability(self, step: str) -> Fraction:
        """Raises ValueError for a step that the formula does not know."""
        for known in self.steps:
            if known.code == step:
                return Fraction(known.probability)
        raise ValueError(f"status formula {self.version} knows no step {step}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One line of the help page; `rounding` is that of the printed figure, comparisons use the exact one."""

    code: str
    term: str
    text: str
    rounding: Rounding | None = None


@cache
def formula(version: int = 1) -> Formula:
    """The formula of that version. Raises LookupError when there is none."""
    file = files("ketnap.rules") / f"status-{version}.toml"
    if not file.is_file():
        raise LookupError(f"no status formula of version {version}")
    return read_toml(file.read_bytes(), file.name, _formula)


def parts(formula: Formula) -> tuple[Part, ...]:
    """The formula in words, with every threshold and probability that is computed with."""
    steps = "; ".join(f"{step.name} {figure(step.probability)}" for step in formula.steps)
    on_track, urge = figure(formula.on_track_gap), figure(formula.urge_forecast)
    rounding = formula.rounding
    return (
        Part(
            code="percent",
            term="Đạt",
            text="đã kết nạp × 100 ÷ chỉ tiêu, tính bằng phần trăm",
            rounding=rounding.percent,
        ),
        Part(
            code="planned_percent",
            term="Kế hoạch luỹ kế",
            text="tỷ lệ kế hoạch đến hết tháng trước, cộng phần tăng của tháng đang xét nhân với số ngày đã qua "
            "chia cho số ngày của tháng",
            rounding=rounding.percent,
        ),
        Part(
            code="planned",
            term="Kế hoạch",
            text="kế hoạch luỹ kế × chỉ tiêu ÷ 100, tính bằng người",
            rounding=rounding.planned,
        ),
        Part(
            code="gap",
            term="Chênh lệch",
            text="đạt − kế hoạch luỹ kế, tính bằng điểm phần trăm",
            rounding=rounding.gap,
        ),
        Part(
            code="forecast",
            term="Dự báo",
            text=f"đã kết nạp + hồ sơ × xác suất theo bước ({steps})",
            rounding=rounding.forecast,
        ),
        Part(code="achieved", term="Đã đạt", text="đạt từ 100% trở lên"),
        Part(
            code="on_track",
            term="Đúng tiến độ",
            text=f"chưa đạt, chênh lệch từ {on_track} điểm phần trăm trở lên",
        ),
        Part(
            code="urge",
            term="Đôn đốc",
            text=f"chênh lệch dưới {on_track} điểm phần trăm, dự báo từ {urge}% chỉ tiêu trở lên",
        ),
        Part(
            code="at_risk",
            term="Nguy cơ",
            text=f"chênh lệch dưới {on_track} điểm phần trăm, dự báo dưới {urge}% chỉ tiêu",
        ),
        Part(
            code="not_assessed",
            term="Chưa giao/chưa đánh giá",
            text=f"chưa giao chỉ tiêu, hoặc chỉ tiêu dưới {formula.small_quota} chưa đạt: ghi số người, "
            "không tính tỷ lệ, không xếp hạng",
        ),
        Part(
            code="needed",
            term="Mỗi tháng còn lại phải kết nạp",
            text="(chỉ tiêu − đã kết nạp) ÷ số tháng còn lại; tháng chưa hết tính là một tháng còn lại",
            rounding=rounding.needed,
        ),
        Part(
            code="average",
            term="Bình quân mỗi tháng đã qua",
            text="đã kết nạp ÷ số tháng đã qua; tháng chưa hết tính theo số ngày đã qua",
            rounding=rounding.average,
        ),
        Part(
            code="exact",
            term="So sánh",
            text="mọi so sánh dùng số chính xác, chưa làm tròn; chỉ số in ra mới làm tròn",
        ),
    )


def _formula(table: Table) -> Formula:
    return Formula(
        version=table.whole("version"),
        on_track_gap=table.decimal("on_track_gap"),
        urge_forecast=table.decimal("urge_forecast"),
        small_quota=table.whole("small_quota"),
        steps=table.read_each("steps", _step),
        rounding=table.read("rounding", _roundings),
    )


def _step(table: Table) -> Step:
    return Step(code=table.text("code"), name=table.text("name"), probability=table.decimal("probability"))


def _roundings(table: Table) -> Roundings:
    return Roundings(
        percent=table.read("percent", _rounding),
        gap=table.read("gap", _rounding),
        planned=table.read("planned", _rounding),
        forecast=table.read("forecast", _rounding),
        needed=table.read("needed", _rounding),
        average=table.read("average", _rounding),
    )


def _rounding(table: Table) -> Rounding:
    return Rounding(table.one_of("mode", COMPUTED_MODES), table.whole("decimals"))
