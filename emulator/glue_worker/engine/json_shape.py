"""The types in JSON texts, computed from all values: a choice where a field holds several types.

Whole numbers are `int`, or `long` where they need it; other numbers `double`; a field without values is
`null` ("DynamicFrame class"). Spark's own inference finds the fields; it makes text of mixed types, so that
the texts are looked at once more, and those that look like something else than text once again. Nothing is
collected but facts and the order of the fields.
"""

from __future__ import annotations

from collections.abc import Callable

from pyspark.sql import DataFrame
from pyspark.sql import functions as f
from pyspark.sql import types as t

from emulator.glue_worker.engine import json_order, leaves
from emulator.glue_worker.engine.column_names import quoted
from emulator.glue_worker.engine.json_values import MALFORMED, VARIANTS, WHOLE, JsonShape
from emulator.glue_worker.engine.rebuilding import ELEMENT, Path
from emulator.glue_worker.engine.spark_session import inspecting

Question = tuple[Path, str, str]  # a leaf, what a value of it may be, SQL that asks for it

_NUMBER = "^-?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?$"
_LOOKS_LIKE = {
    "number": f"{{0}} RLIKE '{_NUMBER}'",
    "boolean": "{0} IN ('true', 'false')",
    "struct": "{0} LIKE '{{%'",
    "array": "{0} LIKE '[%'",
}
_KINDS: dict[str, t.DataType] = {
    "array": t.StringType(), "boolean": t.BooleanType(), "double": t.DoubleType(), "int": t.IntegerType(),
    "long": t.LongType(), "string": t.StringType(), "struct": t.StringType(),
}  # fmt: skip


def inferred(texts: DataFrame) -> JsonShape:
    """The shape of the texts in the column `value`. Reads them two or three times."""
    with inspecting(texts.sparkSession):
        base = _spark_schema(texts)
        known = t.StructType([field for field in base.fields if field.name != MALFORMED])
        ordered = json_order.ordered(known, texts)
        open_as_text = _mapped(ordered, lambda _path, kind: t.StringType() if _is_open(kind) else kind)
        held = _first_look(texts, open_as_text, ordered)
        suspects = {path: names for path, names in held.items() if names & VARIANTS.keys()}
        variants = _variants(open_as_text, suspects)
        if suspects:
            held |= _second_look(texts, JsonShape(open_as_text, _candidates(suspects), variants))
        mixed = {path: _types(names) for path, names in held.items() if len(names) > 1}
        mixed = _with_inner_types(texts, JsonShape(open_as_text, mixed, variants))
    parsed = _mapped(open_as_text, lambda path, kind: _single(path, kind, held))
    return JsonShape(parsed, mixed, _variants(parsed, _of_text(mixed)), MALFORMED in base.names)


def _spark_schema(texts: DataFrame) -> t.StructType:
    spark = texts.sparkSession
    jvm = spark.sparkContext._jvm
    assert jvm is not None
    encoder = jvm.org.apache.spark.sql.Encoders.STRING()
    strings = getattr(texts.select(f.col(texts.columns[0]))._jdf, "as")(encoder)
    reader = spark.read.option("columnNameOfCorruptRecord", MALFORMED)._jreader
    return DataFrame(reader.json(strings), spark).schema


def _is_open(kind: t.DataType) -> bool:
    return isinstance(kind, (t.StringType, t.LongType, t.DoubleType))


def _mapped(schema: t.StructType, change: Callable[[Path, t.DataType], t.DataType]) -> t.StructType:
    """The schema with its leaves changed."""

    def of(path: Path, kind: t.DataType) -> t.DataType:
        if isinstance(kind, t.StructType):
            fields = [t.StructField(one.name, of((*path, one.name), one.dataType)) for one in kind.fields]
            return t.StructType(fields)
        if isinstance(kind, t.ArrayType):
            return t.ArrayType(of((*path, ELEMENT), kind.elementType))
        return change(path, kind)

    result = of((), schema)
    assert isinstance(result, t.StructType)
    return result


def _first_look(texts: DataFrame, as_text: t.StructType, found: t.StructType) -> dict[Path, set[str]]:
    """For each leaf: the types of its values; for text, also what else it may be."""
    questions = [
        (leaf.path, name, sql) for leaf in leaves.of(found) for name, sql in _questions(leaf.kind).items()
    ]
    return _answers(texts.select(f.from_json("value", as_text).alias("v")).select("v.*"), questions)


def _questions(kind: t.DataType) -> dict[str, str]:
    fits = "try_cast({0} AS int) IS NOT NULL"
    exceeds = "({0} IS NOT NULL AND try_cast({0} AS int) IS NULL)"
    if isinstance(kind, t.LongType):
        return {"int": fits, "long": exceeds}
    if isinstance(kind, t.DoubleType):
        whole = f"{{0}} RLIKE '{WHOLE}'"
        return {
            "int": f"{whole} AND {fits}",
            "long": f"{whole} AND {exceeds}",
            "double": f"NOT ({whole})",
        }
    return {"string": "{0} IS NOT NULL", **_LOOKS_LIKE} if isinstance(kind, t.StringType) else {}


def _second_look(texts: DataFrame, candidates: JsonShape) -> dict[Path, set[str]]:
    """The types of the values of leaves that looked like more than text, told by their tokens."""
    frame = _assembled(texts, candidates)
    questions = [
        ((*path, name), name, "{0} IS NOT NULL") for path, kinds in candidates.mixed.items() for name in kinds
    ]
    answers = _answers(frame, questions)
    return {
        path: {name for name in kinds if name in answers[(*path, name)]}
        for path, kinds in candidates.mixed.items()
    }


def _assembled(texts: DataFrame, shape: JsonShape) -> DataFrame:
    attached = shape.attach(texts, "value")
    return attached.select(*[f.expr(sql).alias(name) for name, sql, _ in shape.values()])


def _answers(frame: DataFrame, questions: list[Question]) -> dict[Path, set[str]]:
    """For each leaf the names whose question is true for one of its values; one pass."""
    found: dict[Path, set[str]] = {path: set() for path, _, _ in questions}
    if not questions:
        return found
    looks = [
        f.expr(f"bool_or({leaves.any_sql(path, sql.format)})").alias(str(index))
        for index, (path, _, sql) in enumerate(questions)
    ]
    row = frame.agg(*looks).first()
    for index, (path, name, _) in enumerate(questions):
        if row[index]:
            found[path].add(name)
    return found


def _candidates(suspects: dict[Path, set[str]]) -> dict[Path, dict[str, t.DataType]]:
    numbers = {"int", "long", "double"}
    return {
        path: _types((numbers if "number" in names else set()) | (names - {"number"}) | {"string"})
        for path, names in suspects.items()
    }


def _types(names: set[str]) -> dict[str, t.DataType]:
    return {name: _KINDS[name] for name in sorted(names)}


def _of_text(mixed: dict[Path, dict[str, t.DataType]]) -> dict[Path, set[str]]:
    """The variants needed to tell apart types of which one is not a number."""
    numbers = {"int", "long", "double"}
    return {
        path: {"number" if name in numbers else name for name in kinds} & VARIANTS.keys()
        for path, kinds in mixed.items()
        if kinds.keys() - numbers
    }


def _variants(schema: t.StructType, leaves_of: dict[Path, set[str]]) -> dict[str, t.StructType]:
    """For each variant the part of the schema that leads to the leaves that need it."""
    made = {}
    for name, kind in VARIANTS.items():
        paths = [path for path, names in leaves_of.items() if name in names]
        if paths:
            pruned = _pruned(schema, (), paths, kind)
            assert isinstance(pruned, t.StructType)
            made[name] = pruned
    return made


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


def _single(path: Path, kind: t.DataType, held: dict[Path, set[str]]) -> t.DataType:
    """The type to parse a leaf by: its only one, else text; a top-level leaf without values has type null."""
    if path not in held:
        return kind
    names = held[path]
    if len(names) == 1:
        return _KINDS[next(iter(names))]
    return t.NullType() if not names and len(path) == 1 else t.StringType()


def _with_inner_types(texts: DataFrame, shape: JsonShape) -> dict[Path, dict[str, t.DataType]]:
    """The mixed leaves with the types of the structs and arrays among them, taken from their raw texts."""
    nested = [
        (path, name) for path, kinds in shape.mixed.items() for name in kinds if name in ("struct", "array")
    ]
    if not nested:
        return shape.mixed
    frame = _assembled(texts, shape)
    for path, name in nested:
        raw = frame.select(f.explode(f.expr(_texts_sql((*path, name)))).alias("value"))
        wrapped = raw.where("value IS NOT NULL").select(f.concat(f.lit('{"x":'), "value", f.lit("}")))
        shape.mixed[path][name] = _spark_schema(wrapped)["x"].dataType
    return shape.mixed


def _texts_sql(path: Path, reference: str = "", depth: int = 0) -> str:
    """All values at a path as one array."""
    for index, part in enumerate(path):
        if part == ELEMENT:
            variable = f"x{depth}"
            inner = _texts_sql(path[index + 1 :], variable, depth + 1)
            return f"flatten(transform({reference}, {variable} -> {inner}))"
        reference = f"{reference}.{quoted(part)}" if reference else quoted(part)
    return f"array({reference})"
