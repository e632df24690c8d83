"""One PostgreSQL server: its data folder, its process, and who it is."""

import re
import signal
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from ketnap.ops.account import Account, can_enter, give, identity
from ketnap.ops.process import Process
from ketnap.ops.ready import HOST, PostgreSQL
from ketnap.ops.tools import Found
from ketnap.ops.unable import Code, Unable, from_output
from ketnap.ops.wheels import LOCKS

CONFIGURATION = LOCKS / "postgresql.conf"


def major(folder: Path) -> int | None:
    """The version that made the data in this folder, if there are any."""
    file = folder / "data/PG_VERSION"
    return int(file.read_text()) if file.exists() else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    folder: Path
    found: Found
    port: int
    password_file: Path
    account: Account | None = None
    settings: dict[str, str] = field(default_factory=dict)
    """These overrule the configuration file."""

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def url(self) -> str:
        """The superuser's."""
        return f"postgresql://postgres:{self.password_file.read_text()}@{HOST}:{self.port}/postgres"

    def prepare(self) -> bool:
        """Make the data if there are none, whole or not at all; whether that was so."""
        if not can_enter(self.found.folder, self.account):
            raise Unable(
                f"Unprivileged accounts cannot reach {self.found.folder}: move it with XDG_CACHE_HOME.",
                Code.DENIED,
            )
        self.folder.mkdir(mode=0o700, exist_ok=True)
        (self.folder / "postgresql.conf").write_bytes(CONFIGURATION.read_bytes())
        give(self.folder, self.account)
        if self.data.exists():
            self._forget_stale_pid()
            return False
        self._initialise()
        return True

    def system_identifier(self) -> str:
        told = subprocess.run(
            [self.found.folder / "pg_controldata", self.data],
            capture_output=True,
            text=True,
            check=False,
            env={"LC_ALL": "C"},
        )
        identifier = re.search(r"Database system identifier:\s+(\d+)", told.stdout)
        if identifier is None:
            raise from_output(f"pg_controldata of {self.data}", told.stdout + told.stderr)
        return identifier[1]

    def process(self) -> Process:
        settings = {"config_file": self.folder / "postgresql.conf", "port": self.port, **self.settings}
        return Process(
            name="postgres",
            title=f"PostgreSQL {self.found.version}",
            argv=(
                str(self.found.folder / "postgres"),
                *("-D", str(self.data)),
                *(part for name, value in settings.items() for part in ("-c", f"{name}={value}")),
            ),
            port=self.port,
            ready=PostgreSQL(
                port=self.port, password_file=self.password_file, system_identifier=self.system_identifier()
            ),
            account=self.account,
            stop_signal=signal.SIGINT,  # fast: it ends sessions and writes a checkpoint
            orphan_signal=signal.SIGQUIT,  # immediate: killed outright it would leave its sessions to find out
        )

    def _initialise(self) -> None:
        with tempfile.TemporaryDirectory(dir=self.folder, prefix="new-") as part:
            password = Path(part, "password")
            password.write_bytes(self.password_file.read_bytes())
            give(Path(part), self.account)
            done = subprocess.run(
                [
                    self.found.folder / "initdb",
                    f"--pgdata={part}/data",
                    f"--pwfile={password}",
                    "--username=postgres",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale=C",
                    "--data-checksums",
                ],
                capture_output=True,
                text=True,
                check=False,
                cwd="/",
                **identity(self.account),
            )
            if done.returncode:
                raise from_output("PostgreSQL's initdb", done.stdout + done.stderr)
            Path(part, "data").rename(self.data)

    def _forget_stale_pid(self) -> None:
        """After a crash of the machine its number may be another program's, and PostgreSQL would not start."""
        file = self.data / "postmaster.pid"
        if not file.exists():
            return
        number = int(file.read_text().split()[0])
        if not psutil.pid_exists(number) or "postgres" not in psutil.Process(number).name():
            file.unlink()
