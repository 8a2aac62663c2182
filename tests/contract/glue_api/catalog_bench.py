"""A database of a test's own in the Data Catalog of a running Glue API."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

COLUMNS = [{"Name": "id", "Type": "bigint"}, {"Name": "name", "Type": "string"}]
STORAGE = {"Columns": COLUMNS, "Location": "s3://bucket/things/"}


@dataclass
class CatalogBench:
    """`database` exists and is the test's own."""

    glue: Any
    database: str

    def create_table(self, name: str = "things", **table_input: Any) -> str:
        table = {"Name": name, "StorageDescriptor": STORAGE, **table_input}
        self.glue.create_table(DatabaseName=self.database, TableInput=table)
        return name

    def table(self, name: str = "things") -> dict[str, Any]:
        found: dict[str, Any] = self.glue.get_table(DatabaseName=self.database, Name=name)["Table"]
        return found

    def update_table(self, name: str = "things", **request: Any) -> None:
        table = {"Name": name, "StorageDescriptor": STORAGE, "Parameters": request.pop("parameters", {})}
        self.glue.update_table(DatabaseName=self.database, TableInput=table, **request)

    def partitioned(self, *values: tuple[str, ...], **keys: str) -> None:
        """The table `things` with partition keys of these types, and partitions of these values."""
        self.create_table(PartitionKeys=[{"Name": key, "Type": kind} for key, kind in keys.items()])
        for row in values:
            self.call("create_partition", PartitionInput={"Values": list(row), "StorageDescriptor": STORAGE})

    def partitions(self, **request: Any) -> list[list[str]]:
        """The values of the partitions of the table `things`, over all pages."""
        return [item["Values"] for item in self._pages("get_partitions", "Partitions", request)]

    def call(self, operation: str, **request: Any) -> dict[str, Any]:
        """An operation on the table `things`."""
        named = {"DatabaseName": self.database, "TableName": "things"}
        answer: dict[str, Any] = getattr(self.glue, operation)(**named, **request)
        return answer

    def _pages(self, operation: str, member: str, request: dict[str, Any]) -> Iterator[Any]:
        while True:
            answer = self.call(operation, **request)
            yield from answer[member]
            if "NextToken" not in answer:
                return
            request = {**request, "NextToken": answer["NextToken"]}


def refusal(call: Callable[..., Any], **request: Any) -> tuple[str, str]:
    """Code and message of the error that a call ends in."""
    try:
        answer = call(**request)
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["Error"]["Message"]
    raise AssertionError(f"nothing was refused: {answer}")
