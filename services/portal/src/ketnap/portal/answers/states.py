"""Who is where in a unit that has none below, from what statistics answers about the unit."""

from ketnap.portal.answers.numbers import Numbers
from ketnap.portal.figures import Step
from ketnap.portal.pages.states import State, StateKind
from ketnap.portal.services import Json

EVERYBODY = "&mo=u:ngoai"


def states(answer: Json, numbers: Numbers) -> tuple[State, ...]:
    """Empty where there are units below, and where it is not admissions that count."""
    if any(row["unit"] for row in answer["rows"]) or not answer["counts_admissions"]:
        return ()
    steps = answer["total"]["steps"]
    found = {
        StateKind.SYMPATHISER: answer["sympathisers"],
        StateKind.IN_CLASS: answer["in_class"],
        StateKind.CERTIFIED: answer["sympathisers_certified"],
        **{StateKind(step): steps[step] for step in Step if step in steps},
        StateKind.ADMITTED: answer["total"]["actual"],
        StateKind.RECOGNITION_DUE: answer["recognition"]["due"],
        StateKind.RECOGNISED: answer["recognition"]["recognised"],
    }
    counts = {kind: numbers.count(number) for kind, number in found.items()}
    return tuple(
        State(kind=kind, people=people, listed=people.evidence + EVERYBODY) for kind, people in counts.items()
    )
