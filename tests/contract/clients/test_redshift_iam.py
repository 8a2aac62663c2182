"""Clients that find the warehouse and log in through Redshift's APIs; see redshift/iam_checks.py."""

from __future__ import annotations

import pytest

from tests.contract.clients.redshift_clients import Check, Clients, checks_of
from tests.redshift_facts import works

pytestmark = pytest.mark.process


@works(
    "client",
    *("redshift_connector 2.2 with iam=True", "awswrangler 3.17 connect_temp", "awswrangler 3.17 data_api"),
)
@pytest.mark.parametrize("check", checks_of("iam_checks.py"))
def test_iam(clients: Clients, check: Check) -> None:
    clients.passes(check)
