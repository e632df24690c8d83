"""On which line of a TOML file a key stands: tomllib reads the values but does not tell."""

import re
from collections.abc import Mapping, Sequence

type Path = tuple[str | int, ...]

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?")
_KEY = re.compile(
    r"""\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*="""
)
_PART = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")
_STRINGS = re.compile(r""""(?:[^"\\]|\\.)*"|'[^']*'|#.*""")


class Positions:
    """Lines of tables and keys of one file; what stands inside a longer value has the line of that value."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Path, int] = {}
        self._arrays: dict[Path, int] = {}
        self._read(text.split("\n"))

    def line(self, path: Sequence[str | int]) -> int | None:
        """Of the key, or of the nearest table or value around it."""
        whole = tuple(path)
        while whole and whole not in self._lines:
            whole = whole[:-1]
        return self._lines.get(whole)

    def _read(self, lines: Sequence[str]) -> None:
        table: Path = ()
        open_string, depth = "", 0
        for number, line in enumerate(lines, 1):
            if not open_string and not depth:
                if found := _HEADER.fullmatch(line):
                    table = self._table(_parts(found[2]), array=found[1] == "[[")
                    self._lines.setdefault(table, number)
                    continue
                if found := _KEY.match(line):
                    self._key((*table, *_parts(found[1])), number)
            open_string, depth = _open_after(line, open_string, depth)

    def _table(self, parts: Path, *, array: bool) -> Path:
        """The table with the indexes of the arrays it lies in; an array of tables grows by one."""
        whole: Path = ()
        for n, part in enumerate(parts):
            whole = (*whole, part)
            last = n == len(parts) - 1
            if array and last:
                self._arrays[whole] = self._arrays.get(whole, -1) + 1
            if whole in self._arrays:
                whole = (*whole, self._arrays[whole])
        return whole

    def _key(self, path: Path, number: int) -> None:
        for length in range(1, len(path) + 1):
            self._lines.setdefault(path[:length], number)


def _parts(text: str) -> Path:
    return tuple(part.strip("\"'") for part in _PART.findall(text))


def _open_after(line: str, open_string: str, depth: int) -> tuple[str, int]:
    """Whether a string of several lines is open behind this line, and how many brackets are."""
    rest = line
    while rest:
        if open_string:
            _, closed, rest = rest.partition(open_string)
            if not closed:
                return open_string, depth
            open_string = ""
        found = min(
            ((at, quotes) for quotes in ('"""', "'''") if (at := rest.find(quotes)) >= 0), default=None
        )
        plain = rest if found is None else rest[: found[0]]
        bare = _STRINGS.sub("", plain)
        depth = max(0, depth + sum(map(bare.count, "[{")) - sum(map(bare.count, "]}")))
        if found is None or "#" in _STRINGS.sub(_kept, plain):
            return "", depth
        open_string, rest = found[1], rest[found[0] + 3 :]
    return open_string, depth


def _kept(found: re.Match[str]) -> str:
    return "#" if found[0].startswith("#") else ""


type PositionsOf = Mapping[str, Positions]
