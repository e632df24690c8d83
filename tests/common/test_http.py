"""HTTP in: who asks, whether they may, twice the same answer, and an error that says what to do."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from ketnap.common import log, projector
from ketnap.common.clock import HERE
from ketnap.common.database import driver
from ketnap.common.decider import Rejected
from ketnap.common.service import Service
from tests.common import places, writing
from tests.common.office import MAY, OFFICE, places_service
from tests.common.officials import HEARTBEAT, ISSUER, Signer, account, grant, unit
from tests.common.writing import quota
from tests.kit import Database, settings

ANN, BOB = UUID(int=100), UUID(int=101)


class Office:
    """The places' API with its page and rights, and an officer who asks."""

    def __init__(self, service: Service, client: httpx.AsyncClient, signer: Signer) -> None:
        self.service = service
        self.core = service.core
        self.client = client
        self.signer = signer

    async def post(
        self,
        path: str,
        body: object = None,
        *,
        key: object = None,
        version: object = None,
        subject: str = "ann",
        raw: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        said = {"Authorization": f"Bearer {self.signer.token(subject)}", "Content-Type": "application/json"}
        if key is not ...:
            said["Idempotency-Key"] = str(key or uuid4())
        if version is not None:
            said["If-Match"] = str(version)
        content = json.dumps(body, default=str).encode() if raw is None else raw
        return await self.client.post(path, content=content, headers={**said, **(headers or {})})

    async def get(self, path: str, *, subject: str = "ann", **params: Any) -> httpx.Response:
        said = {"Authorization": f"Bearer {self.signer.token(subject)}"}
        return await self.client.get(path, params=params, headers=said)

    async def folded(self) -> None:
        for model in self.service.models:
            while await projector.advance(self.core.db, self.core.vault, model, 1):
                pass
        self.service.access.changed = True

    async def stored(self) -> int:
        async with driver(self.core.db) as db:
            count: int = await db.fetchval("SELECT count(*) FROM core.log WHERE stream LIKE 'place-%'")
        return count


@pytest.fixture
async def office(database: Database, tmp_path: Path) -> AsyncGenerator[Office]:
    signer = Signer()
    (tmp_path / "jwks.json").write_text(json.dumps(signer.published()))
    service = places_service(
        settings(database, "127.0.0.1:1", tmp_path, issuers={ISSUER: f"file://{tmp_path}/jwks.json"}, pool=4)
    )
    app = service.create_app(worker=False)
    async with app.router.lifespan_context(app):
        await writing.heard(
            service.core,
            unit(OFFICE),
            account(ANN),
            account(BOB, "bob"),
            grant(ANN, OFFICE),
            HEARTBEAT,
            stream="tinh-mau.registry.v1",
        )
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://places.test") as client:
            made = Office(service, client, signer)
            await made.folded()
            yield made


def asking(**changed: object) -> dict[str, object]:
    return {"person": uuid4(), "name": "Lê Thị Ánh", "quota": "north", "on": "2024-03-02", **changed}


TAKING = {"on": "2024-03-02", "left": 1}


def problem(answer: httpx.Response) -> tuple[int, str]:
    """Status and code, after a look at what every problem has."""
    body = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "detail", "detail_en", "code", "correlation_id"} <= body.keys()
    assert body["type"] == f"/loi/{body['code']}"
    assert body["status"] == answer.status_code
    assert body["correlation_id"] == answer.headers["x-correlation-id"]
    assert body["detail"]
    assert body["detail"] != body["detail_en"]
    return answer.status_code, body["code"]


# -- Commands


async def test_a_command_is_answered_with_version_and_position(office: Office) -> None:
    place = uuid4()

    answer = await office.post(f"/places/{place}/ask", asking())

    assert answer.status_code == 200
    assert answer.json() == {"id": str(place), "version": 1, "position": 6}
    assert answer.headers["etag"] == '"1"'


async def test_the_same_request_twice_is_answered_twice_the_same_and_stored_once(office: Office) -> None:
    place, key, body = uuid4(), uuid4(), asking()
    asked = [await office.post(f"/places/{place}/ask", body, key=key) for _ in range(2)]
    taken = [await office.post(f"/places/{place}/take", TAKING, key=key, version='"1"') for _ in range(2)]
    key = uuid4()
    taken = [
        await office.post(f"/places/{place}/take", TAKING, key=key, version=v) for v in ('"1"', '"1"', "1")
    ]

    assert asked[0].json() == asked[1].json()
    assert [answer.status_code for answer in taken] == [200, 200, 200]
    assert {answer.text for answer in taken} == {taken[0].text}
    assert await office.stored() == 2


async def test_an_honest_retry_is_answered_although_the_record_has_gone_on(office: Office) -> None:
    place, key = uuid4(), uuid4()
    await office.post(f"/places/{place}/ask", asking())
    first = await office.post(f"/places/{place}/take", TAKING, key=key, version=1)
    await office.post(f"/places/{place}/give-back", TAKING)

    again = await office.post(f"/places/{place}/take", TAKING, key=key, version=1)

    assert (again.status_code, again.json()) == (200, first.json())


async def test_the_same_key_for_something_else_is_refused(office: Office) -> None:
    place, key, body = uuid4(), uuid4(), asking()
    await office.post(f"/places/{place}/ask", body, key=key)
    await writing.heard(office.core, grant(BOB, OFFICE), stream="tinh-mau.registry.v1")
    await office.folded()

    others = [
        await office.post(f"/places/{place}/ask", {**body, "quota": "south"}, key=key),
        await office.post(f"/places/{uuid4()}/ask", body, key=key),
        await office.post(f"/places/{place}/ask", body, key=key, subject="bob"),
    ]

    assert [problem(answer) for answer in others] == 3 * [(422, "ReusedKey")]


async def test_of_two_officers_on_one_version_one_is_told_both_versions(office: Office) -> None:
    place = uuid4()
    await office.post(f"/places/{place}/ask", asking())

    answers = await asyncio.gather(
        *(office.post(f"/places/{place}/take", TAKING, version='"1"') for _ in range(2))
    )

    [late] = [answer for answer in answers if answer.status_code != 200]
    assert problem(late) == (412, "Conflict")
    assert (late.json()["expected"], late.json()["version"]) == (1, 2)


@pytest.mark.parametrize(
    ("key", "version", "expected"),
    [
        (..., 1, (400, "KeyMissing")),
        ("not-a-uuid", 1, (400, "KeyMissing")),
        (None, None, (428, "VersionMissing")),
        (None, '"one"', (422, "Malformed")),
        (None, "-1", (422, "Malformed")),
        (None, "*", (422, "Malformed")),
        (None, "9" * 40, (422, "Malformed")),
        (None, 7, (412, "Conflict")),
    ],
)
async def test_key_and_version_must_be_what_they_should(
    office: Office, key: object, version: object, expected: tuple[int, str]
) -> None:
    place = uuid4()
    await office.post(f"/places/{place}/ask", asking())

    assert problem(await office.post(f"/places/{place}/take", TAKING, key=key, version=version)) == expected
    assert await office.stored() == 1


async def test_a_record_is_created_once(office: Office) -> None:
    place = uuid4()
    await office.post(f"/places/{place}/ask", asking())

    assert problem(await office.post(f"/places/{place}/ask", asking())) == (412, "Conflict")


async def test_a_rule_is_told_in_the_language_that_was_asked_for(office: Office) -> None:
    place = uuid4()
    await office.post(f"/places/{place}/ask", asking())
    full = {**TAKING, "left": 0}

    vi = await office.post(f"/places/{place}/take", full, version=1)
    en = await office.post(f"/places/{place}/take", full, version=1, headers={"Accept-Language": "en-GB"})

    assert problem(vi) == (409, "NoPlaceLeft")
    assert vi.json()["detail"] == "Hết chỗ trong chỉ tiêu north."
    assert vi.json()["quota"] == "north"
    assert en.json()["detail"] == "No place is left under the quota north."


async def test_what_another_record_holds_is_told(office: Office) -> None:
    body = asking()
    await office.post(f"/places/{uuid4()}/ask", body)

    assert problem(await office.post(f"/places/{uuid4()}/ask", body)) == (409, "AlreadyClaimed")


BAD_BODIES: dict[str, bytes] = {
    "no JSON": b"{",
    "nothing": b"",
    "not UTF-8": b'{"name": "\xff"}',
    "a list": b"[]",
    "nested too deep": b"[" * 100_000,
    "an unknown field": json.dumps(asking(colour="red"), default=str).encode(),
    "an unknown field that cannot be written": json.dumps(asking(**{"\ud800": 1}), default=str).encode(),
    "a NUL": json.dumps(asking(name="a\0b"), default=str).encode(),
    "a lone surrogate": json.dumps(asking(name="a\ud800"), default=str).encode(),
    "a NUL in a key": json.dumps(asking(tags={"a\0": "b"}), default=str).encode(),
    "a day that is none": json.dumps(asking(on="2024-02-30"), default=str).encode(),
}


@pytest.mark.parametrize("raw", BAD_BODIES.values(), ids=BAD_BODIES.keys())
async def test_what_does_not_fit_is_refused_and_says_where(office: Office, raw: bytes) -> None:
    answer = await office.post(f"/places/{uuid4()}/ask", raw=raw)

    assert problem(answer) == (422, "Malformed")
    assert await office.stored() == 0


async def test_what_does_not_fit_is_told_without_repeating_it(office: Office) -> None:
    answer = await office.post(f"/places/{uuid4()}/ask", asking(on="Hoàng Văn Canary"))

    assert "on:" in answer.json()["detail"]
    assert "Canary" not in answer.text


async def test_text_is_kept_in_one_normal_form(office: Office) -> None:
    answer = await office.post(f"/places/{uuid4()}/ask", asking(quota="  nha\u0300  "))
    assert answer.status_code == 200

    async with driver(office.core.db) as db:
        [entry] = await log.after(db, 5, 1)
    assert entry.data["quota"] == "nhà"


async def test_what_is_too_large_is_refused_before_it_is_stored(office: Office) -> None:
    answer = await office.post(f"/places/{uuid4()}/ask", asking(name="x" * 300_000))

    assert problem(answer) == (413, "TooLarge")
    assert answer.json()["limit"] == 200_000
    assert await office.stored() == 0


# -- Who may


async def test_without_a_good_token_nobody_is_asked_anything(office: Office) -> None:
    bad: list[dict[str, str]] = [
        {},
        {"Authorization": "Basic abc"},
        {"Authorization": "Bearer"},
        {"Authorization": f"Bearer {Signer().token()}"},
        {"Authorization": f"Bearer {office.signer.token('nobody')}"},
        {"Authorization": f"Bearer {office.signer.token(exp=1)}"},
    ]
    for headers in bad:
        answer = await office.client.get("/quotas/north", headers=headers)
        assert problem(answer) == (401, "NotSignedIn")
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_out_of_scope_is_not_there(office: Office) -> None:
    assert problem(await office.get("/quotas/north", subject="bob")) == (404, "OutOfScope")
    assert problem(await office.post(f"/places/{uuid4()}/ask", asking(), subject="bob")) == (
        404,
        "OutOfScope",
    )
    assert problem(await office.post(f"/places/{uuid4()}/take", TAKING, version=0)) == (404, "OutOfScope")
    assert await office.stored() == 0


async def test_when_rights_are_too_old_nothing_is_written_and_reading_goes_on(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ketnap.common.http.TOO_OLD", -1.0)

    answer = await office.post(f"/places/{uuid4()}/ask", asking())

    assert problem(answer) == (503, "RightsUnknown")
    assert answer.json()["last"].endswith(datetime.now(HERE).strftime("%d/%m/%Y"))
    assert (await office.get("/quotas/north")).status_code == 200
    assert await office.stored() == 0


async def test_a_route_that_forgets_its_permit_writes_nothing_and_shows_nothing(office: Office) -> None:
    write = await office.post(f"/places/{uuid4()}/forgetful", asking())
    read = await office.get("/forgetful")

    assert problem(write) == (500, "Broken")
    assert problem(read) == (500, "Broken")
    assert "secret" not in read.text
    assert await office.stored() == 0


async def test_a_route_whose_action_nobody_may_cannot_be_built(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(MAY, "place.take")

    with pytest.raises(ValueError, match=r"place\.take"):
        places_service(office.core.settings)


# -- Reading


async def test_a_page_says_up_to_where_it_knows(office: Office) -> None:
    await quota(office.core, places=3)
    await office.folded()

    body = (await office.get("/quotas/north")).json()

    assert (body["places"], body["as_of"]["position"], body["as_of"]["lag"]) == (3, 6, 0)
    assert body["as_of"]["recorded_at"].endswith("Z")


async def test_who_has_written_waits_until_it_is_there(office: Office) -> None:
    asked = asyncio.create_task(office.get("/quotas/north", min_position=6))
    await asyncio.sleep(0)
    await quota(office.core, places=4)
    await office.folded()

    assert (await asked).json()["places"] == 4


async def test_what_does_not_come_in_time_is_asked_for_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(office.service.reader), "PATIENCE", 0.1)

    for params in ({"min_position": 99}, {"after": "quotas:5"}):
        answer = await office.get("/quotas/north", **params)
        assert problem(answer) == (202, "NotYet")
        assert answer.headers["retry-after"] == "2"


async def test_another_services_position_is_waited_for_as_it_lands(office: Office) -> None:
    await quota(office.core, places=5)
    await office.folded()

    assert (await office.get("/quotas/north", after="quotas:1")).json()["places"] == 5
    assert problem(await office.get("/quotas/north", after="strangers:1")) == (422, "UnknownSource")
    assert problem(await office.get("/quotas/north", after="quotas;1")) == (422, "Malformed")
    assert problem(await office.get("/quotas/north", min_position="x")) == (422, "Malformed")


async def test_text_in_a_question_that_cannot_be_stored_is_refused(office: Office) -> None:
    assert problem(await office.get("/quotas/north", note="\0")) == (422, "Malformed")


# -- Errors


async def test_there_is_no_such_address_and_no_such_method(office: Office) -> None:
    assert problem(await office.get("/nowhere")) == (404, "NoSuchAddress")
    assert problem(await office.post("/quotas/north")) == (405, "WrongMethod")


async def test_an_unexpected_failure_gives_a_code_to_tell_and_quotes_nothing(
    office: Office, capfd: pytest.CaptureFixture[str]
) -> None:
    answer = await office.get("/broken")

    assert problem(answer) == (500, "Broken")
    assert answer.json()["correlation_id"] in answer.json()["detail"]
    assert "Canary" not in answer.text + capfd.readouterr().out


async def test_a_lost_database_is_a_reason_to_ask_again(office: Office, database: Database) -> None:
    owner = await asyncpg.connect(database.owner_dsn)
    async with owner.transaction():
        await owner.execute("SELECT FROM core.head FOR UPDATE")
        answer = await office.post(f"/places/{uuid4()}/ask", asking())
    await owner.close()

    assert problem(answer) == (503, "NotNow")
    assert answer.headers["retry-after"] == "2"


async def test_a_conversation_is_taken_over_when_it_is_one(office: Office) -> None:
    mine = str(uuid4())
    said = {"X-Correlation-Id": mine}
    other = {"X-Correlation-Id": "Hoang Van Canary"}

    await office.post(f"/places/{uuid4()}/ask", asking(), headers=said)
    answer = await office.post(f"/places/{uuid4()}/ask", asking(), headers=other)

    async with driver(office.core.db) as db:
        entries = await log.after(db, 5, 2)
    assert entries[0].meta["correlation_id"] == mine
    assert entries[1].meta["correlation_id"] == answer.headers["x-correlation-id"]
    assert entries[0].meta["actor"] == str(ANN)


async def test_what_is_logged_of_a_request_is_no_ones_data(
    office: Office, capfd: pytest.CaptureFixture[str]
) -> None:
    await office.post(f"/places/{uuid4()}/ask", asking(name="Hoàng Văn Canary"))
    await office.get("/quotas/north", note="Hoàng Văn Canary")

    assert "Canary" not in capfd.readouterr().out


def test_a_rejection_without_its_facts_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        str(places.NoPlaceLeft().sentence())
    assert issubclass(places.NoPlaceLeft, Rejected)
