"""The types in JSON texts, computed from all values: a choice where a field holds several types.

Whole numbers are `int`, or `long` where they need it; other numbers `double`; a field without values is
`null` ("DynamicFrame class"). Spark's own inference finds the fields and the kinds of their values, in one
pass over texts in which json_tags.py has replaced each value by its kind.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pyspark.sql import DataFrame
from pyspark.sql import functions as f
from pyspark.sql import types as t

from emulator.glue_worker.engine import json_order, leaves
from emulator.glue_worker.engine.json_tags import PREFIX, tagged_sql
from emulator.glue_worker.engine.json_values import MALFORMED, READING, VARIANTS, JsonShape
from emulator.glue_worker.engine.rebuilding import ELEMENT, Path
from emulator.glue_worker.engine.spark_session import inspecting

_KINDS: dict[str, t.DataType] = {
    "boolean": t.BooleanType(), "double": t.DoubleType(), "int": t.IntegerType(), "long": t.LongType(),
    "string": t.StringType(),
}  # fmt: skip
_NUMBERS = {"int", "long", "double"}


@dataclass
class _Found:
    """What a walk through the kinds has found: fields of several types, and such without a known one."""

    mixed: dict[Path, dict[str, t.DataType]] = field(default_factory=dict)
    unknown: set[Path] = field(default_factory=set)


def inferred(texts: DataFrame) -> JsonShape:
    """The shape of the texts in the column `value`. Reads them once; twice if a field has no known type."""
    with inspecting(texts.sparkSession):
        kinds = _kinds_in(texts)
        found = _Found()
        typed = _typed(t.StructType([one for one in kinds.fields if one.name != MALFORMED]), (), found)
        assert isinstance(typed, t.StructType)
        nulls = found.unknown - _held(texts, typed, found.unknown)
        parsed = json_order.ordered(_with_nulls(typed, nulls), texts)
    return JsonShape(parsed, found.mixed, _variants(parsed, found.mixed), MALFORMED in kinds.names)


def _kinds_in(texts: DataFrame) -> t.StructType:
    spark = texts.sparkSession
    jvm = spark.sparkContext._jvm
    assert jvm is not None
    tagged = texts.select(f.expr(tagged_sql("value")))
    strings = getattr(tagged._jdf, "as")(jvm.org.apache.spark.sql.Encoders.STRING())
    return DataFrame(spark.read.options(**READING)._jreader.json(strings), spark).schema


def _typed(kind: t.DataType, path: Path, found: _Found) -> t.DataType:
    """The type to parse values by, from their kinds: text for several."""
    if isinstance(kind, t.ArrayType):
        return t.ArrayType(_typed(kind.elementType, (*path, ELEMENT), found))
    if not isinstance(kind, t.StructType):
        found.unknown.add(path)
        return t.StringType()
    held = {one.name.removeprefix(PREFIX) for one in kind.fields if one.name.startswith(PREFIX)}
    rest = t.StructType([one for one in kind.fields if not one.name.startswith(PREFIX)])
    if not held:
        return _typed_fields(rest, path, found)
    if len(held) == 1 and not rest.fields:
        return _KINDS[next(iter(held))]
    if path[-1] == ELEMENT and not held <= _NUMBERS:
        return t.StringType()  # tokens among array elements can't be told apart by parsing the array again
    types = {name: _KINDS[name] for name in held}
    if rest.fields:
        types["struct"] = _typed_fields(rest, path, _Found())
    found.mixed[path] = dict(sorted(types.items()))
    return t.StringType()


def _typed_fields(kind: t.StructType, path: Path, found: _Found) -> t.StructType:
    fields = [t.StructField(one.name, _typed(one.dataType, (*path, one.name), found)) for one in kind.fields]
    return t.StructType(fields)


def _held(texts: DataFrame, typed: t.StructType, paths: set[Path]) -> set[Path]:
    """Those of the fields without a known type that hold a value: arrays among other types, all text."""
    if not paths:
        return set()
    asked = [path for path in leaves.of(typed) if path.path in paths]
    looks = [
        f.expr(f"bool_or({leaves.any_sql(leaf.path, '{} IS NOT NULL'.format)})").alias(str(index))
        for index, leaf in enumerate(asked)
    ]
    parsed = texts.select(f.from_json("value", typed, READING).alias("v")).select("v.*")
    row = parsed.agg(*looks).first()
    return {leaf.path for index, leaf in enumerate(asked) if row[index]}


def _with_nulls(typed: t.StructType, nulls: set[Path]) -> t.StructType:
    """A field at the top without any value has the type null."""
    return t.StructType(
        [
            t.StructField(one.name, t.NullType() if (one.name,) in nulls else one.dataType)
            for one in typed.fields
        ]
    )


def _variants(parsed: t.StructType, mixed: dict[Path, dict[str, t.DataType]]) -> dict[str, t.StructType]:
    """For each variant the part of the schema that leads to the fields whose types it tells apart."""
    made = {}
    for name, kind in VARIANTS.items():
        paths = [path for path, kinds in mixed.items() if name in _tokens(set(kinds))]
        if paths:
            pruned = _pruned(parsed, (), paths, kind)
            assert isinstance(pruned, t.StructType)
            made[name] = pruned
    return made


def _tokens(kinds: set[str]) -> set[str]:
    """What a field's values are to be parsed as; numbers of several types are told apart by their text."""
    if kinds <= _NUMBERS:
        return set()
    return {"number" if name in _NUMBERS else name for name in kinds}


def _pruned(kind: t.DataType, path: Path, paths: list[Path], leaf: t.DataType) -> t.DataType:
    if path in paths:
        return leaf
    if isinstance(kind, t.ArrayType):
        return t.ArrayType(_pruned(kind.elementType, (*path, ELEMENT), paths, leaf))
    assert isinstance(kind, t.StructType)
    on_the_way = [one for one in kind.fields if any(p[: len(path) + 1] == (*path, one.name) for p in paths)]
    return t.StructType(
        [t.StructField(one.name, _pruned(one.dataType, (*path, one.name), paths, leaf)) for one in on_the_way]
    )
