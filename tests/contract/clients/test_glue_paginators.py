"""Every paginator that boto3 has for Glue walks its pages here, or is refused by name."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.session import Session

from emulator.stack.sandbox import Sandbox
from tests.contract.clients.machines import ROLE

COLUMNS = {"Columns": [{"Name": "a", "Type": "string"}], "Location": "s3://nowhere/"}
DAY = {"Name": "day", "Type": "string"}
TABLE = {"DatabaseName": "d1", "TableName": "t1"}
# The request beside the page size, and what the two items answer with.
REAL: dict[str, tuple[dict[str, Any], str]] = {
    "GetJobs": ({}, "Name"),
    "ListJobs": ({}, ""),
    "GetDatabases": ({}, "Name"),
    "GetTables": ({"DatabaseName": "d1"}, "Name"),
    "GetTableVersions": (TABLE, "VersionId"),
    "GetPartitions": (TABLE, "Values"),
    "GetPartitionIndexes": (TABLE, "IndexName"),
    "GetUserDefinedFunctions": ({"DatabaseName": "d1", "Pattern": ".*"}, "FunctionName"),
    "GetClassifiers": ({}, "GrokClassifier"),
    "GetCrawlers": ({}, "Name"),
    "GetCrawlerMetrics": ({}, "CrawlerName"),
    "GetConnections": ({}, "Name"),
    "GetSecurityConfigurations": ({}, "Name"),
    "GetTriggers": ({}, "Name"),
    "ListTriggers": ({}, ""),
    "ListWorkflows": ({}, ""),
    "GetWorkflowRuns": ({"Name": "w1"}, "WorkflowRunId"),
    "GetJobRuns": ({"JobName": "j1"}, "Id"),
    "GetResourcePolicies": ({}, "PolicyInJson"),
}
REFUSED: dict[str, dict[str, Any]] = {
    "GetDevEndpoints": {},
    "ListRegistries": {},
    "ListSchemas": {},
    "ListSchemaVersions": {"SchemaId": {"SchemaName": "s", "RegistryName": "r"}},
    "ListUsageProfiles": {},
    "ListBlueprints": {},
    "ListTableOptimizerRuns": {
        "CatalogId": "000000000000",
        "DatabaseName": "d",
        "TableName": "t",
        "Type": "compaction",
    },
    "DescribeEntity": {"ConnectionName": "c", "EntityName": "e"},
    "ListConnectionTypes": {},
    "ListEntities": {},
}


@pytest.fixture(scope="module")
def glue(sandbox: Sandbox) -> Any:
    """A client of an account of this module's own, with two of everything."""
    account = str(uuid.uuid4().int % 10**12).zfill(12)
    client = sandbox.client("glue", account_id=account)
    command = {"Name": "pythonshell", "PythonVersion": "3.9", "ScriptLocation": "s3://nowhere/a.py"}
    for number in (1, 2):
        client.create_database(DatabaseInput={"Name": f"d{number}"})
        client.create_job(Name=f"j{number}", Role=ROLE, Command=command)
        _fill(client, number)
    _fill_first(client)
    client.put_resource_policy(PolicyInJson='{"Version": "2012-10-17", "Statement": []}', EnableHybrid="TRUE")
    return client


def _fill(client: Any, number: int) -> None:
    table = {"Name": f"t{number}", "StorageDescriptor": COLUMNS, "PartitionKeys": [DAY]}
    client.create_table(DatabaseName="d1", TableInput=table)
    function = {"FunctionName": f"f{number}", "ClassName": "c", "OwnerName": "o", "OwnerType": "USER"}
    client.create_user_defined_function(DatabaseName="d1", FunctionInput=function)
    grok = {"Name": f"g{number}", "Classification": "x", "GrokPattern": "%{WORD:a}"}
    client.create_classifier(GrokClassifier=grok)
    paths = {"S3Targets": [{"Path": "s3://nowhere/"}]}
    client.create_crawler(Name=f"c{number}", Role=ROLE, DatabaseName="d1", Targets=paths)
    network = {"Name": f"n{number}", "ConnectionType": "NETWORK", "ConnectionProperties": {}}
    client.create_connection(ConnectionInput=network)
    client.create_security_configuration(Name=f"s{number}", EncryptionConfiguration={})
    client.create_workflow(Name=f"w{number}")
    client.create_trigger(Name=f"a{number}", Type="ON_DEMAND", Actions=[{"JobName": f"j{number}"}])


def _fill_first(client: Any) -> None:
    for day in ("1", "2"):
        client.create_partition(**TABLE, PartitionInput={"Values": [day], "StorageDescriptor": COLUMNS})
    changed = {"Name": "t1", "StorageDescriptor": COLUMNS, "PartitionKeys": [DAY], "Description": "new"}
    client.update_table(DatabaseName="d1", TableInput=changed)
    client.create_partition_index(**TABLE, PartitionIndex={"Keys": ["day"], "IndexName": "i1"})
    client.create_trigger(Name="flow", WorkflowName="w1", Type="ON_DEMAND", Actions=[{"JobName": "j1"}])
    client.update_job(
        JobName="j1",
        JobUpdate={
            "Role": ROLE,
            "Command": {"Name": "pythonshell", "PythonVersion": "3.9", "ScriptLocation": "s3://nowhere/a.py"},
            "ExecutionProperty": {"MaxConcurrentRuns": 10},
        },
    )
    for _ in range(2):
        client.start_workflow_run(Name="w1")
        client.start_job_run(JobName="j1")


def walk(glue: Any, operation: str, request: dict[str, Any], **config: Any) -> list[list[Any]]:
    """The items of each page."""
    method = next(name for name, known in glue.meta.method_to_api_mapping.items() if known == operation)
    paginator = glue.get_paginator(method)
    key = paginator.result_keys[0].expression
    return [page[key] for page in paginator.paginate(**request, PaginationConfig=config)]


def test_every_paginator_is_either_real_or_refused() -> None:
    known = Session().get_component("data_loader").load_service_model("glue", "paginators-1")
    assert set(known["pagination"]) == set(REAL) | set(REFUSED)


@pytest.mark.parametrize("operation", sorted(REAL))
def test_a_paginator_shows_each_item_once_over_pages_of_one(glue: Any, operation: str) -> None:
    request, name = REAL[operation]
    limited = Session().get_paginator_model("glue").get_paginator(operation).get("limit_key")
    pages = [page for page in walk(glue, operation, request, **({"PageSize": 1} if limited else {})) if page]
    items = [item for page in pages for item in page]
    assert items == [item for page in walk(glue, operation, request) for item in page]
    shown = [str(item[name]) if name else item for item in items]
    assert (
        len(shown)
        == len(set(shown))
        >= (1 if operation in ("GetPartitionIndexes", "GetResourcePolicies") else 2)
    )
    if limited:
        assert {len(page) for page in pages} == {1}


@pytest.mark.parametrize("operation", sorted(REFUSED))
def test_a_paginator_of_what_is_not_here_is_refused_by_name(glue: Any, operation: str) -> None:
    with pytest.raises(ClientError) as caught:
        walk(glue, operation, REFUSED[operation])
    error = caught.value.response["Error"]
    assert error["Code"] == "OperationNotSupportedException"
    assert operation in error["Message"]


def test_max_items_stops_and_its_token_continues(glue: Any) -> None:
    first = glue.get_paginator("get_databases").paginate(PaginationConfig={"MaxItems": 1, "PageSize": 1})
    assert [item["Name"] for item in first.build_full_result()["DatabaseList"]] == ["d1"]
    rest = glue.get_paginator("get_databases").paginate(
        PaginationConfig={"StartingToken": first.resume_token}
    )
    assert [item["Name"] for item in rest.build_full_result()["DatabaseList"]] == ["d2"]


def test_waiters_of_buckets_objects_and_stacks_end(sandbox: Sandbox) -> None:
    name = f"waited-{uuid.uuid4().hex[:12]}"
    s3, stacks = sandbox.client("s3"), sandbox.client("cloudformation")
    template = (
        '{"Resources": {"Database": {"Type": "AWS::Glue::Database", "Properties": {"CatalogId": {"Ref":'
    )
    template += ' "AWS::AccountId"}, "DatabaseInput": {"Name": "waited"}}}}}'
    often = {"Delay": 1, "MaxAttempts": 60}
    s3.create_bucket(Bucket=name)
    s3.get_waiter("bucket_exists").wait(Bucket=name)
    s3.put_object(Bucket=name, Key="a", Body=b"")
    s3.get_waiter("object_exists").wait(Bucket=name, Key="a")
    stacks.create_stack(StackName=name, TemplateBody=template)
    stacks.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig=often)
    changed = template.replace('"Name": "waited"', '"Name": "waited", "Description": "d"')
    stacks.update_stack(StackName=name, TemplateBody=changed)
    stacks.get_waiter("stack_update_complete").wait(StackName=name, WaiterConfig=often)
    stacks.delete_stack(StackName=name)
    stacks.get_waiter("stack_delete_complete").wait(StackName=name, WaiterConfig=often)
    s3.delete_object(Bucket=name, Key="a")
    s3.get_waiter("object_not_exists").wait(Bucket=name, Key="a")
    s3.delete_bucket(Bucket=name)
    s3.get_waiter("bucket_not_exists").wait(Bucket=name)
