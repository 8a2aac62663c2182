"""dbt-redshift against the Redshift endpoint: the project dbt_shop, step by step (redshift/dbt_checks.py)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.stack.sandbox import Sandbox
from tests.contract.clients.machines import unique
from tests.contract.clients.redshift_clients import Check, Clients, checks_of
from tests.redshift_facts import works

pytestmark = pytest.mark.process
PROJECT = Path(__file__).with_name("dbt_shop")
STEPS = (
    "seed",
    "run (view, table, incremental: delete+insert, merge, append, microbatch)",
    "snapshot",
    "test",
    "unit tests",
    "build",
    "docs generate",
    "source freshness",
    "show",
    "run-operation",
    "debug",
)


@pytest.fixture(scope="module")
def dbt(sandbox: Sandbox, dbt_packages: Path) -> Iterator[Clients]:
    """dbt, with the project and a user that it grants rights to."""
    reader = unique("reader").replace("-", "_")
    sandbox.query(f"CREATE USER {reader} PASSWORD 'Abcd1234'")
    yield Clients(sandbox, dbt_packages, {"CHECK_PROJECT": str(PROJECT), "CHECK_READER": reader})
    sandbox.query(f"DROP USER {reader}")


@works("client", *(f"dbt-redshift 1.11 {step}" for step in STEPS))
@pytest.mark.parametrize("check", checks_of("dbt_checks.py"))
def test_dbt(dbt: Clients, check: Check) -> None:
    dbt.passes(check)
