"""The SQL that runs around the job's COPY, in its transaction: pure text.

Glue splits pre- and post-actions at semicolons and takes no line breaks, and Redshift reads a backslash in a
literal as an escape: `sql_literal` keeps all three out of the text, whatever an S3 key holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

FACT_TABLE = "airlines.daily_flights_processed"
QUARANTINE_TABLE = "airlines.quarantined_flights"
FILES_PER_DELETE = 500
UNSAFE = re.compile(r"[;\\\x00-\x1f\x7f]")


def sql_literal(text: str) -> str:
    """The text as an SQL string expression without semicolons, backslashes or control characters."""
    quoted = "'" + text.replace("'", "''") + "'"
    return UNSAFE.sub(lambda found: f"'||CHR({ord(found.group())})||'", quoted)


def delete_files(source_files: Sequence[str]) -> str:
    """Pre-actions that remove all rows of these files, loaded or quarantined."""
    return ";".join(_deletes(sorted(source_files)))


def _deletes(source_files: Sequence[str]) -> Iterator[str]:
    for start in range(0, len(source_files), FILES_PER_DELETE):
        literals = ", ".join(map(sql_literal, source_files[start : start + FILES_PER_DELETE]))
        for table in (FACT_TABLE, QUARANTINE_TABLE):
            yield f"DELETE FROM {table} WHERE source_file IN ({literals})"


def copy_csv(table: str, columns: Iterable[str], s3_prefix: str, copy_role_arn: str) -> str:
    """A COPY of headerless CSV files into these columns."""
    return (
        f"COPY {table} ({', '.join(columns)}) FROM {sql_literal(s3_prefix)} "
        f"IAM_ROLE {sql_literal(copy_role_arn)} FORMAT AS CSV"
    )
