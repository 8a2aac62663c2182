"""A query cut into its clauses, as far as they stand outside parentheses."""

from __future__ import annotations

from dataclasses import dataclass, field

from emulator.redshift.dialect.sql_tokens import Token, Tokens, meaningful, text_of, tokens_of

SET_OPERATORS = ("UNION", "INTERSECT", "EXCEPT", "MINUS")
_OF_BLOCK = ("SELECT", "INTO", "FROM", "WHERE", "START", "CONNECT", "GROUP", "HAVING", "QUALIFY", "WINDOW")
_AFTER_BLOCK = ("ORDER", "LIMIT", "OFFSET", "FETCH", "FOR", "INSERT", "UPDATE", "DELETE", "WITH")
_SECOND_WORDS = {"GROUP": "BY", "ORDER": "BY", "START": "WITH", "CONNECT": "BY"}


@dataclass
class Clause:
    """A clause: its keyword (empty for what stands before the first), and its tokens from the keyword on."""

    keyword: str
    tokens: list[Token]

    @property
    def body(self) -> list[Token]:
        """What follows the keyword, or keywords (GROUP BY)."""
        count = 2 if self.keyword in _SECOND_WORDS else 1
        places = [place for place, token in enumerate(self.tokens) if not token.is_blank]
        return self.tokens[places[count - 1] + 1 :] if len(places) >= count else []


@dataclass
class Block:
    """One SELECT with its clauses, up to its ORDER BY or set operator, which aren't of it."""

    clauses: dict[str, Clause] = field(default_factory=dict)

    def has(self, keyword: str) -> bool:
        """Whether it has that clause."""
        return keyword in self.clauses

    def body(self, keyword: str) -> list[Token]:
        """What follows that keyword; nothing without the clause."""
        clause = self.clauses.get(keyword)
        return clause.body if clause is not None else []

    def set(self, keyword: str, sql: str) -> None:
        """Replaces a clause by this text, which begins with its keyword; an empty one removes it."""
        if sql:
            self.clauses[keyword] = Clause(keyword, tokens_of(sql + " "))
        else:
            self.clauses.pop(keyword, None)

    def text(self, *but: str) -> str:
        """The block's text, without these clauses."""
        kept = [word for word in _OF_BLOCK if word in self.clauses and word not in but]
        return "".join(text_of(self.clauses[word].tokens) for word in kept)


def cut(tokens: Tokens) -> list[Clause]:
    """The clauses in their order; joined they are the tokens."""
    clauses = [Clause("", [])]
    depth = 0
    for place, token in enumerate(tokens):
        if token.kind == "symbol":
            depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth == 0 and token.word and _begins_clause(tokens, place, clauses[-1].keyword):
            clauses.append(Clause(token.word, []))
        clauses[-1].tokens.append(token)
    return clauses


def _begins_clause(tokens: Tokens, place: int, current: str) -> bool:
    word = tokens[place].word
    if word not in _OF_BLOCK and word not in _AFTER_BLOCK and word not in SET_OPERATORS:
        return False
    before = meaningful(tokens[max(0, place - 6) : place])
    if word == "WITH":
        return current in ("", "INSERT")
    if before and (before[-1].text == "." or (before[-1].word == "AS" and word != "SELECT")):
        return False
    if word == "FROM":
        return not (
            before and before[-1].word == "DISTINCT" and len(before) > 1 and before[-2].word in ("IS", "NOT")
        )
    if word in _SECOND_WORDS:
        after = meaningful(tokens[place + 1 : place + 6])
        return bool(after) and after[0].word == _SECOND_WORDS[word]
    return word != "INTO" or current == "SELECT"


def blocks_of(clauses: list[Clause]) -> list[Block | Clause]:
    """The same with each SELECT and the clauses of it as a block."""
    parts: list[Block | Clause] = []
    for clause in clauses:
        last = parts[-1] if parts else None
        if clause.keyword == "SELECT":
            parts.append(Block({"SELECT": clause}))
        elif isinstance(last, Block) and clause.keyword in _OF_BLOCK and not last.has(clause.keyword):
            last.clauses[clause.keyword] = clause
        else:
            parts.append(clause)
    return parts
