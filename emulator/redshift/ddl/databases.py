"""CREATE DATABASE, CREATE SCHEMA and ALTER SCHEMA in PostgreSQL's words.

Quotas are accepted and not enforced, as is the isolation level.
"""

from __future__ import annotations

from emulator.redshift.dialect.sql_tokens import Tokens, meaningful, text_of
from emulator.redshift.dialect.token_reader import TokenReader, quoted
from emulator.redshift.errors import NotSupportedError

_GAP = "a known gap of tarmac"
_UNITS = ("MB", "GB", "TB")


def rewrite_database(tokens: Tokens) -> str:
    """CREATE DATABASE; NotSupportedError for one of a datashare or without regard to case."""
    reader = TokenReader(tokens)
    reader.expect("CREATE", "DATABASE")
    sql = f"CREATE DATABASE {quoted(reader.take_name())}"
    if reader.next.word == "FROM":
        raise NotSupportedError("databases of datashares and integrations are not supported", hint=_GAP)
    reader.accept("WITH")
    while not reader.is_at_end:
        sql += _database_option(reader)
    return sql


def _database_option(reader: TokenReader) -> str:
    if reader.accept("OWNER"):
        reader.accept("=")
        return f" OWNER {quoted(reader.take_name())}"
    if reader.accept("CONNECTION", "LIMIT"):
        return " CONNECTION LIMIT " + ("-1" if reader.accept("UNLIMITED") else reader.take().text)
    if reader.accept("ISOLATION", "LEVEL"):
        if not (reader.accept("SNAPSHOT") or reader.accept("SERIALIZABLE")):
            raise reader.unexpected()
        return ""
    reader.expect("COLLATE")
    if reader.accept("CASE_INSENSITIVE"):
        raise NotSupportedError("COLLATE CASE_INSENSITIVE is not supported", hint=_GAP)
    reader.expect("CASE_SENSITIVE")
    return ""


def rewrite_create_schema(tokens: Tokens) -> str:
    """CREATE SCHEMA, of which the quota is left out."""
    words = [token.word for token in tokens]
    if "QUOTA" not in words:
        return text_of(tokens)
    at = words.index("QUOTA")
    _check_quota(TokenReader(tokens[at + 1 :]))
    return text_of(tokens[:at]).rstrip()


def _check_quota(reader: TokenReader) -> None:
    if reader.accept("UNLIMITED"):
        reader.finish()
        return
    if not reader.take().text.isdigit():
        raise reader.unexpected()
    if reader.next.word in _UNITS:
        reader.take()
    reader.finish()


def rewrite_alter_schema(tokens: Tokens) -> str:
    """ALTER SCHEMA; NotSupportedError for a change of the quota."""
    if any(token.word == "QUOTA" for token in meaningful(tokens)):
        raise NotSupportedError("ALTER SCHEMA QUOTA is not supported", hint=_GAP)
    return text_of(tokens)


def rewrite_alter_database(tokens: Tokens) -> str:
    """ALTER DATABASE; NotSupportedError for another collation or isolation level."""
    words = [token.word for token in meaningful(tokens)]
    for gap in (["COLLATE"], ["ISOLATION", "LEVEL"]):
        if words[3 : 3 + len(gap)] == gap:
            raise NotSupportedError(f"ALTER DATABASE {' '.join(gap)} is not supported", hint=_GAP)
    return text_of(tokens).replace("UNLIMITED", "-1").replace("unlimited", "-1")
