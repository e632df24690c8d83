"""Who is counted: attributes of the person on the day, sector of the unit on the day, as words of the published language."""

from collections.abc import Mapping, Sequence
from typing import Final

from ketnap.common.decider import Rejected
from ketnap.common.frozen import frozen

PERSON: Final = frozenset(
    {
        "sex",
        "minority",
        "religious",
        "youth_union",
        "occupation",
        "education",
        "qualification",
        "employer_sector",
        "age_band",
    }
)
"""Attributes of the person, as the profile valid on the day of the event says."""

UNIT: Final = frozenset({"unit_sector", "school_level"})
"""Attributes of the unit where it happened, on the day of the event."""

AGE_BANDS: Final = ("<18", "18-30", "31-35", "36-40", "41-45", "46-50", "51-55", "56-60", ">60")
"""Form 2-BTCTW, part II.2."""


class AttributeUnknown(Rejected):
    """Không có thuộc tính “{attribute}” để lọc. Hãy chọn một trong: {known}.

    There is no attribute “{attribute}” to select by. Choose one of: {known}.
    """

    status = 422


@frozen
class Population:
    """Everybody who has, for each attribute of `include`, one of its words, and none of the words of `exclude`."""

    include: Mapping[str, Sequence[str]]
    exclude: Mapping[str, Sequence[str]]

    def check(self) -> None:
        """Raises AttributeUnknown."""
        for attribute in (*self.include, *self.exclude):
            if attribute not in PERSON | UNIT:
                raise AttributeUnknown(attribute=attribute, known=", ".join(sorted(PERSON | UNIT)))

    @property
    def everybody(self) -> bool:
        return not self.include and not self.exclude

    @property
    def key(self) -> str:
        """Equal populations have equal keys."""
        return repr([sorted((a, sorted(w)) for a, w in by.items()) for by in (self.include, self.exclude)])

    def of_persons(self) -> "Population":
        """The part that looks at the person."""
        return self._only(PERSON)

    def of_units(self) -> "Population":
        """The part that looks at the unit."""
        return self._only(UNIT)

    def _only(self, attributes: frozenset[str]) -> "Population":
        return Population(
            include={a: words for a, words in self.include.items() if a in attributes},
            exclude={a: words for a, words in self.exclude.items() if a in attributes},
        )

    def admits(self, attributes: Mapping[str, str]) -> bool:
        return all(attributes.get(a) in words for a, words in self.include.items()) and not any(
            attributes.get(a) in words for a, words in self.exclude.items()
        )


EVERYBODY: Final = Population(include={}, exclude={})


def age_band(years: int) -> str:
    """The band of Form 2 that an age in whole years falls into."""
    if years < 18:  # noqa: PLR2004 - the band says it
        return AGE_BANDS[0]
    for band in AGE_BANDS[1:-1]:
        if years <= int(band.partition("-")[2]):
            return band
    return AGE_BANDS[-1]
