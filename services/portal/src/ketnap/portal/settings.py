"""What the portal must be told: KETNAP_* from the environment, secrets only as files."""

from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from ketnap.common.settings import with_password

ASKED = ("registry", "statistics")


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="KETNAP_", extra="ignore")

    province: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    """Code of the deployment."""
    province_name: str
    """As it stands under the product's name on the sign-in page."""
    support: str
    """Whom to call: a telephone number."""
    database_url: str
    """postgresql+asyncpg://..., as the portal's own role; without a password where a file holds it."""
    database_password_file: Path | None = None
    services: dict[str, str]
    """Where the services are: name to address (JSON)."""
    portal_url: str
    """Where browsers find the portal, without a path."""
    signing_keys: Path
    """Folder with signing*.pem, Ed25519; the last by name signs, all are published."""
    agencies_kafka: str | None = None
    """Where other agencies reach Kafka, host:port, as their page tells it; without it the operators tell each."""
    sample: bool = False
    """Every page says that its data are a sample."""
    clock_file: Path | None = None
    """A sandbox's shift of the clock; unset in production."""
    pool: int = 4
    log_level: str = "INFO"

    @field_validator("services")
    @classmethod
    def _all_of_them(cls, value: dict[str, str]) -> dict[str, str]:
        if missing := [name for name in ASKED if name not in value]:
            raise ValueError(f"no address of {', '.join(missing)}")
        return value

    @field_validator("portal_url")
    @classmethod
    def _origin(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path.strip("/") or parts.query:
            raise ValueError("must be http(s)://host[:port] and nothing more")
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def database(self) -> str:
        """The address with the password in it."""
        return with_password(self.database_url, self.database_password_file)

    @property
    def secure(self) -> bool:
        return self.portal_url.startswith("https:")
