"""A deployment that is well, its read models rebuilt beside themselves, and what stands in its log."""

import json
from uuid import uuid4

import pytest

from ketnap.common.settings import Settings
from ketnap.ops.unable import Code
from tests.operators.command import Done, ill, ketnap, looks
from tests.province import Province
from tests.registry.places import places

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def training(province: Province) -> Settings:
    return province.services["training"].core.settings


@pytest.fixture
def registry(province: Province) -> Settings:
    return province.services["registry"].core.settings


async def instances(settings: Settings, service: str, projection: str) -> dict[int, bool]:
    """Which there are, and which one is live."""
    found = (await ketnap(settings, "instances", service, "--json")).found
    return {row["instance"]: row["live"] for row in found if row["projection"] == projection}


async def test_the_doctor_finds_a_running_deployment_well(
    province: Province, registry: Settings, training: Settings
) -> None:
    here = await places(province)
    await here.listed(await here.person())

    for service, settings in (("registry", registry), ("training", training)):
        code, found = await looks(settings, service)
        assert ill(found) == set()
        assert code == 0
        assert found["schema"]["says"] == "as this release needs it"
    _, found = await looks(training, "training")
    assert found["hears registry.v1"]["says"].endswith("all landed")
    assert found["view names"]["says"] == "caught up"
    assert found["keys"]["says"].startswith("open all of ")
    assert (await ketnap(training, "doctor", "training", "--bad")).out == "All is well.\n"


async def test_the_doctor_tells_a_wrong_master_key(
    province: Province, training: Settings, registry: Settings
) -> None:
    here = await places(province)
    await here.listed(await here.person())
    wrong = str(training.pepper_file)

    done = await ketnap(training, "doctor", "training", "--json", KETNAP_MASTER_KEY_FILE=wrong)

    assert done.code == Code.ERROR
    found = {look["about"]: look for look in done.found}
    assert "keys" in ill(found)
    assert "master.key" in found["keys"]["do"]


async def test_a_key_that_cannot_be_read_is_one_line_of_the_doctor(training: Settings) -> None:
    nowhere = "/nowhere/master.key"

    done = await ketnap(training, "doctor", "training", "--json", KETNAP_MASTER_KEY_FILE=nowhere)

    assert done.code == Code.ERROR
    [only] = done.found
    assert (only["about"], only["ok"]) == ("keys", False)
    assert only["says"].startswith(f"{nowhere} cannot be read")
    other = await ketnap(training, "parked", "list", "training", KETNAP_MASTER_KEY_FILE=nowhere)
    assert other.code == Code.ERROR
    assert nowhere in other.err


async def test_a_database_that_does_not_answer_is_one_line_of_the_doctor(training: Settings) -> None:
    away = "postgresql+asyncpg://nobody@127.0.0.1:1/none"

    done = await ketnap(training, "doctor", "training", "--json", KETNAP_DATABASE_URL=away)

    assert done.code == Code.ERROR
    [only] = done.found
    assert (only["about"], only["ok"]) == ("database", False)
    other = await ketnap(training, "parked", "list", "training", KETNAP_DATABASE_URL=away)
    assert other.code == Code.ERROR
    assert other.err.startswith("The database does not answer")


async def test_a_page_is_rebuilt_beside_itself_followed_and_the_old_one_dropped(
    province: Province, registry: Settings
) -> None:
    here = await places(province)
    person = await here.person()

    rebuilt = await ketnap(registry, "rebuild", "registry", "people")

    assert rebuilt.code == 0, rebuilt.err
    assert rebuilt.out == "2\n"
    assert "It equals the live one, byte for byte." in rebuilt.err
    assert await instances(registry, "registry", "people") == {1: True, 2: False}
    too_early = await ketnap(registry, "drop", "registry", "people", "1")
    assert too_early.code == Code.NOT_FOUND
    switched = await ketnap(registry, "switch", "registry", "people", "2")
    assert switched.code == 0, switched.err
    assert await instances(registry, "registry", "people") == {1: False, 2: True}
    assert (await here.board.see("registry", f"/people/{person}", purpose="kiểm thử"))["person"] == str(
        person
    )
    dropped = await ketnap(registry, "drop", "registry", "people", "1")
    assert dropped.code == 0, dropped.err
    assert await instances(registry, "registry", "people") == {2: True}
    new = await here.person("Lê Thị Ánh")
    assert (await here.board.see("registry", f"/people/{new}", purpose="kiểm thử"))["person"] == str(new)


async def test_a_page_that_somebody_changed_by_hand_is_found_by_rebuilding(
    province: Province, training: Settings
) -> None:
    here = await places(province)
    person = await here.person()
    await here.listed(person)
    pool = await province.services["training"].core.db.pool()
    changed = await pool.execute("UPDATE views.names_v1 SET name = 'Ai đó' WHERE person = $1", person)
    assert changed == "UPDATE 1"

    rebuilt = await ketnap(training, "rebuild", "training", "names")

    assert rebuilt.code == Code.CONFLICT
    assert "It DIFFERS from the live one" in rebuilt.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("rebuild", "registry", "nowhere"),
        ("switch", "registry", "people", "77"),
        ("parked", "redrive", "registry", "nowhere"),
        ("instances", "portal"),
        ("log", "show", "registry", "999999"),
        ("doctor", "nobody"),
        ("alarms", "close", "registry", "gap", "nowhere"),
    ],
)
async def test_what_is_not_there_is_refused_in_one_sentence(
    registry: Settings, arguments: tuple[str, ...]
) -> None:
    done = await ketnap(registry, *arguments)

    assert (done.code, done.out) == (Code.NOT_FOUND, "")
    assert len(done.err.splitlines()) == 1


async def test_a_command_for_another_services_database_is_refused(training: Settings) -> None:
    done = await ketnap(training, "rebuild", "admission", "dossiers")

    assert done.code == Code.CONFLICT
    assert "This database is not admission's" in done.err


async def test_another_province_than_that_of_the_environment_is_refused(training: Settings) -> None:
    done = await ketnap(training, "parked", "list", "training", "--province", "lao-cai")

    assert done.code == Code.CONFLICT


async def test_the_log_is_read_from_its_end_and_entry_by_entry(
    province: Province, registry: Settings
) -> None:
    here = await places(province)
    person = await here.person("Phùng Văn Chín")

    lines = await ketnap(registry, "log", "tail", "registry", "-n", "500")
    whole = await ketnap(registry, "log", "show", "registry", f"person-{person}")

    [line] = [line for line in lines.out.splitlines() if str(person) in line]
    assert "person.registered" in line
    assert json.loads(whole.out)["type"] == "person.registered"
    position = json.loads(whole.out)["position"]
    assert (await ketnap(registry, "log", "show", "registry", str(position))).out == whole.out
    assert "Phùng" not in lines.out + whole.out
    nothing = await ketnap(registry, "log", "show", "registry", f"person-{uuid4()}")
    assert nothing.code == Code.NOT_FOUND


async def test_lost_records_are_sent_again(province: Province, registry: Settings) -> None:
    await places(province)
    await province.settled()

    done: Done = await ketnap(registry, "relay", "refill", "registry", "--from", "1")

    assert done.code == 0, done.err
    relay = next(relay for relay in province.services["registry"].relays if not relay.telling.restricted)
    assert relay.told is not None
    sent = int(done.out.split()[1])
    assert 3 < sent <= relay.told.number
    await province.settled()
    assert "hears registry.v1" not in ill(
        (await looks(province.services["training"].core.settings, "training"))[1]
    )
