"""One province on this machine: its number, and with it its ports, its keys and its databases."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ketnap.ops.place import Place
from ketnap.ops.unable import Code, Unable

PORTAL = "portal"
SERVICES = (PORTAL, "registry", "training", "admission", "statistics")
MOST = 9
CODE = re.compile(r"[a-z]+(-[a-z]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """A hundred: ten for each of nine provinces, the last ten for PostgreSQL and Kafka."""

    base: int

    @property
    def postgres(self) -> int:
        return self.base + 90

    @property
    def kafka(self) -> int:
        return self.base + 92

    @property
    def controller(self) -> int:
        return self.base + 93

    def of(self, number: int, service: str) -> int:
        return self.base + 10 * number + SERVICES.index(service)

    def metrics_of(self, number: int, service: str) -> int:
        return self.of(number, service) + len(SERVICES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    province: str
    number: int
    folder: Path

    @property
    def keys(self) -> Path:
        return self.folder / "keys"

    def database(self, service: str) -> str:
        return f"{self.province}_{service}".replace("-", "_")


def enrol(place: Place, provinces: Sequence[str]) -> list[Deployment]:
    """A province keeps its number, and so its address, for as long as the home exists."""
    if wrong := [province for province in provinces if not CODE.fullmatch(province)]:
        raise Unable(f"{wrong[0]} is no code of a province: write it like lao-cai.", Code.USAGE)
    place.provinces.mkdir(mode=0o700, exist_ok=True)
    known = _numbered(place)
    known += [province for province in dict.fromkeys(provinces) if province not in known]
    if len(known) > MOST:
        raise Unable(
            f"There are ports for {MOST} provinces in one home: use another KETNAP_HOME.", Code.CONFLICT
        )
    _numbers(place).write_text("\n".join(known))
    all_of_home = {deployment.province: deployment for deployment in enrolled(place)}
    return [all_of_home[province] for province in provinces]


def enrolled(place: Place) -> list[Deployment]:
    """The provinces of this home, in the order of their numbers."""
    return [
        Deployment(province=province, number=number, folder=place.provinces / province)
        for number, province in enumerate(_numbered(place))
    ]


def _numbered(place: Place) -> list[str]:
    file = _numbers(place)
    return file.read_text().split() if file.exists() else []


def _numbers(place: Place) -> Path:
    return place.provinces / "numbers"
