"""The services, asked with the officer's own token; and what may be answered instead of a page."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

import httpx
import structlog

from ketnap.portal.languages import Language
from ketnap.portal.settings import ASKED

type Json = dict[str, Any]  # Any: an answer's own JSON
type Parameters = Mapping[str, str | int | list[str]]

TIMEOUT = httpx.Timeout(10.0, connect=2.0)
POOL = httpx.Limits(max_connections=40, max_keepalive_connections=20)

READY = 2.0  # seconds within which a service says that it is ready
KEPT = 5.0  # seconds for which that is believed: whoever is not signed in cannot make them work

_NOBODY = frozenset({401, 403})
_NOT_FOUND = frozenset({"OutOfScope", "NoSuchAddress", "Malformed", "PlanUnknown"})


class NotThere(Exception):
    """There is no such thing, or it is outside the officer's scope: nobody is told which."""


class NotAllowed(Exception):
    """The officer's role may not do this, or no right has reached the service yet."""


class NoAnswer(Exception):
    """A service does not answer, or not in time."""


class Refused(Exception):
    """A service says in a sentence, in Vietnamese and English, why it cannot answer and what to do."""

    def __init__(self, sentence: str, english: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.english = english

    def sentence_in(self, language: Language) -> str:
        return self.english if language is Language.ENGLISH else self.sentence


class Services:
    """One pool of connections for each service, for all officers."""

    def __init__(self, clients: Mapping[str, httpx.AsyncClient]) -> None:
        self._clients = clients
        self._run: tuple[float, asyncio.Task[bool]] | None = None

    async def get(self, service: str, token: str, path: str, parameters: Parameters) -> Any:  # Any: JSON
        """Raises NotThere, NotAllowed, NoAnswer, Refused."""
        headers = {"Authorization": f"Bearer {token}"}
        if correlation_id := structlog.contextvars.get_contextvars().get("correlation_id"):
            headers["X-Correlation-Id"] = correlation_id
        try:
            answer = await self._clients[service].get(path, params=parameters, headers=headers)
        except httpx.HTTPError as error:
            raise NoAnswer(f"{service}: {type(error).__name__}: {error}") from error
        try:
            told: Json = answer.json()
        except ValueError:
            raise NoAnswer(f"{service}: {answer.status_code} without JSON") from None
        if answer.status_code == httpx.codes.OK:
            return told
        raise _instead(service, answer.status_code, told)

    async def run(self) -> bool:
        """Are all of them ready? Asked once for everybody who wants to know within the same seconds."""
        now = time.monotonic()
        if self._run is None or now - self._run[0] > KEPT:
            self._run = (now, asyncio.create_task(self._ready()))
        return await asyncio.shield(self._run[1])

    async def _ready(self) -> bool:
        return all(await asyncio.gather(*map(_is_ready, self._clients.values())))

    async def close(self) -> None:
        for client in self._clients.values():
            await client.aclose()


def connect(addresses: Mapping[str, str]) -> Services:
    """By the name of the service where it is; nothing is connected before it is asked."""
    return Services(
        {
            name: httpx.AsyncClient(base_url=addresses[name], timeout=TIMEOUT, limits=POOL, trust_env=False)
            for name in ASKED
        }
    )


async def _is_ready(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/health/ready", timeout=READY)).is_success
    except httpx.HTTPError:
        return False


def _instead(service: str, status: int, problem: Json) -> Exception:
    code = problem.get("code", "")
    if status in _NOBODY:
        return NotAllowed(f"{service}: {code}")
    if status >= httpx.codes.INTERNAL_SERVER_ERROR or status < httpx.codes.BAD_REQUEST:
        return NoAnswer(f"{service}: {status} {code}")
    if code in _NOT_FOUND or "detail_en" not in problem:
        return NotThere(f"{service}: {code}")
    return Refused(problem["detail"], problem["detail_en"])
