"""What a figure means, in sentences: the definition, what stands above and below the line, the rounding, the rule."""

import re
from datetime import date
from decimal import Decimal

from pydantic import BaseModel

from ketnap.rules.rounding import COMPUTED_MODES, Percent, Rounding
from ketnap.rules.wording import figure as printed
from ketnap.rules.wording import written
from ketnap.statistics.figures import Figure
from ketnap.statistics.shown import Number
from ketnap.statistics.standpoint import Standpoint

STRICTNESS = {
    "exact": "đúng bằng",
    "at_least": "ít nhất",
    "about": "khoảng",
    "strive": "phấn đấu",
}

_KEY = re.compile(r"(?P<issuer>[^/]+)/(?P<kind>[^/]+)/(?P<number>.+)/(?P<day>\d{4}-\d\d-\d\d)")


class Meaning(BaseModel):
    """A label and its text, in Vietnamese."""

    label: str
    text: str


def meanings(at: Standpoint, found: Figure, otherwise: Number | None) -> list[Meaning]:
    """For people: every sentence follows from what the answer holds besides."""
    made = [Meaning(label="Định nghĩa", text=_definition(at, found))]
    if found.asked is not None:
        made.append(
            Meaning(label="Tử số" if found.denominator else "Số đếm", text=_counted(found, otherwise))
        )
    if found.denominator is not None:
        made.append(Meaning(label="Mẫu số", text=_denominator(found, found.denominator)))
    if found.percent is not None:
        made.append(Meaning(label="Làm tròn", text=_rounding(found)))
    rule = _rule(found)
    if rule is not None:
        made.append(Meaning(label="Quy tắc đạt", text=rule))
    return made


def _definition(at: Standpoint, found: Figure) -> str:
    counted = found.counted
    until = written(at.as_of if counted is None or counted.stock else at.until)
    days = f"đến hết {until}" if counted is None or counted.stock else f"từ {written(at.since)} đến {until}"
    return f"{found.definition.text} Ở đây tính {days}. Định nghĩa {found.definition.name}."


def _counted(found: Figure, otherwise: Number | None) -> str:
    plus, minus = sum(part.plus for part in found.parts), sum(part.minus for part in found.parts)
    words = found.counted.counts if found.counted else found.definition.counts
    text = f"{_whole(found.number)} {words}: cộng {_whole(plus)}, trừ {_whole(minus)} theo các bút toán."
    return f"{text} Tính theo ngày quyết định: {_whole(otherwise.value)}." if otherwise else text


def _denominator(found: Figure, denominator: Number) -> str:
    target = found.target
    if target is None:
        return f"{_whole(denominator.value)}."
    bases = "; ".join(f"{basis.text} ({_instrument(basis.instrument)})" for basis in target.bases)
    strict = STRICTNESS.get(target.strictness, target.strictness)
    return f"{_whole(denominator.value)}, mức {strict}. Căn cứ: {bases}."


def _instrument(key: str) -> str:
    """A key of the register, `issuer/type/number/day`, as people say it; whatever else was typed stays as it is."""
    match = _KEY.fullmatch(key)
    if match is None:
        return key
    day = date.fromisoformat(match["day"])
    return f"{match['kind']} {match['number']}, {match['issuer']}, {written(day)}"


def _rounding(found: Figure) -> str:
    if found.percent is None:
        return ""
    share = found.percent
    used = Rounding(share.rounding, share.decimals)
    others = {
        Rounding(mode, share.decimals).percent(share.numerator, share.denominator): Rounding(
            mode, share.decimals
        )
        for mode in COMPUTED_MODES
    }
    others.pop(share.printed, None)
    text = f"{used.words()} ({share.rounding}): {printed(share.printed)}%."
    if not others:
        return text[0].upper() + text[1:]
    other = "; ".join(f"{mode.words()} thì {printed(value)}%" for value, mode in sorted(others.items()))
    return f"{text[0].upper()}{text[1:]} Nếu {other}."


def _rule(found: Figure) -> str | None:
    """The comparison that decides, in whole numbers."""
    target, denominator = found.target, found.denominator
    if target is None or denominator is None or not found.is_share:
        return None
    match target.kind:
        case "absolute" | "percent_of_base":
            return _reached(found.number, denominator.value, Decimal(100))
        case "share_of_measure" | "range_of_base":
            return _reached(found.number, denominator.value, Percent.parse(target.percent or "0").value)
        case _:
            return None


def _reached(number: int, whole: int, percent: Decimal) -> str:
    mine, needed = Decimal(100 * number), percent * whole
    met = mine >= needed
    sign = "không nhỏ hơn" if met else "nhỏ hơn"
    return (
        f"So bằng số nguyên: 100 × {_whole(number)} = {printed(mine)}, {sign} "
        f"{printed(percent)} × {_whole(whole)} = {printed(needed)}, {'đạt' if met else 'chưa đạt'}."
    )


def _whole(number: int) -> str:
    return printed(Decimal(number))
