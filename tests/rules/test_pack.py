"""A rule pack says what held on a day, with its basis; the set of packs is what the folder holds."""

from dataclasses import fields
from datetime import date, timedelta
from fractions import Fraction
from hashlib import sha256
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest

from ketnap.rules.pack import NoRulePack, RulePack, UnknownPack, pack_named, pack_on, packs
from ketnap.rules.rule_pack import Age, Clock, Education, Introducers, Papers
from ketnap.rules.tables import DataBroken
from ketnap.rules.votes import Denominator, Threshold

FILE = files("ketnap.rules") / "packs" / "qd24-2021.toml"
TEXT = FILE.read_text(encoding="utf-8")
PACK = pack_on(date(2024, 9, 30))
NO_RULES = {"code", "version", "digest", "in_force_from", "in_force_to", "forms", "bases"}


def write(folder: Path, name: str, *changes: tuple[str, str]) -> None:
    """A copy of the shipped pack with something else in it."""
    text = TEXT
    for old, new in changes:
        assert text.count(old) >= 1
        text = text.replace(old, new, 1)
    (folder / name).write_text(text, encoding="utf-8")


def test_the_pack_of_2021_says_what_regulation_24_says() -> None:
    two_thirds = Threshold(share=Fraction(2, 3), strictly_more=False)
    assert (PACK.cell_vote, PACK.grassroots_vote) == (two_thirds, two_thirds)
    assert PACK.standing_committee_vote == Threshold(share=Fraction(1, 2), strictly_more=True)
    assert PACK.cell_denominator == Denominator(
        without_temporarily_transferred=True, without_exempt_absent=True
    )
    assert PACK.age == Age(least_years=18, most_years=60, least_by="full_date", most_by="year_month")
    assert PACK.education_floor == Education.LOWER_SECONDARY
    assert PACK.education_in_difficult_area == Education.PRIMARY
    assert PACK.education_of_reputable == Education.LITERATE
    assert (PACK.introducer_months, PACK.successor_months) == (12, 0)
    assert PACK.introducers == Introducers(youth_union=1, trade_union=1, members=2)
    assert (PACK.cell_size, PACK.certificate_months, PACK.probation_months) == (3, 60, 12)
    assert PACK.papers == Papers(months=12, stale=("3-KNĐ", "3A-KNĐ", "4-KNĐ", "4a-KNĐ", "5-KNĐ"))
    assert PACK.decision == Clock(working_days=60, extension=30, starts="cell_resolution")
    assert PACK.ceremony == Clock(working_days=30, extension=0, starts="decision_received")
    assert PACK.recognition_meeting == Clock(working_days=30, extension=0, starts="probation_ended")
    assert PACK.recognition_decision == Clock(working_days=30, extension=30, starts="cell_resolution")
    assert PACK.inconclusive_votes == 3
    assert (PACK.readmission.months_after_leaving, PACK.readmission.times) == (36, 1)
    assert (PACK.awareness_programme.topics, PACK.new_member_programme.topics) == (5, 10)
    assert (PACK.verifier_is_helper, PACK.vote_clerk_decides) == ("warn", "block")


def test_a_released_pack_is_never_edited() -> None:
    digest = sha256(FILE.read_bytes()).hexdigest()
    assert PACK.digest == digest
    assert PACK.name == f"QD24-2021@1#{digest[:12]}" == "QD24-2021@1#3ca00971e218"


def test_every_rule_has_a_basis_and_nothing_else_has() -> None:
    rules = {field.name for field in fields(RulePack)} - NO_RULES
    assert rules == PACK.bases.keys()
    with pytest.raises(KeyError):
        PACK.basis("code")


def test_a_basis_names_instrument_clause_confidence_and_where_it_was_seen() -> None:
    basis = PACK.basis("decision")
    assert str(basis) == "điểm 4.3.1, Quy định 24-QĐ/TW ngày 30/7/2021 (Ban Chấp hành Trung ương)"
    assert basis.confidence == "V"
    assert all(source.startswith("http") for source in basis.sources)
    assert str(PACK.basis("cell_vote")).startswith("Điều 4 khoản 3, Điều lệ Đảng ngày 19/1/2011")
    assert str(PACK.basis("verifier_is_helper")) == "thông lệ"


def test_what_was_seen_nowhere_is_said_to_be_from_memory() -> None:
    for rule, basis in PACK.bases.items():
        assert basis.sources or basis.confidence == "M", rule
        assert basis.note or basis.confidence == "V", rule


def test_forms_stand_once_and_those_of_the_programmes_exist() -> None:
    codes = [form.code for form in PACK.forms]
    assert len(codes) == len(set(codes))
    assert {f"{number}-KNĐ" for number in range(1, 17)} <= set(codes)
    assert {PACK.awareness_programme.certificate, PACK.new_member_programme.certificate} <= set(codes)


@pytest.mark.parametrize("day", [date(2021, 7, 30), date(2025, 1, 19)])
def test_the_first_and_the_last_day_belong_to_the_pack(day: date) -> None:
    assert pack_on(day).code == "QD24-2021"


@pytest.mark.parametrize("day", [date(2021, 7, 29), date(2025, 1, 20)])
def test_outside_its_days_the_officer_reads_what_is_there_and_what_to_do(day: date) -> None:
    with pytest.raises(NoRulePack) as rejected:
        pack_on(day)
    sentence = str(rejected.value)
    assert f"ngày {day.day}/{day.month}/{day.year}" in sentence
    assert "QD24-2021 (từ 30/7/2021 đến hết 19/1/2025)" in sentence
    assert "báo bộ phận vận hành" in sentence


def test_adding_a_pack_is_adding_a_file(tmp_path: Path) -> None:
    write(tmp_path, "qd24-2021.toml")
    write(
        tmp_path,
        "qd232-2025.toml",
        ('code = "QD24-2021"', 'code = "QD232-2025"'),
        ("in_force_from = 2021-07-30", "in_force_from = 2025-01-20"),
        ("in_force_to = 2025-01-19", "in_force_to = 2025-06-30"),
    )
    (tmp_path / "README.md").write_text("not a pack")

    assert [pack.code for pack in packs(tmp_path)] == ["QD24-2021", "QD232-2025"]
    assert pack_on(date(2025, 1, 19), tmp_path).code == "QD24-2021"
    assert pack_on(date(2025, 1, 20), tmp_path).code == "QD232-2025"
    with pytest.raises(NoRulePack, match="QD232-2025"):
        pack_on(date(2025, 7, 1), tmp_path)


def test_an_empty_folder_has_no_pack_for_any_day(tmp_path: Path) -> None:
    with pytest.raises(NoRulePack, match="chưa có bộ nào"):
        pack_on(date(2024, 1, 1), tmp_path)


def test_a_corrected_version_takes_over_and_the_old_one_is_still_found_by_name(tmp_path: Path) -> None:
    write(tmp_path, "qd24-2021.toml")
    write(
        tmp_path,
        "qd24-2021-2.toml",
        ("version = 1", "version = 2"),
        ("working_days = 60", "working_days = 45"),
    )

    newest = pack_on(date(2024, 1, 1), tmp_path)

    assert (newest.version, newest.decision.working_days) == (2, 45)
    assert pack_named(PACK.name, tmp_path) == PACK
    assert pack_named(newest.name, tmp_path) == newest


def test_a_name_that_no_file_has_is_refused() -> None:
    with pytest.raises(UnknownPack, match="QD24-2021@1#000000000000"):
        pack_named("QD24-2021@1#000000000000")


@pytest.mark.parametrize(
    ("change", "because"),
    [
        (('share = "2/3"', 'share = "two thirds"'), "cell_vote.share is not a fraction in quotes"),
        (('share = "2/3"', "share = 0.66"), "cell_vote.share is not text"),
        (("strictly_more = false", "strictly_more = 0"), "cell_vote.strictly_more is not true or false"),
        (('share = "2/3"\n', ""), "cell_vote.share is missing"),
        (('share = "2/3"', 'share = "2/3"\nshares = 1'), "cell_vote: unknown key shares"),
        (("number = 3", "number = true"), "inconclusive_votes.number is not a whole number"),
        (('confidence = "V"', 'confidence = "X"'), "cell_vote.confidence is not one of V, S, M"),
        (('instrument = "charter"', 'instrument = "letter"'), "cell_vote.instrument is not one of charter"),
        (('sources = ["P24"]', 'sources = ["P99"]'), "cell_vote: no address for P99"),
        (('sources = ["P24"]', "sources = []"), "cell_vote: confidence V needs a source"),
        (('stale = ["3-KNĐ"', 'stale = ["33-KNĐ"'), "papers: no form 33-KNĐ"),
        (("in_force_to = 2025-01-19", "in_force_to = 2021-01-19"), "in force to a day before the first"),
        (("in_force_to = 2025-01-19", "in_force_to = 2025-01-19T00:00:00"), "in_force_to is not a day"),
        (("[cell_vote]", "[cell_vote"), "broken.toml"),
        (("[cell_size]", "[cell_sise]"), "cell_size is missing"),
        (("[[forms]]", "[[forms]]\nextra = 1"), r"forms\[0\]: unknown key extra"),
        (
            ('least = "lower_secondary"', 'least = "high"'),
            "education_floor.least is not one of literate, primary",
        ),
        (("[instruments.charter]", "[instruments]\ncharter = 1\n[old]"), "charter is not a table"),
        (('stale = ["3-KNĐ"', 'stale = [3, "3-KNĐ"'), "stale is not a list of texts"),
    ],
)
def test_a_broken_pack_says_where(tmp_path: Path, change: tuple[str, str], because: str) -> None:
    write(tmp_path, "broken.toml", change)
    with pytest.raises(DataBroken, match=because):
        packs(tmp_path)


def test_two_packs_on_one_day_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "one.toml")
    write(tmp_path, "two.toml", ('code = "QD24-2021"', 'code = "QD232-2025"'))
    with pytest.raises(DataBroken, match="in force on the same days"):
        packs(tmp_path)


def test_one_version_in_two_files_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "one.toml")
    write(tmp_path, "two.toml", ("working_days = 60", "working_days = 45"))
    with pytest.raises(DataBroken, match="stands in two files"):
        packs(tmp_path)


def test_the_shipped_packs_leave_no_day_between_them() -> None:
    shipped = packs()
    for earlier, later in pairwise(shipped):
        assert earlier.code == later.code or earlier.in_force_to + timedelta(days=1) == later.in_force_from
