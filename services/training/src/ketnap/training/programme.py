"""The two compulsory classes: for sympathisers, and for probationers."""

from typing import Literal

type Programme = Literal["awareness", "new_member"]
