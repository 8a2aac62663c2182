"""Redshift's CREATE TABLE and ALTER TABLE in PostgreSQL's words (aws-semantics.md §F, "DDL to strip").

Distribution, sort keys, encodings and BACKUP say where data lies: they are left out. PRIMARY KEY, UNIQUE and
FOREIGN KEY are informational in Redshift: they are left out too, but a primary key's columns stay NOT NULL.
"""

from __future__ import annotations

from dataclasses import dataclass

from emulator.redshift.errors import NotSupportedError
from emulator.redshift.sql_tokens import (
    Token,
    Tokens,
    closing,
    meaningful,
    next_meaningful,
    split_at,
    text_of,
)

_TABLE_CONSTRAINTS = ("PRIMARY", "UNIQUE", "FOREIGN", "CONSTRAINT", "CHECK")
_TYPES = {
    "SUPER": "jsonb",
    "TEXT": "varchar(256)",
    "BPCHAR": "char(256)",
    "NVARCHAR": "varchar",
    "NCHAR": "char",
}
_DEFAULT_LENGTHS = {"VARCHAR": "(256)", "NVARCHAR": "(256)", "NUMERIC": "(18,0)", "DECIMAL": "(18,0)"}
_LACKING = ("SERIAL", "BIGSERIAL", "SMALLSERIAL", "UUID", "BYTEA", "JSON", "JSONB", "XML", "MONEY", "INET")


def rewrite_type(tokens: Tokens) -> str:
    """A type at the beginning of these tokens, and what follows, in PostgreSQL's words."""
    place = next_meaningful(tokens, 0)
    if place == len(tokens):
        return text_of(tokens)
    word, rest = tokens[place].word, tokens[place + 1 :]
    following = next_meaningful(rest, 0)
    has_length = following < len(rest) and rest[following].text == "("
    after = text_of(rest)
    if has_length and word in ("VARCHAR", "NVARCHAR", "CHARACTER"):
        end = closing(rest, following)
        if any(token.word == "MAX" for token in rest[following:end]):
            after = "(65535)" + text_of(rest[end + 1 :])
    if word == "TEXT" and not has_length:
        return text_of(tokens[:place]) + _TYPES[word] + after
    if not has_length and word in _DEFAULT_LENGTHS:
        after = _DEFAULT_LENGTHS[word] + after
    name = _TYPES.get(word, tokens[place].text)
    return text_of(tokens[:place]) + ("varchar" if word == "TEXT" else name) + after


@dataclass
class Column:
    """A column definition: its name, its rewritten text, and whether the table's PRIMARY KEY names it."""

    name: str
    text: str

    def with_not_null(self) -> str:
        """The definition with NOT NULL, which may already be there."""
        return self.text if "NOT NULL" in self.text.upper() else f"{self.text} NOT NULL"


def rewrite_column(tokens: Tokens, table: str) -> Column:
    """One column definition, without its leading and trailing blanks.

    Raises NotSupportedError for a type that Redshift lacks, in its words.
    """
    items = list(tokens)
    start = next_meaningful(items, 0)
    type_at = next_meaningful(items, start + 1)
    if type_at < len(items):
        _refuse_type(items, type_at, f"{table}.{items[start].name}")
    kept = _without_attributes(items[type_at:])
    name = items[start]
    text = name.text + " " + rewrite_type(kept).strip()
    return Column(name.name, text)


def _refuse_type(items: Tokens, type_at: int, column: str) -> None:
    word = items[type_at].word
    is_array = any(token.text == "[" for token in items[type_at:])
    if word in _LACKING or is_array:
        kind = items[type_at].text.lower() + ("[]" if is_array else "")
        raise NotSupportedError(f'Column "{column}" has unsupported type "{kind}".')


def _without_attributes(tokens: list[Token]) -> list[Token]:
    kept: list[Token] = []
    place = 0
    while place < len(tokens):
        skip, instead = _attribute(tokens, place)
        if skip:
            kept += [Token("word", instead)] if instead else []
            place += skip
            continue
        kept.append(tokens[place])
        place += 1
    return kept


def _attribute(tokens: list[Token], place: int) -> tuple[int, str]:
    """How many tokens the attribute at `place` takes (0 if none is there), and what stands for it."""
    word = tokens[place].word
    following = next_meaningful(tokens, place + 1)
    after = tokens[following].word if following < len(tokens) else ""
    if word == "ENCODE" or (word == "COLLATE" and after.startswith("CASE_")):
        return following + 1 - place, ""
    if word in ("DISTKEY", "SORTKEY", "UNIQUE"):
        return 1, ""
    if word == "PRIMARY" and after == "KEY":
        return following + 1 - place, "NOT NULL"
    if word == "REFERENCES":
        return _references(tokens, following) - place, ""
    if word == "IDENTITY" and following < len(tokens) and tokens[following].text == "(":
        return closing(tokens, following) + 1 - place, _identity(
            tokens, following, "GENERATED ALWAYS AS IDENTITY"
        )
    return 0, ""


def _identity(tokens: list[Token], opening: int, words: str) -> str:
    inside = tokens[opening + 1 : closing(tokens, opening)]
    seed, step = (text_of(part).strip() for part in split_at(inside, ","))
    by_default = any(token.word == "GENERATED" for token in tokens[:opening])
    bound = f"MAXVALUE {seed}" if step.startswith("-") else f"MINVALUE {seed}"
    return f"{'IDENTITY' if by_default else words} (START WITH {seed} INCREMENT BY {step} {bound})"


def _references(tokens: list[Token], place: int) -> int:
    """The place after the table (schema, column list) that REFERENCES names."""
    place += 1
    while (dot := next_meaningful(tokens, place)) < len(tokens) and tokens[dot].text == ".":
        place = next_meaningful(tokens, dot + 1) + 1
    columns = next_meaningful(tokens, place)
    if columns < len(tokens) and tokens[columns].text == "(":
        return closing(tokens, columns) + 1
    return place


def rewrite_create_table(tokens: Tokens) -> list[Token]:
    """CREATE TABLE, whole, also LIKE and AS; a `#name` becomes temporary."""
    items = list(tokens)
    table_at = next(place for place, token in enumerate(items) if token.word == "TABLE")
    name_at = _name_place(items, table_at)
    name_end = _name_end(items, name_at)
    table = items[name_end - 1].name.lstrip("#")
    head = _temporary(items, table_at, name_at) + items[table_at:name_end]
    body_at = next_meaningful(items, name_end)
    columns: list[Token] = []
    if body_at < len(items) and items[body_at].text == "(":
        end = closing(items, body_at)
        columns = [Token("symbol", " (" + _body(items[body_at + 1 : end], table) + ")")]
        name_end = end + 1
    return head + columns + _table_attributes_left_out(items[name_end:])


def _temporary(items: list[Token], table_at: int, name_at: int) -> list[Token]:
    words = {token.word for token in items[:table_at]}
    if items[name_at].kind == "hash" and not words & {"TEMP", "TEMPORARY"}:
        return [*items[:table_at], Token("word", "TEMP"), Token("space", " ")]
    return items[:table_at]


def _name_place(items: list[Token], table_at: int) -> int:
    place = next_meaningful(items, table_at + 1)
    while place < len(items) and items[place].word in ("IF", "NOT", "EXISTS"):
        place = next_meaningful(items, place + 1)
    return place


def _name_end(items: list[Token], place: int) -> int:
    end = place + 1
    while (dot := next_meaningful(items, end)) < len(items) and items[dot].text == ".":
        end = next_meaningful(items, dot + 1) + 1
    return end


def _body(tokens: Tokens, table: str) -> str:
    columns: list[Column] = []
    others: list[str] = []
    keys: list[str] = []
    for part in split_at(tokens, ","):
        words = [token.word for token in meaningful(part)]
        if not words or words[0] == "LIKE" or all(not token.is_blank and len(words) == 1 for token in part):
            others.append(text_of(part))
        elif words[0] in _TABLE_CONSTRAINTS:
            keys += _primary_key_columns(part)
        elif len(words) == 1:
            others.append(text_of(part))
        else:
            columns.append(rewrite_column(part, table))
    texts = [column.with_not_null() if column.name in keys else column.text for column in columns]
    return ", ".join(texts + [other.strip() for other in others])


def _primary_key_columns(part: Tokens) -> list[str]:
    words = [token.word for token in part]
    if "CHECK" in words:
        raise NotSupportedError("CHECK constraints are not supported")
    if "PRIMARY" not in words:
        return []
    opening = next(place for place, token in enumerate(part) if token.text == "(")
    return [
        token.name for token in meaningful(part[opening + 1 : closing(part, opening)]) if token.text != ","
    ]


def _table_attributes_left_out(tokens: list[Token]) -> list[Token]:
    """What follows the columns, without where and how the rows are kept; a query after AS stays as it is."""
    kept: list[Token] = []
    place = 0
    while place < len(tokens):
        word = tokens[place].word
        if word == "AS":
            return [*kept, Token("space", " "), *tokens[place:]]
        following = next_meaningful(tokens, place + 1)
        if word in ("DISTSTYLE", "ENCODE", "BACKUP"):
            place = following + 1
        elif word in ("DISTKEY", "SORTKEY"):
            has_list = following < len(tokens) and tokens[following].text == "("
            place = closing(tokens, following) + 1 if has_list else following + 1
        elif word in ("COMPOUND", "INTERLEAVED"):
            place += 1
        else:
            kept.append(tokens[place])
            place += 1
    return kept


def rewrite_alter_table(tokens: Tokens) -> list[Token]:
    """ALTER TABLE; a change of keys or storage becomes one without effect, which the table must exist for."""
    items = list(tokens)
    name_at = _name_place(items, next(place for place, token in enumerate(items) if token.word == "TABLE"))
    name_end = _name_end(items, name_at)
    words = [token.word for token in meaningful(items[name_end:])]
    if _changes_nothing(words):
        return [*items[:name_end], Token("word", " RESET (fillfactor)")]
    if words[:1] == ["ADD"]:
        skip = 2 if words[1:2] == ["COLUMN"] else 1
        column_at = _place_of_nth(items, name_end, skip)
        column = rewrite_column(items[column_at:], items[name_end - 1].name)
        return [*items[:column_at], Token("word", column.text)]
    if words[:1] == ["ALTER"] and "TYPE" in words:
        type_at = next(place for place in range(name_end, len(items)) if items[place].word == "TYPE") + 1
        return [*items[:type_at], Token("word", rewrite_type(items[type_at:]))]
    return items


def _changes_nothing(words: list[str]) -> bool:
    if words[:1] == ["ALTER"]:
        layout = ("DISTKEY", "SORTKEY", "DISTSTYLE", "COMPOUND", "ENCODE")
        return words[1] in layout or "ENCODE" in words
    constraint = ("PRIMARY", "UNIQUE", "FOREIGN", "CONSTRAINT")
    return words[:1] == ["ADD"] and len(words) > 1 and words[1] in constraint


def _place_of_nth(items: list[Token], start: int, count: int) -> int:
    place = next_meaningful(items, start)
    for _ in range(count):
        place = next_meaningful(items, place + 1)
    return place
