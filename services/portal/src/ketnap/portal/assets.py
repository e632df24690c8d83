"""The built web assets: what the pages load, by the names the build gave."""

import json
from pathlib import Path

from ketnap.common.frozen import frozen

DIST = Path(__file__).parent / "static" / "dist"
PREFIX = "/static/"
_ENTRY = "src/portal.js"
_FIRST_FONTS = ("vietnamese-400", "latin-400")  # every page shows these letters at once


class AssetsMissing(Exception):
    """The web assets are not built: run `python -m ketnap.portal.build`."""


@frozen
class Assets:
    script: str
    styles: tuple[str, ...]
    fonts: tuple[str, ...]


def load(dist: Path = DIST) -> Assets:
    """Raises AssetsMissing."""
    try:
        entry = json.loads((dist / ".vite" / "manifest.json").read_bytes())[_ENTRY]
    except FileNotFoundError:
        raise AssetsMissing(AssetsMissing.__doc__) from None
    return Assets(
        script=PREFIX + entry["file"],
        styles=tuple(PREFIX + file for file in entry["css"]),
        fonts=tuple(PREFIX + file for file in entry["assets"] if any(name in file for name in _FIRST_FONTS)),
    )
