"""Reads CSV files into a DataFrame whose types come from the values, as Glue does.

A catalog type is a hint (aws-semantics.md §C): a column whose values all parse has that type, one of which
some do is a choice, one of which none does is a string. One pass over the data decides; nothing is collected.
Fields past the last column get names of their own, `col<N>`.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import reduce

from pyspark.sql import Column, DataFrame, Row, SparkSession
from pyspark.sql import functions as f
from pyspark.sql import types as t

from emulator.glue_worker.engine import choice, readable_files, s3_files
from emulator.glue_worker.engine.column_names import quoted
from emulator.glue_worker.engine.csv_header import first_record
from emulator.glue_worker.engine.csv_options import CsvOptions
from emulator.glue_worker.engine.errors import UnparsableFileError
from emulator.glue_worker.engine.file_columns import FILE_COLUMN
from emulator.glue_worker.engine.spark_session import inspecting, no_columns
from emulator.glue_worker.run_contract import S3File

FIRST_OVERFLOW = 3
READERS = 8


@dataclass(frozen=True)
class Columns:
    """The names and hinted Spark types of a file's columns, in their order."""

    names: tuple[str, ...]
    hints: tuple[str, ...]

    def overflow(self, width: int) -> list[str]:
        """Names for this many fields past the last column, none of them taken."""
        count = len(self.names)
        return [_free_name(f"col{count + index}", self.names) for index in range(width)]


def read(
    spark: SparkSession,
    files: list[S3File],
    options: CsvOptions,
    columns: Columns | None,
    compression: str = "",
) -> DataFrame:
    """The rows of these files.

    Columns: `columns`, or those that the files' first lines name (or count), all strings; then FILE_COLUMN,
    the path of each row's file. No rows ⇒ no columns at all. Bytes that are no text become U+FFFD.
    Raises UnparsableFileError for a file whose header has a name twice.
    """
    groups = {columns: files} if columns is not None else _groups_by_columns(files, options)
    frames = [_read_group(spark, group, options, names, compression) for names, group in groups.items()]
    frames = [frame for frame in frames if frame.columns]
    if not frames:
        return no_columns(spark)
    return reduce(lambda one, other: one.unionByName(other, allowMissingColumns=True), frames)


def _read_group(
    spark: SparkSession, files: list[S3File], options: CsvOptions, columns: Columns, compression: str
) -> DataFrame:
    """Files with the same columns; read once more with more names for surplus fields if these ran out."""
    readable = readable_files.of(spark, files, compression)
    reader = spark.read.options(**options.for_spark(), **s3_files.EXACT_PATHS)
    width = FIRST_OVERFLOW
    while True:
        surplus = columns.overflow(width)
        names = [t.StructField(name, t.StringType()) for name in [*columns.names, *surplus]]
        raw = reader.schema(t.StructType(names)).csv(readable.paths)
        facts = _inspect(spark, raw, columns, surplus)
        if not facts["rows"]:
            return no_columns(spark)
        if not facts[f"extra{width - 1}"]:
            break
        width *= 8
    typed = [_typed(name, hint, facts, index) for index, (name, hint) in enumerate(_hinted(columns))]
    extra = [quoted(name) for index, name in enumerate(surplus) if facts[f"extra{index}"]]
    return raw.select(*typed, *extra, f.expr(readable.path_sql).alias(FILE_COLUMN))


def _inspect(spark: SparkSession, raw: DataFrame, columns: Columns, surplus: list[str]) -> Row:
    """One pass over the data: how many rows, and for each column how many values parse as its hint."""
    looks = [f.count(f.lit(1)).alias("rows")]
    for index, (name, hint) in enumerate(_hinted(columns)):
        looks += _looks_at_values(index, name, hint)
    for index, name in enumerate(surplus):
        looks.append(f.expr(f"count({quoted(name)}) > 0").alias(f"extra{index}"))
    with inspecting(spark):
        return raw.agg(*looks).first()


def _looks_at_values(index: int, name: str, hint: str) -> Iterator[Column]:
    if hint == "string":
        return
    value = quoted(name)
    parsed = f"try_cast({value} AS {hint}) IS NOT NULL"
    yield f.expr(f"count_if({value} IS NOT NULL AND {parsed})").alias(f"good{index}")
    yield f.expr(f"count_if({value} IS NOT NULL AND NOT ({parsed}))").alias(f"bad{index}")


def _typed(name: str, hint: str, facts: Row, index: int) -> Column:
    value = quoted(name)
    if hint == "string":
        return f.col(value)
    good, bad = facts[f"good{index}"], facts[f"bad{index}"]
    if bad and not good:
        return f.col(value)
    cast = f"try_cast({value} AS {hint})"
    if not bad:
        return f.expr(cast).alias(name)
    kind = choice.GLUE_NAMES.get(hint, hint)
    return choice.make({kind: cast, "string": f"CASE WHEN {cast} IS NULL THEN {value} END"}, name)


def _hinted(columns: Columns) -> list[tuple[str, str]]:
    return list(zip(columns.names, columns.hints, strict=True))


def _groups_by_columns(files: list[S3File], options: CsvOptions) -> dict[Columns, list[S3File]]:
    """The files by the columns that their first record names; without a header, by how many it has."""
    with ThreadPoolExecutor(READERS) as readers:
        records = list(readers.map(lambda file: first_record(file, options), files))
    groups: dict[Columns, list[S3File]] = {}
    for file, record in zip(files, records, strict=True):
        if record:
            names = _header(file, record) if options.header == "named" else _numbered(len(record))
            groups.setdefault(Columns(names, ("string",) * len(names)), []).append(file)
    return groups


def _header(file: S3File, record: list[str]) -> tuple[str, ...]:
    names = [name if name.strip() else f"col{index}" for index, name in enumerate(record)]
    twice = sorted({name for name in names if [other.lower() for other in names].count(name.lower()) > 1})
    if twice:
        raise UnparsableFileError(
            f"Unable to parse file: {file.key}: its header names the column {twice[0]!r} twice"
        )
    return tuple(names)


def _numbered(count: int) -> tuple[str, ...]:
    return tuple(f"col{index}" for index in range(count))


def _free_name(name: str, taken: tuple[str, ...]) -> str:
    lowered = {other.lower() for other in taken}
    while name.lower() in lowered:
        name += "_"
    return name
