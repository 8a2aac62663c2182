"""Python's drivers against the Redshift endpoint; what they do stands in redshift/*_checks.py."""

from __future__ import annotations

import pytest

from tests.contract.clients.redshift_clients import Check, Clients, checks_of
from tests.redshift_facts import works

pytestmark = pytest.mark.process


@works("client", "psycopg2 2.9")
@pytest.mark.parametrize("check", checks_of("psycopg2_checks.py"))
def test_psycopg2(clients: Clients, check: Check) -> None:
    clients.passes(check)


@works("client", "psycopg 3.3")
@pytest.mark.parametrize("check", checks_of("psycopg3_checks.py"))
def test_psycopg_3(clients: Clients, check: Check) -> None:
    clients.passes(check)


@works("client", "pg8000 1.31", "asyncpg 0.32")
@pytest.mark.parametrize("check", checks_of("pg8000_asyncpg_checks.py"))
def test_pg8000_and_asyncpg(clients: Clients, check: Check) -> None:
    clients.passes(check)


@works("client", "redshift_connector 2.2")
@pytest.mark.parametrize("check", checks_of("redshift_connector_checks.py"))
def test_redshift_connector(clients: Clients, check: Check) -> None:
    clients.passes(check)
