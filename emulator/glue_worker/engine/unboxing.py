"""Unbox: a field of text that holds JSON or CSV becomes a struct ("Unbox class")."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as f
from pyspark.sql import types as t

from emulator.glue_worker.engine import json_shape
from emulator.glue_worker.engine.apply_mapping import find
from emulator.glue_worker.engine.column_names import path_parts, quoted, quoted_path
from emulator.glue_worker.engine.error_records import CallSite, error_column
from emulator.glue_worker.engine.errors import GlueError, NotInTarmacError
from emulator.glue_worker.engine.json_values import FAILED, JsonShape
from emulator.glue_worker.engine.lazy_frame import Parted
from emulator.glue_worker.engine.rebuilding import Named, Path, fields_sql, rebuilt, text_sql
from emulator.glue_worker.engine.spark_session import inspecting

OPTIONS = {"separator", "escaper", "skipFirst", "withHeader"}
UNREADABLE = "the text is not the JSON that Unbox was to read"


def unbox(
    frame: DataFrame,
    path: str,
    format_name: str,
    options: Mapping[str, Any],
    schema: t.StructType | None,
    call: CallSite,
) -> Parted:
    """The frame with the field's text parsed; JSON that can't be parsed makes its row an error record.

    The struct's fields are taken from all rows, or are those of `schema`. Options of CSV: separator, escaper,
    withHeader, skipFirst. Raises NotInTarmacError for formats other than json and csv and for unknown
    options, GlueError when there is no such text field.
    """
    if unknown := sorted(options.keys() - OPTIONS):
        raise NotInTarmacError(f"the option {unknown[0]!r} of Unbox")
    if format_name.lower() not in ("json", "csv"):
        raise NotInTarmacError(f"Unbox of the format {format_name!r}")
    parts = path_parts(path)
    found = find(frame.schema, parts)
    if found is None or not isinstance(found[1].dataType, t.StringType):
        raise GlueError(f"Unbox: there is no text field {path!r} in {frame.schema.simpleString()}")
    text = quoted_path(parts)
    if format_name.lower() == "csv":
        sql, kind = _csv(
            frame.select(f.expr(text).alias("value")).where("value IS NOT NULL"), text, options, schema
        )
        return Parted(_replaced(frame, parts, sql, kind))
    return _json(frame, parts, schema, call)


def _json(frame: DataFrame, parts: list[str], schema: t.StructType | None, call: CallSite) -> Parted:
    text = quoted_path(parts)
    texts = frame.select(f.expr(text).alias("value")).where("value IS NOT NULL")
    shape = JsonShape(schema) if schema is not None else json_shape.inferred(texts)
    attached = shape.attach(frame, text)
    sql, kind = shape.struct()
    record = f.struct(*[f.col(quoted(name)) for name in frame.columns])
    failed = attached.where(FAILED)
    errors = failed.select(error_column(f.lit(UNREADABLE), record, call, f.expr(text)).alias("error"))
    good = attached.where(f"{text} IS NULL OR NOT ({FAILED})")
    replaced = _replaced(good, parts, f"if({text} IS NULL, NULL, {sql})", kind)
    return Parted(replaced.select(*[quoted(name) for name in frame.columns]), errors)


def _replaced(frame: DataFrame, parts: list[str], sql: str, kind: t.DataType) -> DataFrame:
    def edit(path: Path, _sql: str, _kind: t.DataType) -> list[Named] | None:
        return [(path[-1], sql, kind)] if list(path) == parts else None

    return rebuilt(frame, edit)


def _csv(
    texts: DataFrame, text: str, options: Mapping[str, Any], given: t.StructType | None
) -> tuple[str, t.DataType]:
    """One record a row, all fields text; a header, or what is to be skipped, is a line before it."""
    separator = str(options.get("separator", ","))
    with inspecting(texts.sparkSession):
        first = texts.first()
    lines = io.StringIO(first["value"] if first else "", newline="")
    header = next(csv.reader(lines, delimiter=separator), [])
    named = _true(options.get("withHeader"))
    names = header if named else [f"col{index}" for index in range(len(header))]
    schema = given or t.StructType([t.StructField(name, t.StringType()) for name in names])
    record = f"substring_index({text}, '\\n', -1)" if named or _true(options.get("skipFirst")) else text
    escape = str(options.get("escaper") or '"')
    how = f"map('sep', {text_sql(separator)}, 'escape', {text_sql(escape)})"
    return f"from_csv({record}, {text_sql(fields_sql(schema))}, {how})", schema


def _true(value: object) -> bool:
    return str(value).lower() == "true"
