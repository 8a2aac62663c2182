"""What a GlueContext does besides reading and writing: connections, purges, and what it refuses."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from pyspark.sql import SparkSession

from emulator.glue_worker.engine import catalog, purge
from emulator.glue_worker.engine.errors import NotInTarmacError

_ELSEWHERE = frozenset(
    {
        "transition_table",
        "transition_s3_path",
        "add_ingestion_time_columns",
        "begin_transaction",
        "start_transaction",
        "commit_transaction",
        "cancel_transaction",
        "append_data_frame",
        "getSampleStreamingDynamicFrame",
        "getStreamingSource",
        "get_catalog_schema_as_spark_schema",
        "getCatalogSource",
        "convert_resolve_option",
        "create_data_frame_from_rdd",
    }
)


class ContextMaintenance:
    """A part of GlueContext, which has the session."""

    spark_session: SparkSession

    def extract_jdbc_conf(self, connection_name: str, catalog_id: str | None = None) -> dict[str, str]:
        """A connection's fullUrl, url, user, password and vendor."""
        found = catalog.connection_properties(connection_name)
        full_url = found.get("JDBC_CONNECTION_URL", "")
        return {
            "fullUrl": full_url,
            "url": full_url.rsplit("/", 1)[0],
            "user": found.get("USERNAME", ""),
            "password": found.get("PASSWORD", ""),
            "vendor": full_url.split(":")[1] if full_url.count(":") > 1 else "",
            "enforceSSL": found.get("JDBC_ENFORCE_SSL", "false"),
        }

    def purge_s3_path(
        self, s3_path: str, options: Mapping[str, Any] | None = None, transformation_ctx: str = ""
    ) -> None:
        """Deletes the objects under a path that are older than `retentionPeriod` hours (default 168).

        See engine/purge.py for the other options.
        """
        purge.purge_path(s3_path, dict(options or {}), transformation_ctx)

    def purge_table(
        self,
        database: str,
        table_name: str,
        options: Mapping[str, Any] | None = None,
        transformation_ctx: str = "",
        catalog_id: str | None = None,
    ) -> None:
        """The same for the files of a catalog table; partitions without files leave the catalog."""
        table = catalog.table(database, table_name)
        purge.purge_table(self.spark_session, table, dict(options or {}), transformation_ctx)

    def currentTimeMillis(self) -> int:
        """Now, in milliseconds since 1970."""
        return time.time_ns() // 1_000_000

    def forEachBatch(self, frame: Any, batch_function: Any, options: Any = None) -> None:
        raise NotInTarmacError("GlueContext.forEachBatch (streaming jobs)")

    def __getattr__(self, name: str) -> Any:
        if name in _ELSEWHERE:
            raise NotInTarmacError(f"GlueContext.{name}")
        raise AttributeError(name)
