"""The rules know neither storage nor HTTP nor a clock."""

import subprocess
import sys


def test_the_rulebook_loads_without_storage_http_or_brokers() -> None:
    loaded = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, ketnap.admission.dossier, ketnap.admission.progress; print(*sys.modules, sep='\\n')",
        ],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()

    foreign = {"sqlalchemy", "pydantic", "fastapi", "faststream", "structlog", "asyncpg", "orjson"}
    assert "ketnap.admission.voting" in loaded
    assert foreign.isdisjoint(loaded)
