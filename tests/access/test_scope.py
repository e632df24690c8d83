"""Every route of every service: known by its token, inside its scope, by its role, and nowhere else."""

import json
from collections.abc import AsyncGenerator, Mapping
from datetime import date
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from ketnap.common.http import PROBLEM
from ketnap.contracts.registry import Role
from tests.access.here import Here, Sample, make_here
from tests.access.ways import JOINED, WAYS, Way
from tests.province import Officer, deployment

# The tables


@pytest.mark.parametrize("service", JOINED)
def test_every_route_is_an_action_and_every_action_is_one_route(service: str) -> None:
    actions = [way.action for way in WAYS if way.service == service]

    assert sorted(actions) == sorted(JOINED[service].may)


@pytest.mark.parametrize("service", JOINED)
def test_every_action_has_a_sample(service: str) -> None:
    assert sorted(JOINED[service].samples) == sorted(JOINED[service].may)


@pytest.mark.parametrize("service", JOINED)
def test_every_action_has_a_role_and_no_role_is_unknown(service: str) -> None:
    for action, roles in JOINED[service].may.items():
        assert roles, action
        assert Role.OTHER not in roles, action


# The answers


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(postgres: str, kafka: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Here]:
    services = {name: (joined.create, joined.migrations) for name, joined in JOINED.items()}
    folder = tmp_path_factory.mktemp("scope")
    async with deployment(postgres, kafka, folder, services, today=date(2023, 10, 2)) as province:
        yield await make_here(province)


async def _ask(here: Here, way: Way, sample: Sample, headers: Mapping[str, str]) -> httpx.Response:
    sent = {**headers, "Idempotency-Key": str(uuid4()), "Content-Type": "application/json"}
    if sample.version is not None:
        sent["If-Match"] = f'"{sample.version}"'
    content = None if sample.body is None else json.dumps(sample.body, default=str)
    return await here.province.clients[way.service].request(
        way.method, way.path.format(**sample.path), params=dict(sample.query), content=content, headers=sent
    )


async def _as(here: Here, officer: Officer, way: Way, sample: Sample) -> httpx.Response:
    return await _ask(here, way, sample, officer.headers)


def _refused(answer: httpx.Response, status: int, code: str) -> bool:
    if answer.headers["content-type"] != PROBLEM:
        return False
    problem = answer.json()
    return [answer.status_code, problem["status"], problem["code"]] == [status, status, code]


def _empty(answer: httpx.Response) -> bool:
    body: Any = answer.json()  # Any: JSON
    lists = [body] if isinstance(body, list) else [part for part in body.values() if isinstance(part, list)]
    return answer.status_code == 200 and len(lists) == 1 and lists[0] == []


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("way", WAYS, ids=str)
async def test_without_a_token_that_counts_nothing_is_answered(here: Here, way: Way) -> None:
    path = {part.strip("{}"): uuid4() for part in way.path.split("/") if part.startswith("{")}
    anywhere = Sample(path=path)
    strangers = {
        "nobody": {},
        "no bearer": {"Authorization": "Basic bm9ib2R5"},
        "no account": {"Authorization": f"Bearer {here.province.issuer.token('nobody')}"},
        "expired": {"Authorization": f"Bearer {here.province.issuer.token('inside', minutes=-10)}"},
        "for others": {"Authorization": f"Bearer {here.province.issuer.token('inside', audience='else')}"},
    }

    for who, headers in strangers.items():
        answer = await _ask(here, way, anywhere, headers)
        assert _refused(answer, 401, "NotSignedIn"), f"{who}: {answer.status_code} {answer.text}"


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("way", WAYS, ids=str)
async def test_it_answers_inside_its_scope_to_its_roles_and_nowhere_else(here: Here, way: Way) -> None:
    sample = await JOINED[way.service].samples[way.action](here)

    if sample.scope != "none":
        outside = await _as(here, here.outside, way, sample)
        out_of_scope = _empty(outside) if sample.scope == "list" else _refused(outside, 404, "OutOfScope")
        assert out_of_scope, f"every role, next commune: {outside.status_code} {outside.text}"

    for role, officer in here.holding.items():
        if role in way.may:
            continue
        answer = await _as(here, officer, way, sample)
        refused = _empty(answer) if sample.scope == "list" else _refused(answer, 403, "NotYourRole")
        assert refused, f"{role}: {answer.status_code} {answer.text}"

    inside = await _as(here, here.inside, way, sample)
    assert inside.status_code == 200, f"every role, here: {inside.text}"
    if sample.scope == "list":
        assert not _empty(inside), "an empty list would prove nothing"
