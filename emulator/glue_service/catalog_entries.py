"""The catalog's form of what a crawl found: storage descriptors and parameters as AWS writes them; pure.

Source of every key: aws-semantics.md §B, "What it writes" and "JDBC/Redshift".
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from emulator.glue_service.classifiers_models import Column, FileSchema
from emulator.glue_service.crawl_tables import PartitionPlan, TablePlan

_TEXT_FORMATS = (
    "org.apache.hadoop.mapred.TextInputFormat",
    "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
)
_PARQUET_FORMATS = (
    "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
)
_ORC_FORMATS = (
    "org.apache.hadoop.hive.ql.io.orc.OrcInputFormat",
    "org.apache.hadoop.hive.ql.io.orc.OrcOutputFormat",
)
_AVRO_FORMATS = (
    "org.apache.hadoop.hive.ql.io.avro.AvroContainerInputFormat",
    "org.apache.hadoop.hive.ql.io.avro.AvroContainerOutputFormat",
)
_FORMATS = {"avro": _AVRO_FORMATS, "orc": _ORC_FORMATS, "parquet": _PARQUET_FORMATS}
_ALWAYS = {"CrawlerSchemaDeserializerVersion": "1.0", "CrawlerSchemaSerializerVersion": "1.0"}
OWNED_PARAMETERS = frozenset(
    {
        *_ALWAYS,
        "CRAWL_RUN_ID",
        "DEPRECATED_BY_CRAWLER",
        "UPDATED_BY_CRAWLER",
        "areColumnsQuoted",
        "averageRecordSize",
        "avro.schema.literal",
        "classification",
        "columnsOrdered",
        "compressionType",
        "connectionName",
        "delimiter",
        "exclusions",
        "grokCustomPatterns",
        "grokPattern",
        "jsonPath",
        "objectCount",
        "partition_filtering.enabled",
        "recordCount",
        "rowTag",
        "sizeKey",
        "skip.header.line.count",
        "typeOfData",
    }
)
"""Parameters that a crawl writes anew each time; all others on a table belong to somebody else and stay."""


@dataclass(frozen=True)
class Storage:
    """The parts of a StorageDescriptor that are the same for a table and its partitions."""

    columns: tuple[Column, ...]
    location: str
    input_format: str = ""
    output_format: str = ""
    compressed: bool = False
    serde_library: str = ""
    serde_parameters: dict[str, str] = field(default_factory=dict)

    def descriptor(self, parameters: dict[str, str]) -> dict[str, Any]:
        """The StorageDescriptor; `parameters` are repeated on it."""
        serde: dict[str, Any] = {"Parameters": dict(self.serde_parameters)}
        if self.serde_library:
            serde["SerializationLibrary"] = self.serde_library
        formats = {"InputFormat": self.input_format, "OutputFormat": self.output_format}
        return {
            "Columns": [column.as_response() for column in self.columns],
            "Location": self.location,
            **{key: value for key, value in formats.items() if value},
            "Compressed": self.compressed,
            "NumberOfBuckets": -1,
            "SerdeInfo": serde,
            "BucketColumns": [],
            "SortColumns": [],
            "Parameters": dict(parameters),
            "StoredAsSubDirectories": False,
        }


@dataclass(frozen=True)
class PartitionEntry:
    """One partition: its values in the order of the table's keys."""

    values: tuple[str, ...]
    storage: Storage
    parameters: dict[str, str]


@dataclass(frozen=True)
class TableEntry:
    """One table, its name without the crawler's prefix, or the `exact_name` of a table that exists."""

    name: str
    storage: Storage
    parameters: dict[str, str]
    partition_keys: tuple[str, ...] = ()
    partitions: tuple[PartitionEntry, ...] = ()
    description: str = ""
    exact_name: bool = False

    @property
    def in_s3(self) -> bool:
        return bool(self.storage.input_format)


@dataclass(frozen=True)
class JdbcTable:
    """A table or view found through a JDBC connection; `kind` is `table` or `view`."""

    database: str
    schema: str
    name: str
    kind: str
    classification: str
    connection_name: str
    columns: tuple[Column, ...]
    comment: str = ""


def s3_entry(plan: TablePlan, exclusions: tuple[str, ...], include_url: str) -> TableEntry:
    """The entry of a table in S3; exclusions are stored as full paths under the include path."""
    parameters = _file_parameters(plan.schema, plan.object_count, plan.size_bytes)
    if plan.partition_keys:
        parameters["partition_filtering.enabled"] = "true"
    if exclusions:
        parameters["exclusions"] = json.dumps([include_url + pattern for pattern in exclusions])
    return TableEntry(
        name=plan.name,
        storage=_file_storage(plan.schema, plan.location),
        parameters=parameters,
        partition_keys=plan.partition_keys,
        partitions=tuple(_partition_entry(partition) for partition in plan.partitions),
    )


def jdbc_entry(table: JdbcTable) -> TableEntry:
    """The entry of a database table: `<db>_<schema>_<table>`, located at `db.schema.table`, no SerDe."""
    path = (table.database, table.schema, table.name)
    return TableEntry(
        name="_".join(path),
        storage=Storage(table.columns, ".".join(path)),
        description=table.comment,
        parameters={
            **_ALWAYS,
            "classification": table.classification,
            "compressionType": "none",
            "connectionName": table.connection_name,
            "typeOfData": table.kind,
        },
    )


def _partition_entry(plan: PartitionPlan) -> PartitionEntry:
    parameters = _file_parameters(plan.schema, plan.object_count, plan.size_bytes)
    return PartitionEntry(plan.values, _file_storage(plan.schema, plan.location), parameters)


def _file_storage(schema: FileSchema, location: str) -> Storage:
    input_format, output_format = _FORMATS.get(schema.classification, _TEXT_FORMATS)
    return Storage(
        columns=schema.columns,
        location=location,
        input_format=input_format,
        output_format=output_format,
        compressed=schema.compression != "none",
        serde_library=schema.serde_library,
        serde_parameters=schema.serde_parameters,
    )


def _file_parameters(schema: FileSchema, object_count: int, size_bytes: int) -> dict[str, str]:
    """`recordCount` is AWS's estimate: the size divided by the sample's average record."""
    average = schema.record_bytes // schema.record_count if schema.record_count else 0
    return {
        **_ALWAYS,
        "averageRecordSize": str(average),
        "classification": schema.classification,
        "compressionType": schema.compression,
        "objectCount": str(object_count),
        "recordCount": str(size_bytes // average if average else 0),
        "sizeKey": str(size_bytes),
        "typeOfData": "file",
        **schema.parameters,
        **_csv_parameters(schema),
    }


def _csv_parameters(schema: FileSchema) -> dict[str, str]:
    if schema.classification != "csv":
        return {}
    header = {"skip.header.line.count": "1"} if schema.has_header else {}
    return {
        "areColumnsQuoted": str(schema.quoted).lower(),
        "columnsOrdered": "true",
        "delimiter": schema.delimiter,
        **header,
    }
