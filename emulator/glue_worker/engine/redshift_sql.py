"""The SQL that Glue's Redshift sink sends. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pyspark.sql import types as t

from emulator.glue_worker.engine.errors import WriteFailedError

DEFAULT_ROLE = "arn:aws:iam::000000000000:role/glue-redshift"
VARCHAR_BYTES = 65535
# A comment, dollar-quoted, quoted text or name, a semicolon, or any other character.
_TOKENS = re.compile(r"""--[^\n]*|/\*.*?\*/|\$(\w*)\$.*?\$\1\$|'(?:[^']|'')*'|"[^"]*"|;|.""", re.DOTALL)
_TYPES = {
    "tinyint": "SMALLINT", "smallint": "SMALLINT", "int": "INTEGER", "bigint": "BIGINT", "float": "REAL",
    "double": "DOUBLE PRECISION", "boolean": "BOOLEAN", "date": "DATE", "timestamp": "TIMESTAMP",
    "timestamp_ntz": "TIMESTAMP", "void": "VARCHAR(256)",
}  # fmt: skip


def table_sql(name: str) -> str:
    """A table's name as given by the script: `schema.table`, quotes kept as they are."""
    if not name.strip():
        raise WriteFailedError("the option dbtable is empty; it must name a table")
    return name.strip()


def create_table(table: str, fields: list[t.StructField]) -> str:
    """CREATE TABLE IF NOT EXISTS with the types that Glue infers (aws-semantics.md §F)."""
    columns = ", ".join(f"{identifier(field.name)} {column_type(field)}" for field in fields)
    return f"CREATE TABLE IF NOT EXISTS {table_sql(table)} ({columns}) DISTSTYLE EVEN"


def copy(table: str, names: list[str], manifest: str, null_marker: str, options: Mapping[str, Any]) -> str:
    """COPY by column name from gzipped CSV part files that a manifest lists."""
    columns = ", ".join(identifier(name) for name in names)
    extra = str(options.get("extracopyoptions", "") or "")
    return (
        f"COPY {table_sql(table)} ({columns}) FROM {_text(manifest)} {role_clause(options)} FORMAT AS CSV "
        f"NULL AS {_text(null_marker)} TIMEFORMAT 'auto' DATEFORMAT 'auto' GZIP MANIFEST {extra}"
    ).rstrip()


def role_clause(options: Mapping[str, Any]) -> str:
    """`IAM_ROLE …`: the option aws_iam_role, else a role of the stack's account."""
    role = str(options.get("aws_iam_role") or DEFAULT_ROLE)
    return "IAM_ROLE DEFAULT" if role.lower() == "default" else f"IAM_ROLE {_text(role)}"


def identifier(name: str) -> str:
    """A column's name, lower-cased as Glue does, in double quotes."""
    return '"' + name.lower().replace('"', '""') + '"'


def column_type(field: t.StructField) -> str:
    """The Redshift type for a column. Raises WriteFailedError for one that can't be loaded."""
    if isinstance(field.dataType, t.DecimalType):
        return f"DECIMAL({min(field.dataType.precision, 38)},{field.dataType.scale})"
    if isinstance(field.dataType, t.StringType):
        length = (field.metadata or {}).get("maxlength", VARCHAR_BYTES)
        return f"VARCHAR({length})"
    name = _TYPES.get(field.dataType.simpleString())
    if name is None:
        kind = field.dataType.simpleString()
        raise WriteFailedError(
            f"Don't know how to save column {field.name!r} of type {kind} to Redshift; "
            "resolve the choice, or turn it into a string or number first"
        )
    return name


def statements(actions: str) -> list[str]:
    """The statements in preactions or postactions, split at semicolons outside quotes and comments."""
    found = [""]
    for token in _TOKENS.finditer(actions):
        if token.group() == ";":
            found.append("")
        else:
            found[-1] += token.group()
    return [text.strip() for text in found if text.strip()]


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
