"""Names sort as PostgreSQL's Vietnamese ICU collation sorts them, and are found without their marks."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from random import Random
from unicodedata import normalize

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketnap.common.names import name_fold, name_key

VOWELS: list[str] = [
    normalize("NFC", letter + tone)
    for letter in ("a", "ă", "â", "e", "ê", "i", "o", "ô", "ơ", "u", "ư", "y")
    for tone in ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
]
LETTERS: list[str] = [*VOWELS, *"bcdđfghjklmnpqrstvwxz"]
WORDS = st.text(alphabet=LETTERS, min_size=1, max_size=7)
NAMES = st.lists(WORDS, min_size=1, max_size=5).map(" ".join)


def test_the_last_word_of_a_name_comes_first_in_the_order() -> None:
    names = ["Trần An", "Lê Văn Bảo", "Nguyễn Văn An", "Phạm Bảo", "Đỗ An"]
    assert sorted(names, key=name_key) == ["Đỗ An", "Nguyễn Văn An", "Trần An", "Lê Văn Bảo", "Phạm Bảo"]


def test_letters_come_before_tones() -> None:
    names = ["Uyên", "Đạt", "Ân", "Ăn", "Duy", "Ánh", "Bảo", "An", "Dũng"]
    assert sorted(names, key=name_key) == ["An", "Ánh", "Ăn", "Ân", "Bảo", "Dũng", "Duy", "Đạt", "Uyên"]


def test_tones_go_none_huyen_hoi_nga_sac_nang() -> None:
    assert sorted(["Mạ", "Má", "Mã", "Mả", "Mà", "Ma"], key=name_key) == ["Ma", "Mà", "Mả", "Mã", "Má", "Mạ"]


def test_a_tone_decides_only_where_all_letters_are_the_same() -> None:
    assert sorted(["Hoà", "Hoan", "Hoạ"], key=name_key) == ["Hoà", "Hoạ", "Hoan"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nguyễn Văn Ân", "NGUYỄN VĂN ÂN"),
        ("Nguyễn Văn Ân", "  Nguyễn\u00a0Văn\tÂn "),
        ("Đào", "Ðào"),  # the Icelandic letter that some keyboards give
        ("H'Hen Niê", "H’Hen Niê"),
        ("Ân", "Â\u200bn"),
    ],
)
def test_what_people_write_as_one_name_has_one_key_and_one_form(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)
    assert name_fold(one) == name_fold(other)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Nguyễn Thị Đào", "nguyen thi dao"),
        ("  ĐẶNG   Hoàng\nƯớc ", "dang hoang uoc"),
        ("Y Bhĭm Niê Kđăm", "y bhim nie kdam"),
        ("K’Ré", "k're"),
        ("", ""),
    ],
)
def test_search_needs_no_marks(text: str, folded: str) -> None:
    assert name_fold(text) == folded


@pytest.mark.parametrize("text", ["", " ", "\u0301"])
def test_no_name_sorts_before_every_name(text: str) -> None:
    assert name_key(text) < name_key("A")


@given(NAMES, NAMES)
def test_two_names_have_one_key_only_if_they_are_one(one: str, other: str) -> None:
    assert (name_key(one) == name_key(other)) == (one == other)


@given(st.text())
def test_both_normal_forms_give_one_key_and_one_form(text: str) -> None:
    composed, decomposed = normalize("NFC", text), normalize("NFD", text)
    assert name_key(composed) == name_key(decomposed)
    assert name_fold(composed) == name_fold(decomposed)


@given(st.text())
def test_what_is_folded_stays_as_it_is(text: str) -> None:
    assert name_fold(name_fold(text)) == name_fold(text)


@given(NAMES)
def test_vietnamese_is_searched_in_ascii(name: str) -> None:
    folded = name_fold(name.upper())
    assert folded.isascii()
    assert folded == folded.lower()
    assert len(folded) == len(name)


@given(st.text())
def test_a_key_is_text_that_the_database_keeps(text: str) -> None:
    assert not {"\x00", "\n", "\t"} & set(name_key(text))


@given(NAMES, NAMES)
def test_python_and_the_c_collation_compare_keys_alike(one: str, other: str) -> None:
    one, other = name_key(one), name_key(other)
    assert (one < other) == (one.encode() < other.encode())


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """A throw-away server; skipped where no PostgreSQL is installed."""
    debian = (str(folder) for folder in Path("/usr/lib/postgresql").glob("*/bin"))
    initdb = shutil.which("initdb", path=os.pathsep.join([os.environ["PATH"], *debian]))
    if initdb is None:
        pytest.skip("no PostgreSQL on this machine")
    pg_ctl = str(Path(initdb).with_name("pg_ctl"))
    folder = Path(tempfile.mkdtemp(prefix="names-"))
    user = None
    if os.getuid() == 0:  # the server refuses to run as root
        user = "nobody"
        shutil.chown(folder, user)

    def run(*command: str) -> None:
        subprocess.run(command, check=True, user=user, cwd=folder, stdout=subprocess.DEVNULL)

    cluster = str(folder / "cluster")
    options = f"-k {folder} -c listen_addresses='' -c fsync=off"
    run(initdb, "-D", cluster, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
    run(pg_ctl, "-D", cluster, "-w", "-l", str(folder / "log"), "-o", options, "start")
    yield f"postgresql://postgres@/postgres?host={folder}"
    run(pg_ctl, "-D", cluster, "-w", "-m", "immediate", "stop")
    shutil.rmtree(folder)


async def test_thousands_of_names_stand_in_the_order_of_icu(postgres: str) -> None:
    random = Random(20240930)
    signs = [*LETTERS, "'", "-", ".", "ĭ", "ŏ"]

    def word() -> str:
        return random.choice(LETTERS) + "".join(random.choices(signs, k=random.randint(0, 3)))

    names = {" ".join(word() for _ in range(random.randint(1, 3))) for _ in range(20_000)}
    real = {
        "an",
        "ánh",
        "ăn",
        "ân",
        "bảo",
        "dũng",
        "duy",
        "đạt",
        "hoà",
        "hòa",
        "hoa",
        "hoạ",
        "hoan",
        "y bhĭm niê kđăm",
    }
    split = [name.rpartition(" ") for name in sorted(names | real)]

    database = await asyncpg.connect(postgres)
    try:
        if not await database.fetchval("SELECT count(*) FROM pg_collation WHERE collname = 'vi-x-icu'"):
            pytest.skip("this server was built without ICU")
        rows = await database.fetch(
            """SELECT given, rest FROM unnest($1::text[], $2::text[]) AS names (given, rest)
               ORDER BY given COLLATE "vi-x-icu", rest COLLATE "vi-x-icu" """,
            [given for _, _, given in split],
            [rest for rest, _, _ in split],
        )
    finally:
        await database.close()

    in_order = [f"{row['rest']} {row['given']}".strip() for row in rows]
    wrong = [(one, other) for one, other in pairwise(in_order) if name_key(one) >= name_key(other)]
    assert wrong == []
    assert len(in_order) > 15_000
