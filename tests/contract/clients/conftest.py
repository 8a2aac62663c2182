from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.stack.sandbox import Sandbox
from tests.contract.clients.machines import Machines
from tests.contract.clients.redshift_clients import Clients, installed


@pytest.fixture(scope="module")
def machines(sandbox: Sandbox) -> Iterator[Machines]:
    """State machines and jobs of a module's own; the jobs are gone afterwards."""
    machines = Machines(sandbox)
    yield machines
    for name in machines.made:
        machines.glue.delete_job(JobName=name)


@pytest.fixture(scope="session")
def clients(sandbox: Sandbox, pytestconfig: pytest.Config) -> Clients:
    """The clients of locks/clients.txt."""
    return Clients(sandbox, installed("clients", pytestconfig))


@pytest.fixture(scope="session")
def dbt_packages(pytestconfig: pytest.Config) -> Path:
    """The packages of locks/clients-dbt.txt."""
    return installed("clients-dbt", pytestconfig)
