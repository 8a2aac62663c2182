"""Views in PostgreSQL's words: bound, late-binding and materialized ones.

Sources: Amazon Redshift Database Developer Guide, "CREATE VIEW", "CREATE MATERIALIZED VIEW".
"""

from __future__ import annotations

from dataclasses import dataclass

from emulator.redshift.ddl.recorded_note import with_note
from emulator.redshift.ddl.table_attributes import Layout
from emulator.redshift.dialect import functions
from emulator.redshift.dialect.sql_tokens import Token, Tokens, meaningful, text_of, tokens_of
from emulator.redshift.dialect.token_reader import TokenReader, for_postgresql
from emulator.redshift.errors import NotSupportedError, RedshiftError

NO_BINDING = ("WITH", "NO", "SCHEMA", "BINDING")
UNQUALIFIED = "All the relation names inside should be qualified when creating VIEW WITH NO SCHEMA BINDING."
_FROM_IN_A_CALL = ("EXTRACT", "TRIM", "SUBSTRING", "OVERLAY", "POSITION")


def is_late_binding(tokens: Tokens) -> bool:
    """Whether the statement creates a view WITH NO SCHEMA BINDING."""
    words = [token.word for token in meaningful(tokens)]
    return "VIEW" in words[:4] and tuple(words[-4:]) == NO_BINDING


@dataclass(frozen=True)
class LateView:
    """A view WITH NO SCHEMA BINDING: its name and columns as text, and its query in PostgreSQL's words."""

    name: str
    columns: str
    query: str
    is_replacing: bool


def read_late_view(tokens: Tokens) -> LateView:
    """The statement, read; RedshiftError if a table in it is named without its schema."""
    reader = TokenReader(tokens)
    reader.expect("CREATE")
    is_replacing = reader.accept("OR", "REPLACE")
    reader.expect("VIEW")
    name = for_postgresql(reader.take_qualified())
    columns = f"({text_of(reader.take_group())})" if reader.next.text == "(" else ""
    reader.expect("AS")
    query = _before_binding(reader.rest())
    _require_qualified(query)
    return LateView(name, columns, functions.rewrite(query).strip(), is_replacing)


def _before_binding(tokens: list[Token]) -> list[Token]:
    places = [place for place, token in enumerate(tokens) if token.word]
    return tokens[: places[-4]]


def _require_qualified(query: Tokens) -> None:
    tokens = meaningful(query)
    common = {tokens[place].name for place in range(len(tokens) - 2) if _names_common_table(tokens, place)}
    for place, token in enumerate(tokens[:-1]):
        is_from = token.word == "JOIN" or (token.word == "FROM" and not _is_in_call(tokens, place))
        following = tokens[place + 1]
        if not is_from or following.kind not in ("word", "quoted", "hash") or following.word in ("LATERAL",):
            continue
        after = tokens[place + 2].text if place + 2 < len(tokens) else ""
        if after not in (".", "(") and following.name not in common:
            raise RedshiftError(UNQUALIFIED, code="42P01")


def _names_common_table(tokens: Tokens, place: int) -> bool:
    """Whether `name AS (` or `name (columns) AS (` stands here, as in WITH."""
    before = tokens[place - 1].word if place and tokens[place - 1].word else tokens[place - 1].text
    return tokens[place].kind in ("word", "quoted") and before in ("WITH", "RECURSIVE", ",")


def _is_in_call(tokens: Tokens, place: int) -> bool:
    """Whether this FROM belongs to a function, or to IS DISTINCT FROM."""
    if tokens[place - 1].word == "DISTINCT":
        return True
    depth = 0
    for at in range(place - 1, 0, -1):
        depth += {")": 1, "(": -1}.get(tokens[at].text, 0)
        if depth < 0:
            return tokens[at - 1].word in _FROM_IN_A_CALL
    return False


def rewrite_view(tokens: Tokens) -> str:
    """CREATE VIEW of tables that must be there; OR REPLACE is noted, for it keeps the columns."""
    reader = TokenReader(tokens)
    reader.expect("CREATE")
    is_replacing = reader.accept("OR", "REPLACE")
    is_temporary = reader.accept("TEMP") or reader.accept("TEMPORARY")
    reader.expect("VIEW")
    name = reader.take_qualified()
    is_temporary |= name[-1].kind == "hash"
    head = f"CREATE {'OR REPLACE ' if is_replacing else ''}{'TEMP ' if is_temporary else ''}VIEW"
    sql = f"{head} {for_postgresql(name)} {functions.rewrite(reader.rest())}"
    facts = {"relation": for_postgresql(name), "replaces": True} if is_replacing else {}
    return with_note(sql, name[-1].name, facts)


def rewrite_materialized_view(tokens: Tokens) -> str:
    """CREATE MATERIALIZED VIEW; its attributes are noted, AUTO REFRESH has no effect."""
    reader = TokenReader(tokens)
    if not reader.accept("CREATE", "MATERIALIZED", "VIEW"):
        raise NotSupportedError("CREATE OR REPLACE MATERIALIZED VIEW is not supported")
    name = reader.take_qualified()
    columns = f" ({text_of(reader.take_group())})" if reader.next.text == "(" else ""
    layout = Layout()
    while _refresh(reader) or layout.read(reader):
        pass
    reader.expect("AS")
    sql = f"CREATE MATERIALIZED VIEW {for_postgresql(name)}{columns} AS "
    facts = layout.facts()
    text = functions.rewrite([*tokens_of(sql), *reader.rest()]).rstrip()
    return with_note(text, name[-1].name, {"is_new": True, **facts} if facts else {})


def _refresh(reader: TokenReader) -> bool:
    if not reader.accept("AUTO", "REFRESH"):
        return False
    if not (reader.accept("YES") or reader.accept("NO")):
        raise reader.unexpected()
    return True


def rewrite_refresh(tokens: Tokens) -> str:
    """REFRESH MATERIALIZED VIEW, of one view; CASCADE over views of views is a known gap."""
    reader = TokenReader(tokens)
    reader.expect("REFRESH", "MATERIALIZED", "VIEW")
    name = for_postgresql(reader.take_qualified())
    if reader.accept("CASCADE"):
        raise NotSupportedError(
            "REFRESH MATERIALIZED VIEW CASCADE is not supported", hint="a known gap of tarmac"
        )
    reader.accept("RESTRICT")
    reader.finish()
    return f"REFRESH MATERIALIZED VIEW {name}"


def rewrite_alter_materialized_view(tokens: Tokens) -> str:
    """ALTER MATERIALIZED VIEW: how it is refreshed or lies on disks; it can't be renamed in Redshift."""
    reader = TokenReader(tokens)
    reader.expect("ALTER", "MATERIALIZED", "VIEW")
    name = reader.take_qualified()
    layout = Layout()
    if not _refresh(reader):
        reader.expect("ALTER")
        if not (layout.read_distribution(reader) or layout.read_sort_key(reader)):
            raise reader.unexpected()
        layout.read_distribution(reader)
    reader.finish()
    sql = f"ALTER MATERIALIZED VIEW {for_postgresql(name)} RESET (fillfactor)"
    return with_note(sql, name[-1].name, layout.facts())
