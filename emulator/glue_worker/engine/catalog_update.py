"""Keeps a catalog table in step with what a sink has written (enableUpdateCatalog)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyspark.sql import DataFrame

from emulator.glue_worker.engine import s3_files
from emulator.glue_worker.engine.catalog import CatalogTable
from emulator.glue_worker.engine.column_names import quoted

_HIVE = "org.apache.hadoop.hive.ql.io"
_STORAGE = {
    "parquet": (f"{_HIVE}.parquet.MapredParquetInputFormat", f"{_HIVE}.parquet.MapredParquetOutputFormat",
                f"{_HIVE}.parquet.serde.ParquetHiveSerDe"),
    "orc": (f"{_HIVE}.orc.OrcInputFormat", f"{_HIVE}.orc.OrcOutputFormat", f"{_HIVE}.orc.OrcSerde"),
    "json": ("org.apache.hadoop.mapred.TextInputFormat", f"{_HIVE}.HiveIgnoreKeyTextOutputFormat",
             "org.openx.data.jsonserde.JsonSerDe"),
    "csv": ("org.apache.hadoop.mapred.TextInputFormat", f"{_HIVE}.HiveIgnoreKeyTextOutputFormat",
            "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"),
    "avro": (f"{_HIVE}.avro.AvroContainerInputFormat", f"{_HIVE}.avro.AvroContainerOutputFormat",
             "org.apache.hadoop.hive.serde2.avro.AvroSerDe"),
}  # fmt: skip


def after_write(
    frame: DataFrame, path: str, kind: str, database: str, table: str, options: Mapping[str, Any]
) -> None:
    """Creates the table, or gives it the frame's columns (updateBehavior UPDATE_IN_DATABASE, the default).

    New partitions are added in both cases.
    """
    keys = [str(key) for key in options.get("partitionKeys") or []]
    described = _description(frame, path, "parquet" if kind == "glueparquet" else kind, table, keys)
    glue = s3_files.client("glue")
    try:
        glue.create_table(DatabaseName=database, TableInput=described)
    except glue.exceptions.AlreadyExistsException:
        if str(options.get("updateBehavior", "UPDATE_IN_DATABASE")) == "UPDATE_IN_DATABASE":
            glue.update_table(DatabaseName=database, TableInput=described)
    if keys:
        _add_partitions(frame, path, database, table, keys, described["StorageDescriptor"])


def format_options(table: CatalogTable) -> dict[str, Any]:
    """The format options to write to an existing table with: a CSV table says whether it has a header."""
    if table.classification != "csv":
        return {}
    serde = table.serde.get("Parameters") or {}
    separator = (
        serde.get("separatorChar") or serde.get("field.delim") or table.parameters.get("delimiter", ",")
    )
    has_header = table.parameters.get("skip.header.line.count", "0") != "0"
    return {"separator": separator, "writeHeader": str(has_header).lower()}


def _description(frame: DataFrame, path: str, kind: str, table: str, keys: list[str]) -> dict[str, Any]:
    types = {field.name: field.dataType.simpleString() for field in frame.schema.fields}
    input_format, output_format, serde = _STORAGE[kind]
    return {
        "Name": table,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"classification": kind, "useGlueParquetWriter": "false"},
        "PartitionKeys": [{"Name": key, "Type": types.get(key, "string")} for key in keys],
        "StorageDescriptor": {
            "Columns": [
                {"Name": name.lower(), "Type": kind} for name, kind in types.items() if name not in keys
            ],
            "Location": path if path.endswith("/") else f"{path}/",
            "InputFormat": input_format,
            "OutputFormat": output_format,
            "SerdeInfo": {"SerializationLibrary": serde, "Parameters": {"serialization.format": "1"}},
        },
    }


def _add_partitions(
    frame: DataFrame, path: str, database: str, table: str, keys: list[str], storage: dict[str, Any]
) -> None:
    glue = s3_files.client("glue")
    rows = frame.select(*[quoted(key) for key in keys]).distinct().collect()
    inputs = [_partition(path, keys, [str(value) for value in row], storage) for row in rows]
    for start in range(0, len(inputs), 100):
        chunk = inputs[start : start + 100]
        glue.batch_create_partition(DatabaseName=database, TableName=table, PartitionInputList=chunk)


def _partition(path: str, keys: list[str], values: list[str], storage: dict[str, Any]) -> dict[str, Any]:
    folder = "/".join(f"{key}={value}" for key, value in zip(keys, values, strict=True))
    return {"Values": values, "StorageDescriptor": {**storage, "Location": f"{path.rstrip('/')}/{folder}/"}}
