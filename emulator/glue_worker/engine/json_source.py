"""Reads JSON texts into a frame whose types come from the values; malformed texts become error records."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f
from pyspark.sql import types as t

from emulator.glue_worker.engine.column_names import quoted
from emulator.glue_worker.engine.error_records import ERROR_COLUMN, CallSite, error_column
from emulator.glue_worker.engine.joining import MAY_LACK
from emulator.glue_worker.engine.json_shape import inferred
from emulator.glue_worker.engine.json_values import FAILED, MALFORMED, TEXT, JsonShape
from emulator.glue_worker.engine.rebuilding import as_column

READER_ERROR = "error in jackson reader"


def frame_of(texts: DataFrame) -> DataFrame:
    """The records in the column `value` of texts: an object each, or an array of objects.

    Columns: the records' fields, then those of `texts` other than `value`; with malformed texts also
    ERROR_COLUMN, see LazyFrame. Without any record: no columns.
    """
    records = _records(texts)
    shape = inferred(records)
    if not shape.parsed.fields and not shape.has_malformed:
        return texts.sparkSession.createDataFrame([], t.StructType([]))
    attached = shape.attach(records, "value")
    # A record has only the fields that its text names: joins treat what is missing as not there.
    columns = [
        as_column(name, sql, kind).alias(name, metadata=MAY_LACK) for name, sql, kind in shape.values()
    ]
    columns += [f.col(quoted(name)) for name in texts.columns if name != "value"]
    return attached.select(*columns, *([_error(shape)] if shape.has_malformed else []))


def _records(texts: DataFrame) -> DataFrame:
    """One record a text; a blank text is none, an array one for each element."""
    whole = "array(value)"
    parts = f"coalesce(from_json(value, 'array<string>'), {whole})"
    split = f.explode(f.expr(f"CASE WHEN ltrim(value) LIKE '[%' THEN {parts} ELSE {whole} END"))
    rest = [f.col(quoted(name)) for name in texts.columns if name != "value"]
    return texts.select(split.alias("value"), *rest).where("trim(value) <> ''")


def _error(shape: JsonShape) -> Column:
    text = f.expr(f"{quoted(TEXT)}.{quoted(MALFORMED)}")
    record = f.struct(
        *[f.expr(sql).alias(name) for name, sql, _ in shape.values()] or [f.lit(None).alias("value")]
    )
    error = error_column(f.lit(READER_ERROR), record, CallSite(), text)
    return f.when(f.expr(FAILED), error).alias(ERROR_COLUMN)
