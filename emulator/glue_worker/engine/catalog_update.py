"""Keeps a catalog table in step with what a sink has written (enableUpdateCatalog)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyspark.sql import DataFrame

from emulator.glue_worker.engine import s3_files
from emulator.glue_worker.engine.catalog import CatalogTable
from emulator.glue_worker.engine.column_names import quoted
from emulator.glue_worker.engine.errors import WriteFailedError
from emulator.glue_worker.metastore.partition_names import NULL_VALUE, partition_name

PARTITIONS_AT_ONCE = 100
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
# What UpdateTable takes of what GetTable gives.
_KEPT = ("Description", "Owner", "Retention", "TableType", "Parameters", "PartitionKeys")


def after_write(
    frame: DataFrame,
    path: str,
    kind: str,
    database: str,
    table: str,
    options: Mapping[str, Any],
    format_options: Mapping[str, Any],
) -> None:
    """Creates the table, or gives it the frame's columns (updateBehavior UPDATE_IN_DATABASE, the default).

    New partitions are added in both cases, and with updateBehavior LOG, too ("Updating the schema, and adding
    new partitions in the Data Catalog"). Raises WriteFailedError if the table's partition keys are others.
    """
    keys = [str(key) for key in options.get("partitionKeys") or []]
    kind = "parquet" if kind == "glueparquet" else kind
    described = _description(frame, path, kind, table.lower(), keys, format_options)
    glue = s3_files.client("glue")
    try:
        glue.create_table(DatabaseName=database, TableInput=described)
    except glue.exceptions.AlreadyExistsException:
        found = glue.get_table(DatabaseName=database, Name=table)["Table"]
        _refuse_other_keys(found, keys)
        if str(options.get("updateBehavior") or "UPDATE_IN_DATABASE") == "UPDATE_IN_DATABASE":
            glue.update_table(DatabaseName=database, TableInput=_with_columns(found, described))
        described = found
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


def _refuse_other_keys(found: dict[str, Any], keys: list[str]) -> None:
    own = [key["Name"] for key in found.get("PartitionKeys") or []]
    if own != [key.lower() for key in keys]:
        raise WriteFailedError(
            f"the table {found['Name']} has the partition keys {own}, but partitionKeys is {keys}: "
            "the catalog can't be updated; write with the table's keys, or to another table"
        )


def _with_columns(found: dict[str, Any], described: dict[str, Any]) -> dict[str, Any]:
    """The table as it is, with the columns of the description."""
    storage = {**found["StorageDescriptor"], "Columns": described["StorageDescriptor"]["Columns"]}
    kept = {name: found[name] for name in _KEPT if name in found}
    return {**kept, "Name": found["Name"], "StorageDescriptor": storage}


def _description(
    frame: DataFrame, path: str, kind: str, table: str, keys: list[str], format_options: Mapping[str, Any]
) -> dict[str, Any]:
    types = {field.name: field.dataType.simpleString() for field in frame.schema.fields}
    input_format, output_format, serde = _STORAGE[kind]
    parameters, serde_parameters = _of_format(kind, list(types), format_options)
    return {
        "Name": table,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"classification": kind, **parameters},
        "PartitionKeys": [{"Name": key.lower(), "Type": types.get(key, "string")} for key in keys],
        "StorageDescriptor": {
            "Columns": [
                {"Name": name.lower(), "Type": kind} for name, kind in types.items() if name not in keys
            ],
            "Location": path if path.endswith("/") else f"{path}/",
            "InputFormat": input_format,
            "OutputFormat": output_format,
            "SerdeInfo": {"SerializationLibrary": serde, "Parameters": serde_parameters},
        },
    }


def _of_format(
    kind: str, names: list[str], options: Mapping[str, Any]
) -> tuple[dict[str, str], dict[str, str]]:
    """The table's and the SerDe's parameters, by which the files can be read again."""
    if kind == "csv":
        separator = str(options.get("separator", ","))
        header = str(options.get("writeHeader", "true")).lower() == "true"
        skip = {"skip.header.line.count": "1"} if header else {}
        return {"delimiter": separator, **skip}, {"field.delim": separator}
    if kind == "json":
        return {}, {"paths": ",".join(names)}
    return {"useGlueParquetWriter": "false"} if kind == "parquet" else {}, {"serialization.format": "1"}


def _add_partitions(
    frame: DataFrame, path: str, database: str, table: str, keys: list[str], storage: dict[str, Any]
) -> None:
    glue = s3_files.client("glue")
    rows = frame.selectExpr(*[f"CAST({quoted(key)} AS string)" for key in keys]).distinct().collect()
    inputs = [_partition(path, keys, [value or NULL_VALUE for value in row], storage) for row in rows]
    for start in range(0, len(inputs), PARTITIONS_AT_ONCE):
        chunk = inputs[start : start + PARTITIONS_AT_ONCE]
        glue.batch_create_partition(DatabaseName=database, TableName=table, PartitionInputList=chunk)


def _partition(path: str, keys: list[str], values: list[str], storage: dict[str, Any]) -> dict[str, Any]:
    """The partition; Spark names its folder as Hive does."""
    folder = partition_name(keys, values)
    return {"Values": values, "StorageDescriptor": {**storage, "Location": f"{path.rstrip('/')}/{folder}/"}}
