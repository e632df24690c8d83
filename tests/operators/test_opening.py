"""Which deployment a command means: that of the environment, else one of the home on this machine."""

import json
from pathlib import Path

import pytest

from ketnap.ops import keys, opening
from ketnap.ops.deployment import SERVICES, enrol
from ketnap.ops.place import Place
from ketnap.ops.unable import Code, Unable


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    for name in ("KETNAP_PROVINCE", "KETNAP_DEPLOYMENT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KETNAP_HOME", str(tmp_path))
    monkeypatch.setenv("KETNAP_BASE_PORT", "18000")
    return Place(home=tmp_path)


def enrolled(home: Place, *provinces: str) -> None:
    for deployment in enrol(home, provinces):
        keys.make(deployment.keys, SERVICES)


def test_the_only_deployment_of_a_home_needs_no_name(home: Place) -> None:
    enrolled(home, "lao-cai")

    told = opening.settings_of("training", "")

    assert told.province == "lao-cai"
    assert told.database_url == "postgresql+asyncpg://lao_cai_training@127.0.0.1:18090/lao_cai_training"
    assert told.database != told.database_url  # with the password
    assert told.kafka_url == "127.0.0.1:18092"
    stores = opening.stores("lao-cai", "training")
    assert stores.database == told.database
    assert "//lao_cai_training_owner:" in stores.owner


def test_among_several_one_must_be_named(home: Place) -> None:
    enrolled(home, "lao-cai", "an-giang")

    assert opening.settings_of("training", "an-giang").province == "an-giang"
    with pytest.raises(Unable, match="lao-cai, an-giang") as unsaid:
        opening.settings_of("training", "")
    assert unsaid.value.code == Code.USAGE


@pytest.mark.parametrize("province", ["", "ha-noi"])
def test_looking_for_a_deployment_makes_none(home: Place, province: str) -> None:
    with pytest.raises(Unable, match="none yet") as unfound:
        opening.settings_of("training", province)

    assert unfound.value.code == Code.NOT_FOUND
    assert list(home.home.iterdir()) == []


def test_where_one_service_runs_the_environment_says_all(
    home: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrolled(home, "lao-cai")
    keys.make(tmp_path / "keys", [])
    for name, value in {
        "PROVINCE": "an-giang",
        "DATABASE_URL": "postgresql+asyncpg://app@database/training",
        "MASTER_KEY_FILE": str(tmp_path / "keys/master.key"),
        "PEPPER_FILE": str(tmp_path / "keys/pepper.key"),
    }.items():
        monkeypatch.setenv(f"KETNAP_{name}", value)

    assert opening.settings_of("training", "").database_url == "postgresql+asyncpg://app@database/training"
    with pytest.raises(Unable, match="that of an-giang, not of lao-cai"):
        opening.settings_of("training", "lao-cai")
    monkeypatch.delenv("KETNAP_MASTER_KEY_FILE")
    with pytest.raises(Unable, match="KETNAP_MASTER_KEY_FILE is missing"):
        opening.settings_of("training", "")


def test_where_a_deployment_runs_elsewhere_all_of_it_is_told(
    home: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "deployment"
    keys.make(folder / "keys", SERVICES)
    for name, value in {
        "DEPLOYMENT": str(folder),
        "POSTGRES": "database:5432",
        "KAFKA_URL": "kafka:9092",
        "SERVICES": json.dumps({service: f"http://{service}:8000" for service in SERVICES}),
        "PORTAL_URL": "https://ketnap.example.vn",
    }.items():
        monkeypatch.setenv(f"KETNAP_{name}", value)

    told = opening.settings_of("training", "lao-cai")

    assert told.database_url == "postgresql+asyncpg://lao_cai_training@database:5432/lao_cai_training"
    assert opening.stores("lao-cai").kafka_url == "kafka:9092"
    assert not opening.is_one_service()
    with pytest.raises(Unable, match="--province"):
        opening.settings_of("training", "")


def test_the_portal_has_no_log_to_open(home: Place) -> None:
    enrolled(home, "lao-cai")

    with pytest.raises(Unable, match="portal has no log"):
        opening.settings_of("portal", "")
