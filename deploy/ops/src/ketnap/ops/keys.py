"""The secrets of one deployment: files that are made once, never printed and never overwritten."""

import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat


def make(folder: Path, services: Iterable[str]) -> list[Path]:
    """Make what is missing, and name it: 32 random bytes each, a P-256 key in PEM, a password for each service."""
    wanted = {
        "master.key": secrets.token_bytes(32),
        "pepper.key": secrets.token_bytes(32),
        "signing.pem": ec.generate_private_key(ec.SECP256R1()).private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        ),
    }
    files = [folder / name for name, content in wanted.items() if _write(folder / name, content)]
    return files + [file for service in services if password(file := folder / f"postgres-{service}.password")]


def password(file: Path) -> bool:
    """False when it is there already."""
    return _write(file, secrets.token_urlsafe(24).encode())


def _write(file: Path, content: bytes) -> bool:
    """Whole or not at all, readable by nobody else."""
    if file.exists():
        return False
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = file.with_suffix(".new")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    part.rename(file)
    return True
