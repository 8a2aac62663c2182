"""Relationalize and UnnestFrame: nested columns into flat ones and further frames."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f
from pyspark.sql import types as t

from emulator.glue_worker.engine.column_names import quoted


def unnest(frame: DataFrame) -> DataFrame:
    """Every field of every struct as a column of its own, named `outer.inner`; arrays stay."""
    return frame.select(*_flat(frame.schema, ""))


def relationalize(frame: DataFrame, root: str) -> dict[str, DataFrame]:
    """The flat root frame, and a frame for each array, keyed `root_<array>`.

    An array's column holds a number; the array's frame has that number as `id`, its elements' place as
    `index`, and the element as `<array>.val` or, for structs, `<array>.val.<field>`.
    """
    frames: dict[str, DataFrame] = {}
    flat = unnest(frame)
    for field in list(flat.schema.fields):
        if isinstance(field.dataType, t.ArrayType):
            numbered = flat.withColumn("__id", f.monotonically_increasing_id() + 1)
            flat = _with_id(numbered, field.name)
            frames |= _array_frames(numbered, field, root)
    return {root: flat, **frames}


def _with_id(numbered: DataFrame, name: str) -> DataFrame:
    columns = [f.col(quoted(field.name)) for field in numbered.schema.fields if field.name != "__id"]
    place = numbered.columns.index(name)
    columns[place] = f.when(f.col(quoted(name)).isNotNull(), f.col("__id")).alias(name)
    return numbered.select(*columns)


def _array_frames(numbered: DataFrame, field: t.StructField, root: str) -> dict[str, DataFrame]:
    exploded = numbered.select(
        f.col("__id").alias("id"),
        f.posexplode(quoted(field.name)).alias("index", f"{field.name}.val"),
    ).withColumn("index", f.col("index").cast("int"))
    return relationalize(exploded, f"{root}_{field.name}")


def _flat(schema: t.StructType, prefix: str) -> list[Column]:
    columns: list[Column] = []
    for field in schema.fields:
        reference = f"{prefix}.{quoted(field.name)}" if prefix else quoted(field.name)
        if isinstance(field.dataType, t.StructType):
            columns += _flat(field.dataType, reference)
        else:
            columns.append(f.col(reference).alias(reference.replace("`", "")))
    return columns
