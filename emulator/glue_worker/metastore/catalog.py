"""The account's Glue Data Catalog, as the metastore's calls use it."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from emulator.glue_worker.metastore import hive_tables
from emulator.glue_worker.metastore.hive_tables import Struct

KEYS_AT_ONCE = 1000


@dataclass(frozen=True)
class Catalog:
    """Clients of the run's account; `warehouse` is where the database `default` lies if it says nothing."""

    glue: Any
    s3: Any
    warehouse: str

    def database(self, name: str) -> Struct:
        """A database in Hive's form. Raises ClientError if there is none."""
        found = self.glue.get_database(Name=name)["Database"]
        return hive_tables.hive_database(found, self.warehouse if name == "default" else "")

    def database_names(self, pattern: str | None) -> list[str]:
        """The names that match Hive's pattern: `*` for any characters, `|` for alternatives."""
        return matching([item["Name"] for item in self._pages("get_databases", "DatabaseList")], pattern)

    def table(self, database: str, name: str) -> Struct:
        """A table in Hive's form. Raises ClientError if there is none."""
        return hive_tables.hive_table(self.glue.get_table(DatabaseName=database, Name=name.lower())["Table"])

    def tables(self, database: str) -> list[dict[str, Any]]:
        """All tables of a database, as Glue has them."""
        return list(self._pages("get_tables", "TableList", DatabaseName=database))

    def partitions(self, database: str, table: str) -> list[Struct]:
        """All partitions of a table, in Hive's form."""
        described = self.table(database, table)
        found = self._pages("get_partitions", "Partitions", DatabaseName=database, TableName=table)
        return [hive_tables.hive_partition(item, described) for item in found]

    def functions(self, database: str) -> list[dict[str, Any]]:
        """All functions of a database, as Glue has them."""
        wanted = {"DatabaseName": database, "Pattern": "*"}
        return list(self._pages("get_user_defined_functions", "UserDefinedFunctions", **wanted))

    def delete_files(self, location: str) -> None:
        """Deletes the objects in a folder on S3; a location elsewhere is left alone."""
        scheme, _, rest = location.partition("://")
        bucket, _, prefix = rest.partition("/")
        if not scheme.startswith("s3") or not prefix.strip("/"):
            return
        pages = self.s3.get_paginator("list_objects_v2").paginate(
            Bucket=bucket, Prefix=f"{prefix.rstrip('/')}/", PaginationConfig={"PageSize": KEYS_AT_ONCE}
        )
        for page in pages:
            keys = [{"Key": item["Key"]} for item in page.get("Contents", [])]
            if keys:
                self.s3.delete_objects(Bucket=bucket, Delete={"Objects": keys})

    def _pages(self, operation: str, key: str, **arguments: Any) -> Iterator[dict[str, Any]]:
        for page in self.glue.get_paginator(operation).paginate(**arguments):
            yield from page[key]


def matching(names: list[str], pattern: str | None) -> list[str]:
    """The names that one of the pattern's alternatives, separated by `|`, matches."""
    wanted = [part.lower() for part in (pattern or "*").replace(".*", "*").split("|")]
    return sorted(name for name in names if any(fnmatch.fnmatchcase(name.lower(), one) for one in wanted))
