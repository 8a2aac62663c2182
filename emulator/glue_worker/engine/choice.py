"""Choice types on a DataFrame: a struct with one field per type, of which at most one is set.

A column whose values are partly numbers and partly text is `choice{long,string}` in Glue; here it is
`struct<long: bigint, string: string>`, and each of its fields says so in its metadata, which holds at any
depth: in structs, arrays and maps. Without these marks it is the struct that `make_struct` and `toDF` give.
"""

from __future__ import annotations

from pyspark.sql import Column
from pyspark.sql import functions as f
from pyspark.sql import types as t

from emulator.glue_worker.engine.column_names import quoted

MARK = "glue_choice"

GLUE_NAMES = {
    "tinyint": "byte", "smallint": "short", "int": "int", "bigint": "long", "string": "string",
    "double": "double", "float": "float", "boolean": "boolean", "date": "date", "timestamp": "timestamp",
    "timestamp_ntz": "timestampntz", "binary": "binary", "void": "null",
}  # fmt: skip
SPARK_NAMES = {
    **{glue: spark for spark, glue in GLUE_NAMES.items()},
    "bigint": "bigint", "integer": "int", "smallint": "smallint", "tinyint": "tinyint", "bool": "boolean",
    "varchar": "string", "char": "string", "numeric": "decimal", "text": "string",
}  # fmt: skip


def glue_type(data_type: t.DataType) -> str:
    """A Spark type's name in Glue: `long` for bigint, `decimal`, `struct`, `array`, `map`."""
    simple: str = data_type.simpleString()
    return GLUE_NAMES.get(simple, simple.split("<", 1)[0].split("(", 1)[0])


def spark_type(glue_name: str) -> str:
    """A Glue or catalog type's name as Spark SQL writes it."""
    name = glue_name.strip().lower()
    base = name.split("(", 1)[0].strip()
    if base == "decimal" or base == "numeric":
        return name.replace("numeric", "decimal") if "(" in name else "decimal(10,2)"
    return SPARK_NAMES.get(base, name)


def choice_type(kinds: dict[str, t.DataType]) -> t.StructType:
    """The Spark type of a choice between these types, keyed by their names in Glue."""
    mark = {MARK: "|".join(kinds)}
    return t.StructType([t.StructField(name, kind, metadata=mark) for name, kind in kinds.items()])


def is_choice(item: t.StructField | t.DataType) -> bool:
    """Whether a column, or a type, is one of several types."""
    kind = item.dataType if isinstance(item, t.StructField) else item
    if not isinstance(kind, t.StructType) or not kind.fields:
        return False
    mark = "|".join(field.name for field in kind.fields)
    return all((field.metadata or {}).get(MARK) == mark for field in kind.fields)


def has_choice(kind: t.DataType) -> bool:
    """Whether there is a choice at any depth."""
    if isinstance(kind, t.StructType):
        return is_choice(kind) or any(has_choice(field.dataType) for field in kind.fields)
    if isinstance(kind, t.ArrayType):
        return has_choice(kind.elementType)
    return isinstance(kind, t.MapType) and has_choice(kind.valueType)


def without_marks(kind: t.DataType) -> t.DataType:
    """The type with its choices as plain structs."""
    if isinstance(kind, t.StructType):
        return t.StructType([t.StructField(one.name, without_marks(one.dataType)) for one in kind.fields])
    if isinstance(kind, t.ArrayType):
        return t.ArrayType(without_marks(kind.elementType))
    if isinstance(kind, t.MapType):
        return t.MapType(kind.keyType, without_marks(kind.valueType))
    return kind


def make(branches: dict[str, str], name: str) -> Column:
    """A choice column of these branches (SQL, keyed by Glue type name); null where no branch has a value."""
    mark = {MARK: "|".join(branches)}
    some = " OR ".join(f"({sql}) IS NOT NULL" for sql in branches.values())
    fields = [f.expr(sql).alias(kind, metadata=mark) for kind, sql in branches.items()]
    return f.when(f.expr(some), f.struct(*fields)).alias(name)


def branch_sql(reference: str, data_type: t.StructType, kind: str) -> str | None:
    """The branch of a choice column that has this Glue type, or None."""
    names: list[str] = [item.name for item in data_type.fields]
    return f"{reference}.{quoted(kind)}" if kind in names else None


def unified_sql(reference: str, data_type: t.StructType, spark_name: str) -> str:
    """Every value of a choice column cast to one type; what can't be cast is null."""
    casts = [
        cast_sql(f"{reference}.{quoted(item.name)}", item.dataType, spark_name) for item in data_type.fields
    ]
    return f"coalesce({', '.join(casts)})"


def cast_sql(reference: str, source: t.DataType, spark_name: str) -> str:
    """A cast that gives null where a value can't be cast, as Glue's `cast:` does."""
    if source.simpleString() == spark_name:
        return reference
    whole = ("bigint", "int", "smallint", "tinyint")
    if isinstance(source, t.StringType) and spark_name in whole:
        # Glue reads "12.0" as a number before it makes it whole.
        number = f"try_cast(try_cast({reference} AS double) AS {spark_name})"
        return f"coalesce(try_cast({reference} AS {spark_name}), {number})"
    if isinstance(source, (t.StructType, t.ArrayType, t.MapType)):
        return f"to_json({reference})" if spark_name == "string" else f"CAST(NULL AS {spark_name})"
    return f"try_cast({reference} AS {spark_name})"
