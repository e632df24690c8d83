"""A home of its own for a test, and the command `ketnap` that works on it."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from typing import Any

import psutil

from ketnap.ops import ready
from tests import servers

POSTGRES, KAFKA, CONTROLLER = 90, 92, 93


class Machine:
    """A home of its own and the command that works on it."""

    def __init__(self, base_port: int | None = None) -> None:
        self.home = servers.new_folder() / "home"
        self.base = base_port or servers.free_port(POSTGRES, KAFKA, CONTROLLER)
        self.environment = os.environ | {
            "KETNAP_HOME": str(self.home),
            "KETNAP_BASE_PORT": str(self.base),
            "NO_COLOR": "1",
            "COLUMNS": "200",
        }

        self.command = [sys.executable, "-m", "ketnap.ops.cli"]

    def run_as(self, uid: int) -> None:
        """Not root any more; but the interpreter may lie where only root can read, so that stays allowed."""
        caps = "+dac_read_search"
        change = ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups"]
        self.command = [*change, f"--inh-caps={caps}", f"--ambient-caps={caps}", *self.command]

    def ketnap(
        self, *arguments: str, **more: Any
    ) -> subprocess.CompletedProcess[str]:  # Any: options of run()
        return subprocess.run(
            [*self.command, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
            **more,
        )

    def rows(self) -> dict[str, dict[str, Any]]:  # Any: JSON
        return {row["name"]: row for row in json.loads(self.ketnap("status", "--json").stdout)}

    def processes(self) -> list[psutil.Process]:
        """All on this machine that were told of our home, and their children."""
        ours = [one for one in psutil.process_iter(["cmdline"]) if str(self.home) in str(one.info["cmdline"])]
        for process in list(ours):
            with suppress(psutil.NoSuchProcess):
                ours += process.children(recursive=True)
        return ours

    async def identities(self) -> tuple[str, str]:
        """Of PostgreSQL and Kafka, as soon as both answer."""
        password = (self.home / "keys/postgres.password").read_text()
        async with asyncio.timeout(60):
            while True:
                database = await ready.system_identifier(self.base + POSTGRES, password)
                broker = await ready.cluster_id(self.base + KAFKA)
                if database and broker:
                    return database, broker
                await asyncio.sleep(0.05)

    def supervisor(self) -> int:
        return int((self.home / "supervisor/lock").read_text())

    def close(self) -> None:
        self.ketnap("down")
        shutil.rmtree(self.home.parent)
