"""The portal's languages: Vietnamese is the text of the templates, English comes from a catalogue."""

from enum import StrEnum
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

_CATALOGUE = Path(__file__).parent / "locale" / "en" / "LC_MESSAGES" / "portal.po"


class Language(StrEnum):
    VIETNAMESE = "vi"
    ENGLISH = "en"


def translations(language: Language) -> NullTranslations:
    """The catalogue, compiled in memory."""
    if language is Language.VIETNAMESE:
        return NullTranslations()
    compiled = BytesIO()
    with _CATALOGUE.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)
