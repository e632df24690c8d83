"""What of a whole belongs to no row."""

from decimal import Decimal

from ketnap.portal.answers.numbers import Numbers
from ketnap.portal.figures import Count, Estimate, Progress
from ketnap.portal.services import Json


def outside(answer: Json, numbers: Numbers) -> Progress | None:
    """The quota that is with no row, and what was counted at the unit itself; None when there is neither."""
    row = next((row for row in answer["rows"] if row["unit"] is None), None)
    kept = answer["quota_kept"]
    if row is None and not (kept and kept["value"]):
        return None
    quota = numbers.count(kept) if kept and kept["value"] else None
    if row is None:
        whole = answer["total"]
        return Progress(
            quota=quota,
            actual=Count(value=0, evidence=numbers.evidence(whole["actual"]["figure"])),
            share=None,
            dossiers=Count(value=0, evidence=numbers.evidence(whole["dossiers"]["figure"])),
            forecast=Estimate(value=Decimal(0), evidence=numbers.evidence(whole["forecast"]["figure"])),
        )
    progress = row["progress"]
    return Progress(
        quota=quota,
        actual=numbers.count(progress["actual"]),
        share=None,
        dossiers=numbers.count(progress["dossiers"]),
        forecast=numbers.estimate(progress["forecast"]),
    )
