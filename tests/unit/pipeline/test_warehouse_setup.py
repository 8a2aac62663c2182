"""The DDL splits into statements that may run again, and a refused statement says so."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from unittest.mock import Mock

import pytest

from pipeline.errors import StatementError
from pipeline.flight_transforms import FACT_COLUMNS, QUARANTINE_COLUMNS
from pipeline.settings import PipelineSettings
from pipeline.warehouse_setup import DDL_FILE, Warehouse, split_statements

SETTINGS = PipelineSettings("local", "flights", "jdbc:redshift://h:1/dev", "wg")


def warehouse(statuses: list[dict[str, Any]]) -> tuple[Warehouse, Mock]:
    client = Mock()
    client.batch_execute_statement.return_value = {"Id": "1"}
    client.describe_statement.side_effect = statuses
    return Warehouse(client, SETTINGS), client


def ddl() -> list[str]:
    return split_statements(DDL_FILE.read_text(encoding="utf-8"))


def table_and_columns(statement: str) -> tuple[str, tuple[str, ...]]:
    """Of a CREATE TABLE with a column a line, `name TYPE …`; its constraints are in capitals."""
    (table,) = re.findall(r"CREATE TABLE IF NOT EXISTS airlines\.(\w+)", statement)
    return table, tuple(re.findall(r"^ +([a-z_]+) [A-Z]", statement, re.MULTILINE))


def test_comments_and_empty_statements_are_left_out() -> None:
    assert split_statements("-- a; b\nSELECT 1;\n\n-- end\nSELECT 2; ;\n") == ["SELECT 1", "SELECT 2"]


def test_every_ddl_statement_may_run_again() -> None:
    assert all("IF NOT EXISTS" in statement for statement in ddl())
    assert len(ddl()) == 4


def test_the_tables_have_the_columns_that_the_job_writes() -> None:
    columns = dict(map(table_and_columns, ddl()[1:]))
    assert columns["daily_flights_processed"] == FACT_COLUMNS
    assert columns["quarantined_flights"] == QUARANTINE_COLUMNS


def test_statements_run_as_one_batch_and_are_waited_for() -> None:
    target, client = warehouse([{"Status": "STARTED"}, {"Status": "FINISHED"}])
    target.load_airports("s3://b/airports.csv", "arn:role")
    delete, copy = client.batch_execute_statement.call_args.kwargs["Sqls"]
    assert delete == "DELETE FROM airlines.dim_airport_codes"
    assert copy.endswith("FORMAT AS CSV IGNOREHEADER 1")


def test_a_refused_statement_tells_what_was_tried_and_why_not() -> None:
    target, _ = warehouse([{"Status": "FAILED", "Error": 'relation "x" does not exist'}])
    with pytest.raises(StatementError, match="Could not load the airports: relation"):
        target.load_airports("s3://b/airports.csv", "arn:role")


def test_a_copy_role_that_the_warehouse_may_not_assume_has_a_next_step() -> None:
    reason = "User arn:aws:redshift:c is not authorized to assume IAM Role arn:aws:iam::1:role/copy"
    target, _ = warehouse([{"Status": "FAILED", "Error": reason}])
    with pytest.raises(StatementError, match=r"Next: attach the COPY role \(output CopyRoleArn"):
        target.load_airports("s3://b/airports.csv", "arn:role")


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({}, {"WorkgroupName": "wg", "Database": "dev"}),
        (
            {"warehouse_workgroup": "", "warehouse_cluster": "c"},
            {"ClusterIdentifier": "c", "Database": "dev"},
        ),
        (
            {"warehouse_secret_arn": "arn:s"},
            {"WorkgroupName": "wg", "Database": "dev", "SecretArn": "arn:s"},
        ),
    ],
)
def test_the_statements_go_to_the_workgroup_or_the_cluster_as_the_secrets_user(
    changed: dict[str, Any], place: dict[str, str]
) -> None:
    _, client = warehouse([{"Status": "FINISHED"}])
    Warehouse(client, replace(SETTINGS, **changed)).execute(["SELECT 1"], "ask")
    assert client.batch_execute_statement.call_args.kwargs == {**place, "Sqls": ["SELECT 1"]}
