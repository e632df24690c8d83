"""What a cell of a table or a value of a TOML file may say: days, numbers, percentages, codes, words of a list."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, StringConstraints
from pydantic_core import PydanticCustomError

from ketnap.common.frozen import frozen
from ketnap.rules.rounding import Percent

SAMPLE = "sample"

_VIETNAMESE_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


def _day(value: object) -> date:
    match value:
        case datetime():
            raise _wrong("not_a_day", value)
        case date():
            return value
        case str():
            text = value.strip()
            if found := _ISO_DAY.fullmatch(text):
                year, month, day = map(int, found.groups())
            elif found := _VIETNAMESE_DAY.fullmatch(text):
                day, month, year = map(int, found.groups())
            else:
                raise _wrong("not_a_day", value)
            try:
                return date(year, month, day)
            except ValueError:
                raise _wrong("no_such_day", value) from None
        case _:
            raise _wrong("not_a_day", value)


def _moment(value: object) -> datetime:
    if isinstance(value, datetime) and value.tzinfo is None:
        return value
    raise _wrong("not_a_moment", value)


def _whole(value: object) -> int:
    match value:
        case bool():
            raise _wrong("not_a_number", value)
        case int():
            number = value
        case str() if re.fullmatch(r"\d{1,9}", value.strip()):
            number = int(value)
        case _:
            raise _wrong("not_a_number", value)
    if not 0 <= number < 10**9:
        raise _wrong("not_a_number", value)
    return number


def _percent(value: object) -> str:
    try:
        percent = Percent.parse(str(value) if isinstance(value, str | int) else "")
    except ValueError:
        raise _wrong("not_a_percent", value) from None
    return str(percent).replace(",", ".")


def _wrong(code: str, value: object, **facts: object) -> PydanticCustomError:
    return PydanticCustomError(code, code, {"value": str(value), **facts})


type Day = Annotated[date, BeforeValidator(_day)]
type Moment = Annotated[datetime, BeforeValidator(_moment)]
type Whole = Annotated[int, BeforeValidator(_whole)]
type PercentText = Annotated[str, BeforeValidator(_percent)]
type Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
type LongText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


def _matching(pattern: str, code: str) -> Callable[[str], str]:
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if not compiled.fullmatch(value):
            raise _wrong(code, value)
        return value

    return check


type UnitCode = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=60),
    AfterValidator(_matching(r"[0-9A-Za-z.-]+", "not_a_unit_code")),
]
type Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=60),
    AfterValidator(_matching(r"[a-z0-9][a-z0-9._-]*", "not_a_name")),
]
type Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=60),
    AfterValidator(_matching(r"[a-z0-9_]+", "not_a_line")),
]


def one_of(words: type[StrEnum] | Iterable[str]) -> BeforeValidator:
    """A word of a list; `other` stands for what newer versions add, nobody writes it."""
    allowed = [str(word) for word in words if str(word) != "other"]

    def check(value: object) -> str:
        text = str(value).strip()
        if text not in allowed:
            raise _wrong("not_a_word", value, allowed=", ".join(allowed))
        return text

    return BeforeValidator(check)


@frozen
class Source:
    """Where a figure stands: a document of the pack and the place in it; or that it is invented."""

    document: str | None
    place: str

    @property
    def sample(self) -> bool:
        return self.document is None

    def __str__(self) -> str:
        return SAMPLE if self.document is None else f"{self.document}: {self.place}"


def _source(value: object) -> Source:
    if isinstance(value, Source):
        return value
    text = value.strip() if isinstance(value, str) else ""
    if text == SAMPLE:
        return Source(document=None, place="")
    document, colon, place = text.partition(":")
    if not colon or not document.strip() or not place.strip():
        raise _wrong("not_a_source", value)
    return Source(document=document.strip(), place=place.strip())


type SourceText = Annotated[Source, BeforeValidator(_source)]


def _names(value: object) -> object:
    return tuple(value.split()) if isinstance(value, str) else value


type Names = Annotated[tuple[str, ...], BeforeValidator(_names)]
