"""The relations that a FROM clause names."""

from __future__ import annotations

from dataclasses import dataclass, field

from emulator.redshift.dialect.sql_tokens import Token, Tokens, closing, next_meaningful, text_of

_JOIN_WORDS = ("JOIN", "LEFT", "RIGHT", "FULL", "INNER", "CROSS", "NATURAL", "OUTER")
_CONDITIONS = ("ON", "USING")


@dataclass
class Pivot:
    """A PIVOT or UNPIVOT after a relation: its keyword, what it says of NULLs, what its parentheses hold."""

    keyword: str
    includes_nulls: bool
    inside: list[Token]


@dataclass
class Relation:
    """A relation at tokens[start:end] of a FROM: its source, the name given to it, and its pivots."""

    start: int
    end: int
    source: list[Token]
    alias: str = ""
    columns: str = ""
    pivots: list[Pivot] = field(default_factory=list)

    @property
    def is_query(self) -> bool:
        """Whether it is in parentheses: a subquery or a join."""
        return text_of(self.source).lstrip().startswith("(")

    @property
    def name(self) -> str:
        """The name by which the query knows it; empty if it has none."""
        if self.alias:
            return self.alias
        names = [token for token in self.source if token.kind in ("word", "quoted", "hash")]
        if self.is_query or not names:
            return ""
        if any(token.text == "(" for token in self.source):
            return names[0].text
        return names[-1].text

    @property
    def schema(self) -> str:
        """The first name of a source of several; empty for any other."""
        names = [token for token in self.source if token.kind in ("word", "quoted")]
        return names[0].text if len(names) > 1 and not self.is_query else ""


def relations_of(body: Tokens) -> list[Relation]:
    """The relations of what follows FROM, in their order."""
    relations = []
    place, is_condition = 0, False
    while place < len(body):
        token = body[place]
        if token.text == "," or _joins(body, place) or token.is_blank:
            is_condition = is_condition and token.is_blank
            place += 1
        elif token.word in _CONDITIONS or is_condition:
            is_condition = True
            place = closing(body, place) + 1 if token.text == "(" else place + 1
        else:
            relations.append(_relation(body, place))
            place = relations[-1].end
            is_condition = False
    return relations


def _joins(body: Tokens, place: int) -> bool:
    """Whether it is a word of a join; LEFT and RIGHT are functions, too."""
    after = next_meaningful(body, place + 1)
    is_call = after < len(body) and body[after].text == "("
    return body[place].word in _JOIN_WORDS and (not is_call or body[place].word in ("JOIN", "NATURAL"))


def _relation(body: Tokens, start: int) -> Relation:
    place = _source_end(body, start)
    relation = Relation(start, place, list(body[start:place]))
    while (following := next_meaningful(body, place)) < len(body):
        token = body[following]
        if token.word in _JOIN_WORDS or token.word in _CONDITIONS or token.text == ",":
            break
        place = relation.end = _continued(relation, body, following)
    return relation


def _source_end(body: Tokens, start: int) -> int:
    if body[start].text == "(":
        return closing(body, start) + 1
    place = start + 1
    while (dot := next_meaningful(body, place)) < len(body) and body[dot].text == ".":
        place = next_meaningful(body, dot + 1) + 1
    opening = next_meaningful(body, place)
    is_call = opening < len(body) and body[opening].text == "("
    return closing(body, opening) + 1 if is_call else place


def _continued(relation: Relation, body: Tokens, place: int) -> int:
    """Takes what stands at `place` after the relation: a pivot, a name, its columns; the place after it."""
    token = body[place]
    if token.word in ("PIVOT", "UNPIVOT"):
        opening = next((at for at in range(place, len(body)) if body[at].text == "("), len(body) - 1)
        end = closing(body, opening)
        includes = any(between.word == "INCLUDE" for between in body[place:opening])
        relation.pivots.append(Pivot(token.word, includes, list(body[opening + 1 : end])))
        return end + 1
    if token.text == "(":
        end = closing(body, place)
        relation.columns = text_of(body[place : end + 1])
        return end + 1
    if token.kind in ("word", "quoted") and token.word != "AS":
        relation.alias = token.text
    return place + 1
