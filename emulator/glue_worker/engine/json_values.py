"""Parses JSON texts by a shape: each field in its type, one of several types as a choice."""

from __future__ import annotations

from dataclasses import dataclass, field

from pyspark.sql import DataFrame
from pyspark.sql import functions as f
from pyspark.sql import types as t

from emulator.glue_worker.engine import choice
from emulator.glue_worker.engine.column_names import quoted
from emulator.glue_worker.engine.rebuilding import ELEMENT, Named, Path, struct_sql, text_sql, type_sql

MALFORMED = "__malformed"
TEXT = "__text"
WHOLE = "^-?[0-9]+$"
# What tells the tokens of JSON apart: a value parses as just one of these, and any parses as text.
VARIANTS: dict[str, t.DataType] = {
    "number": t.DoubleType(),
    "boolean": t.BooleanType(),
    "struct": t.MapType(t.StringType(), t.StringType()),
}
READING = {"columnNameOfCorruptRecord": MALFORMED, "allowSingleQuotes": "false"}
Refs = dict[str, str]


@dataclass(frozen=True)
class JsonShape:
    """What JSON texts hold.

    `parsed` is the schema to parse them with: a field of several types is text in it; `mixed` has the types
    of these fields by their names in Glue, `variants` schemas to parse a text by again, to tell them apart.
    """

    parsed: t.StructType
    mixed: dict[Path, dict[str, t.DataType]] = field(default_factory=dict)
    variants: dict[str, t.StructType] = field(default_factory=dict)
    has_malformed: bool = False

    def attach(self, frame: DataFrame, text: str) -> DataFrame:
        """The frame with the parsed forms of a text (SQL) as columns, for `values` and `FAILED`."""
        schema = t.StructType([*self.parsed.fields, t.StructField(MALFORMED, t.StringType())])
        frame = frame.withColumn(TEXT, f.from_json(f.expr(text), schema, READING))
        for name, variant in self.variants.items():
            frame = frame.withColumn(_column(name), f.from_json(f.expr(text), variant, READING))
        return frame

    def values(self) -> list[Named]:
        """The fields as name, SQL on the attached columns, and type."""
        refs = {"text": quoted(TEXT), **{name: quoted(_column(name)) for name in self.variants}}
        return self._fields(self.parsed, (), refs, 0)

    def struct(self) -> tuple[str, t.DataType]:
        """All fields as one struct, and its type."""
        made = self.values()
        kind = t.StructType([t.StructField(name, one) for name, _, one in made])
        return struct_sql({name: sql for name, sql, _ in made}), kind

    def _fields(self, kind: t.StructType, path: Path, refs: Refs, depth: int) -> list[Named]:
        made = []
        for one in kind.fields:
            inner = {name: f"{ref}.{quoted(one.name)}" for name, ref in refs.items()}
            sql, made_kind = self._value(one.dataType, (*path, one.name), inner, depth)
            made.append((one.name, sql, made_kind))
        return made

    def _value(self, kind: t.DataType, path: Path, refs: Refs, depth: int) -> tuple[str, t.DataType]:
        if path in self.mixed:
            return _choice_sql(refs, self.mixed[path]), choice.choice_type(self.mixed[path])
        refs = self._used(path, refs)
        if not any(other[: len(path)] == path for other in self.mixed):
            return refs["text"], kind
        if isinstance(kind, t.StructType):
            made = self._fields(kind, path, refs, depth)
            new = t.StructType([t.StructField(name, one) for name, _, one in made])
            fields = struct_sql({name: sql for name, sql, _ in made})
            return f"if({refs['text']} IS NULL, NULL, {fields})", new
        assert isinstance(kind, t.ArrayType), f"{path} is {kind}, nothing inside can be of several types"
        variable, index = f"x{depth}", f"i{depth}"
        inner = {name: f"get({ref}, {index})" for name, ref in refs.items()} | {"text": variable}
        sql, element = self._value(kind.elementType, (*path, ELEMENT), inner, depth + 1)
        return f"transform({refs['text']}, ({variable}, {index}) -> {sql})", t.ArrayType(element)

    def _used(self, path: Path, refs: Refs) -> Refs:
        """Only the variants that have the path."""
        return {name: ref for name, ref in refs.items() if name == "text" or _has(self.variants[name], path)}


FAILED = f"{quoted(TEXT)}.{quoted(MALFORMED)} IS NOT NULL"


def _column(variant: str) -> str:
    return f"__{variant}"


def _has(schema: t.StructType, path: Path) -> bool:
    kind: t.DataType = schema
    for part in path:
        if part == ELEMENT and isinstance(kind, t.ArrayType):
            kind = kind.elementType
        elif isinstance(kind, t.StructType) and part in kind.names:
            kind = kind[part].dataType
        else:
            return False
    return True


def _choice_sql(refs: Refs, kinds: dict[str, t.DataType]) -> str:
    """A choice's struct from a value's text and its other parsed forms; null where there is no value."""
    text = refs["text"]
    number = f"{refs['number']} IS NOT NULL" if "number" in refs else "true"
    fits = f"{text} RLIKE '{WHOLE}' AND try_cast({text} AS bigint) IS NOT NULL"
    whole = f"{number} AND {fits}"
    others = [f"{refs[name]} IS NULL" for name in VARIANTS if name in refs]
    branches = {
        "int": f"if({whole}, try_cast({text} AS int), NULL)",
        "long": f"if({whole} AND try_cast({text} AS int) IS NULL, try_cast({text} AS bigint), NULL)",
        "double": f"if({number} AND NOT ({fits}), try_cast({text} AS double), NULL)",
        "boolean": refs.get("boolean", "CAST(NULL AS boolean)"),
        "struct": _struct_sql(refs, kinds),
        "string": f"if({' AND '.join(others) or 'true'}, {text}, NULL)",
    }
    return f"if({text} IS NULL, NULL, {struct_sql({name: branches[name] for name in kinds})})"


def _struct_sql(refs: Refs, kinds: dict[str, t.DataType]) -> str:
    """A struct among other types, from its text."""
    if "struct" not in kinds:
        return "CAST(NULL AS string)"
    parsed = f"from_json({refs['text']}, {text_sql(type_sql(kinds['struct']))})"
    return f"if({refs['struct']} IS NOT NULL, {parsed}, NULL)"
