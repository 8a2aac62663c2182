"""The AWS CLI's `redshift-data` as its users type it, and what Terraform's statement asks."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from typing import Any

import pytest

from emulator.stack.sandbox import Sandbox
from tests.contract.clients.machines import unique
from tests.redshift_facts import works

pytestmark = pytest.mark.process
PENDING = ("SUBMITTED", "PICKED", "STARTED")
TIMEOUT_S = 30


class RedshiftData:
    """`aws redshift-data <command> …` on the sandbox; each answer is its JSON."""

    def __init__(self, sandbox: Sandbox, workgroup: str) -> None:
        self._environment = {**sandbox.environment(), "AWS_PAGER": ""}
        self._place = ("--workgroup-name", workgroup, "--database", sandbox.settings.database)

    def __call__(self, command: str, *options: str) -> Any:
        """The answer; AssertionError with what the CLI says if it fails."""
        done = subprocess.run(
            ["aws", "redshift-data", command, *options, "--output", "json"],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else None

    def here(self, command: str, *options: str) -> Any:
        """The same for commands that want a workgroup and a database."""
        return self(command, *self._place, *options)

    def ended(self, statement_id: str) -> Any:
        """The description of a statement once it has ended."""
        deadline = time.monotonic() + TIMEOUT_S
        while (shown := self("describe-statement", "--id", statement_id))["Status"] in PENDING:
            assert time.monotonic() < deadline, shown
        return shown


@pytest.fixture(scope="module")
def workgroup(sandbox: Sandbox) -> Any:
    """A workgroup of the module's own, for those who insist on one that exists."""
    api, name = sandbox.client("redshift-serverless"), unique("cli")
    api.create_namespace(namespaceName=name)
    api.create_workgroup(workgroupName=name, namespaceName=name)
    yield name
    api.delete_workgroup(workgroupName=name)
    api.delete_namespace(namespaceName=name)


@pytest.fixture
def aws(sandbox: Sandbox, workgroup: str) -> RedshiftData:
    if not shutil.which("aws"):
        pytest.skip("the AWS CLI is not on this machine")
    return RedshiftData(sandbox, workgroup)


@works("client", "AWS CLI: aws redshift-data")
def test_a_statement_is_executed_watched_and_its_rows_read(aws: RedshiftData) -> None:
    sql = "SELECT :n::int AS n, NVL(NULL, 'x') AS text, 1.50::decimal(10,2) AS d, NULL AS nothing"
    made = aws.here("execute-statement", "--sql", sql, "--parameters", "name=n,value=7")
    shown = aws.ended(made["Id"])
    assert (shown["Status"], shown["HasResultSet"], shown["ResultRows"]) == ("FINISHED", True, 1)
    result = aws("get-statement-result", "--id", made["Id"])
    assert result["Records"] == [
        [{"longValue": 7}, {"stringValue": "x"}, {"stringValue": "1.50"}, {"isNull": True}]
    ]
    assert [column["name"] for column in result["ColumnMetadata"]] == ["n", "text", "d", "nothing"]
    assert made["Id"] in [one["Id"] for one in aws("list-statements", "--status", "ALL")["Statements"]]


def test_a_batch_makes_a_table_that_the_other_commands_show(aws: RedshiftData, sandbox: Sandbox) -> None:
    schema = unique("cli").replace("-", "_")
    sqls = (f"CREATE SCHEMA {schema}", f"CREATE TABLE {schema}.things (a int ENCODE az64, b varchar(9))")
    made = aws.here("batch-execute-statement", "--sqls", *sqls)
    assert aws.ended(made["Id"])["Status"] == "FINISHED"
    assert schema in aws.here("list-schemas", "--schema-pattern", schema)["Schemas"]
    tables = aws.here("list-tables", "--schema-pattern", schema)["Tables"]
    assert tables == [{"name": "things", "schema": schema, "type": "TABLE"}]
    described = aws.here("describe-table", "--schema", schema, "--table", "things")
    assert [column["name"] for column in described["ColumnList"]] == ["a", "b"]
    assert sandbox.settings.database in aws.here("list-databases")["Databases"]
    sandbox.query(f"DROP SCHEMA {schema} CASCADE")


def test_a_failed_statement_says_why_and_a_running_one_is_cancelled(aws: RedshiftData) -> None:
    made = aws.here("execute-statement", "--sql", "SELECT * FROM missing")
    shown = aws.ended(made["Id"])
    assert (shown["Status"], shown["Error"]) == ("FAILED", 'ERROR: relation "missing" does not exist')
    running = aws.here("execute-statement", "--sql", "SELECT pg_sleep(60)")
    assert aws("cancel-statement", "--id", running["Id"]) == {"Status": True}
    assert aws.ended(running["Id"])["Status"] == "ABORTED"


@works("client", "calls of Terraform's aws_redshiftdata_statement")
def test_what_terraforms_statement_asks_is_answered(sandbox: Sandbox, workgroup: str) -> None:
    """The provider's create, wait and read (internal/service/redshiftdata/statement.go)."""
    api, user = sandbox.client("redshift-data"), unique("tf").replace("-", "_")
    given: dict[str, Any] = {
        "Database": sandbox.settings.database,
        "WorkgroupName": workgroup,
        "Sql": f"CREATE USER {user} PASSWORD 'Abcd1234'",
        "WithEvent": False,
    }
    statement = api.execute_statement(**given)["Id"]

    def read() -> Any:
        shown = api.describe_statement(Id=statement)
        return None if shown["Status"] in PENDING else shown

    shown = sandbox.wait_until(read, TIMEOUT_S, "the statement's end")
    assert (shown["Status"], shown["QueryString"]) == ("FINISHED", given["Sql"])
    assert shown["WorkgroupName"] == workgroup
    # Set where it was not given, each of these would be a change in every plan.
    assert not {"ClusterIdentifier", "SecretArn", "QueryParameters"} & set(shown)
    with pytest.raises(api.exceptions.ResourceNotFoundException):
        api.describe_statement(Id="00000000-0000-0000-0000-000000000000")
    sandbox.query(f"DROP USER {user}")
