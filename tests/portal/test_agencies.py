"""What developers of other agencies meet: pages and documents, public, complete, and of no other host."""

import re

import httpx
import jsonschema
import pytest

from ketnap.contracts.fact import schema_uri
from ketnap.contracts.schemas import RESTRICTED, TOPICS, example, facts
from ketnap.portal.app import create_app
from ketnap.portal.headers import CONTENT_SECURITY_POLICY
from ketnap.portal.passwords import Passwords
from ketnap.portal.settings import Settings
from tests.portal.reader import read
from tests.portal.shelf import Shelf

PAGES = ("/tich-hop", "/asyncapi")
OTHER_HOST = re.compile(r"(?:src|href|action)=\"(?:https?:)?//")


@pytest.mark.parametrize("path", [*PAGES, "/asyncapi.json", "/schemas/index.json", "/schemas/envelope.json"])
async def test_nobody_has_to_sign_in(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)

    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert not OTHER_HOST.search(answer.text)


async def test_the_first_page_names_every_topic_and_who_may_read_it(client: httpx.AsyncClient) -> None:
    page = read((await client.get("/tich-hop")).text)

    rows = {row.all("th")[0].text: row.all("td")[0].text for row in page.all("tr")[1:]}
    assert set(rows) == {f"tinh-mau.{topic}" for topic in TOPICS}
    restricted = {topic for topic, who in rows.items() if who.startswith("hạn chế")}
    assert restricted == {f"tinh-mau.{topic}" for topic in RESTRICTED}
    assert "--province tinh-mau" in page.text


async def test_both_pages_count_the_fact_types_of_a_topic_alike(client: httpx.AsyncClient) -> None:
    first = read((await client.get("/tich-hop")).text)
    counted = {row.all("th")[0].text: row.all("td")[1].text for row in first.all("tr")[1:]}
    assert counted == {f"tinh-mau.{topic}": str(len(types)) for topic, types in TOPICS.items()}
    page = read((await client.get("/asyncapi")).text)
    topics = {one.one("summary").one("code").text: one for one in page.one("nav").all("details")}
    for topic, number in counted.items():
        assert topics[topic].one("summary").text.startswith(f"{topic} {number} loại tin")
        assert len(topics[topic].all("li")) == int(number)


async def test_the_example_names_the_kafka_of_this_deployment(
    client: httpx.AsyncClient, settings: Settings, shelf: Shelf, passwords: Passwords
) -> None:
    assert "--kafka ĐỊA-CHỈ:CỔNG --province" in read((await client.get("/tich-hop")).text).text
    told = create_app(
        settings.model_copy(update={"agencies_kafka": "10.0.0.5:9094"}), shelf.reads(), passwords
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(told), base_url="http://portal.test") as other:
        assert "--kafka 10.0.0.5:9094 --province" in (await other.get("/tich-hop")).text


async def test_the_page_of_the_language_explains_every_fact_and_every_field_once(
    client: httpx.AsyncClient,
) -> None:
    page = read((await client.get("/asyncapi")).text)

    articles = {article["id"]: article for article in page.all("article")}
    assert set(articles) == set(facts())
    for name, fact in facts().items():
        fields = [row.all("th")[0].text for row in articles[name].all("tr")[1:]]
        assert fields == list(fact.model_fields), name
    ids = [node["id"] for node in page.all(where=lambda node: "id" in node.attributes)]
    assert len(ids) == len(set(ids))
    links = [node["href"][1:] for node in page.all("a") if node["href"].startswith("#")]
    assert set(links) <= set(ids)
    assert "có thể vắng" in articles["registry.unit_founded.v1"].text
    assert "cell_not_passed chi bộ không tán thành" in articles["admission.dossier_closed.v1"].text


async def test_it_speaks_english_when_asked(client: httpx.AsyncClient) -> None:
    client.cookies.set("ngon-ngu", "en")

    page = (await client.get("/asyncapi")).text
    assert "A unit exists from <code>on</code>." in page
    assert "Một tổ chức có từ ngày" not in page
    assert "Integration" in (await client.get("/tich-hop")).text


async def test_where_a_fact_says_its_schema_is_a_schema_is_served(client: httpx.AsyncClient) -> None:
    for name, fact in facts().items():
        answer = await client.get(schema_uri(name))
        assert answer.headers["Content-Type"] == "application/schema+json"
        jsonschema.Draft202012Validator.check_schema(answer.json())
        jsonschema.validate(example(fact), answer.json())


async def test_the_index_leads_to_every_schema(client: httpx.AsyncClient) -> None:
    index = (await client.get("/schemas/index.json")).json()

    assert set(index["facts"]) == set(facts())
    assert {topic: set(names) for topic, names in index["topics"].items()} == {
        topic: set(kinds) for topic, kinds in TOPICS.items()
    }
    for address in (index["envelope"], *index["facts"].values()):
        assert (await client.get(address)).status_code == 200


async def test_a_type_that_nobody_tells_is_a_problem_that_names_the_index(client: httpx.AsyncClient) -> None:
    answer = await client.get("/schemas/nobody.tells_this.v1.json")

    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "NoSuchSchema"
    assert "/schemas/index.json" in answer.json()["detail"]


async def test_the_document_is_that_of_the_province(client: httpx.AsyncClient) -> None:
    document = (await client.get("/asyncapi.json")).json()

    assert document["asyncapi"] == "3.0.0"
    assert document["channels"]["admission_v1"]["address"] == "tinh-mau.admission.v1"
    assert document["info"]["version"]
