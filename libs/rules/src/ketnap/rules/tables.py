"""Strict reading of the package's TOML: a key missing, unknown or of the wrong kind is an error that names it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from tomllib import TOMLDecodeError, loads


class DataBroken(ValueError):
    """Tệp dữ liệu quy tắc không đọc được."""


class Table:
    """One table of a TOML file, of which every key is taken once."""

    def __init__(self, values: Mapping[str, object], where: str) -> None:
        self._left = dict(values)
        self._where = where

    def text(self, key: str) -> str:
        value = self._take(key)
        if not isinstance(value, str):
            raise self._wrong(key, "text")
        return value

    def whole(self, key: str) -> int:
        value = self._take(key)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self._wrong(key, "a whole number")
        return value

    def flag(self, key: str) -> bool:
        value = self._take(key)
        if not isinstance(value, bool):
            raise self._wrong(key, "true or false")
        return value

    def day(self, key: str) -> date:
        value = self._take(key)
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self._wrong(key, "a day")
        return value

    def fraction(self, key: str) -> Fraction:
        """Written in quotes, "2/3": a bare number with a point would come as a float."""
        text = self.text(key)
        try:
            return Fraction(text)
        except (ValueError, ZeroDivisionError) as error:
            raise self._wrong(key, "a fraction in quotes") from error

    def decimal(self, key: str) -> Decimal:
        """Written in quotes, "0.5", for the same reason."""
        text = self.text(key)
        try:
            return Decimal(text)
        except InvalidOperation as error:
            raise self._wrong(key, "a decimal number in quotes") from error

    def texts(self, key: str) -> tuple[str, ...]:
        texts = []
        for item in self._list(key):
            if not isinstance(item, str):
                raise self._wrong(key, "a list of texts")
            texts.append(item)
        return tuple(texts)

    def one_of[T: str](self, key: str, allowed: Sequence[T]) -> T:
        text = self.text(key)
        for word in allowed:
            if word == text:
                return word
        raise self._wrong(key, "one of " + ", ".join(allowed))

    def has(self, key: str) -> bool:
        return key in self._left

    def names(self) -> tuple[str, ...]:
        return tuple(self._left)

    def read[T](self, key: str, build: Callable[["Table"], T]) -> T:
        """What `build` makes of the table under `key`, which it must use up."""
        value = self._take(key)
        if not isinstance(value, dict):
            raise self._wrong(key, "a table")
        return _built(value, f"{self._where}.{key}", build)

    def read_each[T](self, key: str, build: Callable[["Table"], T]) -> tuple[T, ...]:
        """As `read`, for a list of tables."""
        made: list[T] = []
        for item in self._list(key):
            if not isinstance(item, dict):
                raise self._wrong(key, "a list of tables")
            made.append(_built(item, f"{self._where}.{key}[{len(made)}]", build))
        return tuple(made)

    def _list(self, key: str) -> list[object]:
        value = self._take(key)
        if not isinstance(value, list):
            raise self._wrong(key, "a list")
        return value

    def _take(self, key: str) -> object:
        if key not in self._left:
            raise DataBroken(f"{self._where}.{key} is missing")
        return self._left.pop(key)

    def _wrong(self, key: str, wanted: str) -> DataBroken:
        return DataBroken(f"{self._where}.{key} is not {wanted}")


def read_toml[T](content: bytes, where: str, build: Callable[[Table], T]) -> T:
    """What `build` makes of a whole TOML file, which it must use up."""
    try:
        values = loads(content.decode())
    except (TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataBroken(f"{where}: {error}") from error
    return _built(values, where, build)


def _built[T](values: Mapping[str, object], where: str, build: Callable[[Table], T]) -> T:
    table = Table(values, where)
    made = build(table)
    if table.names():
        raise DataBroken(f"{where}: unknown key {', '.join(table.names())}")
    return made
