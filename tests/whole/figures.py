"""Every figure of the bloc, as the statistics service answers."""

from typing import Any

from ketnap.contracts.registry import Role
from ketnap.statistics.definitions import DEFINITIONS
from tests.whole.stage import Stage

BLOC = "99.01"

type Answer = dict[str, Any]  # Any: JSON


async def figures(here: Stage, **asked: str) -> dict[str, Answer]:
    """By name, without those that need a plan."""
    officer = here.pack.officers.who(Role.ORGANISATION_BOARD, BLOC)
    period = {"plan": "none", "since": "2024-01-01", "until": "2024-12-31"}
    found: dict[str, Answer] = {}
    for name in DEFINITIONS:
        answer = await here.clients["statistics"].get(
            f"/figures/{name}",
            params={"unit": str(here.pack.ids.unit(BLOC)), **period, **asked},
            headers={"Authorization": f"Bearer {here.sign(officer)}"},
        )
        assert answer.status_code in {200, 404, 409, 422}, f"{name}: {answer.text}"
        if answer.status_code == 200:
            found[name] = answer.json()
    assert found["admitted"]["numerator"]["value"] > 0, "of nobody nothing would be proved"
    return found
