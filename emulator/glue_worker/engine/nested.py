"""Relationalize and UnnestFrame: nested columns into flat ones and further frames."""

from __future__ import annotations

from pyspark import StorageLevel
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f
from pyspark.sql import types as t

from emulator.glue_worker.engine import choice
from emulator.glue_worker.engine.column_names import quoted

_ID = "__id"


def unnest(frame: DataFrame) -> DataFrame:
    """Every field of every struct as a column of its own, named `outer.inner`; arrays and choices stay."""
    return frame.select(*_flat(frame.schema, "", ""))


def relationalize(frame: DataFrame, root: str) -> dict[str, DataFrame]:
    """The flat root frame, and a frame for each array, keyed `<root>_<array>`, at any depth.

    An array's column holds a number; the array's frame has that number as `id`, its elements' place as
    `index`, and the element as `<array>.val` or, for structs, `<array>.val.<field>`. The rows with arrays are
    kept until the job ends, so that both frames number them alike.
    """
    return _relationalized(frame, root, root)


def _relationalized(frame: DataFrame, name: str, root: str) -> dict[str, DataFrame]:
    flat = unnest(frame)
    arrays = [field.name for field in flat.schema.fields if isinstance(field.dataType, t.ArrayType)]
    if not arrays:
        return {name: flat}
    numbered = flat.withColumn(_ID, f.monotonically_increasing_id() + 1)
    numbered = numbered.persist(StorageLevel.MEMORY_AND_DISK)
    frames = {
        name: numbered.select(*[_key(one) if one in arrays else f.col(quoted(one)) for one in flat.columns])
    }
    for array in arrays:
        frames |= _relationalized(_elements(numbered, array), f"{root}_{array}", root)
    return frames


def _key(array: str) -> Column:
    return f.when(f.col(quoted(array)).isNotNull(), f.col(_ID)).alias(array)


def _elements(numbered: DataFrame, array: str) -> DataFrame:
    exploded = numbered.select(
        f.col(_ID).alias("id"), f.posexplode(quoted(array)).alias("index", f"{array}.val")
    )
    return exploded.withColumn("index", f.col("index").cast("int"))


def _flat(schema: t.StructType, reference: str, prefix: str) -> list[Column]:
    columns: list[Column] = []
    for field in schema.fields:
        inner, name = f"{reference}{quoted(field.name)}", f"{prefix}{field.name}"
        if isinstance(field.dataType, t.StructType) and not choice.is_choice(field):
            columns += _flat(field.dataType, f"{inner}.", f"{name}.")
        else:
            columns.append(f.col(inner).alias(name))
    return columns
