"""Where everything lies and listens on this machine."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ketnap.ops import account
from ketnap.ops.settings import CHECKOUT, Settings
from ketnap.ops.unable import Code, Unable, disk_is_full

MARK = "ketnap-home"
NEEDED = 500_000_000
LONGEST_SOCKET = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    home: Path

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def keys(self) -> Path:
        return self.home / "keys"

    @property
    def postgres(self) -> Path:
        return self.home / "postgres"

    @property
    def kafka(self) -> Path:
        return self.home / "kafka"

    @property
    def supervisor(self) -> Path:
        return self.home / "supervisor"

    @property
    def provinces(self) -> Path:
        return self.home / "provinces"

    @property
    def socket(self) -> Path:
        return self.supervisor / "socket"

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"


def find(settings: Settings) -> Place:
    home = (settings.home or _default_home()).absolute()
    place = Place(home=home)
    if len(str(place.socket)) > LONGEST_SOCKET:
        raise Unable(
            f"The path {home} is too long for a socket: choose a shorter one with KETNAP_HOME.", Code.USAGE
        )
    return place


def make(place: Place) -> None:
    """Make the folders, or raise Unable when there is no room or the folder is somebody else's."""
    home = place.home
    if home.exists() and not (home / MARK).exists() and any(home.iterdir()):
        raise Unable(f"{home} holds other things: choose an empty folder with KETNAP_HOME.", Code.CONFLICT)
    home.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(home).free < NEEDED:
        raise disk_is_full(f"{home} ({NEEDED // 1_000_000} MB are needed)")
    who = account.unprivileged()
    if not account.can_enter(home, who):
        raise Unable(
            f"The account {who.name if who else 'in use'} cannot enter {home}: choose another folder with KETNAP_HOME.",
            Code.DENIED,
        )
    home.chmod(0o711)
    (home / MARK).write_text(
        "PostgreSQL's and Kafka's data, keys and logs; `ketnap reset` deletes this folder.\n"
    )
    for folder, mode in ((place.logs, 0o700), (place.keys, 0o700), (place.supervisor, 0o700)):
        folder.mkdir(mode=mode, exist_ok=True)


@contextmanager
def alone(place: Place) -> Iterator[None]:
    """Only one command at a time changes what runs and lies here; the next one waits."""
    with (place.supervisor / "command").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def delete(place: Place) -> None:
    """Empty a home, and nothing that is not one."""
    if not (place.home / MARK).exists():
        raise Unable(f"There is nothing of Ketnap in {place.home}.", Code.NOT_FOUND)
    for folder in (path for path in place.home.iterdir() if path.is_dir()):
        shutil.rmtree(folder)
    (place.home / MARK).unlink()


def cache() -> Path:
    """What was downloaded, for every checkout and home of this user; root's can be read by all."""
    if chosen := os.environ.get("XDG_CACHE_HOME"):
        return Path(chosen) / "ketnap"
    if account.unprivileged():
        return Path("/var/cache/ketnap")
    return Path.home() / ".cache/ketnap"


def _default_home() -> Path:
    who = account.unprivileged()
    if account.can_enter(CHECKOUT, who):
        return CHECKOUT / ".data"
    digest = hashlib.sha256(str(CHECKOUT).encode()).hexdigest()
    return Path("/var/lib/ketnap") / f"{CHECKOUT.name}-{digest[:8]}"
