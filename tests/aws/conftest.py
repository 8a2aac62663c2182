from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.clients.redshift_clients import installed


@pytest.fixture(scope="session")
def check_packages(pytestconfig: pytest.Config) -> Path:
    """The packages of locks/checks.txt."""
    return installed("checks", pytestconfig)
