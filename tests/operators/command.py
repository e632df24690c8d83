"""The command as an operator runs it beside a service: a process of its own, told by KETNAP_* alone."""

import asyncio
import json
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ketnap.common.frozen import frozen
from ketnap.common.settings import Settings
from ketnap.ops import cli

WITHIN = 120  # seconds

# Forked from a process that has imported the command already: what it imports takes longer than what it does.
BORN = multiprocessing.get_context("forkserver")
BORN.set_forkserver_preload(["ketnap.ops.cli"])


@frozen
class Done:
    code: int
    out: str
    err: str

    @property
    def found(self) -> Any:  # Any: JSON
        return json.loads(self.out)


def environment(settings: Settings, **more: str) -> dict[str, str]:
    """What the service itself was told, and nothing of the machine's own home."""
    told = {
        "KETNAP_PROVINCE": settings.province,
        "KETNAP_DATABASE_URL": settings.database_url,
        "KETNAP_KAFKA_URL": settings.kafka_url,
        "KETNAP_MASTER_KEY_FILE": str(settings.master_key_file),
        "KETNAP_PEPPER_FILE": str(settings.pepper_file),
        "KETNAP_ISSUERS": json.dumps(settings.issuers),
        "NO_COLOR": "1",
        "COLUMNS": "300",
    }
    if settings.clock_file is not None:
        told["KETNAP_CLOCK_FILE"] = str(settings.clock_file)
    return os.environ | told | more


async def ketnap(settings: Settings, *arguments: str, **more: str) -> Done:
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / "out", Path(folder) / "err"]
        process = BORN.Process(target=_command, args=(arguments, environment(settings, **more), files))
        process.start()
        await asyncio.to_thread(process.join, WITHIN)
        assert process.exitcode is not None, f"{arguments} takes for ever"
        out, err = (file.read_text() for file in files)
    assert "Traceback" not in err, err
    return Done(code=process.exitcode, out=out, err=err)


def _command(arguments: Sequence[str], environment: Mapping[str, str], files: Sequence[Path]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    for stream, file in enumerate(files, 1):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT), stream)
    sys.argv = ["ketnap", *arguments]
    cli.main()


async def looks(settings: Settings, service: str) -> tuple[int, dict[str, dict[str, Any]]]:  # Any: JSON
    """The doctor's exit code, and what it found by what it looked at."""
    done = await ketnap(settings, "doctor", service, "--json")
    return done.code, {look["about"]: look for look in done.found}


def ill(found: dict[str, dict[str, Any]]) -> set[str]:  # Any: as above
    return {about for about, look in found.items() if not look["ok"]}
