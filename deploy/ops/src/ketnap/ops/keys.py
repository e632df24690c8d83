"""The secrets of one deployment: files that are made once, never printed and never overwritten."""

import base64
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

PRIVATE = 0o600  # readable by nobody else


def make(folder: Path, services: Iterable[str]) -> list[Path]:
    """Make what is missing, and name it.

    `master.key` and `pepper.key` hold 32 bytes in base64, `signing.pem` an Ed25519 key; every service has two
    passwords, one as owner of its database and one for its daily work.
    """
    wanted = {
        "master.key": base64.b64encode(secrets.token_bytes(32)),
        "pepper.key": base64.b64encode(secrets.token_bytes(32)),
        "signing.pem": Ed25519PrivateKey.generate().private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        ),
    }
    files = [folder / name for name, content in wanted.items() if _write(folder / name, content)]
    passwords = [folder / f"postgres-{name}.password" for one in services for name in (f"{one}-owner", one)]
    return files + [file for file in passwords if password(file)]


def password(file: Path, mode: int = PRIVATE) -> bool:
    """False when it is there already."""
    return _write(file, secrets.token_urlsafe(24).encode(), mode)


def _write(file: Path, content: bytes, mode: int = PRIVATE) -> bool:
    """Whole or not at all."""
    if file.exists():
        return False
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = file.with_suffix(".new")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    part.rename(file)
    return True
