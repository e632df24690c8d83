"""What the supervisor is asked and what it answers, one JSON object a line."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from ketnap.ops.process import Process
from ketnap.ops.unable import Code

type State = Literal["starting", "ready", "waiting", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    processes: tuple[Process, ...]
    kind: Literal["start"] = "start"


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    kind: Literal["status"] = "status"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    kind: Literal["stop"] = "stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    name: str
    title: str
    ran: bool
    """Already, before it was asked for."""
    kind: Literal["started"] = "started"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    name: str
    title: str
    state: State
    port: int
    pid: int | None
    since: float
    """Of the state, in seconds of the epoch."""
    restarts: int
    note: str
    """Why it ended last, if it did by itself."""
    kind: Literal["row"] = "row"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    sentence: str
    code: Code = Code.ERROR
    kind: Literal["refused"] = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    kind: Literal["done"] = "done"


type Request = Start | Status | Stop
type Answer = Started | Row | Refused | Done

REQUEST: TypeAdapter[Request] = TypeAdapter(Annotated[Start | Status | Stop, Field(discriminator="kind")])
ANSWER: TypeAdapter[Answer] = TypeAdapter(
    Annotated[Started | Row | Refused | Done, Field(discriminator="kind")]
)
