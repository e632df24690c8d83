from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jwt
from joserfc.jwk import KeySet

from ketnap.common.identity import AUDIENCE, Issuers, NotSignedIn
from ketnap.portal import tokens
from ketnap.portal.tokens import Issuer, NoSigningKey
from tests.portal.conftest import ORIGIN
from tests.portal.shelf import Shelf
from tests.portal.test_sign_in import sign_in


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    tokens.make_key(tmp_path, datetime(2026, 1, 1, tzinfo=UTC))
    return tmp_path


def trusting(issuer: Issuer) -> Issuers:
    """A service that trusts this portal."""

    async def fetch(_address: str) -> dict[str, Any]:  # Any: JSON
        return dict(issuer.public_keys())

    return Issuers({ORIGIN: f"{ORIGIN}/.well-known/jwks.json"}, fetch)


async def test_services_accept_the_portals_tokens(keys: Path) -> None:
    account = uuid4()
    issuer = Issuer(ORIGIN, tokens.load_keys(keys))
    claimed = await trusting(issuer).verify(issuer.issue(account, now()))
    assert (claimed.issuer, claimed.subject) == (ORIGIN, str(account))


def test_a_token_says_who_for_whom_and_for_how_long(keys: Path) -> None:
    issuer = Issuer(ORIGIN, tokens.load_keys(keys))
    account = uuid4()
    public = KeySet.import_key_set(issuer.public_keys())
    first, second = (
        jwt.decode(issuer.issue(account, now()), public, algorithms=["Ed25519"]) for _ in range(2)
    )
    claims = first.claims
    assert set(claims) == {"iss", "sub", "aud", "iat", "exp", "jti"}
    assert (claims["iss"], claims["sub"], claims["aud"]) == (ORIGIN, str(account), AUDIENCE)
    assert claims["exp"] - claims["iat"] <= 600
    assert claims["iat"] <= now().timestamp() < claims["exp"]
    assert claims["jti"] != second.claims["jti"]
    assert first.header["kid"] == public.keys[0].kid


async def test_an_old_token_is_refused(keys: Path) -> None:
    issuer = Issuer(ORIGIN, tokens.load_keys(keys))
    with pytest.raises(NotSignedIn):
        await trusting(issuer).verify(issuer.issue(uuid4(), now() - timedelta(minutes=11)))


async def test_the_newest_key_signs_and_tokens_of_the_old_one_stay_good(keys: Path) -> None:
    before = Issuer(ORIGIN, tokens.load_keys(keys))
    old = before.issue(uuid4(), now())
    tokens.make_key(keys, datetime(2026, 6, 1, tzinfo=UTC))
    after = Issuer(ORIGIN, tokens.load_keys(keys))
    assert len(after.public_keys()["keys"]) == 2
    services = trusting(after)
    await services.verify(old)
    await services.verify(after.issue(uuid4(), now()))
    with pytest.raises(NotSignedIn):
        await trusting(before).verify(after.issue(uuid4(), now()))


def test_a_key_without_a_day_is_older_than_all_with_one(keys: Path) -> None:
    [dated] = keys.glob("signing-*.pem")
    dated.rename(keys / "signing.pem")
    tokens.make_key(keys, datetime(2026, 6, 1, tzinfo=UTC))
    [newest, oldest] = tokens.load_keys(keys)
    (keys / "signing-20260601T000000.pem").unlink()
    assert tokens.load_keys(keys)[0].kid == oldest.kid != newest.kid


def test_only_the_public_halves_are_published(keys: Path) -> None:
    published = Issuer(ORIGIN, tokens.load_keys(keys)).public_keys()
    [key] = published["keys"]
    assert set(key) == {"kty", "crv", "x", "kid", "use", "alg"}


def test_a_key_file_is_readable_by_its_owner_alone_and_never_overwritten(tmp_path: Path) -> None:
    path = tokens.make_key(tmp_path, now())
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        tokens.make_key(tmp_path, now())


def test_a_folder_without_a_usable_key_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(NoSigningKey, match=r"holds no signing\*\.pem"):
        tokens.load_keys(tmp_path)
    other = ec.generate_private_key(ec.SECP256R1())
    pem = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "signing.pem").write_bytes(pem)
    with pytest.raises(NoSigningKey, match="no Ed25519 key"):
        tokens.load_keys(tmp_path)
    (tmp_path / "signing.pem").write_bytes(b"nothing of the kind")
    with pytest.raises(NoSigningKey, match="no Ed25519 key"):
        tokens.load_keys(tmp_path)


async def test_every_page_is_read_with_a_fresh_token_that_the_browser_never_sees(
    client: httpx.AsyncClient, shelf: Shelf
) -> None:
    await sign_in(client)
    answers = [await client.get(path) for path in ("/", "/chi-tieu")]
    asked = [str(call[1]) for call in shelf.asked]
    assert len(set(asked)) == 2
    published = (await client.get("/.well-known/jwks.json")).json()
    public = KeySet.import_key_set(published)
    for token, answer in zip(asked, answers, strict=True):
        assert jwt.decode(token, public, algorithms=["Ed25519"]).claims["iss"] == "urn:ketnap:tinh-mau"
        assert token not in answer.text
        assert token not in str(answer.headers)
