"""Input of every kind to every route: never a failure of ours, always a sentence that helps, nothing written."""

import os
from collections.abc import AsyncGenerator, Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from ketnap.common.http import PROBLEM
from tests.access.here import Here, Sample, make_here
from tests.access.ways import JOINED, WAYS, Way
from tests.province import deployment

EXAMPLES = int(os.environ.get("KETNAP_BAD_INPUTS", "12"))

type Sent = dict[str, Any]  # Any: what httpx takes


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(postgres: str, kafka: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Here]:
    services = {name: (joined.create, joined.migrations) for name, joined in JOINED.items()}
    folder = tmp_path_factory.mktemp("bad-input")
    async with deployment(postgres, kafka, folder, services, today=date(2023, 10, 2)) as province:
        yield await make_here(province)


def _cases(here: Here, way: Way, sample: Sample) -> st.SearchStrategy[Sent]:
    """What fits the published description, what does not, and the sample with some parts taken from either."""
    document = here.province.services[way.service].create_app(worker=False).openapi()
    operation = schemathesis.openapi.from_dict(document)[way.path][way.method]
    path = {name: str(value) for name, value in sample.path.items()}
    fits = operation.as_strategy(GenerationMode.POSITIVE, path_parameters=path or None)
    fits_not = operation.as_strategy(GenerationMode.NEGATIVE)

    @st.composite
    def mixed(draw: st.DrawFn) -> Sent:
        sent: Sent = draw(fits).as_transport_kwargs(base_url="http://test")
        parts = {"params": dict(sample.query)}
        if sample.body is not None:
            parts["json"] = _json(sample.body)
        for name, whole in parts.items():
            drawn = sent.get(name)
            if isinstance(drawn, Mapping) and drawn:
                some = draw(st.lists(st.sampled_from(sorted(drawn)), min_size=1, max_size=3, unique=True))
                whole.update({key: drawn[key] for key in some})
        return sent | parts

    @st.composite
    def plain(draw: st.DrawFn) -> Sent:
        sent: Sent = draw(st.one_of(fits, fits_not)).as_transport_kwargs(base_url="http://test")
        return sent

    return st.one_of(mixed(), mixed(), plain())


def _drawn(cases: st.SearchStrategy[Sent]) -> list[Sent]:
    """All before the first is sent: nothing else runs meanwhile that would draw from the same randomness."""
    drawn: list[Sent] = []

    def keep(sent: Sent) -> None:
        drawn.append(sent)

    collect = settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )(given(cases)(keep))
    collect()
    return drawn


def _json(body: Mapping[str, Any]) -> dict[str, Any]:  # Any: JSON
    return {name: _plain(value) for name, value in body.items()}


def _plain(value: Any) -> Any:  # Any: JSON
    match value:
        case UUID() | date():
            return str(value)
        case dict():
            return _json(value)
        case list():
            return [_plain(inner) for inner in value]
        case _:
            return value


class Sender:
    """Sends as somebody who may, on the version that stands."""

    def __init__(self, here: Here, way: Way, sample: Sample) -> None:
        self._here = here
        self._client = here.province.clients[way.service]
        self._db = here.province.services[way.service].core.db
        self._version = sample.version
        self._new = next((str(value) for value in sample.path.values()), None)

    async def __call__(self, sent: Sent) -> None:
        answer = await self._ask(sent)
        if answer.status_code == 412 and self._version is not None:
            self._version = answer.json()["version"]
            await self._ask(sent)
        elif answer.status_code == 412 and self._new is not None:  # it was made by now: make another one
            url = sent["url"].replace(self._new, str(uuid4()))
            await self._ask({**sent, "url": url})

    async def _ask(self, sent: Sent) -> httpx.Response:
        key = str(uuid4())
        headers = {
            name: value
            for name, value in (sent.get("headers") or {}).items()
            if name.lower() not in {"idempotency-key", "if-match", "authorization", "user-agent"}
        }
        headers |= self._here.inside.headers | {"Idempotency-Key": key}
        if self._version is not None:
            headers["If-Match"] = f'"{self._version}"'
        parts = {name: sent[name] for name in ("params", "json", "data", "content") if name in sent}
        if isinstance(parts.get("data"), bytes | str):
            parts["content"] = parts.pop("data")
        answer = await self._client.request(sent["method"], sent["url"], headers=headers, **parts)
        _is_helpful(answer)
        if answer.status_code >= 400:
            pool = await self._db.pool()
            written = await pool.fetchval(
                "SELECT (SELECT count(*) FROM core.commands WHERE id = $1::uuid)"
                " + (SELECT count(*) FROM core.log WHERE meta->>'command_id' = $1::text)",
                key,
            )
            assert written == 0, f"written although refused: {answer.text}"
        return answer


def _is_helpful(answer: httpx.Response) -> None:
    assert answer.status_code < 500, f"{answer.request.url} {answer.request.content!r}: {answer.text}"
    if answer.status_code < 400:
        return
    assert answer.headers["content-type"] == PROBLEM, answer.headers
    problem = answer.json()
    for language in ("detail", "detail_en"):
        sentence = problem[language]
        assert sentence.strip(), problem
        assert "{" not in sentence.replace("{}", "") or problem["code"] == "Malformed", problem
    assert (problem["status"], problem["type"]) == (answer.status_code, f"/loi/{problem['code']}")


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("way", WAYS, ids=str)
async def test_whatever_is_sent_is_answered_with_sense(here: Here, way: Way) -> None:
    sample = await JOINED[way.service].samples[way.action](here)
    send = Sender(here, way, sample)
    for sent in _drawn(_cases(here, way, sample)):
        await send(sent)


# Edges


FIRST_DAY, LAST_DAY = "0001-01-01", "9999-12-31"
NUMBERS = (-1, 0, 2**31, 2**62, 2**63, 10**30)
EDGES: Mapping[str, tuple[object, ...]] = {
    "date": (FIRST_DAY, LAST_DAY, "2023-02-29", ""),
    "integer": NUMBERS,
    "string": ("", "\0", "%", "ký tự \u202e đảo", "x" * 25_000),
}


def _kinds(document: dict[str, Any], schema: dict[str, Any]) -> Iterator[str]:  # Any: JSON
    """Of dates, whole numbers and text, what a schema takes."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for one in (schema, *schema.get("anyOf", [])):
        if one.get("format") == "date":
            yield "date"
        elif one.get("type") in EDGES and "format" not in one:
            yield one["type"]


def _edges(here: Here, way: Way, sample: Sample) -> Iterator[Sent]:
    """The sample with one part at the edge of what can be said."""
    document = here.province.services[way.service].create_app(worker=False).openapi()
    operation = document["paths"][way.path][way.method.lower()]
    url = f"http://test{way.path.format(**sample.path)}"
    sent: Sent = {"method": way.method, "url": url, "params": dict(sample.query)}
    if sample.body is not None:
        sent["json"] = _json(sample.body)
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "query":
            for kind in _kinds(document, parameter["schema"]):
                for edge in EDGES[kind]:
                    yield {**sent, "params": {**sent["params"], parameter["name"]: edge}}
    if "requestBody" in operation:
        [reference] = operation["requestBody"]["content"]["application/json"]["schema"].values()
        body = document["components"]["schemas"][reference.rpartition("/")[2]]["properties"]
        late = {"reason": "ghi muộn"} if "reason" in body else {}
        for name, schema in body.items():
            for kind in _kinds(document, schema):
                for edge in EDGES[kind]:
                    yield {**sent, "json": {**sent.get("json", {}), **late, name: edge}}


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("way", [way for way in WAYS if way.service in {"training", "statistics"}], ids=str)
async def test_the_edges_of_what_can_be_said_are_answered_with_sense(here: Here, way: Way) -> None:
    sample = await JOINED[way.service].samples[way.action](here)
    send = Sender(here, way, sample)
    for sent in _edges(here, way, sample):
        await send(sent)
