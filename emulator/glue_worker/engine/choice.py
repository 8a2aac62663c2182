"""Choice types on a DataFrame: a struct with one field per type, marked in the column's metadata.

A column whose values are partly numbers and partly text is `choice{long,string}` in Glue; here it is
`struct<long: bigint, string: string>` of which at most one field is set, with metadata {"glue_choice": true}.
The same struct is what `make_struct` and `toDF` give on AWS.
"""

from __future__ import annotations

from pyspark.sql import Column
from pyspark.sql import functions as f
from pyspark.sql import types as t

from emulator.glue_worker.engine.column_names import quoted

METADATA = {"glue_choice": True}
RESOLVED = {"glue_choice": False}  # Spark ignores empty metadata, and keeps the column's own

GLUE_NAMES = {
    "tinyint": "byte", "smallint": "short", "int": "int", "bigint": "long", "string": "string",
    "double": "double", "float": "float", "boolean": "boolean", "date": "date", "timestamp": "timestamp",
    "binary": "binary", "void": "null",
}  # fmt: skip
SPARK_NAMES = {
    **{glue: spark for spark, glue in GLUE_NAMES.items()},
    "bigint": "bigint", "integer": "int", "smallint": "smallint", "tinyint": "tinyint", "bool": "boolean",
    "varchar": "string", "char": "string", "numeric": "decimal", "text": "string",
}  # fmt: skip


def glue_type(data_type: t.DataType) -> str:
    """A Spark type's name in Glue: `long` for bigint, `decimal(10,2)`, `struct`, `array`, `map`."""
    simple: str = data_type.simpleString()
    return GLUE_NAMES.get(simple, simple.split("<", 1)[0])


def spark_type(glue_name: str) -> str:
    """A Glue or catalog type's name as Spark SQL writes it."""
    name = glue_name.strip().lower()
    base = name.split("(", 1)[0].strip()
    if base == "decimal" or base == "numeric":
        return name.replace("numeric", "decimal") if "(" in name else "decimal(10,2)"
    return SPARK_NAMES.get(base, name)


def is_choice(field: t.StructField) -> bool:
    """Whether the column holds values of several types."""
    return bool((field.metadata or {}).get("glue_choice"))


def make(branches: dict[str, str], name: str) -> Column:
    """A choice column of these branches (SQL, keyed by Glue type name); null where no branch has a value."""
    fields = ", ".join(f"'{kind}', {sql}" for kind, sql in branches.items())
    some = " OR ".join(f"({sql}) IS NOT NULL" for sql in branches.values())
    return f.expr(f"CASE WHEN {some} THEN named_struct({fields}) END").alias(name, metadata=METADATA)


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
    if isinstance(source, (t.StructType, t.ArrayType, t.MapType)) and spark_name == "string":
        return f"to_json({reference})"
    return f"try_cast({reference} AS {spark_name})"
