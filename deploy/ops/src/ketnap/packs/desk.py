"""Where acts are sent from: many at a time, each until it is answered, always under the same key."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

import httpx

from ketnap.packs.acts import Act, Done
from ketnap.packs.ids import Ids
from ketnap.packs.journal import Journal
from ketnap.packs.officers import Officer

type Sign = Callable[[Officer], str]
"""A token that says who the officer is."""
type Answer = tuple[int, Mapping[str, Any]]  # Any: JSON
type Send = Callable[[], Awaitable[Answer]]

KEEP = 120.0  # seconds that a token is used
SHORTEST, LONGEST = 0.02, 1.0  # seconds between two tries
NOT_NOW = frozenset({202, 408, 425, 429, 500, 502, 503, 504})
NOT_YET = frozenset({401, 403, 404})
NOT_YET_THERE = frozenset({"InstitutionUnfit", "NotASympathiser"})  # said of what is not known here yet, too
STALE = 412
SHUT = 503


class Refused(Exception):
    """A service said no, and will say no again."""

    def __init__(self, act: Act, status: int, problem: Mapping[str, Any]) -> None:  # Any: JSON
        self.act = act
        self.status = status
        self.problem = problem
        super().__init__(f"{act.key} ({act.day}, {act.path}): {status} {problem.get('detail_en', problem)}")

    @property
    def sentence(self) -> str:
        return str(self.problem.get("detail", self.problem))


class Unanswered(Exception):
    """Nobody answered for as long as we may wait; whether it was recorded is not known. Run it again: the key is the same."""

    def __init__(self, act: Act, last: str) -> None:
        self.act = act
        super().__init__(f"{act.key} was not answered: {last}. Run the same again: nothing is done twice.")


class Desk:
    """Sends acts. What was answered is in the journal and is not sent again."""

    def __init__(
        self,
        clients: Mapping[str, httpx.AsyncClient],
        *,
        sign: Sign,
        ids: Ids,
        journal: Journal,
        at_once: int = 32,
        patience: float = 180.0,
    ) -> None:
        self._clients = clients
        self._sign = sign
        self._ids = ids
        self.journal = journal
        self._room = asyncio.Semaphore(at_once)
        self._patience = patience
        self._tokens: dict[str, tuple[float, str]] = {}
        self._doors = {name: _Door() for name in clients}
        self.sent = 0

    async def do_all(self, acts: Iterable[Act], refused: Callable[[Refused], None] | None = None) -> None:
        """Each as soon as what it needs, of these, was answered. `refused` is told of refusals and the others go on.

        Raises:
            Refused, Unanswered: the first that failed; the others were left where they were.
        """
        waiting = {act.key: act for act in acts if self.journal.answered(act) is None}
        answered = {key: asyncio.Event() for key in waiting}

        async def one(act: Act) -> None:
            for key in act.needs:
                if key in answered:
                    await answered[key].wait()
            try:
                await self.do(act)
            except Refused as no:
                if refused is None:
                    raise
                refused(no)
            answered[act.key].set()

        try:
            async with asyncio.TaskGroup() as group:
                for act in waiting.values():
                    group.create_task(one(act))
        except* (Refused, Unanswered) as failed:
            raise failed.exceptions[0] from None
        finally:
            self.journal.flush()

    async def do(self, act: Act) -> Done:
        """Send it until it is answered; again after an answer was lost is the same as once.

        Raises:
            Refused, Unanswered
        """
        if (known := self.journal.answered(act)) is not None:
            return known
        deadline = time.monotonic() + self._patience
        pause, version = SHORTEST, act.version
        door = self._doors[act.service]
        while True:
            status, problem = await door.through(lambda: self._send(act, version))  # noqa: B023 - awaited at once
            match status:
                case 200:
                    done = Done(
                        service=act.service,
                        version=problem.get("version", 0),
                        position=problem.get("position", 0),
                    )
                    self.journal.keep(act, done)
                    return done
                case _ if status == STALE and act.matching == "latest":
                    version = int(problem["version"])
                    continue
                case _ if status in NOT_NOW or status == 0 or (act.patient and _not_yet(status, problem)):
                    if time.monotonic() > deadline:
                        raise Unanswered(act, f"{status} {problem.get('detail_en', problem)}")
                case _:
                    raise Refused(act, status, problem)
            await asyncio.sleep(pause)
            pause = min(pause * 1.6, LONGEST)

    async def see(
        self,
        officer: Officer,
        service: str,
        path: str,
        params: Mapping[str, str | int],
        *,
        patient: bool = False,
    ) -> Any:  # Any: JSON
        """A question, asked until it is answered.

        Raises:
            LookupError: the service says no.
        """
        deadline = time.monotonic() + self._patience
        pause = SHORTEST
        while True:
            status, answer = await self._ask(officer, service, path, params)
            if status == 200:  # noqa: PLR2004 - OK
                return answer
            again = status in NOT_NOW or status == 0 or (patient and status in NOT_YET)
            if not again or time.monotonic() > deadline:
                raise LookupError(f"{service}{path}: {status} {answer}")
            await asyncio.sleep(pause)
            pause = min(pause * 1.6, LONGEST)

    async def _send(self, act: Act, version: int) -> tuple[int, Mapping[str, Any]]:  # Any: JSON
        headers = {
            "Authorization": f"Bearer {self.token(act.officer)}",
            "Idempotency-Key": str(self._ids.command(act.key, act.digest)),
            "Content-Type": "application/json",
        }
        if act.matching in {"version", "latest"}:
            headers["If-Match"] = f'"{version}"'
        async with self._room:
            self.sent += 1
            try:
                answer = await self._clients[act.service].request(
                    act.method, act.path, content=act.content, headers=headers, params=self._known(act)
                )
            except httpx.TransportError as lost:
                return 0, {"detail_en": f"{type(lost).__name__}: {lost}"}
        return answer.status_code, _json(answer)

    async def _ask(
        self, officer: Officer, service: str, path: str, params: Mapping[str, str | int]
    ) -> tuple[int, Any]:  # Any: JSON
        headers = {"Authorization": f"Bearer {self.token(officer)}"}
        async with self._room:
            try:
                answer = await self._clients[service].get(path, params=dict(params), headers=headers)
            except httpx.TransportError as lost:
                return 0, {"detail_en": f"{type(lost).__name__}: {lost}"}
        return answer.status_code, _json(answer)

    def _known(self, act: Act) -> dict[str, str]:
        """What must have arrived where the act goes."""
        seen = self.journal.get(act.sees) if act.sees else None
        if seen is None:
            return {}
        if seen.service == act.service:
            return {"min_position": str(seen.position)}
        return {"after": f"{seen.service}:{seen.position}"}

    def token(self, officer: Officer) -> str:
        issued, token = self._tokens.get(officer.sign_in, (-KEEP, ""))
        if time.monotonic() - issued >= KEEP:
            issued, token = time.monotonic(), self._sign(officer)
            self._tokens[officer.sign_in] = (issued, token)
        return token


class _Door:
    """While a service takes no writes, one knocks and the others wait: after each jump of a sandbox's clock it must
    first hear again who may do what.
    """

    def __init__(self) -> None:
        self._open = asyncio.Event()
        self._open.set()
        self._knocking = asyncio.Lock()

    async def through(self, send: Send) -> Answer:
        if self._open.is_set():
            answer = await send()
            if not _shut(answer):
                return answer
            self._open.clear()
        async with self._knocking:
            if self._open.is_set():
                return await send()
            answer = await send()
            if _shut(answer):
                await asyncio.sleep(SHORTEST)
            else:
                self._open.set()
            return answer


def _shut(answer: Answer) -> bool:
    status, problem = answer
    return status == SHUT and problem.get("code") == "RightsUnknown"


def _not_yet(status: int, problem: Mapping[str, Any]) -> bool:  # Any: JSON
    return status in NOT_YET or problem.get("code") in NOT_YET_THERE


def _json(answer: httpx.Response) -> Any:  # Any: JSON
    try:
        return json.loads(answer.content)
    except ValueError:
        return {"detail_en": answer.text[:200]}
