import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from ketnap.common.clock import Clock
from ketnap.portal import accounts, attempts, sessions
from ketnap.portal.accounts import LoginTaken, NoSuchAccount
from ketnap.portal.attempts import TRIES, TRIES_OF_ADDRESS, WINDOW, Begun, Locked
from ketnap.portal.desk import safe_path
from ketnap.portal.entrance import Refused, try_password
from ketnap.portal.pages.sign_in import Refusal
from ketnap.portal.passwords import Passwords, TooShort
from ketnap.portal.settings import Settings
from tests.portal.conftest import LOGIN, ORIGIN, PASSWORD
from tests.portal.reader import Node, read
from tests.portal.shelf import Shelf

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def form_token(page: Node) -> str:
    [token] = {node["value"] for node in page.all("input") if node.attributes.get("name") == "form"}
    return token


async def sign_in(
    client: httpx.AsyncClient,
    *,
    login: str = LOGIN,
    password: str = PASSWORD,
    back: str = "/",
    **headers: str,
) -> httpx.Response:
    page = read((await client.get("/dang-nhap")).text)
    fields = {"ten": login, "mat-khau": password, "form": form_token(page), "tro-ve": back}
    return await client.post("/dang-nhap", data=fields, headers=headers)


def said(response: httpx.Response) -> str:
    [message] = read(response.text).all("div", "message")
    return message.text


@pytest.fixture
def clock(settings: Settings) -> Clock:
    """The portal's own clock, to be set."""
    clock = Clock(settings.clock_file)
    clock.set(NOW)
    return clock


# Who is let in


async def test_the_right_password_opens_the_page_that_was_asked_for(client: httpx.AsyncClient) -> None:
    refused = await client.get("/don-vi?don-vi=bv&tai-ngay=2024-06-30")
    assert refused.status_code == 303
    assert refused.headers["location"] == "/dang-nhap?tro-ve=%2Fdon-vi%3Fdon-vi%3Dbv%26tai-ngay%3D2024-06-30"
    page = read((await client.get(refused.headers["location"])).text)
    [back] = [node["value"] for node in page.all("input") if node.attributes.get("name") == "tro-ve"]
    answer = await sign_in(client, back=back)
    assert (answer.status_code, answer.headers["location"]) == (303, "/don-vi?don-vi=bv&tai-ngay=2024-06-30")
    assert (await client.get(back)).status_code == 200


async def test_a_name_is_found_in_any_case_with_spaces_around_and_decomposed(
    client: httpx.AsyncClient, engine: AsyncEngine, passwords: Passwords
) -> None:
    await accounts.add(
        engine, passwords, login="ánh.nm", name="Ánh", password="một hai ba bốn", by="test", now=NOW
    )
    assert (await sign_in(client, login=" LAN.VT ")).status_code == 303
    client.cookies.clear()
    decomposed = "a\u0301nh.nm"
    assert (
        await sign_in(client, login=decomposed, password="mo\u0323\u0302t hai ba bo\u0302\u0301n")
    ).status_code == 303


async def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(client: httpx.AsyncClient) -> None:
    answer = await sign_in(client)
    [cookie] = [value for value in answer.headers.get_list("set-cookie") if value.startswith("phien=")]
    assert "; HttpOnly" in cookie
    assert "; SameSite=lax" in cookie
    assert "; Path=/" in cookie
    assert "Max-Age" not in cookie
    assert "Domain" not in cookie


async def test_only_the_hash_of_a_session_is_kept(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await sign_in(client)
    secret = client.cookies["phien"]
    async with engine.connect() as connection:
        [row] = (await connection.execute(text("SELECT * FROM portal.sessions"))).all()
    assert secret.encode() not in row.id_hash
    assert secret not in str(row)


async def test_signing_in_again_ends_the_session_before(
    client: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    await sign_in(client)
    old = client.cookies["phien"]
    client.cookies.clear()
    guest = form_token(read((await client.get("/dang-nhap")).text))
    client.cookies.set("phien", old)
    answer = await client.post("/dang-nhap", data={"ten": LOGIN, "mat-khau": PASSWORD, "form": guest})
    assert answer.status_code == 303
    assert await sessions.find(engine, old, datetime.now(UTC), used=False) is None


async def test_signing_out_ends_the_session_everywhere(
    client: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    await sign_in(client)
    secret = client.cookies["phien"]
    page = read((await client.get("/")).text)
    answer = await client.post("/dang-xuat", data={"form": form_token(page)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/dang-nhap?da-ra=1")
    assert await sessions.find(engine, secret, datetime.now(UTC), used=True) is None
    assert said(await client.get("/dang-nhap?da-ra=1")) == "Đã đăng xuất. Có thể rời máy."
    assert (await client.get("/")).status_code == 303


# Time


async def test_a_session_ends_after_fifteen_idle_minutes_and_says_so(
    client: httpx.AsyncClient, clock: Clock
) -> None:
    await sign_in(client)
    clock.set(NOW + timedelta(minutes=14))
    assert (await client.get("/")).status_code == 200
    clock.set(NOW + timedelta(minutes=28))
    assert (await client.get("/")).status_code == 200
    clock.set(NOW + timedelta(minutes=44))
    answer = await client.get("/chi-tieu")
    assert answer.headers["location"] == "/dang-nhap?tro-ve=%2Fchi-tieu&het-phien=1"
    assert said(await client.get(answer.headers["location"])).startswith("Phiên làm việc đã đóng.")


async def test_a_page_that_asks_by_itself_keeps_no_session_alive(
    client: httpx.AsyncClient, clock: Clock
) -> None:
    await sign_in(client)
    clock.set(NOW + timedelta(minutes=14))
    assert (await client.get("/", headers={"Ketnap-Live": "1"})).status_code == 200
    clock.set(NOW + timedelta(minutes=16))
    assert (await client.get("/", headers={"Ketnap-Live": "1"})).status_code == 401
    assert (await client.get("/")).status_code == 303


async def test_a_session_ends_after_twelve_hours_of_use(client: httpx.AsyncClient, clock: Clock) -> None:
    await sign_in(client)
    for minutes in range(10, 12 * 60, 10):
        clock.set(NOW + timedelta(minutes=minutes))
        assert (await client.get("/")).status_code == 200
    clock.set(NOW + timedelta(hours=12, minutes=1))
    assert (await client.get("/")).status_code == 303


async def test_ended_sessions_are_swept_away(
    client: httpx.AsyncClient, clock: Clock, engine: AsyncEngine
) -> None:
    await sign_in(client)
    clock.set(NOW + timedelta(hours=1))
    await sign_in(client)
    async with engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM portal.sessions")) == 1


# Throttling


async def test_after_two_wrong_tries_three_are_left_and_the_fifth_locks(client: httpx.AsyncClient) -> None:
    answers = [await sign_in(client, password="wrong") for _ in range(TRIES)]
    assert [answer.status_code for answer in answers] == [422] * 4 + [429]
    assert "còn 3 lần thử trước khi tạm khoá 15 phút" in said(answers[1])
    assert said(answers[4]).startswith(
        "Tài khoản đang tạm khoá vì nhập sai nhiều lần. Hãy thử lại sau 15 phút"
    )
    right = await sign_in(client)
    assert right.status_code == 429
    assert read(right.text).id("ten")["value"] == LOGIN


async def test_the_lock_opens_fifteen_minutes_after_the_last_failure(
    client: httpx.AsyncClient, clock: Clock
) -> None:
    for minute in range(0, 10, 2):
        clock.set(NOW + timedelta(minutes=minute))
        await sign_in(client, password="wrong")
    clock.set(NOW + timedelta(minutes=22, seconds=30))
    assert "sau 1 phút" in said(await sign_in(client))
    clock.set(NOW + timedelta(minutes=23, seconds=30))
    assert (await sign_in(client)).status_code == 303


async def test_failures_before_a_success_are_forgotten(client: httpx.AsyncClient) -> None:
    for _ in range(TRIES - 1):
        await sign_in(client, password="wrong")
    assert (await sign_in(client)).status_code == 303
    client.cookies.clear()
    assert "còn 4 lần thử" in said(await sign_in(client, password="wrong"))


async def test_a_name_that_does_not_exist_is_refused_and_locked_alike(client: httpx.AsyncClient) -> None:
    known = [said(await sign_in(client, password="wrong")) for _ in range(TRIES + 1)]
    unknown = [said(await sign_in(client, login="khong.co", password="wrong")) for _ in range(TRIES + 1)]
    assert unknown == known


async def test_an_unknown_name_costs_a_hash_too() -> None:
    class Counting(PasswordHasher):
        verified = 0

        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]  # narrower than the library's
            Counting.verified += 1
            return super().verify(hash, password)

    passwords = Passwords(Counting(time_cost=1, memory_cost=8, parallelism=1))
    assert not await passwords.fits("anything", None)
    assert not await passwords.fits("anything", passwords.hash("something else"))
    assert Counting.verified == 2


async def test_many_names_from_one_address_lock_the_address(
    engine: AsyncEngine, passwords: Passwords
) -> None:
    async def wrong(login: str, address: str) -> Refused:
        tried = await try_password(engine, passwords, login=login, password="wrong", address=address, now=NOW)
        assert isinstance(tried, Refused)
        return tried

    for i in range(TRIES_OF_ADDRESS):
        await wrong(f"name{i}", "2001:db8::1")
    assert (await wrong("another", "2001:db8::2")).refusal is Refusal.ADDRESS_LOCKED
    assert (await wrong("another", "2001:db8:0:1::1")).refusal is Refusal.MISMATCH


async def test_tries_at_the_same_moment_do_not_slip_through(engine: AsyncEngine) -> None:
    begun = await asyncio.gather(
        *(attempts.begin(engine, login="lan", address=f"192.0.2.{i}", now=NOW) for i in range(4 * TRIES))
    )
    assert sorted(one.left for one in begun if isinstance(one, Begun)) == list(range(TRIES))
    assert len([one for one in begun if isinstance(one, Locked)]) == 3 * TRIES


async def test_what_was_typed_as_a_name_is_not_kept(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await sign_in(client, login="a password by mistake", password="x")
    async with engine.connect() as connection:
        rows = (await connection.execute(text("SELECT * FROM portal.attempts"))).all()
    assert rows
    assert "mistake" not in str(rows)


@given(st.lists(st.integers(0, 3600), min_size=1, max_size=12))
def test_a_lock_follows_only_five_failures_inside_one_window(seconds: list[int]) -> None:
    failed = [NOW + timedelta(seconds=s) for s in sorted(seconds, reverse=True)]
    now = failed[0] + timedelta(seconds=1)
    until = attempts.locked_until(failed[:TRIES], TRIES, now)
    five_in_a_window = len(failed) >= TRIES and failed[0] - failed[TRIES - 1] <= WINDOW
    assert (until is not None) == five_in_a_window
    if until:
        assert until == failed[0] + WINDOW


@pytest.mark.parametrize("typed", [b"lan%00.vt", b"%ED%A0%80", b"%FF%FE", b""])
async def test_nothing_that_can_be_typed_breaks_the_sign_in(client: httpx.AsyncClient, typed: bytes) -> None:
    token = form_token(read((await client.get("/dang-nhap")).text))
    body = b"ten=" + typed + b"&mat-khau=x&form=" + token.encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await client.post("/dang-nhap", content=body, headers=headers)
    assert answer.status_code in {400, 422}


# Forms of other sites


async def test_a_form_without_its_token_is_refused(client: httpx.AsyncClient) -> None:
    await client.get("/dang-nhap")
    answer = await client.post("/dang-nhap", data={"ten": LOGIN, "mat-khau": PASSWORD})
    assert answer.status_code == 403
    assert "biểu mẫu không thuộc phiên đang mở" in answer.text
    assert "phien" not in client.cookies


async def test_a_token_of_another_visitor_is_refused(client: httpx.AsyncClient) -> None:
    stolen = form_token(read((await client.get("/dang-nhap")).text))
    client.cookies.clear()
    await client.get("/dang-nhap")
    fields = {"ten": LOGIN, "mat-khau": PASSWORD, "form": stolen}
    assert (await client.post("/dang-nhap", data=fields)).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.test"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_a_form_from_elsewhere_is_refused(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    assert (await sign_in(client, **headers)).status_code == 403
    await sign_in(client)
    token = form_token(read((await client.get("/")).text))
    assert (await client.post("/dang-xuat", data={"form": token}, headers=headers)).status_code == 403
    assert (await client.get("/")).status_code == 200


async def test_signing_out_needs_the_token_of_the_session(client: httpx.AsyncClient) -> None:
    guest = form_token(read((await client.get("/dang-nhap")).text))
    await sign_in(client)
    assert (await client.post("/dang-xuat", data={"form": guest})).status_code == 403
    assert (await client.post("/dang-xuat")).status_code == 403
    assert (await client.get("/")).status_code == 200


@pytest.mark.parametrize(
    "back",
    ["//evil.test", "https://evil.test/", "/\\evil.test", "\\\\evil.test", "javascript:alert(1)", "/\t/evil.test", "", "evil", "/a\nb", "///evil.test"],
)  # fmt: skip
def test_nobody_is_led_out_of_the_portal(back: str) -> None:
    assert safe_path(back) == "/"


@given(st.text(max_size=40))
def test_a_safe_path_stays_on_this_host(path: str) -> None:
    resolved = httpx.URL(ORIGIN).join(safe_path(path))
    assert resolved.host == httpx.URL(ORIGIN).host
    assert resolved.scheme == "http"


def test_a_path_inside_is_kept_with_its_query() -> None:
    assert safe_path("/can-cu?so=a&mo=u%3A1") == "/can-cu?so=a&mo=u%3A1"


# Accounts


async def test_a_new_password_and_a_closed_account_end_all_sessions(
    client: httpx.AsyncClient, engine: AsyncEngine, passwords: Passwords
) -> None:
    await sign_in(client)
    await accounts.set_password(
        engine, passwords, login=LOGIN, password="mật khẩu mới dài", by="admin", now=NOW
    )
    assert (await client.get("/")).status_code == 303
    assert (await sign_in(client, password="mật khẩu mới dài")).status_code == 303
    await accounts.close(engine, login=LOGIN, by="admin", now=NOW)
    assert (await client.get("/")).status_code == 303
    assert (await sign_in(client, password="mật khẩu mới dài")).status_code == 422


async def test_a_login_is_taken_once_and_a_short_password_is_refused(
    app: object, engine: AsyncEngine, passwords: Passwords
) -> None:
    with pytest.raises(LoginTaken):
        await accounts.add(engine, passwords, login="LAN.vt ", name="x", password=PASSWORD, by="t", now=NOW)
    with pytest.raises(TooShort):
        await accounts.add(engine, passwords, login="new", name="x", password="ngắn", by="t", now=NOW)
    with pytest.raises(NoSuchAccount):
        await accounts.close(engine, login="nobody", by="t", now=NOW)


async def test_a_hash_of_weaker_parameters_is_renewed_at_sign_in(
    client: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    before = await accounts.find(engine, LOGIN)
    stronger = Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    tried = await try_password(engine, stronger, login=LOGIN, password=PASSWORD, address="192.0.2.1", now=NOW)
    assert not isinstance(tried, Refused)
    after = await accounts.find(engine, LOGIN)
    assert before is not None
    assert after is not None
    assert before.password_hash != after.password_hash
    assert await stronger.fits(PASSWORD, after.password_hash)
    assert not stronger.outdated(after.password_hash)


# Over TLS


async def test_over_https_cookies_are_bound_to_the_host_and_transport_is_strict(
    settings: Settings, shelf: Shelf, passwords: Passwords, app: object
) -> None:
    from ketnap.portal.app import create_app  # noqa: PLC0415 - a second portal, on the same database

    secure = create_app(
        settings.model_copy(update={"portal_url": "https://portal.test"}), shelf.reads(), passwords
    )
    async with (
        secure.router.lifespan_context(secure),
        httpx.AsyncClient(transport=httpx.ASGITransport(secure), base_url="https://portal.test") as client,
    ):
        answer = await sign_in(client)
        assert answer.status_code == 303
        [cookie] = [c for c in answer.headers.get_list("set-cookie") if c.startswith("__Host-phien=")]
        assert "; Secure" in cookie
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
        assert (await client.get("/")).status_code == 200


async def test_before_signing_in_one_sees_whether_the_system_runs(
    client: httpx.AsyncClient, shelf: Shelf
) -> None:
    assert "Hệ thống Hoạt động" in read((await client.get("/dang-nhap")).text).text

    shelf.runs = False
    page = read((await client.get("/dang-nhap")).text).text
    assert "Hệ thống Một phần chưa sẵn sàng" in page
    assert "Hãy thử lại sau ít phút; nếu vẫn vậy, gọi quản trị tỉnh" in page

    assert (await sign_in(client)).status_code == httpx.codes.SEE_OTHER


async def test_the_language_is_chosen_on_the_page_and_kept(client: httpx.AsyncClient) -> None:
    link = [a["href"] for a in read((await client.get("/dang-nhap")).text).all("a") if a.text == "English"]
    answer = await client.get(link[0])
    assert (answer.status_code, answer.headers["location"]) == (303, "/dang-nhap")
    english = read((await client.get("/dang-nhap")).text)
    assert english.one("html")["lang"] == "en"
    assert english.one("h1").text == "Sign in"
    assert (await client.get("/ngon-ngu/en?tro-ve=//evil.test")).headers["location"] == "/"


def test_settings_refuse_an_address_with_a_path(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="nothing more"):
        Settings(
            province="x",
            province_name="x",
            support="x",
            database_url="x",
            portal_url="https://host/path",
            signing_keys=tmp_path,
        )
