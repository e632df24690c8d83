"""One Apache Kafka node: its data folder, its process, and who it is."""

import base64
import subprocess
import tempfile
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from ketnap.ops.account import Account, can_enter, give, identity
from ketnap.ops.jars import version
from ketnap.ops.process import Process
from ketnap.ops.ready import HOST, Kafka
from ketnap.ops.tools import Found
from ketnap.ops.unable import Code, Unable, from_output
from ketnap.ops.wheels import LOCKS

CONFIGURATION = LOCKS / "kafka.properties"
LOGGING = LOCKS / "log4j2.properties"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    folder: Path
    java: Found
    jars: list[Path]
    port: int
    controller_port: int
    account: Account | None = None
    settings: dict[str, str] = field(default_factory=dict)
    """These overrule the configuration file."""

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"

    def prepare(self) -> bool:
        """Make the data if there are none, whole or not at all; whether that was so."""
        for needed in (self.java.folder, self.jars[0].parent):
            if not can_enter(needed, self.account):
                raise Unable(
                    f"Unprivileged accounts cannot reach {needed}: move it with XDG_CACHE_HOME.", Code.DENIED
                )
        self.folder.mkdir(mode=0o700, exist_ok=True)
        (self.folder / "tmp").mkdir(exist_ok=True)
        (self.folder / "log4j2.properties").write_bytes(LOGGING.read_bytes())
        self._configure(self.folder / "server.properties", self.data)
        give(self.folder, self.account)
        if self.data.exists():
            return False
        self._format()
        return True

    def cluster_id(self) -> str:
        lines = (self.data / "meta.properties").read_text().splitlines()
        return next(line.removeprefix("cluster.id=") for line in lines if line.startswith("cluster.id="))

    def process(self) -> Process:
        return Process(
            name="kafka",
            title=f"Apache Kafka {version()}",
            argv=self._java("kafka.Kafka", str(self.folder / "server.properties")),
            port=self.port,
            ready=Kafka(port=self.port, cluster_id=self.cluster_id()),
            env={"MALLOC_ARENA_MAX": "2"},  # else glibc keeps memory for each of a hundred threads
            account=self.account,
        )

    def _java(self, main: str, *arguments: str) -> tuple[str, ...]:
        return (
            str(self.java.folder / "java"),
            "-Xmx256m",
            "-Xmn40m",  # the young generation is touched wholly, however little happens
            "-XX:+UseSerialGC",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:-UsePerfData",  # it would leave files in /tmp
            f"-Djava.io.tmpdir={self.folder / 'tmp'}",
            f"-Dlog4j2.configurationFile={self.folder / 'log4j2.properties'}",
            "-cp",
            ":".join(str(jar) for jar in self.jars),
            main,
            *arguments,
        )

    def _configure(self, file: Path, data: Path) -> None:
        settings = {
            "listeners": f"CLIENTS://{HOST}:{self.port},CONTROLLER://{HOST}:{self.controller_port}",
            "advertised.listeners": f"CLIENTS://{HOST}:{self.port}",
            "controller.quorum.voters": f"1@{HOST}:{self.controller_port}",
            "log.dirs": data,
            **self.settings,
        }
        added = "".join(f"{name}={value}\n" for name, value in settings.items())
        file.write_text(f"{CONFIGURATION.read_text()}\n{added}")

    def _format(self) -> None:
        with tempfile.TemporaryDirectory(dir=self.folder, prefix="new-") as part:
            properties = Path(part, "server.properties")
            self._configure(properties, Path(part, "data"))
            give(Path(part), self.account)
            done = subprocess.run(
                self._java(
                    "kafka.tools.StorageTool", "format", "-c", str(properties), "-t", _new_cluster_id()
                ),
                capture_output=True,
                text=True,
                check=False,
                cwd="/",
                **identity(self.account),
            )
            if done.returncode:
                raise from_output("Kafka's format", done.stdout + done.stderr)
            Path(part, "data").rename(self.data)


def _new_cluster_id() -> str:
    """As Kafka makes them: 16 random bytes, never one that reads like an option of the command line."""
    while (made := base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")).startswith("-"):
        pass
    return made
