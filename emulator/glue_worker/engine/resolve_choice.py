"""ResolveChoice: turns choice columns into plain ones (aws-semantics.md §C)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f
from pyspark.sql import types as t

from emulator.glue_worker.engine import choice
from emulator.glue_worker.engine.column_names import quoted
from emulator.glue_worker.engine.errors import GlueError

Resolution = Callable[[t.StructField, str], list[Column]]


def by_specs(frame: DataFrame, specs: Sequence[tuple[str, str]]) -> DataFrame:
    """Resolves the named columns, each its way: cast:<type>, project:<type>, make_cols, make_struct.

    Raises GlueError for an unknown action.
    """
    actions = {path.strip("`").removesuffix("[]"): action for path, action in specs}
    return _resolved(frame, lambda field: actions.get(field.name, ""))


def all_choices(frame: DataFrame, action: str) -> DataFrame:
    """Resolves every choice column the same way."""
    return _resolved(frame, lambda field: action if choice.is_choice(field) else "")


def match_types(frame: DataFrame, types: dict[str, str]) -> DataFrame:
    """Casts every column that a catalog table has to that table's type (`match_catalog`)."""
    return _resolved(frame, lambda field: f"cast:{types[field.name]}" if field.name in types else "")


def _resolved(frame: DataFrame, action_of: Callable[[t.StructField], str]) -> DataFrame:
    columns: list[Column] = []
    for field in frame.schema.fields:
        columns += _resolve(field, action_of(field))
    return frame.select(*columns)


def _resolve(field: t.StructField, action: str) -> list[Column]:
    verb, _, kind = action.partition(":")
    if not verb or (not choice.is_choice(field) and verb != "cast"):
        return [f.col(quoted(field.name))]
    if verb == "cast":
        return [_cast(field, choice.spark_type(kind))]
    if verb == "project":
        return [_project(field, kind)]
    if verb == "make_cols":
        return _make_columns(field)
    if verb == "make_struct":
        return [f.col(quoted(field.name)).alias(field.name, metadata=choice.RESOLVED)]
    raise GlueError(
        f"the choice action {action!r} is not one of cast:<type>, project:<type>, make_cols, make_struct"
    )


def _cast(field: t.StructField, wanted: str) -> Column:
    reference = quoted(field.name)
    if choice.is_choice(field):
        return f.expr(choice.unified_sql(reference, field.dataType, wanted)).alias(
            field.name, metadata=choice.RESOLVED
        )
    return f.expr(choice.cast_sql(reference, field.dataType, wanted)).alias(field.name)


def _project(field: t.StructField, kind: str) -> Column:
    wanted = choice.spark_type(kind)
    name = choice.GLUE_NAMES.get(wanted, wanted)
    sql = choice.branch_sql(quoted(field.name), field.dataType, name) or f"CAST(NULL AS {wanted})"
    return f.expr(sql).alias(field.name, metadata=choice.RESOLVED)


def _make_columns(field: t.StructField) -> list[Column]:
    return [
        f.expr(f"{quoted(field.name)}.{quoted(item.name)}").alias(
            f"{field.name}_{item.name}", metadata=choice.RESOLVED
        )
        for item in field.dataType.fields
    ]
