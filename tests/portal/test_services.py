"""What a service answers instead of a page becomes one of four things."""

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
