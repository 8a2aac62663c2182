"""What a load leaves in the system tables: its bad records, its files, itself."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from emulator.redshift.catalog import Catalog
from emulator.redshift.loads.copy_target import Target
from emulator.redshift.loads.load_errors import LoadErrorRow

_NOT_ASCII = re.compile(r"[^\x01-\x7f]")
_INSERT = """INSERT INTO pg_catalog.stl_load_errors (userid, slice, tbl, starttime, session, query, filename,
  line_number, colname, type, col_length, position, raw_line, raw_field_value, err_code, err_reason,
  is_partial, start_offset)
  SELECT :user, 0, :table, :at, :session, :query, r.filename, r.line, r.col, r.kind, r.length, r.position,
    r.raw, r.value, r.code, r.reason, 0, 0
  FROM json_to_recordset(:rows) AS r(filename text, line bigint, col text, kind text, length text,
    position int, raw text, value text, code int, reason text)"""


def record_errors(catalog: Catalog, target: Target, errors: Sequence[LoadErrorRow]) -> None:
    """Writes the errors to stl_load_errors, outside the client's transaction, which may be about to fail."""
    connection = catalog.connect(target.database)
    try:
        connection.run("SET allow_system_table_mods = on")
        connection.run(
            _INSERT,
            user=target.user,
            table=target.oid,
            at=datetime.now(UTC).replace(tzinfo=None),
            session=target.pid,
            query=target.query,
            rows=json.dumps([_row(error) for error in errors]),
        )
    finally:
        connection.close()


def _row(row: LoadErrorRow) -> dict[str, Any]:
    error, column = row.error, row.error.column
    return {
        "filename": _clean(row.filename, 256),
        "line": row.line_number,
        "col": _clean(column.name, 127) if column else "",
        "kind": column.redshift_type[:10] if column else "",
        "length": column.length_text[:10] if column else "",
        "position": error.position,
        "raw": _clean(row.raw_line, 1024),
        "value": _clean(error.value, 1024),
        "code": error.code,
        "reason": _clean(error.reason, 100),
    }


def _clean(text: str, size: int) -> str:
    """What a CHAR column takes, with a period for what isn't ASCII (r_STL_LOAD_ERRORS, raw_line)."""
    return _NOT_ASCII.sub(".", text.rstrip("\r\n"))[:size]
