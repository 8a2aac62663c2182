"""Databases, tables, versions, functions and security configurations of the Glue API."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from emulator.stack.client_environment import aws_client
from tests.contract.glue_api.catalog_bench import STORAGE, CatalogBench, refusal
from tests.contract.glue_api.gateway import Gateway

# --- databases


def test_a_database_has_what_it_was_created_with(catalog: CatalogBench) -> None:
    name = f"{catalog.database}_own"
    given = {"Description": "d", "LocationUri": "s3://b/db/", "Parameters": {"team": "data"}}
    catalog.glue.create_database(DatabaseInput={"Name": name, **given})
    database = catalog.glue.get_database(Name=name)["Database"]
    assert {key: database[key] for key in given} == given
    assert database["CatalogId"] == "000000000000"
    assert database["CreateTableDefaultPermissions"] == [
        {"Principal": {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"}, "Permissions": ["ALL"]}
    ]
    catalog.glue.update_database(Name=name, DatabaseInput={"Name": name, "Description": "other"})
    changed = catalog.glue.get_database(Name=name)["Database"]
    assert (changed["Description"], "LocationUri" in changed) == ("other", False)
    assert changed["CreateTime"] == database["CreateTime"]
    catalog.glue.delete_database(Name=name)
    assert refusal(catalog.glue.get_database, Name=name) == (
        "EntityNotFoundException",
        f"Database {name} not found.",
    )


def test_a_database_is_deleted_with_its_tables(catalog: CatalogBench) -> None:
    name = f"{catalog.database}_gone"
    catalog.glue.create_database(DatabaseInput={"Name": name})
    catalog.glue.create_table(DatabaseName=name, TableInput={"Name": "t"})
    catalog.glue.delete_database(Name=name)
    catalog.glue.create_database(DatabaseInput={"Name": name})
    assert catalog.glue.get_tables(DatabaseName=name)["TableList"] == []
    catalog.glue.delete_database(Name=name)


def test_databases_come_in_pages(catalog: CatalogBench) -> None:
    names = [f"{catalog.database}_{number}" for number in range(3)]
    for name in names:
        catalog.glue.create_database(DatabaseInput={"Name": name})
    pages = catalog.glue.get_paginator("get_databases").paginate(PaginationConfig={"PageSize": 1})
    found = [database["Name"] for page in pages for database in page["DatabaseList"]]
    assert [name for name in found if name in names] == names
    for name in names:
        catalog.glue.delete_database(Name=name)


def test_names_are_folded_to_lower_case_and_found_in_any(catalog: CatalogBench) -> None:
    catalog.glue.create_table(DatabaseName=catalog.database.upper(), TableInput={"Name": "MixedCase"})
    for name in ("MixedCase", "mixedcase", "MIXEDCASE"):
        assert catalog.table(name)["Name"] == "mixedcase"
    code, _ = refusal(catalog.create_table, name="mixedCASE")
    assert code == "AlreadyExistsException"


def test_tags_of_a_database_are_kept_and_go_with_it(catalog: CatalogBench) -> None:
    name = f"{catalog.database}_tagged"
    arn = f"arn:aws:glue:us-east-1:000000000000:database/{name}"
    catalog.glue.create_database(DatabaseInput={"Name": name}, Tags={"a": "b"})
    assert catalog.glue.get_tags(ResourceArn=arn)["Tags"] == {"a": "b"}
    catalog.glue.delete_database(Name=name)
    catalog.glue.create_database(DatabaseInput={"Name": name})
    assert catalog.glue.get_tags(ResourceArn=arn)["Tags"] == {}
    catalog.glue.delete_database(Name=name)


def test_accounts_and_regions_have_catalogs_of_their_own(catalog: CatalogBench, gateway: Gateway) -> None:
    for other in (
        aws_client(gateway.settings, "glue", account_id="111111111111"),
        aws_client(gateway.settings, "glue", region="eu-west-1"),
    ):
        assert refusal(other.get_database, Name=catalog.database)[0] == "EntityNotFoundException"


def test_the_catalog_of_another_account_is_denied(catalog: CatalogBench) -> None:
    assert catalog.glue.get_tables(CatalogId="000000000000", DatabaseName=catalog.database)["TableList"] == []
    code, message = refusal(catalog.glue.get_database, CatalogId="111111111111", Name=catalog.database)
    assert code == "AccessDeniedException"
    assert "glue:GetDatabase on resource: arn:aws:glue:us-east-1:111111111111:catalog" in message
    assert refusal(catalog.glue.get_connections, CatalogId="111111111111")[0] == "AccessDeniedException"
    assert refusal(catalog.glue.get_databases, CatalogId="s3tablescatalog") == (
        "EntityNotFoundException",
        "Catalog s3tablescatalog not found.",
    )


# --- tables


def test_a_table_has_what_it_was_created_with_and_what_aws_adds(catalog: CatalogBench) -> None:
    keys = [{"Name": "day", "Type": "date"}]
    catalog.create_table(
        Description="d", Owner="me", PartitionKeys=keys, TableType="EXTERNAL_TABLE", Parameters={"p": "1"}
    )
    table = catalog.table()
    assert (table["Description"], table["Owner"], table["Retention"]) == ("d", "me", 0)
    assert (table["TableType"], table["Parameters"], table["PartitionKeys"]) == (
        "EXTERNAL_TABLE",
        {"p": "1"},
        keys,
    )
    assert table["StorageDescriptor"] == {
        **STORAGE,
        "BucketColumns": [],
        "Compressed": False,
        "NumberOfBuckets": 0,
        "SortColumns": [],
        "StoredAsSubDirectories": False,
    }
    assert (table["CatalogId"], table["DatabaseName"]) == ("000000000000", catalog.database)
    assert (table["VersionId"], table["IsRegisteredWithLakeFormation"]) == ("0", False)


def test_an_update_replaces_the_definition_as_a_whole(catalog: CatalogBench) -> None:
    catalog.create_table(Parameters={"p": "1", "q": "2"}, Description="d")
    before = catalog.table()
    catalog.update_table(parameters={"p": "3"})
    after = catalog.table()
    assert (after["Parameters"], "Description" in after) == ({"p": "3"}, False)
    assert after["CreateTime"] == before["CreateTime"]
    assert after["CreatedBy"] == before["CreatedBy"]


def test_tables_are_listed_by_pattern_and_in_pages(catalog: CatalogBench) -> None:
    for name in ("raw_a", "raw_b", "dim_a"):
        catalog.create_table(name)

    def names(**request: Any) -> list[str]:
        found = catalog.glue.get_tables(DatabaseName=catalog.database, **request)["TableList"]
        return [table["Name"] for table in found]

    assert names() == ["raw_a", "raw_b", "dim_a"]
    assert names(Expression="raw_*") == ["raw_a", "raw_b"]
    assert names(Expression="*_a") == ["raw_a", "dim_a"]
    assert names(Expression="raw_.*|dim_a") == ["raw_a", "raw_b", "dim_a"]
    assert names(Expression="raw") == []
    pages = catalog.glue.get_paginator("get_tables").paginate(
        DatabaseName=catalog.database, PaginationConfig={"PageSize": 2}
    )
    assert [len(page["TableList"]) for page in pages] == [2, 1]
    only = catalog.glue.get_tables(DatabaseName=catalog.database, AttributesToGet=["NAME"])["TableList"]
    assert only[0] == {"Name": "raw_a"}


def test_tables_are_found_by_words_filters_and_in_order(catalog: CatalogBench) -> None:
    catalog.create_table("daily_sales", Description="what was sold")
    catalog.create_table("sales_targets", Owner="ann")
    own = {"Key": "DatabaseName", "Value": f'"{catalog.database}"'}

    def names(**request: Any) -> list[str]:
        filters = [own, *request.pop("filters", [])]
        found = catalog.glue.search_tables(Filters=filters, **request)["TableList"]
        return [table["Name"] for table in found]

    assert names(filters=[{"Key": "Name", "Value": "sales"}]) == ["daily_sales", "sales_targets"]
    assert names(filters=[{"Key": "Name", "Value": '"sales"'}]) == []
    assert names(SearchText="sold") == ["daily_sales"]
    assert names(SearchText="id") == ["daily_sales", "sales_targets"]
    descending = [{"FieldName": "Name", "Sort": "DESC"}]
    assert names(SortCriteria=descending) == ["sales_targets", "daily_sales"]
    late = {"Key": "CreateTime", "Value": "2999-01-01T00:00:00", "Comparator": "GREATER_THAN"}
    assert names(filters=[late]) == []


def test_tables_are_deleted_one_by_one_and_many_at_once(catalog: CatalogBench) -> None:
    for name in ("a", "b", "c"):
        catalog.create_table(name)
    catalog.glue.delete_table(DatabaseName=catalog.database, Name="a")
    answer = catalog.glue.batch_delete_table(DatabaseName=catalog.database, TablesToDelete=["b", "x", "c"])
    assert answer["Errors"] == [
        {
            "TableName": "x",
            "ErrorDetail": {"ErrorCode": "EntityNotFoundException", "ErrorMessage": "Table x not found"},
        }
    ]
    assert catalog.glue.get_tables(DatabaseName=catalog.database)["TableList"] == []


# --- versions


def test_versions_count_from_zero_and_are_listed_newest_first(catalog: CatalogBench) -> None:
    catalog.create_table(Parameters={"n": "first"})
    catalog.update_table(parameters={"n": "second"})
    versions = catalog.call("get_table_versions")["TableVersions"]
    assert [(one["VersionId"], one["Table"]["Parameters"]["n"]) for one in versions] == [
        ("1", "second"),
        ("0", "first"),
    ]
    old = catalog.call("get_table_version", VersionId="0")["TableVersion"]
    assert (old["Table"]["Parameters"], old["Table"]["VersionId"]) == ({"n": "first"}, "0")
    assert catalog.call("get_table_version")["TableVersion"]["VersionId"] == "1"


def test_a_stale_version_id_is_a_concurrent_modification(catalog: CatalogBench) -> None:
    catalog.create_table()
    catalog.update_table(VersionId="0", parameters={"n": "1"})
    assert refusal(catalog.update_table, VersionId="0") == (
        "ConcurrentModificationException",
        "Update table failed due to concurrent modifications.",
    )
    assert catalog.table()["Parameters"] == {"n": "1"}


def test_of_updates_at_the_same_time_from_one_version_one_wins(catalog: CatalogBench) -> None:
    catalog.create_table()

    def update(number: int) -> str:
        try:
            catalog.update_table(VersionId="0", parameters={"writer": str(number)})
        except catalog.glue.exceptions.ConcurrentModificationException:
            return "stale"
        return "written"

    with ThreadPoolExecutor(8) as writers:
        outcomes = list(writers.map(update, range(8)))
    assert sorted(outcomes) == ["stale"] * 7 + ["written"]
    assert catalog.table()["VersionId"] == "1"


def test_skip_archive_drops_the_version_that_it_replaces(catalog: CatalogBench) -> None:
    catalog.create_table()
    catalog.update_table(SkipArchive=True)
    versions = catalog.call("get_table_versions")["TableVersions"]
    assert [one["VersionId"] for one in versions] == ["1"]


def test_old_versions_can_be_deleted_and_the_current_one_cannot(catalog: CatalogBench) -> None:
    catalog.create_table()
    for _ in range(3):
        catalog.update_table()
    catalog.call("delete_table_version", VersionId="1")
    answer = catalog.call("batch_delete_table_version", VersionIds=["0", "1", "3"])
    assert [(one["VersionId"], one["ErrorDetail"]["ErrorCode"]) for one in answer["Errors"]] == [
        ("1", "EntityNotFoundException"),
        ("3", "InvalidInputException"),
    ]
    versions = catalog.call("get_table_versions")["TableVersions"]
    assert [one["VersionId"] for one in versions] == ["3", "2"]


# --- functions, settings, security configurations


def test_functions_are_kept_listed_by_pattern_and_changed(catalog: CatalogBench) -> None:
    glue, named = catalog.glue, {"DatabaseName": catalog.database}
    for name in ("ToUpper", "to_lower", "other"):
        glue.create_user_defined_function(
            **named, FunctionInput={"FunctionName": name, "ClassName": "org.example.C", "OwnerType": "USER"}
        )
    found = glue.get_user_defined_function(**named, FunctionName="TOUPPER")["UserDefinedFunction"]
    assert (found["FunctionName"], found["ClassName"]) == ("toupper", "org.example.C")
    listed = glue.get_user_defined_functions(**named, Pattern="to*")["UserDefinedFunctions"]
    assert [one["FunctionName"] for one in listed] == ["toupper", "to_lower"]
    changed = {"FunctionName": "toupper", "ClassName": "org.example.D"}
    glue.update_user_defined_function(**named, FunctionName="toupper", FunctionInput=changed)
    found = glue.get_user_defined_function(**named, FunctionName="toupper")["UserDefinedFunction"]
    assert found["ClassName"] == "org.example.D"
    glue.delete_user_defined_function(**named, FunctionName="toupper")
    code, _ = refusal(glue.get_user_defined_function, **named, FunctionName="toupper")
    assert code == "EntityNotFoundException"


def test_the_resource_policy_is_kept_and_guarded_by_its_hash(gateway: Gateway) -> None:
    glue = aws_client(gateway.settings, "glue", region="eu-central-1")
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    digest = glue.put_resource_policy(PolicyInJson=policy, PolicyExistsCondition="NOT_EXIST")["PolicyHash"]
    assert glue.get_resource_policy()["PolicyInJson"] == policy
    assert [one["PolicyHash"] for one in glue.get_resource_policies()["GetResourcePoliciesResponseList"]] == [
        digest
    ]
    again = {"PolicyInJson": policy, "PolicyExistsCondition": "NOT_EXIST"}
    assert refusal(glue.put_resource_policy, **again)[0] == "ConditionCheckFailureException"
    assert (
        refusal(glue.delete_resource_policy, PolicyHashCondition="x")[0] == "ConditionCheckFailureException"
    )
    glue.delete_resource_policy(PolicyHashCondition=digest)
    assert refusal(glue.get_resource_policy) == ("EntityNotFoundException", "Policy not found")


def test_encryption_settings_are_kept(gateway: Gateway) -> None:
    glue = aws_client(gateway.settings, "glue", region="eu-central-1")
    settings = glue.get_data_catalog_encryption_settings()["DataCatalogEncryptionSettings"]
    assert settings["EncryptionAtRest"] == {"CatalogEncryptionMode": "DISABLED"}
    wanted = {"EncryptionAtRest": {"CatalogEncryptionMode": "SSE-KMS", "SseAwsKmsKeyId": "k"}}
    glue.put_data_catalog_encryption_settings(DataCatalogEncryptionSettings=wanted)
    settings = glue.get_data_catalog_encryption_settings()["DataCatalogEncryptionSettings"]
    assert settings["EncryptionAtRest"] == wanted["EncryptionAtRest"]
    assert settings["ConnectionPasswordEncryption"] == {"ReturnConnectionPasswordEncrypted": False}


def test_security_configurations_are_kept(catalog: CatalogBench) -> None:
    glue, name = catalog.glue, catalog.database
    encryption = {"S3Encryption": [{"S3EncryptionMode": "SSE-S3"}]}
    created = glue.create_security_configuration(Name=name, EncryptionConfiguration=encryption)
    found = glue.get_security_configuration(Name=name)["SecurityConfiguration"]
    assert (found["EncryptionConfiguration"], found["CreatedTimeStamp"]) == (
        encryption,
        created["CreatedTimestamp"],
    )
    listed = glue.get_security_configurations()["SecurityConfigurations"]
    assert name in [one["Name"] for one in listed]
    code, _ = refusal(glue.create_security_configuration, Name=name, EncryptionConfiguration={})
    assert code == "AlreadyExistsException"
    glue.delete_security_configuration(Name=name)
    assert refusal(glue.get_security_configuration, Name=name)[0] == "EntityNotFoundException"


@pytest.mark.parametrize(
    ("operation", "request_members", "named"),
    [
        ("create_database", {"DatabaseInput": {"Name": "x", "TargetDatabase": {}}}, "TargetDatabase"),
        ("create_database", {"DatabaseInput": {"Name": "x", "FederatedDatabase": {}}}, "FederatedDatabase"),
        (
            "create_table",
            {
                "DatabaseName": "x",
                "TableInput": {"Name": "x"},
                "OpenTableFormatInput": {"IcebergInput": {"MetadataOperation": "CREATE"}},
            },
            "OpenTableFormatInput",
        ),
        (
            "create_table",
            {"DatabaseName": "x", "TableInput": {"Name": "x", "TargetTable": {}}},
            "TargetTable",
        ),
        (
            "create_table",
            {"DatabaseName": "x", "TableInput": {"Name": "x", "ViewDefinition": {}}},
            "ViewDefinition",
        ),
        (
            "create_table",
            {"DatabaseName": "x", "TableInput": {"Name": "x", "StorageDescriptor": {"SchemaReference": {}}}},
            "SchemaReference",
        ),
        (
            "create_table",
            {"DatabaseName": "x", "TableInput": {"Name": "x", "TableType": "GOVERNED"}},
            "TableType GOVERNED",
        ),
        ("get_table", {"DatabaseName": "x", "Name": "x", "TransactionId": "t"}, "TransactionId"),
        ("get_partitions", {"DatabaseName": "x", "TableName": "x", "QueryAsOfTime": 0}, "QueryAsOfTime"),
    ],
)
def test_what_nothing_stands_behind_is_refused_by_name(
    catalog: CatalogBench, operation: str, request_members: dict[str, Any], named: str
) -> None:
    code, message = refusal(getattr(catalog.glue, operation), **request_members)
    assert code == "OperationNotSupportedException"
    assert message.startswith(f"{named} in ")
