"""Notes of what PostgreSQL has no place for, in a comment of the statement that makes it so.

Event triggers (sql/41_record_ddl.sql) read `/*tarmac:{…}*/` and fill the tables that the system views show.
The notes of one script are told apart by their numbers.
"""

from __future__ import annotations

import itertools
import json
from typing import Any

Facts = dict[str, Any]
_numbers = itertools.count(1)


def with_note(sql: str, table: str, facts: Facts) -> str:
    """The statement with a note on this table after its first word; as it is if there is nothing to note."""
    if not facts:
        return sql
    note = json.dumps({"table": table, "number": next(_numbers), **facts}, ensure_ascii=False)
    in_comment = note.replace("*/", "*\\/")
    verb, _, rest = sql.lstrip().partition(" ")
    return f"{verb} /*tarmac:{in_comment}*/ {rest}"
