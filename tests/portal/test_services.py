"""What a service answers instead of a page becomes one of four things."""

import asyncio
from typing import Any

import httpx
import pytest

from ketnap.portal.languages import Language
from ketnap.portal.services import NoAnswer, NotAllowed, NotThere, Refused, Services


def services(answer: httpx.Response | httpx.HTTPError) -> Services:
    def handle(_request: httpx.Request) -> httpx.Response:
        if isinstance(answer, httpx.HTTPError):
            raise answer
        return answer

    transport = httpx.MockTransport(handle)
    return Services({"statistics": httpx.AsyncClient(transport=transport, base_url="http://statistics.test")})


def problem(status: int, code: str) -> httpx.Response:
    body: dict[str, Any] = {"code": code, "detail": "Ngày chưa đến.", "detail_en": "It has not come."}
    return httpx.Response(status, json=body)


@pytest.mark.parametrize(
    ("answer", "instead"),
    [
        (problem(404, "OutOfScope"), NotThere),
        (problem(404, "NoSuchAddress"), NotThere),
        (problem(422, "Malformed"), NotThere),
        (problem(401, "NotSignedIn"), NotAllowed),
        (problem(403, "NotYourRole"), NotAllowed),
        (problem(404, "FigureUnknown"), Refused),
        (problem(422, "FutureDay"), Refused),
        (problem(202, "NotYet"), NoAnswer),
        (problem(503, "NotNow"), NoAnswer),
        (httpx.Response(502, text="<html>"), NoAnswer),
        (httpx.Response(200, text="<html>"), NoAnswer),
        (httpx.ConnectError("refused"), NoAnswer),
        (httpx.ReadTimeout("late"), NoAnswer),
    ],
)
async def test_an_answer_that_is_none_says_what_to_show(
    answer: httpx.Response | httpx.HTTPError, instead: type[Exception]
) -> None:
    with pytest.raises(instead):
        await services(answer).get("statistics", "token", "/overview", {})


async def test_a_refusal_is_told_in_the_officers_language() -> None:
    with pytest.raises(Refused) as refused:
        await services(problem(422, "FutureDay")).get("statistics", "token", "/overview", {})
    assert refused.value.sentence_in(Language.VIETNAMESE) == "Ngày chưa đến."
    assert refused.value.sentence_in(Language.ENGLISH) == "It has not come."


async def test_the_officers_own_token_is_sent() -> None:
    asked: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"rows": []})

    client = httpx.AsyncClient(transport=httpx.MockTransport(handle), base_url="http://statistics.test")
    answer = await Services({"statistics": client}).get("statistics", "abc", "/units", {"q": "an"})
    assert answer == {"rows": []}
    assert asked[0].headers["authorization"] == "Bearer abc"
    assert asked[0].url == "http://statistics.test/units?q=an"


# Whether all run


def answering(asked: list[str], **answers: int | httpx.HTTPError) -> Services:
    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(f"{request.url.host}{request.url.path}")
        answer = answers[request.url.host.removesuffix(".test")]
        if isinstance(answer, httpx.HTTPError):
            raise answer
        return httpx.Response(answer, json={"ready": answer == httpx.codes.OK})

    transport = httpx.MockTransport(handle)
    return Services(
        {name: httpx.AsyncClient(transport=transport, base_url=f"http://{name}.test") for name in answers}
    )


@pytest.mark.parametrize(
    ("statistics", "run"),
    [(200, True), (503, False), (httpx.ConnectError("refused"), False), (httpx.ReadTimeout("late"), False)],
)
async def test_they_run_when_every_one_says_that_it_is_ready(
    statistics: int | httpx.HTTPError, *, run: bool
) -> None:
    assert await answering([], registry=200, statistics=statistics).run() is run


async def test_however_many_want_to_know_each_is_asked_once() -> None:
    asked: list[str] = []
    services = answering(asked, registry=200, statistics=200)
    assert all(await asyncio.gather(*(services.run() for _ in range(20))))
    assert await services.run()
    assert sorted(asked) == ["registry.test/health/ready", "statistics.test/health/ready"]
