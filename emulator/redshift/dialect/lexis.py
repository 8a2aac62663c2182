"""Where Redshift reads a literal or a name otherwise than PostgreSQL: backslashes, case, length.

A backslash escapes in ordinary literals (PostgreSQL 8.0; examples of LIKE and REGEXP_* in the Amazon Redshift
Database Developer Guide). Names are folded to lower case in quotes, too, unless
enable_case_sensitive_identifier is on ("Names and identifiers"). They may have 127 bytes there and 63 here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from string import ascii_lowercase, ascii_uppercase

from emulator.redshift.dialect.sql_tokens import Token, Tokens
from emulator.redshift.errors import NotSupportedError

NAME_BYTES = 63  # of PostgreSQL, which would cut off the rest
_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)
_QUOTED_CAPITALS = re.compile(rb'"[^"]*[A-Z]')


def is_suspicious(sql: bytes, words: Sequence[bytes]) -> bool:
    """Whether these bytes, with these words, may have a literal or name that PostgreSQL reads otherwise."""
    if b"\\" in sql or (b'"' in sql and _QUOTED_CAPITALS.search(sql) is not None):
        return True
    return len(max(words, key=len, default=b"")) > NAME_BYTES


def read_as_redshift(tokens: Tokens, is_case_sensitive: bool) -> list[Token]:
    """The tokens as PostgreSQL must be given them.

    Raises NotSupportedError for a name that is too long for PostgreSQL.
    """
    return [_read(token, is_case_sensitive) for token in tokens]


def _read(token: Token, is_case_sensitive: bool) -> Token:
    if token.kind == "string":
        has_escape = "\\" in token.text and token.text[0] == "'"
        return Token("string", "E" + token.text) if has_escape else token
    if token.kind not in ("word", "quoted", "hash"):
        return token
    if len(token.text) > NAME_BYTES // 4 and len(token.name.encode()) > NAME_BYTES:
        raise NotSupportedError(
            f'the name "{token.name}" has more than {NAME_BYTES} bytes',
            hint="a known gap of tarmac: Redshift's limit is 127 bytes, PostgreSQL's 63",
            code="42622",
        )
    if token.kind == "quoted" and not is_case_sensitive:
        return Token("quoted", token.text.translate(_LOWER))
    return token
