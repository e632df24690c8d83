"""An officer at the desk: the session behind a request, the page written for it."""

import hashlib
from datetime import datetime
from urllib.parse import quote, urlsplit

import structlog
from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.ext.asyncio import AsyncEngine

from ketnap.common.clock import Clock
from ketnap.common.frozen import frozen
from ketnap.portal import sessions
from ketnap.portal.frame import Frame
from ketnap.portal.languages import Language
from ketnap.portal.rendering import Renderer
from ketnap.portal.scope import Freshness, Scope, Selection
from ketnap.portal.sessions import Session

LANGUAGE_COOKIE = "ngon-ngu"
LIVE_HEADER = "Ketnap-Live"
OWN_PARAMETERS = frozenset({"mo", "dong", "trang-thai", "cay", "so", "so-voi", "ten"})


class NotSignedIn(Exception):
    """Nobody is signed in, or the session has ended."""


class FormExpired(Exception):
    """The form does not belong to this session, or came from elsewhere."""


@frozen
class Seated:
    """A signed-in officer."""

    session: Session
    secret: str


@frozen
class Desk:
    renderer: Renderer
    engine: AsyncEngine
    clock: Clock
    origin: str

    @property
    def _secure(self) -> bool:
        return self.origin.startswith("https:")

    @property
    def session_cookie(self) -> str:
        return "__Host-phien" if self._secure else "phien"

    @property
    def guest_cookie(self) -> str:
        """Of a visitor who is not signed in yet: the sign-in form is bound to it."""
        return "__Host-khach" if self._secure else "khach"

    async def seat(self, request: Request) -> Seated:
        """Raises NotSignedIn."""
        secret = request.cookies.get(self.session_cookie)
        if not secret:
            raise NotSignedIn
        live = LIVE_HEADER in request.headers
        session = await sessions.find(self.engine, secret, self.clock.now(), used=not live)
        if session is None:
            raise NotSignedIn
        structlog.contextvars.bind_contextvars(actor=str(session.account))
        return Seated(session=session, secret=secret)

    def frame(
        self,
        request: Request,
        *,
        secret: str,
        seated: Seated | None = None,
        selection: Selection | None = None,
    ) -> Frame:
        return Frame(
            path=request.url.path,
            language=language_of(request),
            form_token=sessions.form_token(secret),
            now=self.clock.now(),
            viewer=seated.session.name if seated else "",
            selection=selection or Selection(),
            more=own_parameters(request),
        )

    def page(self, frame: Frame, page: object, status: int = 200) -> Response:
        return HTMLResponse(self.renderer.render(page, frame), status_code=status)

    def set_cookie(self, response: Response, name: str, value: str) -> None:
        """For this browser session, out of reach of scripts and of other sites' forms."""
        response.set_cookie(name, value, httponly=True, samesite="lax", secure=self._secure, path="/")

    def drop_cookie(self, response: Response, name: str) -> None:
        response.delete_cookie(name, httponly=True, samesite="lax", secure=self._secure, path="/")

    def check_form(self, request: Request, secret: str | None, token: str) -> None:
        """Raises FormExpired."""
        origin = request.headers.get("origin")
        site = request.headers.get("sec-fetch-site", "same-origin")
        if (origin is not None and origin != self.origin) or site not in {"same-origin", "none"}:
            raise FormExpired
        if not secret or not sessions.is_form_token(secret, token):
            raise FormExpired


def language_of(request: Request) -> Language:
    asked = request.cookies.get(LANGUAGE_COOKIE, "")
    return Language(asked) if asked in set(Language) else Language.VIETNAMESE


def own_parameters(request: Request) -> tuple[tuple[str, str], ...]:
    """Those of the pages, beside year, unit and days; anything else in an address is dropped."""
    return tuple(pair for pair in request.query_params.multi_items() if pair[1] and pair[0] in OWN_PARAMETERS)


def safe_path(path: str) -> str:
    """A path inside the portal; the overview for anything else."""
    parts = urlsplit(path)
    clean = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if clean and not parts.scheme and not parts.netloc else "/"


def to_sign_in(request: Request, *, expired: bool) -> Response:
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    back = here if request.method == "GET" else "/"
    query = f"?tro-ve={quote(back, safe='')}" if back != "/" or expired else ""
    return RedirectResponse(f"/dang-nhap{query}{'&het-phien=1' if expired else ''}", status_code=303)


def tag(frame: Frame, scope: Scope, freshness: Freshness, build: str) -> str:
    """Changes whenever the page would look different."""
    seen = (frame.at(), frame.language, build, scope.known.position, freshness.late, scope.as_of, scope.today)
    return f'"{hashlib.sha256(repr(seen).encode()).hexdigest()[:20]}"'


def minutes_left(until: datetime, now: datetime) -> int:
    """Rounded up, at least 1."""
    return max(1, -int(-(until - now).total_seconds() // 60))
