"""Servers for the whole run."""

import os

import pytest


@pytest.fixture(scope="session")
def postgres() -> str:
    return os.environ["TEST_POSTGRES"]


@pytest.fixture(scope="session")
def kafka() -> str:
    return os.environ["TEST_KAFKA"]
