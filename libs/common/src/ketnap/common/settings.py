"""Settings of one service process: KETNAP_* from the environment, secrets only as files."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url


class Settings(BaseSettings):
    """What a service must be told; the defaults suit one machine."""

    model_config = SettingsConfigDict(env_prefix="KETNAP_", extra="ignore")

    province: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    """Code of the deployment: the prefix of its topics."""
    database_url: str
    """postgresql+asyncpg://..., as the service's own role; without a password where a file holds it."""
    database_password_file: Path | None = None
    kafka_url: str = "127.0.0.1:9092"
    master_key_file: Path
    """32 bytes in base64: wraps the keys of the people."""
    pepper_file: Path
    """32 bytes in base64: makes claimed values unreadable."""
    issuers: dict[str, str] = {}
    """Trusted token issuers: issuer to the address of its keys (JSON)."""
    clock_file: Path | None = None
    """A sandbox's shift of the clock; unset in production."""
    pool: int = 8
    """Connections for queries."""
    log_level: str = "INFO"

    @property
    def database(self) -> str:
        """The address with the password in it."""
        return with_password(self.database_url, self.database_password_file)


def with_password(url: str, file: Path | None) -> str:
    """An address, the password put in from a file that may be read by the service alone."""
    if file is None:
        return url
    return make_url(url).set(password=file.read_text().strip()).render_as_string(hide_password=False)
