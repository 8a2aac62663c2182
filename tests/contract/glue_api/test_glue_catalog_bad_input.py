"""One malformed request for each operation of the Data Catalog, and AWS's code for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore import xform_name
from botocore.config import Config

from emulator.glue_service.catalog_operations import CatalogOperations
from emulator.glue_service.operation_support import handled_operations
from emulator.glue_service.security_configuration_operations import SecurityConfigurationOperations
from emulator.stack.client_environment import aws_session
from tests.contract.glue_api.catalog_bench import CatalogBench, refusal
from tests.contract.glue_api.gateway import Gateway

INVALID, MISSING, EXISTS = "InvalidInputException", "EntityNotFoundException", "AlreadyExistsException"
VALIDATION, TYPE = "ValidationException", "SerializationException"
CONDITION = "ConditionCheckFailureException"
LONG = "x" * 256

DB = {"DatabaseName": "DB"}
TABLE = {"DatabaseName": "DB", "TableName": "things"}
NO_TABLE = {"DatabaseName": "DB", "TableName": "nosuch"}
STATISTICS: dict[str, Any] = {
    "ColumnName": "id",
    "ColumnType": "bigint",
    "AnalyzedTime": 0,
    "StatisticsData": {"Type": "LONG"},
}

BAD: list[tuple[str, dict[str, Any], str]] = [
    ("CreateDatabase", {"DatabaseInput": {"Name": "DB"}}, EXISTS),
    ("CreateDatabase", {"DatabaseInput": {"Name": LONG}}, VALIDATION),
    ("CreateDatabase", {}, VALIDATION),
    ("UpdateDatabase", {"Name": "DB", "DatabaseInput": {"Name": "other"}}, INVALID),
    ("DeleteDatabase", {"Name": "nosuch"}, MISSING),
    ("GetDatabase", {"Name": "nosuch"}, MISSING),
    ("GetDatabases", {"NextToken": "not a token"}, INVALID),
    ("CreateTable", {**DB, "TableInput": {"Name": "things"}}, EXISTS),
    ("CreateTable", {**DB, "TableInput": {"Name": "t", "Retention": -1}}, VALIDATION),
    ("CreateTable", {"DatabaseName": "nosuch", "TableInput": {"Name": "t"}}, MISSING),
    ("CreateTable", DB, INVALID),
    ("UpdateTable", {**DB, "TableInput": {"Name": "nosuch"}}, MISSING),
    ("GetTable", {**DB, "Name": "nosuch"}, MISSING),
    ("GetTables", {**DB, "Expression": "("}, INVALID),
    ("GetTables", {**DB, "MaxResults": 101}, VALIDATION),
    ("GetTables", {**DB, "AttributesToGet": ["TABLE_TYPE"]}, INVALID),
    ("GetDatabases", {"AttributesToGet": ["OWNER"]}, VALIDATION),
    ("SearchTables", {"Filters": [{"Key": "Colour", "Value": "red"}]}, INVALID),
    ("DeleteTable", {**DB, "Name": "nosuch"}, MISSING),
    ("BatchDeleteTable", {**DB, "TablesToDelete": ["t"] * 101}, VALIDATION),
    ("GetTableVersion", {**TABLE, "VersionId": "latest"}, INVALID),
    ("GetTableVersions", NO_TABLE, MISSING),
    ("DeleteTableVersion", {**TABLE, "VersionId": "7"}, MISSING),
    ("DeleteTableVersion", {**TABLE, "VersionId": "0"}, INVALID),
    ("BatchDeleteTableVersion", {**NO_TABLE, "VersionIds": ["0"]}, MISSING),
    ("CreatePartition", {**TABLE, "PartitionInput": {"Values": ["1", "2"]}}, INVALID),
    ("CreatePartition", {**TABLE, "PartitionInput": {"Values": ["1"]}}, EXISTS),
    ("BatchCreatePartition", {**TABLE, "PartitionInputList": [{"Values": []}]}, INVALID),
    ("UpdatePartition", {**TABLE, "PartitionValueList": ["9"], "PartitionInput": {"Values": ["9"]}}, MISSING),
    ("BatchUpdatePartition", {**TABLE, "Entries": []}, VALIDATION),
    ("DeletePartition", {**TABLE, "PartitionValues": ["9"]}, MISSING),
    ("BatchDeletePartition", {**TABLE, "PartitionsToDelete": [{"Values": ["1"]}] * 26}, VALIDATION),
    ("GetPartition", {**TABLE, "PartitionValues": ["9"]}, MISSING),
    ("GetPartition", {**TABLE, "PartitionValues": []}, INVALID),
    ("BatchGetPartition", {**NO_TABLE, "PartitionsToGet": []}, MISSING),
    ("GetPartitions", {**TABLE, "Expression": "n =="}, INVALID),
    ("GetPartitions", {**TABLE, "Segment": {"SegmentNumber": 2, "TotalSegments": 2}}, INVALID),
    ("GetPartitions", {**TABLE, "Segment": {"SegmentNumber": 0, "TotalSegments": 11}}, VALIDATION),
    ("CreatePartitionIndex", {**TABLE, "PartitionIndex": {"IndexName": "i", "Keys": ["nosuch"]}}, INVALID),
    ("DeletePartitionIndex", {**TABLE, "IndexName": "nosuch"}, MISSING),
    ("GetPartitionIndexes", NO_TABLE, MISSING),
    ("UpdateColumnStatisticsForTable", {**TABLE, "ColumnStatisticsList": [STATISTICS] * 26}, VALIDATION),
    ("GetColumnStatisticsForTable", {**NO_TABLE, "ColumnNames": ["id"]}, MISSING),
    ("DeleteColumnStatisticsForTable", {**TABLE, "ColumnName": ""}, VALIDATION),
    (
        "UpdateColumnStatisticsForPartition",
        {**TABLE, "PartitionValues": ["1"], "ColumnStatisticsList": [{"ColumnName": "id"}]},
        VALIDATION,
    ),
    (
        "GetColumnStatisticsForPartition",
        {**TABLE, "PartitionValues": ["9"], "ColumnNames": ["id"]},
        MISSING,
    ),
    (
        "DeleteColumnStatisticsForPartition",
        {**TABLE, "PartitionValues": ["1", "2"], "ColumnName": "id"},
        INVALID,
    ),
    ("CreateUserDefinedFunction", {**DB, "FunctionInput": {"ClassName": "C"}}, INVALID),
    ("CreateUserDefinedFunction", {**DB, "FunctionInput": {"OwnerType": "CAT"}}, VALIDATION),
    ("UpdateUserDefinedFunction", {**DB, "FunctionName": "nosuch", "FunctionInput": {}}, MISSING),
    ("DeleteUserDefinedFunction", {**DB, "FunctionName": "nosuch"}, MISSING),
    ("GetUserDefinedFunction", {**DB, "FunctionName": "nosuch"}, MISSING),
    ("GetUserDefinedFunctions", {**DB, "Pattern": "["}, INVALID),
    ("PutResourcePolicy", {"PolicyInJson": "{no JSON"}, INVALID),
    ("PutResourcePolicy", {"PolicyInJson": "[]"}, INVALID),
    ("PutResourcePolicy", {"PolicyInJson": "{}", "PolicyExistsCondition": "MUST_EXIST"}, CONDITION),
    ("PutResourcePolicy", {"PolicyInJson": "{}", "PolicyHashCondition": "x"}, CONDITION),
    ("GetResourcePolicy", {}, MISSING),
    ("GetResourcePolicies", {"MaxResults": 0}, VALIDATION),
    ("DeleteResourcePolicy", {}, MISSING),
    ("PutDataCatalogEncryptionSettings", {}, VALIDATION),
    ("GetDataCatalogEncryptionSettings", {"CatalogId": "111111111111"}, "AccessDeniedException"),
    ("CreateSecurityConfiguration", {"Name": "s"}, VALIDATION),
    ("GetSecurityConfiguration", {"Name": "nosuch"}, MISSING),
    ("GetSecurityConfigurations", {"MaxResults": 0}, VALIDATION),
    ("DeleteSecurityConfiguration", {"Name": "nosuch"}, MISSING),
    ("GetTable", {"DatabaseName": 7, "Name": {"a": "b"}}, TYPE),
]


@pytest.fixture(scope="module")
def unchecked(gateway: Gateway) -> Any:
    """A client that sends any request."""
    config = Config(parameter_validation=False, retries={"total_max_attempts": 1})
    session = aws_session(gateway.settings)
    return session.client("glue", endpoint_url=gateway.settings.gateway_url, config=config)


@pytest.fixture(scope="module")
def things(unchecked: Any) -> Iterator[CatalogBench]:
    """A table with one partition for all these requests: none of them changes anything."""
    bench = CatalogBench(unchecked, "db_of_malformed_requests")
    bench.glue.create_database(DatabaseInput={"Name": bench.database})
    bench.partitioned(("1",), n="int")
    yield bench
    bench.glue.delete_database(Name=bench.database)


def named(value: Any, database: str) -> Any:
    """The request with the database's name for DB."""
    if isinstance(value, dict):
        return {key: named(item, database) for key, item in value.items()}
    return database if value == "DB" else value


@pytest.mark.parametrize(
    ("operation", "request_members", "code"), BAD, ids=[f"{one[0]}-{one[2]}" for one in BAD]
)
def test_a_malformed_request_has_the_code_of_aws(
    things: CatalogBench, operation: str, request_members: dict[str, Any], code: str
) -> None:
    call = getattr(things.glue, xform_name(operation))
    assert refusal(call, **named(request_members, things.database))[0] == code


def test_every_operation_of_the_catalog_has_a_malformed_request() -> None:
    expected = handled_operations(CatalogOperations) | handled_operations(SecurityConfigurationOperations)
    assert {operation for operation, _, _ in BAD} == expected
