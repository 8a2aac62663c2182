"""SQLAlchemy, pandas and awswrangler against the Redshift endpoint; see redshift/*_checks.py."""

from __future__ import annotations

import pytest

from tests.contract.clients.redshift_clients import Check, Clients, checks_of
from tests.redshift_facts import works

pytestmark = pytest.mark.process


@works("client", "sqlalchemy-redshift 1.0 (SQLAlchemy 2.0)", "pandas read_sql and to_sql")
@pytest.mark.parametrize("check", checks_of("sqlalchemy_checks.py"))
def test_sqlalchemy_redshift(clients: Clients, check: Check) -> None:
    clients.passes(check)


@works("client", "awswrangler 3.17: copy, copy_from_files, to_sql, unload, unload_to_files, read_sql_query")
@pytest.mark.parametrize("check", checks_of("awswrangler_checks.py"))
def test_awswrangler(clients: Clients, check: Check) -> None:
    clients.passes(check)


@works(
    "client",
    "redshift_connector 2.2 iam=True (cluster, workgroup)",
    "awswrangler 3.17: connect (secret, Glue connection), connect_temp",
)
@pytest.mark.parametrize("check", checks_of("iam_checks.py"))
def test_temporary_credentials(clients: Clients, check: Check) -> None:
    clients.passes(check)
