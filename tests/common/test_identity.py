"""Tokens: only those of trusted issuers, for this audience, not expired, signed with a published key."""

import asyncio
import base64
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from ketnap.common import identity
from ketnap.common.identity import Claimed, Issuers, KeysUnknown, NotSignedIn
from tests.common.officials import ISSUER, Signer

ADDRESS = "https://portal.test/jwks"


class Provider:
    """Publishes keys, and can be away."""

    def __init__(self, *signers: Signer) -> None:
        self.signers = list(signers)
        self.away = False
        self.asked = 0

    async def fetch(self, address: str) -> Mapping[str, Any]:  # Any: JSON
        self.asked += 1
        await asyncio.sleep(0)
        if self.away:
            raise httpx.ConnectError("nobody there")
        assert address == ADDRESS
        return {"keys": [key for signer in self.signers for key in signer.published()["keys"]]}


def issuers(provider: Provider) -> Issuers:
    return Issuers({ISSUER: ADDRESS}, provider.fetch)


async def refused(found: Issuers, token: str) -> bool:
    with pytest.raises(NotSignedIn):
        await found.verify(token)
    return True


async def test_a_good_token_says_who_it_speaks_of() -> None:
    signer = Signer()

    assert await issuers(Provider(signer)).verify(signer.token()) == Claimed(issuer=ISSUER, subject="ann")


NOW = int(time.time())


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another-api"},
        {"aud": None},
        {"exp": NOW - 60},
        {"exp": None},
        {"exp": "soon"},
        {"sub": None},
        {"iss": "https://stranger.test"},
        {"iss": None},
        {"iss": ["https://portal.test"]},
        {"nbf": NOW + 3600},
        {"iat": NOW + 3600},
    ],
    ids=range(11),
)
async def test_a_token_with_a_wrong_claim_is_refused(claims: dict[str, Any]) -> None:
    signer = Signer()

    assert await refused(issuers(Provider(signer)), signer.token(**claims))


async def test_a_token_signed_by_another_key_of_the_same_name_is_refused() -> None:
    assert await refused(issuers(Provider(Signer())), Signer().token())


async def test_a_token_without_a_signature_is_refused() -> None:
    signer = Signer()
    header = base64.urlsafe_b64encode(b'{"alg":"none","kid":"one"}').rstrip(b"=").decode()
    body = signer.token().split(".")[1]

    assert await refused(issuers(Provider(signer)), f"{header}.{body}.")


async def test_a_token_signed_with_the_public_key_as_a_secret_is_refused() -> None:
    signer = Signer()
    public = json.dumps(signer.published()["keys"][0]).encode()
    secret = OctKey.import_key(public, {"kid": "one"})
    claims = {"iss": ISSUER, "sub": "ann", "aud": "ketnap-api", "exp": NOW + 600}
    token = jwt.encode({"alg": "HS256", "kid": "one"}, claims, secret)

    assert await refused(issuers(Provider(signer)), token)


@pytest.mark.parametrize(
    "token", ["", ".", "a.b.c", "é.é.é", "..", "eyJhbGciOiJub25lIn0.W10.", "x" * 100_000], ids=range(7)
)
async def test_what_is_no_token_is_refused(token: str) -> None:
    assert await refused(issuers(Provider(Signer())), token)


async def test_a_token_whose_body_is_nested_too_deep_is_refused() -> None:
    signer = Signer()
    head, _, tail = signer.token().split(".")
    body = base64.urlsafe_b64encode(b"[" * 200_000).rstrip(b"=").decode()

    assert await refused(issuers(Provider(signer)), f"{head}.{body}.{tail}")


async def test_keys_are_asked_for_once_however_many_ask_at_once() -> None:
    signer = Signer()
    provider = Provider(signer)
    found = issuers(provider)

    await asyncio.gather(*(found.verify(signer.token()) for _ in range(20)))

    assert provider.asked == 1


async def test_a_new_key_is_found_at_once_and_an_unknown_one_is_not_asked_for_again_and_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old, new = Signer("old"), Signer("new")
    provider = Provider(old)
    found = issuers(provider)
    await found.verify(old.token())
    provider.signers = [old, new]

    assert await refused(found, new.token())  # asked a moment ago
    assert provider.asked == 1
    monkeypatch.setattr(identity, "BREATHE", 0.0)
    await found.verify(new.token())
    await found.verify(old.token())
    monkeypatch.setattr(identity, "BREATHE", 60.0)
    for _ in range(5):
        assert await refused(found, Signer("nobody's").token())
    assert provider.asked == 2


async def test_known_keys_stay_in_use_while_their_issuer_cannot_be_reached(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(identity, "KEEP", 0.0)
    signer = Signer()
    provider = Provider(signer)
    found = issuers(provider)
    await found.verify(signer.token())
    provider.away = True

    assert (await found.verify(signer.token())).subject == "ann"
    assert provider.asked == 2


async def test_when_keys_were_never_reached_it_is_not_the_token_that_is_wrong() -> None:
    provider = Provider(Signer())
    provider.away = True
    found = issuers(provider)
    for _ in range(3):
        with pytest.raises(KeysUnknown):
            await found.verify(Signer().token())

    assert provider.asked == 1
    assert KeysUnknown.status == 503


@pytest.mark.parametrize("published", [{}, {"keys": 7}, {"keys": [{"kty": "none"}]}, []], ids=str)
async def test_what_is_no_key_set_is_as_good_as_none(published: Any) -> None:
    async def fetch(_address: str) -> Any:
        return published

    fetching: Callable[[str], Awaitable[Any]] = fetch
    with pytest.raises((KeysUnknown, NotSignedIn)):
        await Issuers({ISSUER: ADDRESS}, fetching).verify(Signer().token())


async def test_keys_may_stand_in_a_file(tmp_path: Path) -> None:
    signer = Signer()
    file = tmp_path / "jwks.json"
    file.write_text(json.dumps(signer.published()))

    found = Issuers({ISSUER: f"file://{file}"})

    assert (await found.verify(signer.token())).subject == "ann"
    with pytest.raises(KeysUnknown):
        await Issuers({ISSUER: f"file://{file}.not"}).verify(signer.token())
