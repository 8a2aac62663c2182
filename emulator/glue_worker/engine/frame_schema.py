"""A frame under another view of its types: choices as structs, as text, or a schema that is given."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as f
from pyspark.sql import types as t

from emulator.glue_worker.engine import choice
from emulator.glue_worker.engine.column_names import quoted
from emulator.glue_worker.engine.rebuilding import Named, Path, as_column, rebuilt


def without_choices(frame: DataFrame) -> DataFrame:
    """Choices as plain structs with a field per type, as `toDF` gives them; other columns as they are."""
    if not choice.has_choice(frame.schema):
        return frame
    columns = []
    for field in frame.schema.fields:
        column = f.col(quoted(field.name))
        if choice.has_choice(field.dataType):
            column = column.cast(choice.without_marks(field.dataType)).alias(field.name)
        columns.append(column)
    return frame.select(*columns)


def with_held_values(frame: DataFrame) -> DataFrame:
    """Choices as the text of the value that each holds, as records show it."""
    if not choice.has_choice(frame.schema):
        return frame

    def edit(path: Path, sql: str, kind: t.DataType) -> list[Named] | None:
        if not isinstance(kind, t.StructType) or not choice.is_choice(kind):
            return None
        return [(path[-1], choice.unified_sql(sql, kind, "string"), t.StringType())]

    return rebuilt(frame, edit)


def with_schema(frame: DataFrame, wanted: t.DataType) -> DataFrame:
    """The frame's columns in the types that are given for them; columns that are not there are null."""
    if not isinstance(wanted, t.StructType):
        return frame
    columns = []
    for field in wanted.fields:
        if field.name not in frame.columns:
            columns.append(f.lit(None).cast(field.dataType).alias(field.name))
        elif frame.schema[field.name].dataType == field.dataType:
            columns.append(f.col(quoted(field.name)))
        else:
            columns.append(as_column(field.name, quoted(field.name), field.dataType).cast(field.dataType))
    return frame.select(*columns)
