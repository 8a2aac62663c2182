"""VACUUM and ANALYZE in PostgreSQL's words (Amazon Redshift Database Developer Guide, by these names)."""

from __future__ import annotations

from emulator.redshift.dialect.sql_tokens import Tokens, text_of
from emulator.redshift.dialect.token_reader import TokenReader, for_postgresql
from emulator.redshift.errors import NotSupportedError, RedshiftError, StatementError

_KINDS = (("FULL",), ("SORT", "ONLY"), ("DELETE", "ONLY"), ("REINDEX",), ("RECLUSTER",))
_NAMED_KINDS = ("REINDEX", "RECLUSTER")


def rewrite_vacuum(tokens: Tokens) -> str:
    """VACUUM: its kinds, threshold and BOOST say how Redshift sorts; PostgreSQL has one kind that suits.

    Raises RedshiftError for a kind or threshold without the table that it needs.
    """
    reader = TokenReader(tokens)
    reader.expect("VACUUM")
    kind = next((kind[0] for kind in _KINDS if reader.accept(*kind)), "")
    if reader.is_at_end:
        if kind in _NAMED_KINDS:
            raise StatementError("syntax error at end of input")
        return "VACUUM"
    if reader.next.word in ("TO", "BOOST"):
        raise reader.unexpected()
    table = for_postgresql(reader.take_qualified())
    if reader.accept("TO"):
        _read_threshold(reader, kind)
    if reader.accept("BOOST") and kind == "REINDEX":
        raise RedshiftError("VACUUM REINDEX can not be used with BOOST", code="42601")
    reader.finish()
    return f"VACUUM {table}"


def _read_threshold(reader: TokenReader, kind: str) -> None:
    threshold = reader.take().text
    reader.expect("PERCENT")
    if kind in _NAMED_KINDS:
        raise RedshiftError(f"VACUUM {kind} can not be used with TO threshold PERCENT", code="42601")
    if not threshold.isdigit() or int(threshold) > 100:
        raise RedshiftError(f"VACUUM threshold {threshold} must be between 0 and 100", code="22023")


def rewrite_analyze(tokens: Tokens) -> str:
    """ANALYZE of the database, a table, or some of its columns; which columns are predicates isn't known."""
    reader = TokenReader(tokens)
    reader.expect("ANALYZE")
    if reader.next.word == "COMPRESSION":
        raise NotSupportedError("ANALYZE COMPRESSION is not supported", hint="a known gap of tarmac")
    sql = "ANALYZE VERBOSE" if reader.accept("VERBOSE") else "ANALYZE"
    if not reader.is_at_end and reader.next.word not in ("PREDICATE", "ALL"):
        sql += " " + for_postgresql(reader.take_qualified())
        if reader.next.text == "(":
            sql += f" ({text_of(reader.take_group())})"
    if reader.accept("PREDICATE") or reader.accept("ALL"):
        reader.expect("COLUMNS")
    reader.finish()
    return sql
