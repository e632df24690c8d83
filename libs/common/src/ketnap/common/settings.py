"""Settings of one service process: KETNAP_* from the environment, secrets only as files."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What a service must be told; the defaults suit one machine."""

    model_config = SettingsConfigDict(env_prefix="KETNAP_", extra="ignore")

    province: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    """Code of the deployment: the prefix of its topics."""
    database_url: str
    """postgresql+asyncpg://..., as the service's own role."""
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
