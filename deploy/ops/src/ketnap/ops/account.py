"""The account under which PostgreSQL and Kafka run when the operator is root."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from ketnap.ops.unable import Unable


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    name: str
    uid: int
    gid: int


class Identity(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


def unprivileged() -> Account | None:
    """None when we are not root: then everything runs as ourselves."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in ("postgres", "nobody"):
        if name in known:
            return Account(name=name, uid=known[name].pw_uid, gid=known[name].pw_gid)
    raise Unable(
        "PostgreSQL refuses to run as root, and there is neither an account postgres nor nobody: "
        "run this as an ordinary user."
    )


def identity(account: Account | None) -> Identity:
    """Arguments of `subprocess` that make a child run as this account."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def can_enter(folder: Path, account: Account | None) -> bool:
    """Asked as that account, so that every rule of the file system has its say."""
    while not folder.exists():
        folder = folder.parent
    return not subprocess.run(["test", "-x", folder], check=False, **identity(account)).returncode


def give(folder: Path, account: Account | None) -> None:
    """Make the account the owner of the folder and of all that is in it, unless the folder is its own already."""
    if account is None or folder.stat().st_uid == account.uid:
        return
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, account.uid, account.gid, follow_symlinks=False)
