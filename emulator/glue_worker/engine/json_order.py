"""The order of the fields in JSON texts: that of their first appearance, as in a DynamicFrame's schema."""

from __future__ import annotations

import json
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import types as t

LOOKED_AT = 200


def ordered(schema: t.StructType, texts: DataFrame) -> t.StructType:
    """The schema with its fields in the order of the first LOOKED_AT texts; others follow, by name."""
    seen: dict[str, Any] = {}
    for row in texts.limit(LOOKED_AT).collect():
        try:
            _note(json.loads(row[0]), seen)
        except ValueError:
            continue
    result = _in_order(schema, seen)
    assert isinstance(result, t.StructType)
    return result


def _note(value: Any, seen: dict[str, Any]) -> None:
    if isinstance(value, list):
        for one in value:
            _note(one, seen)
    elif isinstance(value, dict):
        for name, one in value.items():
            _note(one, seen.setdefault(name, {}))


def _in_order(kind: t.DataType, seen: dict[str, Any]) -> t.DataType:
    if isinstance(kind, t.ArrayType):
        return t.ArrayType(_in_order(kind.elementType, seen))
    if not isinstance(kind, t.StructType):
        return kind
    known = [name for name in seen if name in kind.names]
    names = [*known, *[name for name in kind.names if name not in seen]]
    return t.StructType(
        [t.StructField(name, _in_order(kind[name].dataType, seen.get(name, {}))) for name in names]
    )
