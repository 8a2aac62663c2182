"""The Redshift Data API behaves as aws-semantics.md §F says: asynchronous, errors in DescribeStatement."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from emulator.stack.client_environment import CLIENT_CONFIG, aws_session
from emulator.stack.sandbox import Sandbox
from tests.redshift_facts import works

FINAL = ("FINISHED", "FAILED", "ABORTED")


class DataApi:
    """The API as a client would use it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        settings = sandbox.settings
        session: Any = aws_session(settings)
        # What is refused, the API itself shall refuse, and a status of 500 is not tried again.
        unchecked = CLIENT_CONFIG.merge(Config(parameter_validation=False, retries={"total_max_attempts": 1}))
        self.client = session.client("redshift-data", endpoint_url=settings.gateway_url, config=unchecked)
        self.where = {"WorkgroupName": "analytics", "Database": sandbox.settings.database}

    def run(self, sql: str, **options: Any) -> dict[str, Any]:
        """Executes and waits for the end."""
        return self.ended(self.client.execute_statement(Sql=sql, **self.where, **options)["Id"])

    def batch(self, *sqls: str) -> dict[str, Any]:
        """Executes a batch and waits for the end."""
        return self.ended(self.client.batch_execute_statement(Sqls=list(sqls), **self.where)["Id"])

    def ended(self, identifier: str) -> dict[str, Any]:
        """The description of a statement that has ended."""

        def described() -> dict[str, Any] | None:
            answer: dict[str, Any] = self.client.describe_statement(Id=identifier)
            return answer if answer["Status"] in FINAL else None

        answer = self._sandbox.wait_until(described, 30, f"the end of statement {identifier}")
        assert answer is not None
        return answer

    def records(self, identifier: str) -> list[Any]:
        """The rows of a result's first page."""
        records: list[Any] = self.client.get_statement_result(Id=identifier)["Records"]
        return records


@pytest.fixture
def api(sandbox: Sandbox) -> DataApi:
    return DataApi(sandbox)


@pytest.fixture
def table(sandbox: Sandbox) -> str:
    name = f"api_{uuid.uuid4().hex[:10]}"
    sandbox.query(f"CREATE TABLE {name} (a INT, note VARCHAR(10))")
    return name


@works("Data API", "ExecuteStatement", "GetStatementResult", "DescribeStatement")
def test_a_query_gives_typed_fields_and_column_metadata(api: DataApi) -> None:
    sql = "SELECT 1 AS a, 'x'::varchar(5) AS b, 1.50::numeric(5,2) AS c, NULL::int AS d, TRUE AS e"
    done = api.run(sql + ", 2.5::float8 AS f, DATE '2024-01-02' AS g, TIMESTAMP '2024-01-02 03:04:05' AS h")
    assert (done["Status"], done["HasResultSet"], done["ResultRows"]) == ("FINISHED", True, 1)
    assert done["Duration"] > 100_000  # nanoseconds
    result = api.client.get_statement_result(Id=done["Id"])
    assert result["Records"] == [
        [
            {"longValue": 1},
            {"stringValue": "x"},
            {"stringValue": "1.50"},
            {"isNull": True},
            {"booleanValue": True},
            {"doubleValue": 2.5},
            {"stringValue": "2024-01-02"},
            {"stringValue": "2024-01-02 03:04:05.0"},
        ]
    ]
    assert [column["typeName"] for column in result["ColumnMetadata"]] == [
        "int4", "varchar", "numeric", "int4", "bool", "float8", "date", "timestamp",
    ]  # fmt: skip
    assert (result["ColumnMetadata"][2]["precision"], result["ColumnMetadata"][2]["scale"]) == (5, 2)


def test_an_sql_error_is_found_in_the_description_only(api: DataApi) -> None:
    done = api.run("SELECT * FROM no_such_table")
    assert done["Status"] == "FAILED"
    assert done["Error"] == 'ERROR: relation "no_such_table" does not exist'
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        api.records(done["Id"])


def test_a_database_that_does_not_exist_fails_the_statement(api: DataApi) -> None:
    api.where["Database"] = "nowhere"
    done = api.run("SELECT 1")
    assert (done["Status"], done["Error"]) == ("FAILED", 'FATAL: database "nowhere" does not exist')


def test_parameters_are_named_and_are_values_not_text(api: DataApi, table: str) -> None:
    parameters = [{"name": "a", "value": "7"}, {"name": "note", "value": "it's; --"}]
    assert api.run(f"INSERT INTO {table} VALUES (:a, :note)", Parameters=parameters)["ResultRows"] == 1
    done = api.run(f"SELECT note FROM {table} WHERE a = :a", Parameters=parameters[:1])
    assert api.records(done["Id"]) == [[{"stringValue": "it's; --"}]]
    assert done["QueryParameters"] == parameters[:1]


def test_results_are_paged(api: DataApi) -> None:
    done = api.run("SELECT n FROM generate_series(1, 2500) AS n")
    pages = api.client.get_paginator("get_statement_result").paginate(Id=done["Id"])
    sizes = [len(page["Records"]) for page in pages]
    assert sizes == [1000, 1000, 500]
    with pytest.raises(ClientError, match="ValidationException"):
        api.client.get_statement_result(Id=done["Id"], NextToken="nonsense")


@works("Data API", "BatchExecuteStatement")
def test_a_batch_is_one_transaction(api: DataApi, table: str) -> None:
    failed = api.batch(f"INSERT INTO {table} VALUES (1)", "SELECT nope", "SELECT 1")
    assert failed["Status"] == "FAILED"
    assert [part["Status"] for part in failed["SubStatements"]] == ["FINISHED", "FAILED", "ABORTED"]
    assert [part["Id"] for part in failed["SubStatements"]] == [f"{failed['Id']}:{n}" for n in (1, 2, 3)]
    done = api.batch(f"INSERT INTO {table} VALUES (2)", f"SELECT a FROM {table}")
    assert done["Status"] == "FINISHED"
    assert api.records(done["Id"] + ":2") == [[{"longValue": 2}]]


@works("Data API", "CancelStatement")
def test_a_running_statement_can_be_cancelled(api: DataApi) -> None:
    identifier = api.client.execute_statement(Sql="SELECT pg_sleep(60)", **api.where)["Id"]
    assert api.client.cancel_statement(Id=identifier)["Status"] is True
    assert api.ended(identifier)["Status"] == "ABORTED"
    with pytest.raises(ClientError, match="already in ABORTED state"):
        api.client.cancel_statement(Id=identifier)


@works("Data API", "validation of requests")
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"WorkgroupName": None}, "Either ClusterIdentifier or WorkgroupName needs to be specified."),
        ({"ClusterIdentifier": "main"}, "Only one of ClusterIdentifier or WorkgroupName"),
        ({"Database": None}, "Database needs to be specified"),
        ({"SecretArn": "s", "DbUser": "u"}, "Only one of SecretArn or DbUser"),
        ({"WorkgroupName": "No_Name"}, "'workgroupName' failed to satisfy constraint"),
        ({"SessionKeepAliveSeconds": 86401}, "'sessionKeepAliveSeconds' failed to satisfy constraint"),
        ({"ResultFormat": "XML"}, "'resultFormat' failed to satisfy constraint"),
        ({"Parameters": [{"name": "a", "value": ""}]}, "failed to satisfy constraint"),
        ({"Parameters": [{"name": "a-b", "value": "1"}]}, "failed to satisfy constraint"),
        (
            {"Parameters": [{"name": "id", "value": "1"}]},
            "Parameters list contains unused parameters. Unused parameters: [id]",
        ),
        ({"SessionId": str(uuid.UUID(int=0))}, f"Session with Id: {uuid.UUID(int=0)} is invalid"),
        ({"Sql": "  "}, "SQL statement is empty"),
        ({"Sql": "SELECT '" + "x" * 102_400 + "'"}, "larger than 100kB"),
    ],
)
def test_bad_requests_are_refused_at_once(api: DataApi, changes: dict[str, Any], message: str) -> None:
    request = {"Sql": "SELECT 1", **api.where, **changes}
    with pytest.raises(ClientError, match="ValidationException") as caught:
        api.client.execute_statement(**{name: value for name, value in request.items() if value is not None})
    assert message in str(caught.value)


@works("Data API", "ClientToken")
def test_a_client_token_makes_a_repeated_request_the_same_statement(api: DataApi) -> None:
    token = uuid.uuid4().hex
    first = api.client.execute_statement(Sql="SELECT 1", ClientToken=token, **api.where)["Id"]
    assert api.client.execute_statement(Sql="SELECT 1", ClientToken=token, **api.where)["Id"] == first
    with pytest.raises(ClientError, match="ValidationException"):
        api.client.execute_statement(Sql="SELECT 2", ClientToken=token, **api.where)


@works("Data API", "ListStatements")
def test_statements_are_listed_by_name_and_status(api: DataApi) -> None:
    name = f"report-{uuid.uuid4().hex[:8]}"
    good = api.run("SELECT 1", StatementName=name)["Id"]
    bad = api.run("SELECT nope", StatementName=name)["Id"]
    assert _ids(api.client.list_statements(StatementName=name)) == [good]
    assert _ids(api.client.list_statements(StatementName=name, Status="ALL")) == [bad, good]
    first = api.client.list_statements(StatementName=name, Status="ALL", MaxResults=1)
    following = api.client.list_statements(
        StatementName=name, Status="ALL", MaxResults=1, NextToken=first["NextToken"]
    )
    assert _ids(first) + _ids(following) == [bad, good]


def _ids(answer: dict[str, Any]) -> list[str]:
    return [item["Id"] for item in answer["Statements"]]


def test_statements_belong_to_their_account(api: DataApi, sandbox: Sandbox) -> None:
    done = api.run("SELECT 1")
    other = sandbox.client("redshift-data", account_id="210987654321")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        other.describe_statement(Id=done["Id"])


@works("Data API", "ListTables", "ListSchemas", "ListDatabases", "DescribeTable")
def test_tables_schemas_databases_and_columns_are_listed(api: DataApi, table: str, sandbox: Sandbox) -> None:
    tables = api.client.list_tables(SchemaPattern="public", TablePattern=table, **api.where)["Tables"]
    assert tables == [{"name": table, "schema": "public", "type": "TABLE"}]
    schemas = api.client.list_schemas(**api.where)["Schemas"]
    shown = [name for name in schemas if name.startswith("pg_") or name in ("public", "information_schema")]
    assert shown == ["information_schema", "pg_catalog", "public"]
    databases = api.client.list_databases(**api.where)["Databases"]
    assert (sandbox.settings.database in databases, "postgres" in databases) == (True, False)
    columns = api.client.describe_table(Schema="public", Table=table, **api.where)["ColumnList"]
    assert [(column["name"], column["typeName"]) for column in columns] == [
        ("a", "int4"),
        ("note", "varchar"),
    ]


def test_copy_through_the_api_counts_its_rows(api: DataApi, table: str, sandbox: Sandbox) -> None:
    s3 = sandbox.client("s3")
    bucket = f"api-{uuid.uuid4().hex[:10]}"
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="f.csv", Body=b"1,a\n2,b\n")
    done = api.run(f"COPY {table} FROM 's3://{bucket}/f' IAM_ROLE default CSV")
    assert (done["Status"], done["ResultRows"], done["HasResultSet"]) == ("FINISHED", 2, False)


@works("Data API", "WithEvent")
def test_with_event_tells_the_default_bus_about_the_end(api: DataApi, sandbox: Sandbox) -> None:
    events, sqs = sandbox.client("events"), sandbox.client("sqs")
    name = f"data-{uuid.uuid4().hex[:8]}"
    queue = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = {"source": ["aws.redshift-data"], "detail": {"statementName": [name]}}
    events.put_rule(Name=name, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": arn}])
    done = api.run("SELECT 1", StatementName=name, WithEvent=True)
    (message,) = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=10)["Messages"]
    detail = json.loads(message["Body"])["detail"]
    assert (detail["statementId"], detail["state"], detail["rows"]) == (done["Id"], "FINISHED", 1)
