"""Progress where nobody can see a spinner: in the log of a container, of a service manager, of CI."""

from io import StringIO
from itertools import accumulate

from rich.console import Console

from ketnap.ops.screen import Screen


def test_long_work_says_now_and_then_how_far_it_is() -> None:
    told = StringIO()
    passed = accumulate([0, 4, 4, 4, 0, 4, 9, 0])
    screen = Screen(console=Console(file=told), now=lambda: float(next(passed)))

    with screen.working("A story") as more:
        for month in ("January", "February", "March", "April", "May"):
            more(month)

    assert told.getvalue().splitlines() == ["  A story: March", "  A story: May"]


def test_a_terminal_gets_a_spinner_and_no_lines() -> None:
    told = StringIO()
    screen = Screen(console=Console(file=told, force_terminal=True), now=accumulate([0] + [60] * 9).__next__)

    with screen.working("A story") as more:
        more("January")

    assert "A story: January" in told.getvalue()
    assert "  A story: January" not in told.getvalue()
