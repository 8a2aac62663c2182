"""The client's messages that carry SQL: Query and Parse."""

from __future__ import annotations

import re
from dataclasses import dataclass

from emulator.redshift.relay import wire

LONG_BYTES = 64 * 1024  # a statement beyond this may take seconds to translate
_CONSTANTS = re.compile(
    rb"""
    (--[^\n]*+ | /\*.*?\*/ | "[^"]*+")            # comments and names may hold quotes: they stay as they are
  | \((?:\s*+(?:'[^']*+'|[-+.\d]++|null)\s*+,?+)++\)
  | '[^']*+'
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class StatementMessage:
    """A Query (kind b"Q") or Parse (b"P"): as it came, its SQL, and of Parse the name and what follows."""

    kind: bytes
    raw: bytes
    sql: bytes
    name: bytes = b""
    tail: bytes = b""

    def with_sql(self, sql: bytes) -> bytes:
        """The same message with other SQL."""
        body = sql + b"\0" if self.kind == b"Q" else self.name + b"\0" + sql + b"\0" + self.tail
        return wire.frame(self.kind, body)


def read_statement(message: bytes) -> StatementMessage:
    """Takes a Query or Parse apart; raises ProtocolError if a string isn't terminated."""
    kind = message[:1]
    if kind == b"Q":
        sql, end = wire.take_string(message, 5)
        if end != len(message):
            raise wire.ProtocolError("invalid message format: Query has more than one string")
        return StatementMessage(kind, message, sql)
    name, start = wire.take_string(message, 5)
    sql, end = wire.take_string(message, start)
    return StatementMessage(kind, message, sql, name, message[end:])


def gist(sql: bytes) -> bytes:
    """What can make a statement mean something else: of a long one, all but its literals.

    An INSERT of many rows is a few words then; to look for words in all of it would take seconds.
    """
    if len(sql) <= LONG_BYTES or b"\\" in sql or b"$" in sql:  # these change where a literal ends
        return sql
    return _CONSTANTS.sub(rb"\1", sql)
