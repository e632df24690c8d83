"""Servers for the whole run."""

import os

import pytest

from ketnap.common import logs


@pytest.fixture(scope="session")
def postgres() -> str:
    return os.environ["TEST_POSTGRES"]


@pytest.fixture(scope="session")
def kafka() -> str:
    return os.environ["TEST_KAFKA"]


@pytest.fixture(scope="session", autouse=True)
def plain_logs() -> None:
    """Logs as in production: one line each."""
    logs.configure(service="test", role="test", version="0", province="test", level="WARNING")
