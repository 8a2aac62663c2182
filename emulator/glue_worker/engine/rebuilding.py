"""Changes fields at any depth of a frame: inside structs and, path part `[]`, inside the elements of arrays.

Fields inside maps are left alone, as AWS's transforms leave them.
"""

from __future__ import annotations

from collections.abc import Callable

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f
from pyspark.sql import types as t

from emulator.glue_worker.engine import choice
from emulator.glue_worker.engine.column_names import quoted

Path = tuple[str, ...]
Named = tuple[str, str, t.DataType]
# Given a field's path, SQL and type: what stands in its place (name, SQL, type), or None to look inside.
Edit = Callable[[Path, str, t.DataType], list[Named] | None]

ELEMENT = "[]"


def rebuilt(frame: DataFrame, edit: Edit) -> DataFrame:
    """The frame with what `edit` makes of its fields; the order stays."""
    columns: list[Column] = []
    for field in frame.schema.fields:
        for name, sql, kind in _edited((field.name,), quoted(field.name), field.dataType, edit):
            columns.append(as_column(name, sql, kind, field))
    return frame.select(*columns)


def as_column(name: str, sql: str, kind: t.DataType, field: t.StructField | None = None) -> Column:
    """SQL as a column of exactly this type: the cast brings the marks of choices back."""
    if field is not None and sql == quoted(field.name) and kind == field.dataType:
        return f.col(sql).alias(name)
    column = f.expr(sql)
    return (column.cast(kind) if choice.has_choice(kind) else column).alias(name, metadata={"glue": True})


def without_elements(path: Path) -> Path:
    """The names in a path, wherever arrays are on the way."""
    return tuple(part for part in path if part != ELEMENT)


def _edited(path: Path, sql: str, kind: t.DataType, edit: Edit) -> list[Named]:
    made = edit(path, sql, kind)
    if made is not None:
        return made
    inside, inside_kind = _inside(path, sql, kind, edit)
    return [(path[-1], inside, inside_kind)]


def _inside(path: Path, sql: str, kind: t.DataType, edit: Edit) -> tuple[str, t.DataType]:
    if isinstance(kind, t.StructType) and not choice.is_choice(kind):
        return _struct(path, sql, kind, edit)
    if isinstance(kind, t.ArrayType):
        return _array(path, sql, kind, edit)
    return sql, kind


def _struct(path: Path, sql: str, kind: t.StructType, edit: Edit) -> tuple[str, t.DataType]:
    made = [
        one
        for field in kind.fields
        for one in _edited((*path, field.name), f"{sql}.{quoted(field.name)}", field.dataType, edit)
    ]
    if [(name, inner) for name, inner, _ in made] == [
        (x.name, f"{sql}.{quoted(x.name)}") for x in kind.fields
    ]:
        return sql, kind
    new_kind = t.StructType([t.StructField(name, one) for name, _, one in made])
    return f"if({sql} IS NULL, NULL, {struct_sql({name: inner for name, inner, _ in made})})", new_kind


def _array(path: Path, sql: str, kind: t.ArrayType, edit: Edit) -> tuple[str, t.DataType]:
    variable = f"x{len(path)}"
    _, inner, element = _edited((*path, ELEMENT), variable, kind.elementType, edit)[0]
    if inner == variable:
        return sql, kind
    return f"transform({sql}, {variable} -> {inner})", t.ArrayType(element)


def struct_sql(fields: dict[str, str]) -> str:
    """A struct of these fields, in their order."""
    pairs = ", ".join(f"{text_sql(name)}, {sql}" for name, sql in fields.items())
    return f"named_struct({pairs})" if fields else "named_struct()"


def text_sql(text: str) -> str:
    """The text as a literal of Spark SQL."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def type_sql(kind: t.DataType) -> str:
    """A type as Spark SQL writes it, with its fields' names quoted."""
    if isinstance(kind, t.StructType):
        inner = ", ".join(f"{quoted(field.name)}: {type_sql(field.dataType)}" for field in kind.fields)
        return f"struct<{inner}>"
    if isinstance(kind, t.ArrayType):
        return f"array<{type_sql(kind.elementType)}>"
    if isinstance(kind, t.MapType):
        return f"map<{type_sql(kind.keyType)}, {type_sql(kind.valueType)}>"
    simple: str = kind.simpleString()
    return simple


def fields_sql(schema: t.StructType) -> str:
    """The fields as the columns of a table: `a` bigint, `b` string."""
    return ", ".join(f"{quoted(field.name)} {type_sql(field.dataType)}" for field in schema.fields)
