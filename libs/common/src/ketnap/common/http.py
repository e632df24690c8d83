"""HTTP in: every route an action, commands idempotent and versioned, errors as problem+json."""

import hashlib
import unicodedata
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Annotated, Any, Self
from uuid import UUID, uuid4

import structlog
from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from opentelemetry.propagate import inject
from pydantic import BaseModel, ConfigDict, model_validator

from ketnap.common.access import TOO_OLD, Access, Permit, RightsUnknown
from ketnap.common.append import Repeated, Stored
from ketnap.common.clock import HERE, Clock
from ketnap.common.decider import Rejected
from ketnap.common.execute import Intent
from ketnap.common.identity import Issuers, NotSignedIn
from ketnap.contracts.fact import Word
from ketnap.contracts.registry import Role

PROBLEM = "application/problem+json"


class Malformed(Rejected):
    """Dữ liệu gửi lên chưa đúng: {what}. Hãy sửa rồi gửi lại.

    What was sent does not fit: {what}. Correct it and send it again.
    """

    status = 422


class KeyMissing(Rejected):
    """Thiếu khoá chống trùng (Idempotency-Key) dạng UUID. Hãy gửi lại kèm khoá.

    The header Idempotency-Key (a UUID) is missing. Send it along.
    """

    status = 400


class VersionMissing(Rejected):
    """Thiếu phiên bản đang xem (If-Match). Hãy tải lại mục này rồi gửi kèm phiên bản.

    The header If-Match with the version you saw is missing. Load the record and send its version along.
    """

    status = 428


class NoSuchAddress(Rejected):
    """Không có địa chỉ này.

    There is no such address.
    """

    status = 404


class WrongMethod(Rejected):
    """Địa chỉ này không nhận phương thức đó.

    This address does not take that method.
    """

    status = 405


class NotNow(Rejected):
    """Hệ thống đang bận hoặc mất kết nối cơ sở dữ liệu, chưa rõ đã ghi hay chưa. Hãy gửi lại đúng lệnh này sau ít giây.

    The system is busy or has lost its database; it is not known whether this was recorded. Send the same command again in a few seconds.
    """

    status = 503


class Broken(Rejected):
    """Máy chủ gặp lỗi ngoài dự kiến. Hãy báo trực hệ thống kèm mã {correlation_id}.

    The server failed unexpectedly. Tell the operators the code {correlation_id}.
    """

    status = 500


_HEADERS = {
    202: {"Retry-After": "2"},
    401: {"WWW-Authenticate": "Bearer"},
    503: {"Retry-After": "2"},
}


class Written(BaseModel):
    """What every command is answered: the record's new version and the position in this service's log."""

    id: UUID
    version: int
    position: int


class Problem(BaseModel):
    """RFC 9457."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    code: str
    correlation_id: str


def problem(request: Request, rejected: Rejected) -> JSONResponse:
    """The answer a machine understands and a person can be shown."""
    language = "en" if request.headers.get("accept-language", "").lower().startswith("en") else "vi"
    code = type(rejected).__name__
    body = {
        "type": f"/loi/{code}",
        "title": rejected.sentence(language).partition(". ")[0].rstrip("."),
        "status": rejected.status,
        "detail": rejected.sentence(language),
        "detail_en": rejected.sentence("en"),
        "code": code,
        "correlation_id": correlation_of(request),
    }
    facts = {name: value for name, value in rejected.facts.items() if isinstance(value, int | str)}
    headers = _HEADERS.get(rejected.status, {})
    return JSONResponse({**facts, **body}, status_code=rejected.status, media_type=PROBLEM, headers=headers)


def correlation_of(request: Request) -> str:
    """One id for a conversation, taken over from the caller when it is a UUID."""
    known: str | None = getattr(request.state, "correlation_id", None)
    if known is None:
        try:
            known = str(UUID(request.headers.get("x-correlation-id", "")))
        except ValueError:
            known = str(uuid4())
        request.state.correlation_id = known
    return known


class Guarded(APIRoute):
    """A route that answers only when its permit was asked: forgetting to ask is an error, not a hole.

    A command is not even stored then: see `Aggregate.execute`.
    """

    def get_route_handler(
        self,
    ) -> Callable[[Request], Coroutine[Any, Any, Response]]:  # Any: never sent, never received
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            request.state.action = self.name
            response = await handle(request)
            permit: Permit | None = getattr(request.state, "permit", None)
            if permit is None or not permit.checked:
                raise RuntimeError(f"{self.name} answered without asking its permit")
            return response

        return guarded


class Gate:
    """Makes the permit of a request: who asks, what the action is, which roles may do it.

    Args:
        may: for every action of the service the roles that may do it; a route without an entry cannot be built.
        source_of_rights: what is known here of rights is never old.
    """

    def __init__(
        self,
        *,
        issuers: Issuers,
        access: Access,
        clock: Clock,
        may: Mapping[str, frozenset[Role]],
        source_of_rights: bool = False,
    ) -> None:
        self._issuers = issuers
        self.access = access
        self._clock = clock
        self._source_of_rights = source_of_rights
        self.may = dict(may)

    async def __call__(self, request: Request) -> Permit:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise NotSignedIn
        claimed = await self._issuers.verify(token)
        access = await self.access.refresh()
        account = access.account(claimed.issuer, claimed.subject)
        if account is None:
            raise NotSignedIn
        if request.method not in {"GET", "HEAD"} and self._rights_are_unknown(access):
            last = access.heartbeat
            raise RightsUnknown(last=last.astimezone(HERE).strftime("%H:%M %d/%m/%Y") if last else "–")
        action: str = request.state.action
        permit = Permit(access, account, action, self.may[action], self._clock.today())
        request.state.permit = permit
        structlog.contextvars.bind_contextvars(actor=str(account.id), action=action)
        return permit

    def _rights_are_unknown(self, access: Access) -> bool:
        if self._source_of_rights:
            return access.broken is not None
        return access.age(self._clock.now()) > TOO_OLD


def guarded(prefix: str = "", tags: Sequence[str] = ()) -> APIRouter:
    """A router on which every route is guarded; the route's `name` is its action."""
    return APIRouter(prefix=prefix, tags=list(tags), route_class=Guarded)


async def intent(
    request: Request,
    idempotency_key: Annotated[
        str | None, Header(description="UUID; the same command twice is answered twice the same")
    ] = None,
    if_match: Annotated[str | None, Header(description='The version you saw, as in ETag: "3"')] = None,
) -> Intent:
    """What a command says about itself, on a record that exists: which version it was decided on.

    Raises:
        KeyMissing, VersionMissing, Malformed
    """
    if if_match is None:
        raise VersionMissing
    text = if_match.strip().removeprefix("W/").strip('"')
    if not text.isascii() or not text.isdigit() or len(text) > 18:  # noqa: PLR2004 - a bigint
        raise Malformed(what="If-Match")
    return await _intent(request, idempotency_key, int(text))


async def new_intent(
    request: Request,
    idempotency_key: Annotated[
        str | None, Header(description="UUID; the same command twice is answered twice the same")
    ] = None,
) -> Intent:
    """As `intent`, for a command that creates its record: the record must not exist yet."""
    return await _intent(request, idempotency_key, 0)


async def any_intent(
    request: Request,
    idempotency_key: Annotated[
        str | None, Header(description="UUID; the same command twice is answered twice the same")
    ] = None,
) -> Intent:
    """As `intent`, for a command that does not depend on what the officer saw."""
    return await _intent(request, idempotency_key, None)


async def _intent(request: Request, key: str | None, expected: int | None) -> Intent:
    try:
        command_id = UUID(key or "")
    except ValueError:
        raise KeyMissing from None
    permit: Permit | None = getattr(request.state, "permit", None)
    actor = str(permit.account.id) if permit else ""
    body = await request.body()
    said = b"\n".join((actor.encode(), request.method.encode(), request.url.path.encode(), body))
    carrier: dict[str, str] = {}
    inject(carrier)
    return Intent(
        command_id=command_id,
        fingerprint=hashlib.sha256(said).hexdigest(),
        expected=expected,
        actor=actor,
        correlation_id=UUID(correlation_of(request)),
        traceparent=carrier.get("traceparent") or request.headers.get("traceparent"),
        permit=permit,
    )


def within[C, S](
    permit: Permit, unit_of: Callable[[S], UUID | None], command: C
) -> Callable[[S], Awaitable[C]]:
    """The command, once the permit was asked about the unit of the record it meets."""

    async def make(state: S) -> C:
        permit.on(unit_of(state))
        return command

    return make


def written(response: Response, id: UUID, answer: Stored | Repeated) -> Written:
    """The answer to a command, its version as the ETag too."""
    response.headers["ETag"] = f'"{answer.version}"'
    return Written(id=id, version=answer.version, position=answer.position)


class Trade(BaseModel):
    """A body of a request: nothing unknown in it, text in NFC and such that it can be stored."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _storable(cls, value: Any) -> Any:  # Any: JSON
        return _storable(value)

    @model_validator(mode="after")
    def _known(self) -> Self:
        """Tolerance is for facts of newer versions; a command says words that this version knows."""
        for name, value in self:
            if isinstance(value, Word) and value.unknown is not None:
                raise ValueError(f"{name}: unknown word {value.unknown}")
        return self


def _storable(value: Any) -> Any:  # Any: JSON
    match value:
        case str():
            if "\0" in value or any("\ud800" <= c <= "\udfff" for c in value):
                raise ValueError("text holds a character that cannot be stored")
            return unicodedata.normalize("NFC", value)
        case dict():
            return {_storable(name): _storable(inner) for name, inner in value.items()}
        case list():
            return [_storable(inner) for inner in value]
        case _:
            return value
