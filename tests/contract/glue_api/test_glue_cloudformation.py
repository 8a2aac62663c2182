"""Glue types in CloudFormation: created, changed in place, replaced, rolled back and deleted."""

from __future__ import annotations

import json
from typing import Any

from tests.contract.glue_api.gateway import GlueBench
from tests.contract.glue_api.glue_stack import delete, ended


def template(bench: GlueBench, text: str, **job: Any) -> str:
    """A database, a table, a job and a connection; `text` appears in each of them."""
    account = {"Ref": "AWS::AccountId"}
    database = {"Name": bench.name, "Description": text}
    table = {
        "Name": "things",
        "Parameters": {"skip.header.line.count": 1},
        "StorageDescriptor": {"Location": f"s3://b/{text}/", "Columns": [{"Name": "x", "Type": "bigint"}]},
    }
    properties = {"JDBC_CONNECTION_URL": f"jdbc:redshift://{text}:5439/dev", "USERNAME": "u", "PASSWORD": "p"}
    connection = {"Name": bench.name, "ConnectionType": "JDBC", "ConnectionProperties": properties}
    job_properties = {
        "Role": "role",
        "GlueVersion": "5.1",
        "Command": {"Name": "glueetl", "ScriptLocation": "s3://b/job.py"},
        "DefaultArguments": {"--text": text, "--number": 3, "--flag": True},
        **job,
    }
    resources = {
        "Database": ("AWS::Glue::Database", {"CatalogId": account, "DatabaseInput": database}),
        "Table": (
            "AWS::Glue::Table",
            {"CatalogId": account, "DatabaseName": {"Ref": "Database"}, "TableInput": table},
        ),
        "Connection": ("AWS::Glue::Connection", {"CatalogId": account, "ConnectionInput": connection}),
        "Job": ("AWS::Glue::Job", job_properties),
    }
    return json.dumps(
        {
            "Resources": {
                name: {"Type": kind, "Properties": values} for name, (kind, values) in resources.items()
            },
            "Outputs": {name: {"Value": {"Ref": name}} for name in resources},
        }
    )


def deploy(bench: GlueBench, body: str, update: bool = False) -> tuple[str, dict[str, str]]:
    cloudformation = bench.gateway.client("cloudformation")
    act = cloudformation.update_stack if update else cloudformation.create_stack
    act(StackName=bench.name, TemplateBody=body)
    return ended(bench)


def test_glue_types_are_created_changed_and_deleted(bench: GlueBench) -> None:
    status, outputs = deploy(bench, template(bench, "one"))
    assert status == "CREATE_COMPLETE"
    job_name = outputs["Job"]
    assert (outputs["Database"], outputs["Table"], outputs["Connection"]) == (
        bench.name,
        "things",
        bench.name,
    )
    arguments = bench.glue.get_job(JobName=job_name)["Job"]["DefaultArguments"]
    assert arguments == {"--text": "one", "--number": "3", "--flag": "true"}

    status, outputs = deploy(bench, template(bench, "two"), update=True)
    assert (status, outputs["Job"]) == ("UPDATE_COMPLETE", job_name)
    assert bench.glue.get_job(JobName=job_name)["Job"]["DefaultArguments"]["--text"] == "two"
    assert bench.glue.get_database(Name=bench.name)["Database"]["Description"] == "two"
    table = bench.glue.get_table(DatabaseName=bench.name, Name="things")["Table"]
    assert table["StorageDescriptor"]["Location"] == "s3://b/two/"
    connection = bench.glue.get_connection(Name=bench.name)["Connection"]["ConnectionProperties"]
    assert connection["JDBC_CONNECTION_URL"] == "jdbc:redshift://two:5439/dev"

    delete(bench)
    assert job_name not in bench.glue.list_jobs()["JobNames"]
    names = [one["Name"] for one in bench.glue.get_databases()["DatabaseList"]]
    assert bench.name not in names


def test_a_new_job_name_replaces_the_job(bench: GlueBench) -> None:
    _, outputs = deploy(bench, template(bench, "one"))
    status, renamed = deploy(bench, template(bench, "one", Name=bench.name), update=True)
    assert (status, renamed["Job"]) == ("UPDATE_COMPLETE", bench.name)
    names = bench.glue.list_jobs()["JobNames"]
    assert bench.name in names
    assert outputs["Job"] not in names


def test_a_refused_job_change_is_rolled_back(bench: GlueBench) -> None:
    _, outputs = deploy(bench, template(bench, "one"))
    status, _ = deploy(bench, template(bench, "two", WorkerType="G.99X", NumberOfWorkers=2), update=True)
    assert status == "UPDATE_ROLLBACK_COMPLETE"
    job = bench.glue.get_job(JobName=outputs["Job"])["Job"]
    assert job["DefaultArguments"]["--text"] == "one"
    assert bench.glue.get_database(Name=bench.name)["Database"]["Description"] == "one"
    status, _ = deploy(bench, template(bench, "three"), update=True)
    assert status == "UPDATE_COMPLETE"


def test_tags_of_a_job_are_changed(bench: GlueBench) -> None:
    _, outputs = deploy(bench, template(bench, "one", Tags={"team": "a", "old": "x"}))
    arn = f"arn:aws:glue:us-east-1:000000000000:job/{outputs['Job']}"
    assert bench.glue.get_tags(ResourceArn=arn)["Tags"] == {"team": "a", "old": "x"}
    status, _ = deploy(bench, template(bench, "one", Tags={"team": "b", "new": 1}), update=True)
    assert status == "UPDATE_COMPLETE"
    assert bench.glue.get_tags(ResourceArn=arn)["Tags"] == {"team": "b", "new": "1"}
