"""DynamoDB's JSON (`{"S": "text"}`) as plain columns.

Source: "DynamicFrame class", unnest_ddb_json and simplify_ddb_json.
"""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import types as t

from emulator.glue_worker.engine.column_names import quoted
from emulator.glue_worker.engine.errors import GlueError
from emulator.glue_worker.engine.rebuilding import as_column, struct_sql

_PLAIN = ("S", "N", "B", "BOOL", "SS", "NS", "BS")
_ITEM = "Item"


def unnest(frame: DataFrame) -> DataFrame:
    """The item's fields as columns, each with what its type's letter holds; maps and lists stay."""
    return _item_fields(frame, nested=False)


def simplify(frame: DataFrame) -> DataFrame:
    """The same, with maps as structs of their own fields, at any depth."""
    return _item_fields(frame, nested=True)


def _item_fields(frame: DataFrame, *, nested: bool) -> DataFrame:
    """Raises GlueError for a frame without the column `Item`, which DynamoDB's exports have."""
    kind = frame.schema[_ITEM].dataType if _ITEM in frame.columns else None
    if not isinstance(kind, t.StructType):
        raise GlueError(f"DynamoDB's JSON has a struct {_ITEM!r} per record; the frame has {frame.columns}")
    columns = []
    for field in kind.fields:
        sql, plain = _value(f"{quoted(_ITEM)}.{quoted(field.name)}", field.dataType, nested)
        columns.append(as_column(field.name, sql, plain))
    return frame.select(*columns)


def _value(sql: str, kind: t.DataType, nested: bool) -> tuple[str, t.DataType]:
    if not isinstance(kind, t.StructType) or len(kind.fields) != 1:
        return sql, kind
    letter, inner = kind.fields[0].name, kind.fields[0].dataType
    held = f"{sql}.{quoted(letter)}"
    if letter == "NULL":
        return "CAST(NULL AS void)", t.NullType()
    if letter in _PLAIN:
        return held, inner
    if letter == "M" and nested and isinstance(inner, t.StructType):
        return _map(held, inner)
    if letter == "L" and nested and isinstance(inner, t.ArrayType):
        return _list(held, inner)
    return (held, inner) if letter in ("M", "L") else (sql, kind)


def _map(sql: str, kind: t.StructType) -> tuple[str, t.DataType]:
    made = {one.name: _value(f"{sql}.{quoted(one.name)}", one.dataType, True) for one in kind.fields}
    fields = [t.StructField(name, plain) for name, (_, plain) in made.items()]
    plain_struct = struct_sql({name: inner for name, (inner, _) in made.items()})
    return f"if({sql} IS NULL, NULL, {plain_struct})", t.StructType(fields)


def _list(sql: str, kind: t.ArrayType) -> tuple[str, t.DataType]:
    """A list of one plain type is simplified; one of several types or of maps is not."""
    element = kind.elementType
    if not isinstance(element, t.StructType) or len(element.fields) != 1 or element.names[0] not in _PLAIN:
        return sql, kind
    inner, plain = _value("one", element, True)
    return f"transform({sql}, one -> {inner})", t.ArrayType(plain)
