"""SQL cut into tokens that, joined again, give exactly the text they came from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

_PATTERN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<comment>--[^\n]*|/\*.*?\*/)
  | (?P<string>[eEbBxXnN]?'(?:[^'\\]++|\\.|'')*'|\$(?P<tag>[A-Za-z_]*)\$.*?\$(?P=tag)\$)
  | (?P<quoted>"(?:[^"]++|"")*")
  | (?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)
  | (?P<word>[^\W\d][\w$]*)
  | (?P<hash>\#[^\W\d][\w$]*)
  | (?P<symbol>::|:=|<=|>=|<>|!=|\|\||.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPED = re.compile(
    r"['\\](['\\])"
)  # other escapes, \n or \t, stay: COPY's options have meanings of their own


class Token(NamedTuple):
    """A piece of SQL; `kind` is space, comment, string, quoted, number, word, hash (`#name`) or symbol."""

    kind: str
    text: str

    @property
    def word(self) -> str:
        """The keyword or plain identifier in upper case; empty for anything else."""
        return self.text.upper() if self.kind == "word" else ""

    @property
    def is_blank(self) -> bool:
        """Whether it separates, and says nothing."""
        return self.kind in ("space", "comment")

    @property
    def name(self) -> str:
        """The identifier as the catalogue has it: folded to lower case unless quoted."""
        if self.kind == "quoted":
            return self.text[1:-1].replace('""', '"')
        return self.text.lower()

    @property
    def value(self) -> str:
        """What a string literal stands for, with quotes and backslashes unescaped; any other token's text."""
        if self.kind != "string":
            return self.text
        if self.text.startswith("$"):
            size = self.text.index("$", 1) + 1
            return self.text[size:-size]
        return _ESCAPED.sub(r"\1", self.text[self.text.index("'") + 1 : -1])


Tokens = Sequence[Token]


def tokens_of(sql: str) -> list[Token]:
    """All tokens of the text, in order."""
    return [Token(match.lastgroup or "symbol", match.group()) for match in _PATTERN.finditer(sql)]


def text_of(tokens: Tokens) -> str:
    """The text of these tokens."""
    return "".join(token.text for token in tokens)


def meaningful(tokens: Tokens) -> list[Token]:
    """The tokens without spaces and comments."""
    return [token for token in tokens if not token.is_blank]


def split_at(tokens: Tokens, symbol: str) -> list[list[Token]]:
    """The parts between that symbol, where it isn't inside parentheses."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        if token.kind == "symbol":
            depth += {"(": 1, ")": -1}.get(token.text, 0)
            if token.text == symbol and depth == 0:
                parts.append([])
                continue
        parts[-1].append(token)
    return parts


def closing(tokens: Tokens, opening: int) -> int:
    """The place of the parenthesis that closes the one at `opening`; the end if there is none."""
    depth = 0
    for place in range(opening, len(tokens)):
        if tokens[place].kind == "symbol":
            depth += {"(": 1, ")": -1}.get(tokens[place].text, 0)
            if depth == 0:
                return place
    return len(tokens)


def first_word(sql: str) -> str:
    """The keyword with which a statement begins, after any comments; empty if there is none."""
    return next((token.word for token in tokens_of(sql) if not token.is_blank), "")


def next_meaningful(tokens: Tokens, place: int) -> int:
    """The first place from `place` on that is no space or comment; the end if there is none."""
    while place < len(tokens) and tokens[place].is_blank:
        place += 1
    return place
