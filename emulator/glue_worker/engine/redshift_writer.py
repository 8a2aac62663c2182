"""Writes to Redshift as Glue does (aws-semantics.md §F): parts and a manifest on S3, then one transaction.

    CREATE TABLE IF NOT EXISTS → preactions → COPY (skipped without rows) → postactions → commit

All on one connection; any error rolls all of it back. The part files stay, as on AWS.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f
from pyspark.sql import types as t

from emulator.glue_worker.engine import redshift_sql, s3_files, staged_write
from emulator.glue_worker.engine.column_names import quoted
from emulator.glue_worker.engine.errors import WriteFailedError
from emulator.glue_worker.engine.jdbc_address import JdbcAddress, plain_message
from emulator.glue_worker.run_contract import S3File

_CSV = {
    "header": "false",
    "quote": '"',
    "escape": '"',
    "emptyValue": '""',
    "encoding": "UTF-8",
    "compression": "gzip",  # costs Spark less time than the put and the get of the plain text
    "ignoreLeadingWhiteSpace": "false",
    "ignoreTrailingWhiteSpace": "false",
}


def write(frame: DataFrame, target: JdbcAddress, temp_dir: str, options: Mapping[str, Any]) -> None:
    """Appends the frame's rows to the table `options["dbtable"]`.

    Options: dbtable, preactions, postactions, aws_iam_role, extracopyoptions.
    Raises WriteFailedError with the database's own message; then nothing is changed in it.
    """
    if not temp_dir:
        raise WriteFailedError(
            "writing to Redshift needs redshift_tmp_dir (or redshiftTmpDir): a folder on S3"
        )
    table = str(options.get("dbtable", ""))
    fields = [field for field in frame.schema.fields if not isinstance(field.dataType, t.NullType)]
    creates = [redshift_sql.create_table(table, fields)] if fields else []
    marker = f"@NULL-{uuid.uuid4().hex[:8]}@"
    folder = f"{temp_dir.rstrip('/')}/{uuid.uuid4()}/"
    manifest = _stage(frame, fields, folder, marker) if fields else ""
    copies = (
        [redshift_sql.copy(table, [item.name for item in fields], manifest, marker, options)]
        if manifest
        else []
    )
    before = redshift_sql.statements(str(options.get("preactions") or ""))
    after = redshift_sql.statements(str(options.get("postactions") or ""))
    _in_one_transaction(target, [*creates, *before, *copies, *after])


def _stage(frame: DataFrame, fields: list[t.StructField], folder: str, marker: str) -> str:
    """Writes the rows as CSV part files; returns the manifest's URL, empty without rows."""
    lines = frame.select(*[_as_text(field) for field in fields])
    parts = staged_write.write(lines, folder, "csv", {**_CSV, "nullValue": marker}, [])
    return _put_manifest(folder, parts) if parts else ""


def _as_text(field: t.StructField) -> Column:
    """A column as COPY reads it back without loss."""
    column = f.col(quoted(field.name))
    if isinstance(field.dataType, (t.TimestampType, t.TimestampNTZType)):
        return f.date_format(column, "yyyy-MM-dd HH:mm:ss.SSSSSS").alias(field.name)
    return column.cast("string").alias(field.name)


def _put_manifest(folder: str, parts: list[S3File]) -> str:
    bucket, prefix = s3_files.split_url(folder)
    entries = [
        {
            "url": f"s3://{part.bucket}/{part.key}",
            "mandatory": True,
            "meta": {"content_length": part.size_bytes},
        }
        for part in parts
    ]
    body = json.dumps({"entries": entries}).encode()
    s3_files.client("s3").put_object(Bucket=bucket, Key=f"{prefix}manifest.json", Body=body)
    return f"s3://{bucket}/{prefix}manifest.json"


def _in_one_transaction(target: JdbcAddress, statements: list[str]) -> None:
    connection = target.connect()
    statement = ""
    try:
        cursor = connection.cursor()
        for statement in statements:
            cursor.execute(statement)
        connection.commit()
    except Exception as error:
        raise WriteFailedError(f"{plain_message(error)} (in: {_short(statement)})") from error
    finally:
        connection.close()


def _short(statement: str) -> str:
    text = " ".join(statement.split())
    return text if len(text) <= 300 else f"{text[:300]}…"
