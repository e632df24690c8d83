"""Who stands behind the open rows of a figure."""

from collections.abc import Mapping, Sequence

from ketnap.common.frozen import frozen
from ketnap.portal.answers.asking import Asking, day
from ketnap.portal.answers.happened import line
from ketnap.portal.answers.numbers import Asked, Numbers
from ketnap.portal.pages.evidence import Contributor, ContributorKind, PersonLink
from ketnap.portal.services import Json

FIRST, ALL = 20, 200


@frozen
class Opened:
    """The contributors of one row, as answered; `left` are not sent."""

    contributors: Sequence[Json]
    left: int

    @property
    def people(self) -> set[str]:
        return {one["person"] for one in self.contributors if one["person"]}

    def shown(
        self, numbers: Numbers, known: Mapping[str, str], title: str, opened: frozenset[str]
    ) -> tuple[Contributor, ...]:
        return tuple(_contributor(one, numbers, known, title, opened) for one in self.contributors)


async def opened_rows(
    ask: Asking, asked: Asked, rows: Mapping[str, bool], purpose: str
) -> Mapping[str, Opened]:
    """By row; the reading is recorded in statistics."""
    found: dict[str, Opened] = {}
    for row, everybody in rows.items():
        unit = {} if row == "ngoai" else {"row": row}
        answer = await ask.statistics(
            f"/figures/{asked.figure}/entries",
            **dict(asked.where),
            **unit,
            purpose=purpose,
            limit=ALL if everybody else FIRST,
        )
        found[row] = Opened(contributors=answer["contributors"], left=answer["left"])
    return found


def _contributor(
    one: Json, numbers: Numbers, known: Mapping[str, str], title: str, opened: frozenset[str]
) -> Contributor:
    id, person = str(one["position"]), one["person"]
    is_open = f"n:{id}" in opened
    return Contributor(
        id=id,
        kind=ContributorKind(one["kind"]),
        who=PersonLink(
            name=known.get(person) if person else None,
            unit=one["unit_name"],
            url=numbers.person(person) if person else numbers.page_of(one["unit"]),
            erased=one["erased"],
        ),
        value=one["value"],
        on=day(one["on"]),
        position=one["position"],
        events=tuple(line(entry, title) for entry in one["entries"]) if is_open else None,
    )
