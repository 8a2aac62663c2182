"""A metastore for one run: Hive's calls, answered by the Glue Data Catalog of the run's account.

As with AWS's own client (awslabs, "AWS Glue Data Catalog Client for Apache Hive Metastore"), tables can't be
renamed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from emulator.glue_worker.metastore import errors
from emulator.glue_worker.metastore.catalog import Catalog
from emulator.glue_worker.metastore.databases import DatabaseCalls, SessionCalls
from emulator.glue_worker.metastore.functions import FunctionCalls
from emulator.glue_worker.metastore.partitions import PartitionCalls
from emulator.glue_worker.metastore.server import MetastoreServer
from emulator.glue_worker.metastore.tables import TableCalls

AWS_CLIENT_FACTORY = "com.amazonaws.glue.catalog.metastore.AWSGlueDataCatalogHiveClientFactory"
# Variants of a call whose additional arguments mean nothing in the Glue Data Catalog.
_VARIANT = re.compile("_with_(environment_context|auth)$")


def is_wanted(arguments: Mapping[str, str]) -> bool:
    """Whether the job has `--enable-glue-datacatalog`, with or without a value, or what it stands for.

    That is the class of AWS's client as `hive.metastore.client.factory.class` in `--conf`.
    """
    given = arguments.get("--enable-glue-datacatalog", "false").strip().lower() in ("", "true")
    return given or AWS_CLIENT_FACTORY in arguments.get("--conf", "")


def start(glue: Any, s3: Any, warehouse: str) -> MetastoreServer:
    """Listens for the run's Spark; `close` ends it. `warehouse` is a URI, for the database `default`."""
    catalog = Catalog(glue, s3, warehouse)
    calls = (
        DatabaseCalls(catalog),
        TableCalls(catalog),
        PartitionCalls(catalog),
        FunctionCalls(catalog),
        SessionCalls(),
    )

    def call(method: str, arguments: dict[str, Any]) -> Any:
        name = _VARIANT.sub("", method)
        target = next(item for item in calls if hasattr(item, name))
        try:
            return getattr(target, name)(**arguments)
        except ClientError as error:
            raise errors.of_glue(error) from error

    server = MetastoreServer(call)
    server.start()
    return server


def local_settings(run_id: str, scratch_dir: str) -> dict[str, str]:
    """Without the Data Catalog: a script with `enableHiveSupport()` has an empty metastore of its own."""
    return {
        "spark.hadoop.javax.jdo.option.ConnectionURL": f"jdbc:derby:memory:{run_id};create=true",
        **_scratch(scratch_dir),
    }


def spark_settings(uri: str, scratch_dir: str) -> dict[str, str]:
    """What makes Spark use the metastore at this address; Hive's scratch files go to the run's own folder."""
    return {
        "spark.sql.catalogImplementation": "hive",
        "spark.hadoop.hive.metastore.uris": uri,
        "spark.hadoop.hive.metastore.client.connect.retry.delay": "0s",
        **_scratch(scratch_dir),
    }


def _scratch(scratch_dir: str) -> dict[str, str]:
    return {
        "spark.hadoop.hive.exec.scratchdir": f"{scratch_dir}/hive",
        "spark.hadoop.hive.exec.local.scratchdir": f"{scratch_dir}/hive-local",
        "spark.hadoop.hive.querylog.location": f"{scratch_dir}/hive-log",
        "spark.hadoop.hive.downloaded.resources.dir": f"{scratch_dir}/hive-resources",
    }
