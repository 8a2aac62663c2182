"""Filter, Map and mapPartitions: Python functions over records (aws-semantics.md §C).

A record that a function fails for becomes an error record: it leaves the frame and is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from typing import Any

from pyspark import StorageLevel
from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as f
from pyspark.sql import types as t

from emulator.glue_worker.engine import record_types
from emulator.glue_worker.engine.column_names import quoted
from emulator.glue_worker.engine.error_records import CallSite, error_column
from emulator.glue_worker.engine.lazy_frame import Parted
from emulator.glue_worker.engine.spark_session import inspecting, no_columns

DROPS_ROW = (KeyError, ValueError, TypeError)
NONE_RETURNED = "User-specified function returned None instead of DynamicRecord"

Entry = dict[str, Any]
PartitionFunction = Callable[[int, Iterator[Entry]], Iterable[Entry]]


class DynamicRecord(dict[str, Any]):
    """A row as a dictionary whose keys are attributes, too; one that is missing is a KeyError either way."""

    def __getattr__(self, attr: str) -> Any:
        return self[attr]

    def __setattr__(self, attr: str, value: Any) -> None:
        self[attr] = value


def filter_rows(frame: DataFrame, function: Callable[[Any], Any], call: CallSite) -> Parted:
    """The rows for which the function is true; DROPS_ROW drop one quietly, other exceptions are errors."""
    if not frame.columns:
        return Parted(frame)
    read = record_types.reader(frame.schema)
    assert read is not None  # a struct has one

    def verdict(row: Row) -> str | None:
        """Empty for a row that stays, the error's text for one that failed, None for one that goes."""
        try:
            return "" if function(as_record(read(row))) else None
        except DROPS_ROW:
            return None
        except Exception as error:
            return str(error) or type(error).__name__

    record = f.struct(*[f.col(quoted(name)) for name in frame.columns])
    judged = f.udf(verdict, t.StringType())(record)
    failed = frame.withColumn("__verdict", judged).where("__verdict <> ''")
    errors = failed.select(error_column(f.col("__verdict"), record, call).alias("error"))
    return Parted(frame.where(judged == ""), errors)


def mapped(function: Callable[[Any], Any]) -> PartitionFunction:
    """A function of records as one of partitions: what raises or returns nothing becomes an error record."""

    def one(entry: Entry) -> Entry:
        try:
            result = function(as_record(entry["record"]))
        except Exception as error:
            return {**entry, "isError": True, "errorMessage": str(error)}
        if not result:
            return {**entry, "isError": True, "errorMessage": NONE_RETURNED}
        return {**entry, "record": plain(result)}

    return lambda _index, entries: map(one, entries)


def map_partitions(frame: DataFrame, function: PartitionFunction, call: CallSite) -> Parted:
    """The records that the function gives, with columns and types taken from all of them.

    The function takes a partition's number and an iterator of `{"record": {...}}`, and gives such; an entry
    with `isError` is an error record. It runs once: what it gives is kept until the job ends.
    """
    if not frame.columns:
        return Parted(frame)
    read = record_types.reader(frame.schema)
    assert read is not None  # a struct has one

    def run(index: int, rows: Iterable[Row]) -> Iterable[Entry]:
        entries = function(index, ({"record": read(row)} for row in rows))
        return ({**entry, "record": plain(entry["record"])} for entry in entries)

    entries = frame.rdd.mapPartitionsWithIndex(run).persist(StorageLevel.MEMORY_AND_DISK)
    good = entries.filter(lambda entry: not entry.get("isError")).map(lambda entry: entry["record"])
    bad = entries.filter(lambda entry: bool(entry.get("isError")))
    return Parted(_frame_of(frame, good), _errors_of(frame, bad, call))


def as_record(values: dict[str, Any]) -> DynamicRecord:
    """A record as a function gets it: dictionaries right inside it have attributes as well."""
    return DynamicRecord(
        {name: DynamicRecord(one) if isinstance(one, dict) else one for name, one in values.items()}
    )


def plain(value: Any) -> Any:
    """The value with plain dictionaries only."""
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, (list, tuple)) else value


def _frame_of(before: DataFrame, records: Any) -> DataFrame:
    spark = before.sparkSession
    with inspecting(spark):
        found = records.mapPartitions(lambda part: [_type_of_all(part)]).collect()
    kind = reduce(record_types.joined, found, t.NullType())
    if not isinstance(kind, t.StructType) or not kind.fields:
        return no_columns(spark)
    schema = record_types.kept_fields(kind, before.schema)
    return spark.createDataFrame(
        records.map(lambda record: record_types.to_internal(record, schema)), schema, verifySchema=False
    )


def _errors_of(before: DataFrame, entries: Any, call: CallSite) -> DataFrame:
    schema = before.schema
    rows = entries.map(
        lambda entry: (str(entry.get("errorMessage", "")), record_types.to_internal(entry["record"], schema))
    )
    columns = t.StructType([t.StructField("msg", t.StringType()), t.StructField("record", schema)])
    failed = before.sparkSession.createDataFrame(rows, columns, verifySchema=False)
    return failed.select(error_column(f.col("msg"), f.col("record"), call).alias("error"))


def _type_of_all(records: Iterable[dict[str, Any]]) -> t.DataType:
    kind: t.DataType = t.NullType()
    for record in records:
        kind = record_types.joined(kind, record_types.type_of(record))
    return kind
