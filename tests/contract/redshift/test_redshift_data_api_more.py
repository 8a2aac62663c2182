"""The Redshift Data API's sessions, secrets, result formats and metadata."""

from __future__ import annotations

import json
import uuid
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from emulator.stack.sandbox import Sandbox
from tests.contract.redshift.test_redshift_data_api import DataApi
from tests.redshift_facts import works


@pytest.fixture
def api(sandbox: Sandbox) -> DataApi:
    return DataApi(sandbox)


def refused(error: Any) -> tuple[str, str]:
    """The code and text of a refusal."""
    return error.value.response["Error"]["Code"], error.value.response["Error"]["Message"]


@works("Data API", "sessions: SessionKeepAliveSeconds, SessionId")
def test_a_session_keeps_temporary_tables_settings_and_transactions(api: DataApi) -> None:
    first = api.run("CREATE TEMP TABLE kept (a INT)", SessionKeepAliveSeconds=60)
    session = {"SessionId": first["SessionId"]}
    api.where = {}
    for sql in ("SET query_group TO 'nightly'", "BEGIN", "INSERT INTO kept VALUES (1), (2)", "COMMIT"):
        assert api.run(sql, **session)["Status"] == "FINISHED"
    setting = api.run("SHOW query_group", **session)
    assert api.records(setting["Id"]) == [[{"stringValue": "nightly"}]]
    done = api.run("SELECT count(*) FROM kept", **session)
    assert api.records(done["Id"]) == [[{"longValue": 2}]]
    assert (done["SessionId"], done["RedshiftPid"]) == (first["SessionId"], first["RedshiftPid"])
    api.run("SELECT 1", **session, SessionKeepAliveSeconds=0)  # and no longer
    with pytest.raises(ClientError) as caught:
        api.client.execute_statement(Sql="SELECT 1", **session)
    assert refused(caught) == ("ValidationException", "Session is not available")


def test_a_failure_inside_a_sessions_transaction_lasts_until_its_end(api: DataApi) -> None:
    session = {"SessionId": api.run("BEGIN", SessionKeepAliveSeconds=60)["SessionId"]}
    assert api.run("SELECT nope", **session)["Status"] == "FAILED"
    aborted = "ERROR: current transaction is aborted, commands ignored until end of transaction block"
    assert api.run("SELECT 1", **session)["Error"] == aborted
    assert api.run("ROLLBACK", **session)["Status"] == "FINISHED"
    assert api.run("SELECT 1", **session, SessionKeepAliveSeconds=0)["Status"] == "FINISHED"


@works("Data API", "sessions run one statement at a time")
def test_a_busy_session_is_not_available_and_survives_a_cancel(api: DataApi) -> None:
    running = api.client.execute_statement(Sql="SELECT pg_sleep(60)", SessionKeepAliveSeconds=60, **api.where)
    session = {"SessionId": running["SessionId"]}
    with pytest.raises(ClientError, match="Session is not available"):
        api.client.execute_statement(Sql="SELECT 1", **session)
    api.client.cancel_statement(Id=running["Id"])
    assert api.run("SELECT 1", **session, SessionKeepAliveSeconds=0)["Status"] == "FINISHED"


def test_a_session_stays_at_its_database(api: DataApi) -> None:
    session = {"SessionId": api.run("SELECT 1", SessionKeepAliveSeconds=1)["SessionId"]}
    with pytest.raises(ClientError, match="Database elsewhere is not that of session"):
        api.client.execute_statement(Sql="SELECT 1", Database="elsewhere", **session)


@works("Data API", "GetStatementResultV2", "ResultFormat CSV")
def test_csv_results_come_with_their_header(api: DataApi) -> None:
    sql = "SELECT 1 AS a, 'x, y' AS b, NULL::int AS c UNION ALL SELECT 2, 'ü', 3 ORDER BY 1"
    done = api.run(sql, ResultFormat="CSV")
    assert (done["ResultFormat"], done["HasResultSet"]) == ("CSV", True)
    result = api.client.get_statement_result_v2(Id=done["Id"])
    assert result["Records"] == [{"CSVRecords": 'a,b,c\r\n1,"x, y",\r\n2,ü,3\r\n'}]
    assert (result["ResultFormat"], result["TotalNumRows"]) == ("CSV", 2)
    with pytest.raises(ClientError, match="GetStatementResultV2"):
        api.client.get_statement_result(Id=done["Id"])
    json_id = api.run("SELECT 1")["Id"]
    with pytest.raises(ClientError, match="Use GetStatementResult"):
        api.client.get_statement_result_v2(Id=json_id)


def test_csv_results_are_paged_by_size(api: DataApi) -> None:
    sql = "SELECT repeat('x', 60000) FROM generate_series(1, 40)"
    done = api.run(sql, ResultFormat="CSV")
    pages = api.client.get_paginator("get_statement_result_v2").paginate(Id=done["Id"])
    texts = [page["Records"][0]["CSVRecords"] for page in pages]
    assert [text.count("\r\n") for text in texts] == [19, 18, 4]  # 1 MB each; the first has the header


@works("Data API", "ColumnMetadata")
def test_columns_of_tables_are_described_exactly(api: DataApi, sandbox: Sandbox) -> None:
    name = f"meta_{uuid.uuid4().hex[:10]}"
    sandbox.query(f"CREATE TABLE {name} (id INT NOT NULL, note VARCHAR(200), price NUMERIC(8,2))")
    result = api.client.get_statement_result(
        Id=api.run(f"SELECT id, note AS remark, price * 1 AS double_ FROM {name}")["Id"]
    )
    here = {"schemaName": "public", "tableName": name, "length": 0, "isCurrency": False, "scale": 0}
    number, text, computed = result["ColumnMetadata"]
    assert number == {
        **here,
        **{"name": "id", "label": "id", "typeName": "int4", "precision": 10, "nullable": 0},
        **{"isSigned": True, "isCaseSensitive": False},
    }
    assert text == {
        **here,
        **{"name": "remark", "label": "remark", "typeName": "varchar", "precision": 200, "nullable": 1},
        **{"isSigned": False, "isCaseSensitive": True},
    }
    assert (computed["schemaName"], computed["tableName"], computed["nullable"]) == ("", "", 1)
    assert (result["Records"], result["TotalNumRows"]) == ([], 0)


def test_tables_are_described_with_defaults_and_without_a_name_all_of_a_schema(api: DataApi) -> None:
    schema = f"s_{uuid.uuid4().hex[:10]}"
    api.batch(
        f"CREATE SCHEMA {schema}",
        f"CREATE TABLE {schema}.a (x BIGINT DEFAULT 7, y VARCHAR(5) NOT NULL)",
        f"CREATE VIEW {schema}.b AS SELECT x FROM {schema}.a",
    )
    found = api.client.describe_table(Schema=schema, Table="a", **api.where)
    x, y = found["ColumnList"]
    assert (found["TableName"], x["columnDefault"], x["precision"], x["nullable"]) == ("a", "7", 19, 1)
    assert (y["typeName"], y["length"], y["nullable"], "columnDefault" in y) == ("varchar", 5, 0, False)
    assert len(api.client.describe_table(Schema=schema, **api.where)["ColumnList"]) == 3
    assert api.client.describe_table(Schema=schema, Table="none", **api.where)["ColumnList"] == []
    first = api.client.list_tables(SchemaPattern=schema[:-1] + "_", MaxResults=1, **api.where)
    second = api.client.list_tables(SchemaPattern=schema, NextToken=first["NextToken"], **api.where)
    kinds = [(table["name"], table["type"]) for table in first["Tables"] + second["Tables"]]
    assert kinds == [("a", "TABLE"), ("b", "VIEW")]
    system = api.client.list_tables(SchemaPattern="pg_catalog", TablePattern="pg_class", **api.where)
    assert system["Tables"] == [{"name": "pg_class", "schema": "pg_catalog", "type": "SYSTEM TABLE"}]


@works("Data API", "ConnectedDatabase")
def test_metadata_needs_databases_that_exist(api: DataApi) -> None:
    assert api.client.list_schemas(SchemaPattern="pub%", ConnectedDatabase="dev", **api.where)["Schemas"] == [
        "public"
    ]
    with pytest.raises(ClientError, match="DatabaseConnectionException"):
        api.client.list_schemas(ConnectedDatabase="nowhere", **api.where)


@works("Data API", "SecretArn")
def test_a_secrets_user_runs_the_statement(api: DataApi, sandbox: Sandbox) -> None:
    secrets = sandbox.client("secretsmanager")
    user = f"reader_{uuid.uuid4().hex[:8]}"
    sandbox.query(f"CREATE USER {user} PASSWORD 'Secret99'")
    content = {"username": user, "password": "Secret99"}
    arn = secrets.create_secret(Name=f"redshift/{user}", SecretString=json.dumps(content))["ARN"]
    done = api.run("SELECT current_user", SecretArn=arn)
    assert api.records(done["Id"]) == [[{"stringValue": user}]]
    assert (done["SecretArn"], "DbUser" in done) == (arn, False)
    secrets.put_secret_value(SecretId=arn, SecretString=json.dumps(content | {"password": "wrong"}))
    failed = api.run("SELECT 1", SecretArn=arn)
    assert failed["Error"] == f'FATAL: password authentication failed for user "{user}"'
    secrets.put_secret_value(SecretId=arn, SecretString=json.dumps({"username": user}))
    with pytest.raises(ClientError) as caught:
        api.client.execute_statement(Sql="SELECT 1", SecretArn=arn, **api.where)
    assert refused(caught) == ("ValidationException", "username and password in secret cannot be empty")
    with pytest.raises(ClientError, match="ValidationException"):
        api.client.execute_statement(Sql="SELECT 1", SecretArn=arn + "x", **api.where)


@works("Data API", "DbUser")
def test_a_database_user_runs_the_statement(api: DataApi, sandbox: Sandbox) -> None:
    user = f"writer_{uuid.uuid4().hex[:8]}"
    sandbox.query(f"CREATE USER {user} PASSWORD 'Secret99'")
    api.where = {"ClusterIdentifier": "main", "Database": sandbox.settings.database}
    done = api.run("SELECT current_user", DbUser=user)
    assert (api.records(done["Id"]), done["DbUser"]) == ([[{"stringValue": user}]], user)
    assert api.run("SELECT 1", DbUser="nobody")["Error"] == 'FATAL: user "nobody" does not exist'


@works("Data API", "IAM identities: DbUser IAM:… and IAMR:…")
def test_an_iam_identity_is_shown_as_its_database_user(api: DataApi, sandbox: Sandbox) -> None:
    assert api.run("SELECT 1")["DbUser"] == "IAM:root"
    role = {"RoleArn": "arn:aws:iam::000000000000:role/etl", "RoleSessionName": "monday"}
    given = sandbox.client("sts").assume_role(**role)["Credentials"]
    client: Any = boto3.client(
        "redshift-data",
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
        region_name=sandbox.settings.region,
        endpoint_url=sandbox.settings.gateway_url,
    )
    submitted = client.execute_statement(Sql="SELECT 1", **api.where)
    assert submitted["DbUser"] == "IAMR:etl"
    api.ended(submitted["Id"])
    listed = [one["Id"] for one in client.list_statements(Status="ALL")["Statements"]]
    assert listed == [submitted["Id"]]  # none of root's


@works("Data API", "one statement per Sql")
def test_several_statements_need_a_batch(api: DataApi) -> None:
    assert api.run("SELECT ';' ; -- ;\n")["Status"] == "FINISHED"
    failed = api.run("SELECT 1; SELECT 2")
    assert failed["Error"] == "ERROR: cannot insert multiple commands into a prepared statement"


def test_a_missing_parameter_is_a_syntax_error(api: DataApi) -> None:
    failed = api.run("SELECT 1 WHERE 1 = :a")
    assert failed["Error"].startswith('ERROR: syntax error at or near ":"')
    assert failed["Error"].endswith("\n  Position: 20")


def test_a_parameter_takes_a_type_at_each_of_its_places(api: DataApi, sandbox: Sandbox) -> None:
    name = f"typed_{uuid.uuid4().hex[:10]}"
    sandbox.query(f"CREATE TABLE {name} (a INT, b SMALLINT, c VARCHAR(9), d TIMESTAMP)")
    parameters = [{"name": "id", "value": "2"}, {"name": "at", "value": "2022-02-22"}]
    sql = f"INSERT INTO {name} VALUES (:id, :id::smallint, :id, :at) /* :id */"
    assert api.run(sql, Parameters=parameters)["ResultRows"] == 1
    shown = [
        {"longValue": 2},
        {"longValue": 2},
        {"stringValue": "2"},
        {"stringValue": "2022-02-22 00:00:00.0"},
    ]
    found = api.run(f"SELECT * FROM {name} WHERE a = :id", Parameters=parameters[:1])
    assert api.records(found["Id"]) == [shown]


@works("Data API", "a cancelled batch is rolled back")
def test_a_cancelled_batch_leaves_nothing(api: DataApi, sandbox: Sandbox) -> None:
    name = f"gone_{uuid.uuid4().hex[:10]}"
    sqls = [f"CREATE TABLE {name} (a INT)", "SELECT pg_sleep(60)", "SELECT 1"]
    identifier = api.client.batch_execute_statement(Sqls=sqls, **api.where)["Id"]
    sandbox.wait_until(lambda: _parts(api, identifier)[1] == "STARTED", 10, "the second part")
    api.client.cancel_statement(Id=identifier)
    assert api.ended(identifier)["Status"] == "ABORTED"
    assert _parts(api, identifier) == ["FINISHED", "ABORTED", "ABORTED"]
    assert api.run(f"SELECT * FROM {name}")["Error"] == f'ERROR: relation "{name}" does not exist'


def _parts(api: DataApi, identifier: str) -> list[str]:
    return [part["Status"] for part in api.client.describe_statement(Id=identifier)["SubStatements"]]


def test_a_batch_is_described_by_its_sums_and_each_part_by_itself(api: DataApi) -> None:
    done = api.batch("SELECT 1 UNION ALL SELECT 2", "SELECT 3", "SET query_group TO 'x'")
    assert (done["HasResultSet"], done["ResultRows"], done["RedshiftQueryId"]) == (True, 3, 0)
    assert [part["HasResultSet"] for part in done["SubStatements"]] == [True, True, False]
    assert "QueryString" not in done
    part = api.client.describe_statement(Id=f"{done['Id']}:2")
    assert (part["QueryString"], part["ResultRows"], "SubStatements" in part) == ("SELECT 3", 1, False)
    with pytest.raises(ClientError, match="Query does not have result"):
        api.records(done["Id"])


@pytest.mark.parametrize("name", ["describe_statement", "get_statement_result", "cancel_statement"])
def test_an_id_that_is_none_is_refused_in_the_apis_words(api: DataApi, name: str) -> None:
    with pytest.raises(ClientError) as caught:
        getattr(api.client, name)(Id="nope")
    pattern = r"^[a-z0-9]{8}(-[a-z0-9]{4}){3}-[a-z0-9]{12}(:\d+)?$"
    assert refused(caught) == ("ValidationException", f"id must satisfy regex pattern: {pattern}")
    with pytest.raises(ClientError) as caught:
        getattr(api.client, name)(Id=str(uuid.uuid4()))
    assert refused(caught) == ("ResourceNotFoundException", "Query does not exist.")


@works("Data API", "64 KB a row, 500 MB a result")
def test_a_result_row_over_64_kb_fails_the_statement(api: DataApi) -> None:
    assert "Packet for query is too large" in api.run("SELECT repeat('x', 70000)")["Error"]


@works("Data API", "EventBridge target: RedshiftDataParameters")
@pytest.mark.parametrize(
    ("arn", "statement"),
    [
        ("arn:aws:redshift:us-east-1:000000000000:cluster:main", "Sql"),
        ("arn:aws:redshift-serverless:us-east-1:000000000000:workgroup/main", "Sqls"),
    ],
)
def test_a_rule_runs_a_statement_at_each_event(
    api: DataApi, sandbox: Sandbox, arn: str, statement: str
) -> None:
    events, name = sandbox.client("events"), f"rule-{uuid.uuid4().hex[:8]}"
    table = name.replace("-", "_")
    sandbox.query(f"CREATE TABLE {table} (a INT)")
    sql: Any = f"INSERT INTO {table} VALUES (1)"
    parameters = {"Database": "dev", "StatementName": name, statement: [sql] if statement == "Sqls" else sql}
    events.put_rule(Name=name, EventPattern=json.dumps({"source": [name]}))
    target = {"Id": "warehouse", "Arn": arn, "RedshiftDataParameters": parameters}
    events.put_targets(Rule=name, Targets=[target])
    events.put_events(Entries=[{"Source": name, "DetailType": "x", "Detail": "{}"}])
    sandbox.wait_until(lambda: sandbox.query(f"SELECT * FROM {table}"), 10, "the row")


@works("Data API", "RedshiftQueryId, RedshiftPid")
def test_a_statement_is_found_in_the_history_of_queries(api: DataApi, sandbox: Sandbox) -> None:
    word = uuid.uuid4().hex
    single = api.run(f"SELECT '{word}' WHERE 1 = :a", Parameters=[{"name": "a", "value": "1"}])
    batch = api.batch("SELECT 1", f"SELECT '{word}', 2", "SELECT 1")
    failed = api.run(f"SELECT {word[:3]}nope")
    ids = [part["RedshiftQueryId"] for part in batch["SubStatements"]]
    for query_id, text, pid in (
        (single["RedshiftQueryId"], f"SELECT '{word}' WHERE 1 = $1", single["RedshiftPid"]),
        (ids[1], f"SELECT '{word}', 2", batch["RedshiftPid"]),
        (failed["RedshiftQueryId"], f"SELECT {word[:3]}nope", failed["RedshiftPid"]),
    ):
        sql = f"SELECT rtrim(query_text), session_id FROM sys_query_history WHERE query_id = {query_id}"
        assert [tuple(row) for row in sandbox.query(sql)] == [(text, pid)]
    assert ids[0] < ids[1] < ids[2]
    assert batch["RedshiftQueryId"] == 0


@works("Data API", "types of a request's members")
@pytest.mark.parametrize("request_", [{"Sql": 5}, {"Sql": "SELECT 1", "WithEvent": "yes"}])
def test_json_of_another_type_is_refused(api: DataApi, request_: dict[str, Any]) -> None:
    with pytest.raises(ClientError) as caught:
        api.client.execute_statement(**request_, **api.where)
    assert refused(caught)[0] == "SerializationException"
