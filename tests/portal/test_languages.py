import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from ketnap.portal.languages import Language, translations
from ketnap.portal.rendering import TEMPLATES

CATALOGUE = Path(TEMPLATES).parent / "locale" / "en" / "LC_MESSAGES" / "portal.po"
OPTIONS = {"trimmed": "true", "newstyle_gettext": "true"}
VIETNAMESE = re.compile(
    r"[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE
)
PLACE = re.compile(r"%\((\w+)\)s")


def messages() -> Iterator[str | tuple[str, ...]]:
    found = extract_from_dir(TEMPLATES, method_map=[("**.html", "jinja2")], options_map={"**.html": OPTIONS})
    for _, _, message, _, _ in found:
        yield message


def texts(message: str | tuple[str, ...] | list[str]) -> list[str]:
    """One text, or the forms for one and for many."""
    return [message] if isinstance(message, str) else list(message)


def test_no_text_of_the_templates_lacks_english() -> None:
    english = translations(Language.ENGLISH)
    missing = [
        text
        for message in messages()
        for text in texts(message)[:1]
        if (english.gettext(text) if isinstance(message, str) else english.ngettext(text, text, 2)) == text
    ]
    assert missing == []


def test_nothing_in_the_catalogue_is_fuzzy_unused_or_broken() -> None:
    with CATALOGUE.open("rb") as source:
        catalogue = read_po(source, locale="en")
    used = {texts(message)[0] for message in messages()}
    for entry in catalogue:
        if not entry.id:
            continue
        source_texts, english = texts(entry.id), texts(entry.string or "")
        assert not entry.fuzzy, entry.id
        assert source_texts[0] in used, f"no template says {source_texts[0]}"
        for text in english:
            assert set(PLACE.findall(text)) <= set(PLACE.findall(source_texts[0])), entry.id
            assert not VIETNAMESE.search(text), entry.id
        assert set(PLACE.findall(english[-1])) == set(PLACE.findall(source_texts[0])), entry.id
    assert not catalogue.obsolete


def test_english_counts_one_and_many_and_vietnamese_does_not() -> None:
    english = translations(Language.ENGLISH)
    text = "%(count)s đơn vị"
    assert [english.ngettext(text, text, n) for n in (1, 2)] == ["%(count)s unit", "%(count)s units"]
    assert translations(Language.VIETNAMESE).ngettext(text, text, 1) == text


@pytest.mark.parametrize("template", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_no_vietnamese_stands_outside_what_is_translated(template: Path) -> None:
    source = template.read_text()
    for pattern in (
        r"\{#.*?#\}",
        r"\{%-?\s*trans.*?endtrans\s*-?%\}",
        r"n?gettext\(\s*(\"[^\"]*\",?\s*)+",
        r"Tiếng Việt",  # each language is called by its own name
    ):
        source = re.sub(pattern, "", source, flags=re.DOTALL)
    assert not VIETNAMESE.findall(source)
