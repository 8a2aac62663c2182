"""DROP in PostgreSQL's words, with a note of what goes: views and keys may depend on it."""

from __future__ import annotations

from emulator.redshift.ddl.recorded_note import Facts, with_note
from emulator.redshift.dialect.sql_tokens import Token, Tokens, text_of
from emulator.redshift.dialect.token_reader import TokenReader, for_postgresql
from emulator.redshift.errors import NotSupportedError

_RELATIONS = (("TABLE",), ("VIEW",), ("MATERIALIZED", "VIEW"))


def rewrite_drop(tokens: Tokens) -> str:
    """DROP of any object; tables, views and schemas are noted for late-binding views and foreign keys."""
    reader = TokenReader(tokens)
    reader.expect("DROP")
    kind = next((kind for kind in (*_RELATIONS, ("SCHEMA",)) if reader.accept(*kind)), None)
    if kind is None:
        return text_of(tokens)
    exists = " IF EXISTS" if reader.accept("IF", "EXISTS") else ""
    names = _names(reader)
    if reader.next.word == "DROP":
        raise NotSupportedError("DROP EXTERNAL DATABASE is not supported", hint="a known gap of tarmac")
    rest = "".join(f" {word}" for word in ("CASCADE", "RESTRICT") if reader.accept(word))
    reader.finish()
    written = ", ".join(for_postgresql(name) for name in names)
    tag = f"DROP {' '.join(kind)}"
    facts: Facts = {"tag": tag, "cascade": "CASCADE" in rest}
    if kind == ("SCHEMA",):
        facts["schemas"] = [name[-1].name for name in names]
    else:
        facts["relations"] = [for_postgresql(name) for name in names]
    return with_note(f"{tag}{exists} {written}{rest}", "", facts)


def _names(reader: TokenReader) -> list[list[Token]]:
    names = [reader.take_qualified()]
    while reader.accept(","):
        names.append(reader.take_qualified())
    return names
