"""Vietnamese names: a key that sorts them as people expect, and a form that is searched without marks.

The key is compared byte by byte (PostgreSQL: COLLATE "C"). Its order is that of the `vi` collation of Unicode CLDR:
letters first (a ă â b c d đ e ê …), then tones (none, huyền, hỏi, ngã, sắc, nặng). A person stands under the last
word of the name, then under the rest of it; capitals make no difference.
"""

from collections.abc import Sequence
from unicodedata import category, normalize

# A letter with its mark sorts behind the plain letter and all its followers: "{", "|", "}" come after "z" in ASCII.
_LETTERS = {
    "đ": "d{",
    "a\u0306": "a{",
    "a\u0302": "a|",
    "e\u0302": "e|",
    "o\u0302": "o|",
    "o\u031b": "o}",
    "u\u031b": "u}",
}
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_NO_TONE, _OTHER_MARK = "0", "6"

# Between words "!", then what stands inside words, in the order of CLDR: hyphen, full stop, apostrophe.
_BETWEEN_WORDS = "!"
_INSIDE_WORDS = str.maketrans({"-": '"', ".": "#", "'": "$"})

# Letters of other keyboards that look like đ; apostrophes as they stand in names of Highland peoples.
_LOOKALIKES = str.maketrans({"ð": "đ", "ɖ": "đ", "’": "'", "‘": "'", "ʼ": "'", "`": "'", "‐": "-", "‑": "-"})


def name_key(full_name: str) -> str:
    """Sorts under the C collation by the last word, then by the words before it; NFC and NFD give one key."""
    words = _plain(full_name).split()
    return f"{_key(words[-1:])} {_key(words[:-1])}".rstrip()


def name_fold(text: str) -> str:
    """Without marks, capitals and extra spaces, đ as d; what is folded once stays as it is."""
    letters = (letter for letter in _plain(text) if category(letter) != "Mn")
    return " ".join("".join(letters).replace("đ", "d").split())


def _plain(text: str) -> str:
    """One spelling for each letter: small, taken apart into letter and marks, without control characters."""
    small = normalize("NFKD", normalize("NFKD", text).casefold())
    seen = (letter for letter in small if category(letter) not in {"Cc", "Cf"} or letter.isspace())
    return "".join(seen).translate(_LOOKALIKES)


def _key(words: Sequence[str]) -> str:
    """Letters of all words, then a tone for each letter: marks only decide between names of the same letters."""
    split = [_letters_and_tones(word) for word in words]
    letters = _BETWEEN_WORDS.join("".join(letters) for letters, _ in split)
    tones = "".join("".join(tones) for _, tones in split)
    return f"{letters} {tones}"


def _letters_and_tones(word: str) -> tuple[list[str], list[str]]:
    letters: list[str] = []
    tones: list[str] = []
    for sign in word:
        if category(sign) != "Mn":
            letters.append(_LETTERS.get(sign, sign.translate(_INSIDE_WORDS)))
            tones.append(_NO_TONE)
        elif letters and letters[-1] + sign in _LETTERS:
            letters[-1] = _LETTERS[letters[-1] + sign]
        elif letters:
            tones[-1] = max(tones[-1], _TONES.get(sign, _OTHER_MARK))
    return letters, tones
