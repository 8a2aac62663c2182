"""Facts about connections and about tags of Glue's resources, by boto3 against a running Glue API."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.contract.glue_api.gateway import GlueBench

COMMAND = {"Name": "glueetl", "ScriptLocation": "s3://scripts/job.py"}


def code_of(caught: pytest.ExceptionInfo[ClientError]) -> str:
    return str(caught.value.response["Error"]["Code"])


def create(bench: GlueBench, url: str = "jdbc:redshift://localhost:5439/dev", **fields: Any) -> None:
    properties = {"JDBC_CONNECTION_URL": url, "USERNAME": "u", "PASSWORD": "p"}
    definition = {"Name": bench.name, "ConnectionType": "JDBC", "ConnectionProperties": properties}
    bench.glue.create_connection(ConnectionInput={**definition, **fields}, Tags={"team": "a"})


def test_a_connection_has_a_status_and_hides_its_password_if_asked(bench: GlueBench) -> None:
    create(bench)
    shown = bench.glue.get_connection(Name=bench.name)["Connection"]
    assert (shown["Status"], shown["ConnectionProperties"]["PASSWORD"]) == ("READY", "p")
    hidden = bench.glue.get_connection(Name=bench.name, HidePassword=True)["Connection"]
    assert "PASSWORD" not in hidden["ConnectionProperties"]


def test_a_name_is_taken_once(bench: GlueBench) -> None:
    create(bench)
    with pytest.raises(ClientError) as caught:
        create(bench)
    assert code_of(caught) == "AlreadyExistsException"


def test_a_batch_deletes_what_is_there_and_names_what_is_not(bench: GlueBench) -> None:
    create(bench)
    answer = bench.glue.batch_delete_connection(ConnectionNameList=[bench.name, "nowhere"])
    assert answer["Succeeded"] == [bench.name]
    assert answer["Errors"]["nowhere"]["ErrorCode"] == "EntityNotFoundException"


def test_testing_a_connection_that_nothing_answers_says_so(bench: GlueBench) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        create(bench, f"jdbc:postgresql://localhost:{port}/dev")
        with pytest.raises(ClientError, match=f"localhost:{port}/dev as 'u'") as caught:
            bench.glue.test_connection(ConnectionName=bench.name)
    assert code_of(caught) == "InvalidInputException"


def test_testing_a_connection_reads_its_secret(bench: GlueBench) -> None:
    properties = {"JDBC_CONNECTION_URL": "jdbc:redshift://localhost:1/dev", "SECRET_ID": bench.name}
    create(bench, ConnectionProperties=properties)
    with pytest.raises(ClientError, match=f"Secret {bench.name} of connection {bench.name} can't be used"):
        bench.glue.test_connection(ConnectionName=bench.name)


@pytest.mark.parametrize(
    ("request_body", "code"),
    [
        ({}, "InvalidInputException"),
        ({"ConnectionName": "nowhere"}, "EntityNotFoundException"),
        (
            {"TestConnectionInput": {"ConnectionType": "KAFKA", "ConnectionProperties": {}}},
            "OperationNotSupportedException",
        ),
    ],
)
def test_what_can_not_be_tested_is_refused(bench: GlueBench, request_body: dict[str, Any], code: str) -> None:
    with pytest.raises(ClientError) as caught:
        bench.glue.test_connection(**request_body)
    assert code_of(caught) == code


def create_resource(bench: GlueBench, kind: str, tags: dict[str, str]) -> None:
    """A resource of the kind, under the bench's name, made with tags."""
    glue, name = bench.glue, bench.name
    if kind == "connection":
        create(bench)
    elif kind == "database":
        glue.create_database(DatabaseInput={"Name": name}, Tags=tags)
    elif kind == "workflow":
        glue.create_workflow(Name=name, Tags=tags)
    elif kind == "crawler":
        targets = {"S3Targets": [{"Path": "s3://b/"}]}
        glue.create_crawler(Name=name, Role="r", DatabaseName="d", Targets=targets, Tags=tags)
    else:
        glue.create_job(Name=name, Role="r", Command=COMMAND, Tags=tags)
    if kind == "trigger":
        glue.create_trigger(Name=name, Type="ON_DEMAND", Actions=[{"JobName": name}], Tags=tags)


@pytest.mark.parametrize("kind", ["job", "trigger", "workflow", "crawler", "connection", "database"])
def test_tags_are_given_on_creation_added_and_taken_away(bench: GlueBench, kind: str) -> None:
    create_resource(bench, kind, {"team": "a"})
    arn = f"arn:aws:glue:us-east-1:000000000000:{kind}/{bench.name}"
    assert bench.glue.get_tags(ResourceArn=arn)["Tags"] == {"team": "a"}
    bench.glue.tag_resource(ResourceArn=arn, TagsToAdd={"team": "b", "cost": "1"})
    bench.glue.untag_resource(ResourceArn=arn, TagsToRemove=["cost", "never"])
    assert bench.glue.get_tags(ResourceArn=arn)["Tags"] == {"team": "b"}


def test_a_table_is_tagged_by_its_database_and_name(bench: GlueBench) -> None:
    bench.glue.create_database(DatabaseInput={"Name": bench.name})
    bench.glue.create_table(DatabaseName=bench.name, TableInput={"Name": "things"})
    arn = f"arn:aws:glue:us-east-1:000000000000:table/{bench.name}/things"
    bench.glue.tag_resource(ResourceArn=arn, TagsToAdd={"team": "a"})
    assert bench.glue.get_tags(ResourceArn=arn)["Tags"] == {"team": "a"}
    with pytest.raises(ClientError) as caught:
        bench.glue.get_tags(ResourceArn=f"{arn}-not")
    assert code_of(caught) == "EntityNotFoundException"


def test_a_deleted_resource_leaves_no_tags_to_a_new_one_of_its_name(bench: GlueBench) -> None:
    create(bench)
    bench.glue.delete_connection(ConnectionName=bench.name)
    arn = f"arn:aws:glue:us-east-1:000000000000:connection/{bench.name}"
    with pytest.raises(ClientError) as caught:
        bench.glue.get_tags(ResourceArn=arn)
    assert code_of(caught) == "EntityNotFoundException"
    properties = {"JDBC_CONNECTION_URL": "jdbc:redshift://localhost:5439/dev"}
    definition = {"Name": bench.name, "ConnectionType": "JDBC", "ConnectionProperties": properties}
    bench.glue.create_connection(ConnectionInput=definition)
    assert bench.glue.get_tags(ResourceArn=arn)["Tags"] == {}
