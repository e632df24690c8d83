"""Several provinces on one machine."""

import json
from pathlib import Path

import pytest

from ketnap.ops.deployment import SERVICES, Ports, enrol
from ketnap.ops.place import Place
from ketnap.ops.services import Running, on_this_machine
from ketnap.ops.unable import Unable


@pytest.fixture
def here(tmp_path: Path) -> Place:
    return Place(home=tmp_path)


def test_a_province_keeps_its_number_whoever_comes_later(here: Place) -> None:
    [first] = enrol(here, ["lao-cai"])
    both = enrol(here, ["an-giang", "lao-cai"])

    assert first.number == 0
    assert {one.province: one.number for one in both} == {"lao-cai": 0, "an-giang": 1}


def test_no_two_processes_share_a_port() -> None:
    ports = Ports(base=17_000)
    numbers = [ports.postgres, ports.kafka, ports.controller]
    numbers += [
        ask(number, service)
        for number in range(9)
        for service in SERVICES
        for ask in (ports.of, ports.metrics_of)
    ]

    assert len(set(numbers)) == len(numbers) == 93
    assert set(numbers) <= set(range(17_000, 17_100))


def test_accounts_outlive_a_change_of_the_portals_address(here: Place) -> None:
    [deployment] = enrol(here, ["lao-cai"])
    trusted = [
        json.loads(
            Running(
                deployment=deployment,
                at=on_this_machine(Ports(base=base), deployment.number),
                name="Lào Cai",
                support="0214 380 1234",
                sample=True,
            ).environment("registry")["KETNAP_ISSUERS"]
        )
        for base in (17_000, 18_000)
    ]

    assert [list(issuers) for issuers in trusted] == [["urn:ketnap:lao-cai"]] * 2
    assert trusted[0] != trusted[1]


def test_a_tenth_province_is_refused(here: Place) -> None:
    with pytest.raises(Unable, match="9 provinces"):
        enrol(here, [f"tinh-{letter}" for letter in "abcdefghij"])


@pytest.mark.parametrize("code", ["../keys", "Lao Cai", "", "lao_cai"])
def test_a_code_that_could_be_a_path_is_refused(here: Place, code: str) -> None:
    with pytest.raises(Unable, match="is no code of a province"):
        enrol(here, [code])
