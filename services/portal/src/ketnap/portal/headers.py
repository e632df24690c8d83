"""Headers of every answer: no script or style but ours, no framing, nothing kept on a shared machine."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_TRANSPORT = "max-age=31536000"
_KEPT_FOR_EVER = "public, max-age=31536000, immutable"


class SecurityHeaders:
    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self._app = app
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_ALWAYS)
                if self._secure:
                    headers["Strict-Transport-Security"] = _TRANSPORT
                hashed = scope["path"].startswith("/static/assets/") and message["status"] == 200  # noqa: PLR2004 - OK
                headers.setdefault("Cache-Control", _KEPT_FOR_EVER if hashed else "no-store")
            await send(message)

        await self._app(scope, receive, dressed)
