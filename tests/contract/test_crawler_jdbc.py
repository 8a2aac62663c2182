"""Crawls of the Redshift endpoint through a Glue connection: aws-semantics.md §B, "JDBC/Redshift"."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.stack.sandbox import Sandbox
from tests.contract.crawling import Crawling, columns, unique


@pytest.fixture
def crawling(sandbox: Sandbox) -> Crawling:
    return Crawling(sandbox)


@pytest.fixture
def schema(sandbox: Sandbox) -> str:
    name = unique("s").replace("-", "_")
    sandbox.query(f"CREATE SCHEMA {name}")
    sandbox.query(
        f"CREATE TABLE {name}.orders (id BIGINT, n INTEGER, price NUMERIC(12,2), ratio DOUBLE PRECISION, "
        "done BOOLEAN, day DATE, at TIMESTAMP, note VARCHAR(20))"
    )
    sandbox.query(f"CREATE TABLE {name}.stock (id BIGINT)")
    sandbox.query(f"CREATE VIEW {name}.recent AS SELECT id FROM {name}.orders")
    return name


def connection(crawling: Crawling, **properties: str) -> str:
    settings = crawling.sandbox.settings
    name = unique("warehouse")
    url = f"jdbc:redshift://127.0.0.1:{settings.redshift_port}/{settings.database}"
    defaults = {"JDBC_CONNECTION_URL": url}
    crawling.glue.create_connection(
        ConnectionInput={
            "Name": name,
            "ConnectionType": "JDBC",
            "ConnectionProperties": defaults | properties,
        }
    )
    return name


def login(crawling: Crawling) -> dict[str, str]:
    settings = crawling.sandbox.settings
    return {"USERNAME": settings.user, "PASSWORD": settings.password}


def jdbc_targets(connection_name: str, path: str) -> dict[str, Any]:
    return {"Targets": {"JdbcTargets": [{"ConnectionName": connection_name, "Path": path}]}}


def test_a_table_of_the_warehouse_gets_the_name_and_members_of_aws(crawling: Crawling, schema: str) -> None:
    name = connection(crawling, **login(crawling))
    database = crawling.sandbox.settings.database
    crawler = crawling.crawl(crawling.create(**jdbc_targets(name, f"{database}/{schema}/orders")))
    assert crawler["LastCrawl"]["Status"] == "SUCCEEDED", crawler["LastCrawl"]
    assert set(crawling.tables()) == {f"{database}_{schema}_orders"}
    table = crawling.table(f"{database}_{schema}_orders")
    assert table["StorageDescriptor"]["Location"] == f"{database}.{schema}.orders"
    assert table["Parameters"]["classification"] == "redshift"
    assert table["Parameters"]["connectionName"] == name
    assert table["Parameters"]["typeOfData"] == "table"
    assert "SerializationLibrary" not in table["StorageDescriptor"]["SerdeInfo"]
    assert columns(table) == {
        "id": "bigint",
        "n": "int",
        "price": "decimal(12,2)",
        "ratio": "double",
        "done": "boolean",
        "day": "date",
        "at": "timestamp",
        "note": "string",
    }


def test_a_percent_sign_stands_for_every_table_and_view(crawling: Crawling, schema: str) -> None:
    name = connection(crawling, **login(crawling))
    database = crawling.sandbox.settings.database
    crawling.crawl(crawling.create(**jdbc_targets(name, f"{database}/{schema}/%")))
    kinds = {
        table.removeprefix(f"{database}_{schema}_"): found["Parameters"]["typeOfData"]
        for table, found in crawling.tables().items()
    }
    assert kinds == {"orders": "table", "stock": "table", "recent": "view"}


def test_a_percent_sign_stands_for_schemas_too(crawling: Crawling, schema: str) -> None:
    name = connection(crawling, **login(crawling))
    database = crawling.sandbox.settings.database
    crawling.crawl(crawling.create(**jdbc_targets(name, f"{database}/%{schema[1:]}/stock")))
    assert set(crawling.tables()) == {f"{database}_{schema}_stock"}


def test_a_connection_may_name_a_secret(crawling: Crawling, schema: str) -> None:
    settings = crawling.sandbox.settings
    secret = unique("secret")
    text = json.dumps({"username": settings.user, "password": settings.password})
    crawling.sandbox.client("secretsmanager").create_secret(Name=secret, SecretString=text)
    name = connection(crawling, SECRET_ID=secret)
    crawler = crawling.crawl(crawling.create(**jdbc_targets(name, f"{settings.database}/{schema}/stock")))
    assert crawler["LastCrawl"]["Status"] == "SUCCEEDED", crawler["LastCrawl"]


def test_a_wrong_password_fails_the_crawl_and_names_the_connection(crawling: Crawling, schema: str) -> None:
    settings = crawling.sandbox.settings
    name = connection(crawling, USERNAME=settings.user, PASSWORD="wrong")
    last = crawling.crawl(crawling.create(**jdbc_targets(name, f"{settings.database}/{schema}/%")))[
        "LastCrawl"
    ]
    assert last["Status"] == "FAILED"
    assert name in last["ErrorMessage"]


def test_a_crawler_of_a_missing_connection_is_not_created(crawling: Crawling) -> None:
    with pytest.raises(ClientError) as caught:
        crawling.create(**jdbc_targets("no-connection", "dev/s/%"))
    error = caught.value.response["Error"]
    assert error["Code"] == "InvalidInputException"
    assert error["Message"].startswith("Unable to retrieve connection no-connection: ")


def test_a_connection_that_was_deleted_fails_the_crawl_by_name(crawling: Crawling) -> None:
    name = connection(crawling, **login(crawling))
    crawler = crawling.create(**jdbc_targets(name, "dev/s/%"))
    crawling.glue.delete_connection(ConnectionName=name)
    last = crawling.crawl(crawler)["LastCrawl"]
    assert last["Status"] == "FAILED"
    assert name in last["ErrorMessage"]


def test_exclude_patterns_are_relative_to_the_include_path(crawling: Crawling, schema: str) -> None:
    name = connection(crawling, **login(crawling))
    database = crawling.sandbox.settings.database
    for path, pattern in ((f"{database}/{schema}/%", "ord*"), (f"{database}/%", f"{schema}/ord*")):
        target = {"ConnectionName": name, "Path": path, "Exclusions": [pattern]}
        crawling.crawl(crawling.create(Targets={"JdbcTargets": [target]}, TablePrefix=f"{len(path)}_"))
        found = {
            table for table in crawling.tables() if table.startswith(f"{len(path)}_{database}_{schema}_")
        }
        assert {table.rpartition("_")[2] for table in found} == {"stock", "recent"}


def test_comments_and_raw_types_are_read_when_they_are_asked_for(crawling: Crawling, schema: str) -> None:
    crawling.sandbox.query(f"COMMENT ON TABLE {schema}.orders IS 'what was sold'")
    crawling.sandbox.query(f"COMMENT ON COLUMN {schema}.orders.note IS 'by the clerk'")
    name = connection(crawling, **login(crawling))
    database = crawling.sandbox.settings.database
    target = {
        "ConnectionName": name,
        "Path": f"{database}/{schema}/orders",
        "EnableAdditionalMetadata": ["COMMENTS", "RAWTYPES"],
    }
    crawling.crawl(crawling.create(Targets={"JdbcTargets": [target]}))
    table = crawling.table(f"{database}_{schema}_orders")
    found = {column["Name"]: column for column in table["StorageDescriptor"]["Columns"]}
    assert table["Description"] == "what was sold"
    assert found["note"]["Comment"] == "by the clerk"
    assert found["note"]["Parameters"] == {"rawType": "character varying(20)"}
    assert found["price"]["Parameters"] == {"rawType": "numeric(12,2)"}
