"""What a JDBC target asks for before anything is connected to: aws-semantics.md §B, "JDBC/Redshift"."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.glue_service.crawl_targets_jdbc import JdbcTarget, catalog_type, crawl_jdbc
from emulator.glue_service.crawler_errors import CrawlFailed

TARGET = JdbcTarget("warehouse", "dev/sales/%")


class FakeGlue:
    """A Glue and a Secrets Manager client in one."""

    def __init__(self, connection: dict[str, str] | None, secret: str = "") -> None:
        self._connection = connection
        self._secret = secret

    def get_connection(self, **_: Any) -> dict[str, Any]:
        if self._connection is None:
            raise ClientError(
                {"Error": {"Code": "EntityNotFoundException", "Message": "no"}}, "GetConnection"
            )
        return {"Connection": {"ConnectionProperties": self._connection}}

    def get_secret_value(self, **_: Any) -> dict[str, str]:
        return {"SecretString": self._secret}


def failure(glue: FakeGlue, target: JdbcTarget = TARGET) -> str:
    with pytest.raises(CrawlFailed) as caught:
        crawl_jdbc(lambda _service: glue, target)
    return str(caught.value)


def test_a_missing_connection_is_named() -> None:
    assert "Connection warehouse can't be read" in failure(FakeGlue(None))


def test_a_connection_to_another_engine_is_refused() -> None:
    text = failure(FakeGlue({"JDBC_CONNECTION_URL": "jdbc:mysql://host/db"}))
    assert "jdbc:mysql://host/db" in text
    assert "jdbc:redshift://" in text


def test_a_secret_without_credentials_is_named() -> None:
    properties = {"JDBC_CONNECTION_URL": "jdbc:redshift://127.0.0.1:1/dev", "SECRET_ID": "s"}
    assert "Secret s of connection warehouse" in failure(FakeGlue(properties, '{"user": "x"}'))


def test_a_database_that_does_not_answer_is_named_with_the_connection() -> None:
    properties = {"JDBC_CONNECTION_URL": "jdbc:redshift://127.0.0.1:1/dev", "USERNAME": "u", "PASSWORD": "p"}
    text = failure(FakeGlue(properties))
    assert "127.0.0.1:1/dev" in text
    assert "connection warehouse" in text


def test_a_path_of_four_parts_is_refused() -> None:
    properties = {"JDBC_CONNECTION_URL": "jdbc:redshift://127.0.0.1:1/dev"}
    assert "database/schema/table" in failure(FakeGlue(properties), JdbcTarget("warehouse", "a/b/c/d"))


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (("bigint", 64, 0), "bigint"),
        (("integer", 32, 0), "int"),
        (("smallint", 16, 0), "smallint"),
        (("numeric", 12, 2), "decimal(12,2)"),
        (("double precision", 53, None), "double"),
        (("real", 24, None), "float"),
        (("boolean", None, None), "boolean"),
        (("date", None, None), "date"),
        (("timestamp without time zone", None, None), "timestamp"),
        (("character varying", None, None), "string"),
        (("character", None, None), "string"),
        (("jsonb", None, None), "string"),
    ],
)
def test_sql_types_get_their_catalog_names(sql: tuple[str, int | None, int | None], expected: str) -> None:
    assert catalog_type(*sql) == expected
