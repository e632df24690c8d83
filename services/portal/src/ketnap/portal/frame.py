"""What surrounds a page, and the addresses of what can be reached from it."""

from collections.abc import Sequence
from dataclasses import field
from datetime import date, datetime
from urllib.parse import quote

from ketnap.common.frozen import frozen
from ketnap.portal.folding import ALL, FULLY
from ketnap.portal.languages import Language
from ketnap.portal.scope import Scope, Selection


@frozen
class Frame:
    """What surrounds one page: who looks, when, at which address, in which language.

    `more` holds the page's own parameters. `tag` is the version shown, empty on pages that do not live.
    """

    path: str
    language: Language
    form_token: str
    now: datetime
    viewer: str = ""
    selection: Selection = field(default_factory=Selection)
    more: tuple[tuple[str, str], ...] = ()
    tag: str = ""

    @property
    def live(self) -> bool:
        return bool(self.tag) and self.selection.live

    @property
    def language_url(self) -> str:
        other = Language.ENGLISH if self.language is Language.VIETNAMESE else Language.VIETNAMESE
        return f"/ngon-ngu/{other}?tro-ve={quote(self.at(), safe='')}"

    def at(self, **changes: int | str | date | None) -> str:
        """This page, looking elsewhere."""
        return self.path + self.selection.but(**changes).query(*self.more)

    def to(self, path: str) -> str:
        """Another page, looking at the same."""
        return path + self.selection.query()

    def but(self, *parameters: tuple[str, str], without: Sequence[str] = ()) -> str:
        """This page with other parameters of its own."""
        gone = {*without, *(name for name, _ in parameters)}
        kept = tuple(pair for pair in self.more if pair[0] not in gone)
        return self.path + self.selection.query(*kept, *parameters)

    def fields(self, without: str, also: str = "") -> list[tuple[str, str]]:
        """All parameters as form fields, except those the form itself asks for."""
        own = (
            ("nam", self.selection.year),
            ("don-vi", self.selection.unit),
            ("tai-ngay", self.selection.as_of),
            ("biet-den", self.selection.known),
        )
        every = [(name, str(value)) for name, value in own if value is not None] + list(self.more)
        return [(name, value) for name, value in every if name not in {without, also}]

    def pinned(self, scope: Scope) -> str:
        """This page with its day and its knowledge written out, so that the address shows the same for ever."""
        fixed = Selection(year=scope.year, unit=scope.unit.id, as_of=scope.as_of, known=scope.known.position)
        return self.path + fixed.query(*self.more)

    def opens(self, row: str) -> bool:
        return ("mo", row) in self.more

    def with_open(self, row: str) -> str:
        return self._folded(add=(("mo", row),), drop=())

    def without_open(self, row: str) -> str:
        return self._folded(add=(), drop=(("mo", row), ("mo", row + FULLY)))

    def toggled(self, row: str, is_open: bool) -> str:
        here = (("mo", row), ("mo", row + FULLY), ("dong", row))
        return self._folded(add=(("dong" if is_open else "mo", row),), drop=here)

    def opened_fully(self, row: str = "") -> str:
        return self.with_open(row + FULLY if row else ALL)

    def _folded(self, add: tuple[tuple[str, str], ...], drop: tuple[tuple[str, str], ...]) -> str:
        kept = tuple(pair for pair in self.more if pair not in drop and pair not in add)
        return self.path + self.selection.query(*kept, *add)
