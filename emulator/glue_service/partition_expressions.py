"""GetPartitions' Expression: the conditions of an SQL WHERE clause on partition keys; pure.

Source: "GetPartitions" of the AWS Glue API reference: =, <>, >, <, >=, <=, AND, OR, IN, BETWEEN, LIKE, NOT
and IS NULL, compared by the key's type. Texts of errors and odd cases, a BETWEEN with its bounds the wrong
way round among them, as observed on AWS (getmoto/moto#5013, #9306): `NULL` is never stored, so `IS NULL`
matches nothing (aws/aws-sdk#670).
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from emulator.glue_service.errors import InvalidInput, InvalidState
from emulator.glue_service.partition_tokens import Token, UnsupportedError, tokens_of
from emulator.glue_service.partition_values import INTEGRAL, TEXT, Reader, base_type, reader_of

Values = Sequence[str]
Condition = Callable[[Values], bool]
T = TypeVar("T")

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_RESERVED = frozenset({"AND", "OR", "NOT", "IN", "LIKE", "BETWEEN", "IS", "NULL"})
_DEEPEST = 50
"""Parentheses within parentheses; a bound, so that no request exhausts the stack."""


@dataclass(frozen=True)
class _Key:
    """A partition key: its place among the values, its type, and how that reads a value."""

    position: int
    type_name: str
    read: Reader

    def literal(self, text: str) -> Any:
        """Raises InvalidInput."""
        try:
            return self.read(text)
        except ValueError as error:
            raise InvalidInput(str(error)) from error

    def value(self, values: Values) -> Any:
        """Raises InvalidState for a stored value that the type can't read."""
        try:
            return self.read(values[self.position])
        except ValueError as error:
            raise InvalidState(str(error)) from error


def partition_filter(expression: str, partition_keys: Sequence[Mapping[str, Any]]) -> Condition:
    """Whether a partition, given by its values in the order of the keys, matches.

    Raises InvalidInput for another grammar, an unknown column, or a literal that is none of its key's type;
    the condition raises InvalidState for a value that is none.
    """
    try:
        tokens = tokens_of(expression)
        _Parser(tokens, None).whole()
        return _Parser(tokens, partition_keys).whole()
    except UnsupportedError as error:
        raise InvalidInput(f"Unsupported expression '{expression}'") from error


class _Parser:
    """Recursive descent; OR binds weaker than AND, AND weaker than NOT.

    Without keys only the grammar is checked: AWS names its violations before those of columns and types.
    """

    def __init__(self, tokens: list[Token], partition_keys: Sequence[Mapping[str, Any]] | None) -> None:
        self._tokens = tokens
        self._next = 0
        self._depth = 0
        self._partition_keys = partition_keys

    def whole(self) -> Condition:
        found = self._any()
        if self._next < len(self._tokens):
            raise UnsupportedError
        return found

    def _any(self) -> Condition:
        terms = [self._all()]
        while self._accept("OR"):
            terms.append(self._all())
        return terms[0] if len(terms) == 1 else lambda values: any(term(values) for term in terms)

    def _all(self) -> Condition:
        terms = [self._term()]
        while self._accept("AND"):
            terms.append(self._term())
        return terms[0] if len(terms) == 1 else lambda values: all(term(values) for term in terms)

    def _term(self) -> Condition:
        if self._accept("NOT"):
            return _negated(self._nested(self._term))
        if self._peek() != "(" or self._is_bracketed_key():
            return self._comparison()
        return self._bracketed(self._any)

    def _is_bracketed_key(self) -> bool:
        """Whether the brackets here hold a column alone, as in `(year) = 2020`."""
        rest = [token.text for token in self._tokens[self._next :]]
        depth = next((index for index, text in enumerate(rest) if text != "("), len(rest))
        return rest[depth + 1 : depth + 2] == [")"]

    def _comparison(self) -> Condition:
        key = self._key()
        if self._accept("IS"):
            negated = self._accept("NOT")
            self._require("NULL")
            return lambda _values: negated
        if self._accept("NOT"):
            return _negated(self._predicate(key))
        return self._predicate(key)

    def _predicate(self, key: _Key) -> Condition:
        if self._accept("LIKE"):
            return _like(key, self._literal())
        if self._accept("IN"):
            return self._in(key)
        if self._accept("BETWEEN"):
            return self._between(key)
        compare = _COMPARE.get(self._take().keyword)
        if compare is None or self._tokens[self._next - 2].keyword == "NOT":
            raise UnsupportedError
        wanted = key.literal(self._literal())
        return lambda values: compare(key.value(values), wanted)

    def _in(self, key: _Key) -> Condition:
        self._require("(")
        wanted = [key.literal(self._literal())]
        while self._accept(","):
            wanted.append(key.literal(self._literal()))
        self._require(")")
        return lambda values: key.value(values) in wanted

    def _between(self, key: _Key) -> Condition:
        low = key.literal(self._literal())
        self._require("AND")
        high = key.literal(self._literal())

        def matches(values: Values) -> bool:
            value = key.value(values)
            return bool(low <= value <= high or low > value > high)

        return matches

    def _key(self) -> _Key:
        if self._peek() == "(":
            return self._bracketed(self._key)
        token = self._take()
        if token.kind not in ("word", "quoted") or token.keyword in _RESERVED:
            raise UnsupportedError
        if self._partition_keys is None:
            return _Key(0, "string", str)
        return _found_key(token.text.strip('"`'), self._partition_keys)

    def _literal(self) -> str:
        if self._peek() == "(":
            return self._bracketed(self._literal)
        token = self._take()
        if token.kind == "text":
            return token.text[1:-1].replace("''", "'")
        if token.kind != "number":
            raise UnsupportedError
        return token.text

    def _bracketed(self, parse: Callable[[], T]) -> T:
        self._require("(")
        found = self._nested(parse)
        self._require(")")
        return found

    def _nested(self, parse: Callable[[], T]) -> T:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise UnsupportedError
        found = parse()
        self._depth -= 1
        return found

    def _peek(self) -> str:
        return self._tokens[self._next].keyword if self._next < len(self._tokens) else ""

    def _take(self) -> Token:
        if self._next >= len(self._tokens):
            raise UnsupportedError
        self._next += 1
        return self._tokens[self._next - 1]

    def _accept(self, keyword: str) -> bool:
        if self._peek() != keyword:
            return False
        self._next += 1
        return True

    def _require(self, keyword: str) -> None:
        if not self._accept(keyword):
            raise UnsupportedError


def _found_key(name: str, partition_keys: Sequence[Mapping[str, Any]]) -> _Key:
    """Raises InvalidInput for what is no partition key, or one of a type that AWS doesn't filter by."""
    for position, key in enumerate(partition_keys):
        if key["Name"] == name:
            type_name = key.get("Type") or "string"
            if (read := reader_of(type_name)) is None:
                raise InvalidInput(f"Unknown type : '{type_name}'")
            return _Key(position, type_name, read)
    raise InvalidInput("Invalid partition expression!")


def _negated(condition: Condition) -> Condition:
    return lambda values: not condition(values)


def _like(key: _Key, pattern: str) -> Condition:
    """`%` stands for anything, `_` for one character; there is no escape."""
    base = base_type(key.type_name)
    if base not in TEXT:
        kind = "Integral" if base in INTEGRAL else base.capitalize()
        raise InvalidInput(f"{kind} data type doesn't support operation 'LIKE'")
    wild = {"%": ".*", "_": "."}
    shortened = re.sub("%+", "%", pattern)
    matcher = re.compile("".join(wild.get(char, re.escape(char)) for char in shortened), re.DOTALL)
    return lambda values: matcher.fullmatch(key.value(values)) is not None
