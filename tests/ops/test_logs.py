"""Log files that stay small under processes that never close them."""

from pathlib import Path

from ketnap.ops import logs


def test_a_long_log_is_copied_and_emptied_while_its_writer_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "kafka.log"
    with file.open("ab", buffering=0) as writer:
        for number in range(5):
            writer.write(f"{number}".encode() * 11)
            logs.roll(file, limit=10, kept=3)
        writer.write(b"end")

    assert file.read_text() == "end"
    kept = {copy.name: copy.read_text()[0] for copy in tmp_path.glob("kafka.log.*")}
    assert kept == {"kafka.log.1": "4", "kafka.log.2": "3", "kafka.log.3": "2"}


def test_a_short_log_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "kafka.log"
    file.write_text("short")

    logs.roll(file, limit=10)

    assert [one.name for one in tmp_path.iterdir()] == ["kafka.log"]


def test_a_tail_shows_nothing_from_before_the_present_life(tmp_path: Path) -> None:
    file = tmp_path / "kafka.log"
    file.write_text("first life\nsecond life\n")

    assert logs.tail(file, since=11) == "second life\n"
    assert logs.tail(file, size=5) == "life\n"
