"""A process as a value, and how it is born so that it cannot outlive its parent."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import IO, Any

from ketnap.ops.account import Account, identity
from ketnap.ops.ready import Ready

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    name: str
    title: str
    """As people read it: "PostgreSQL 17.10"."""
    argv: tuple[str, ...]
    port: int
    ready: Ready
    env: dict[str, str] = field(default_factory=dict)
    """Added to the environment; secrets travel as names of files."""
    after: tuple[str, ...] = ()
    """Names of those that must be ready before this one starts; they also stop after it."""
    account: Account | None = None
    stop_signal: int = signal.SIGTERM
    orphan_signal: int = signal.SIGKILL
    """Sent by the kernel when the parent is gone."""
    start_within: float = 60.0
    stop_within: float = 10.0


def birth(process: Process, log: IO[bytes]) -> dict[str, Any]:  # Any: arguments of Popen are of many types
    """The arguments of `subprocess.Popen`, or asyncio's, that every child of ours is born with."""
    return {
        "stdin": subprocess.DEVNULL,
        "stdout": log,
        "stderr": subprocess.STDOUT,
        "cwd": "/",
        "env": os.environ | process.env,
        "start_new_session": True,
        "preexec_fn": _die_with_parent(process.orphan_signal),
        **identity(process.account),
    }


def _die_with_parent(number: int) -> Callable[[], None] | None:
    """Linux only; elsewhere the next command sweeps up what a killed supervisor left."""
    return partial(_ask_kernel, os.getpid(), number) if sys.platform == "linux" else None


def _ask_kernel(parent: int, number: int) -> None:
    LIBC.prctl(PR_SET_PDEATHSIG, number)  # after the change of account, which would undo it
    if os.getppid() != parent:
        os._exit(1)
