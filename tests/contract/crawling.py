"""What the crawler's contract tests share: unique names, crawlers, and a crawl that is waited for."""

from __future__ import annotations

import itertools
import os
from collections.abc import Mapping
from typing import Any

from emulator.stack.sandbox import Sandbox

_NUMBERS = itertools.count(1)
CRAWL_TIMEOUT_S = 20.0


def unique(stem: str) -> str:
    """A name that no other test of this session has."""
    return f"{stem}-{os.getpid()}-{next(_NUMBERS)}"


class Crawling:
    """A bucket, a database and crawlers of a test's own, in an account of its choice."""

    def __init__(self, sandbox: Sandbox, account_id: str | None = None) -> None:
        self.sandbox = sandbox
        self.glue = sandbox.client("glue", account_id)
        self.s3 = sandbox.client("s3", account_id)
        self.bucket = unique("crawled")
        self.database = unique("db")
        self.s3.create_bucket(Bucket=self.bucket)

    def put(self, files: Mapping[str, bytes]) -> None:
        for key, body in files.items():
            self.s3.put_object(Bucket=self.bucket, Key=key, Body=body)

    def create(self, path: str = "raw/", **options: Any) -> str:
        """A crawler of one S3 path of the bucket; `options` replace or add members of the request."""
        exclusions = options.pop("Exclusions", [])
        name = unique("crawler")
        target = {"Path": f"s3://{self.bucket}/{path}", "Exclusions": exclusions}
        request = {"Role": "Crawl", "DatabaseName": self.database, "Targets": {"S3Targets": [target]}}
        self.glue.create_crawler(Name=name, **(request | options))
        return name

    def crawl(self, name: str) -> dict[str, Any]:
        """Starts a crawler and returns its description once it is READY again."""
        self.glue.start_crawler(Name=name)
        return self.wait_ready(name)

    def wait_ready(self, name: str) -> dict[str, Any]:
        def ready() -> dict[str, Any] | None:
            crawler: dict[str, Any] = self.glue.get_crawler(Name=name)["Crawler"]
            return crawler if crawler["State"] == "READY" else None

        crawler = self.sandbox.wait_until(ready, CRAWL_TIMEOUT_S, f"crawler {name} to be READY")
        assert crawler is not None
        return crawler

    def tables(self) -> dict[str, dict[str, Any]]:
        """The database's tables by name."""
        found = self.glue.get_tables(DatabaseName=self.database)["TableList"]
        return {table["Name"]: table for table in found}

    def table(self, name: str = "raw") -> dict[str, Any]:
        found: dict[str, Any] = self.glue.get_table(DatabaseName=self.database, Name=name)["Table"]
        return found

    def partitions(self, name: str = "raw") -> dict[tuple[str, ...], dict[str, Any]]:
        found = self.glue.get_partitions(DatabaseName=self.database, TableName=name)["Partitions"]
        return {tuple(partition["Values"]): partition for partition in found}


def columns(table: dict[str, Any]) -> dict[str, str]:
    return {column["Name"]: column["Type"] for column in table["StorageDescriptor"]["Columns"]}
