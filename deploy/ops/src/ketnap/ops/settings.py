"""What the operator may choose, each as an environment variable KETNAP_<NAME>."""

from pathlib import Path

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from ketnap.ops.unable import Code, Unable

CHECKOUT = Path(__file__).resolve().parents[5]


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="KETNAP_", env_ignore_empty=True, frozen=True)

    home: Path | None = None
    """Data, keys and logs; `.data` in the checkout unless that is out of the reach of unprivileged accounts."""

    base_port: int = 17000
    """The first of a hundred ports: ten for each province, the last ten for PostgreSQL and Kafka."""

    postgres: str = ""
    """`wheel`, or the folder with `initdb` and `postgres`; the machine's if it has one, else the wheel."""

    java: str = ""
    """`wheel`, or the folder with `java`; the machine's if it has one, else the wheel."""

    node: str = ""
    """`wheel`, or the folder with `node`; the machine's if it has one, else the wheel."""

    maven_repository: str = ""
    """A mirror of Maven Central inside your network."""


def load() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        [first, *_] = error.errors()
        name = "_".join(str(part) for part in first["loc"]).upper()
        raise Unable(f"KETNAP_{name} is not understood: {first['msg']}.", Code.USAGE) from None
