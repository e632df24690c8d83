"""Signing in and out with a built-in account, and the choice of language."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated

import structlog
from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncEngine

from ketnap.common.frozen import frozen
from ketnap.portal import accounts, attempts, sessions
from ketnap.portal.accounts import Account
from ketnap.portal.desk import (
    LANGUAGE_COOKIE,
    Desk,
    NotSignedIn,
    minutes_left,
    safe_path,
)
from ketnap.portal.languages import Language
from ketnap.portal.metrics import Metrics, Outcome
from ketnap.portal.pages.sign_in import Notice, Refusal, SignIn
from ketnap.portal.passwords import Passwords

logger = structlog.get_logger()

_YEAR = 365 * 24 * 3600


@frozen
class Refused:
    refusal: Refusal
    tries_left: int = 0
    minutes: int = 0


async def try_password(
    engine: AsyncEngine, passwords: Passwords, *, login: str, password: str, address: str, now: datetime
) -> Account | Refused:
    """The account, when name and password fit and neither it nor the address is locked."""
    begun = await attempts.begin(engine, login=login, address=address, now=now)
    if isinstance(begun, attempts.Locked):
        refusal = Refusal.ADDRESS_LOCKED if begun.by_address else Refusal.LOCKED
        return Refused(refusal=refusal, minutes=minutes_left(begun.until, now))
    account = await accounts.find(engine, login)
    fits = await passwords.fits(password, account.password_hash if account else None)
    if account is None or not fits:
        if begun.left:
            return Refused(refusal=Refusal.MISMATCH, tries_left=begun.left)
        return Refused(refusal=Refusal.LOCKED, minutes=minutes_left(now + attempts.WINDOW, now))
    await attempts.succeed(engine, begun, now)
    if passwords.outdated(account.password_hash):
        await accounts.renew_hash(engine, account, await passwords.rehash(password))
    return account


def entrance(
    desk: Desk, passwords: Passwords, metrics: Metrics, runs: Callable[[], Awaitable[bool]]
) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    def show(request: Request, page: SignIn, status: int = 200) -> Response:
        """The form is bound to a secret of its own; a visitor who has one keeps it."""
        secret = request.cookies.get(desk.guest_cookie) or sessions.new_secret()
        response = desk.page(desk.frame(request, secret=secret), page, status)
        desk.set_cookie(response, desk.guest_cookie, secret)
        return response

    @router.get("/dang-nhap", name="sign_in_page")
    async def sign_in_page(request: Request) -> Response:
        back = safe_path(request.query_params.get("tro-ve", "/"))
        try:
            await desk.seat(request)
        except NotSignedIn:
            notice = None
            if "het-phien" in request.query_params:
                notice = Notice.EXPIRED
            elif "da-ra" in request.query_params:
                notice = Notice.SIGNED_OUT
            return show(request, SignIn(login="", back=back, runs=await runs(), notice=notice))
        return RedirectResponse(back, status_code=303)

    @router.post("/dang-nhap", name="sign_in")
    async def sign_in(
        request: Request,
        login: Annotated[str, Form(alias="ten", max_length=200)],
        password: Annotated[str, Form(alias="mat-khau", max_length=1000)],
        token: Annotated[str, Form(alias="form", max_length=200)] = "",
        back: Annotated[str, Form(alias="tro-ve", max_length=2000)] = "/",
    ) -> Response:
        desk.check_form(request, request.cookies.get(desk.guest_cookie), token)
        now = desk.clock.now()
        back = safe_path(back)
        address = request.client.host if request.client else ""
        tried = await try_password(
            desk.engine, passwords, login=login, password=password, address=address, now=now
        )
        if isinstance(tried, Refused):
            metrics.sign_in(Outcome.FAILED if tried.refusal is Refusal.MISMATCH else Outcome.LOCKED)
            logger.info("sign_in_refused", refusal=tried.refusal, tries_left=tried.tries_left)
            page = SignIn(
                login=login,
                back=back,
                runs=await runs(),
                refusal=tried.refusal,
                tries_left=tried.tries_left,
                minutes=tried.minutes,
            )
            return show(request, page, 422 if tried.refusal is Refusal.MISMATCH else 429)
        if old := request.cookies.get(desk.session_cookie):
            await sessions.end(desk.engine, old)
        secret = await sessions.begin(desk.engine, tried.id, now)
        metrics.sign_in(Outcome.SUCCEEDED)
        logger.info("signed_in", actor=str(tried.id))
        response = RedirectResponse(back, status_code=303)
        desk.set_cookie(response, desk.session_cookie, secret)
        desk.drop_cookie(response, desk.guest_cookie)
        return response

    @router.post("/dang-xuat", name="sign_out")
    async def sign_out(
        request: Request, token: Annotated[str, Form(alias="form", max_length=200)] = ""
    ) -> Response:
        seated = await desk.seat(request)
        desk.check_form(request, seated.secret, token)
        await sessions.end(desk.engine, seated.secret)
        logger.info("signed_out")
        response = RedirectResponse("/dang-nhap?da-ra=1", status_code=303)
        desk.drop_cookie(response, desk.session_cookie)
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response

    @router.get("/ngon-ngu/{language}", name="choose_language")
    async def choose_language(request: Request, language: Language) -> Response:
        response = RedirectResponse(safe_path(request.query_params.get("tro-ve", "/")), status_code=303)
        desk.set_cookie(response, LANGUAGE_COOKIE, language)
        response.headers["Vary"] = "Cookie"
        return response

    return router
