"""Partition columns: chosen by a predicate before anything is read, and added to the rows read."""

from __future__ import annotations

from pyspark.errors import AnalysisException, ParseException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f

from emulator.glue_worker.engine.catalog import CatalogPartition
from emulator.glue_worker.engine.column_names import quoted
from emulator.glue_worker.engine.errors import GlueError
from emulator.glue_worker.engine.file_columns import FILE_COLUMN

LITERALS_UP_TO = 64


def matching(
    spark: SparkSession, partitions: list[CatalogPartition], keys: tuple[str, ...], predicate: str
) -> list[CatalogPartition]:
    """The partitions for which a Spark SQL predicate over the partition columns holds.

    Raises GlueError, in Glue's words, when it names anything but partition columns.
    """
    if not predicate.strip() or not partitions:
        return partitions
    schema = ", ".join([*(f"{quoted(key)} string" for key in keys), "`__index` int"])
    rows = [(*partition.values, index) for index, partition in enumerate(partitions)]
    try:
        kept = spark.createDataFrame(rows, schema).where(predicate).select("__index").collect()
    except (AnalysisException, ParseException) as error:
        names = ", ".join(keys)
        raise GlueError(
            f"User's pushdown predicate: {predicate} can not be resolved against partition columns: "
            f"[{names}]: {error}"
        ) from error
    return [partitions[row[0]] for row in kept]


def with_partition_columns(
    spark: SparkSession, frame: DataFrame, partitions: list[CatalogPartition], keys: tuple[str, ...]
) -> DataFrame:
    """The rows with the values of their partition as string columns, after the table's own."""
    if not keys or FILE_COLUMN not in frame.columns:
        return frame
    own = [quoted(name) for name in frame.columns if name not in keys and name != FILE_COLUMN]
    if len(partitions) == 1:
        values = [f.lit(value).alias(key) for key, value in zip(keys, partitions[0].values, strict=True)]
        return frame.select(*own, *values, FILE_COLUMN)
    if _are_in_the_path(partitions, keys):
        values = [f.expr(_value_in_path_sql(key)).alias(key) for key in keys]
        return frame.select(*own, *values, FILE_COLUMN)
    return _joined(spark, frame.select(*own, FILE_COLUMN), partitions, keys)


def _are_in_the_path(partitions: list[CatalogPartition], keys: tuple[str, ...]) -> bool:
    """Whether every location ends in `key=value/…` with just the partition's values."""
    return all(
        f"{partition.location.rstrip('/')}/".endswith(
            "/" + "".join(f"{key}={value}/" for key, value in zip(keys, partition.values, strict=False))
        )
        for partition in partitions
    )


def _value_in_path_sql(key: str) -> str:
    name = key.replace("\\", "\\\\").replace("'", "\\'")
    return f"regexp_extract({FILE_COLUMN}, '/\\\\Q{name}\\\\E=([^/]*)/', 1)"


def _joined(
    spark: SparkSession, frame: DataFrame, partitions: list[CatalogPartition], keys: tuple[str, ...]
) -> DataFrame:
    """For folders that aren't named `key=value`: the values by the folder that the file lies in."""
    folders = [(partition.location.rstrip("/"), *partition.values) for partition in partitions]
    schema = ", ".join(["`__folder` string", *(f"{quoted(key)} string" for key in keys)])
    values = spark.createDataFrame(folders, schema)
    folder = f.expr(f"regexp_replace({FILE_COLUMN}, '/[^/]*$', '')")
    joined = frame.join(f.broadcast(values), folder == values["__folder"], "left").drop("__folder")
    own = [quoted(name) for name in frame.columns if name != FILE_COLUMN]
    return joined.select(*own, *(quoted(key) for key in keys), FILE_COLUMN)
