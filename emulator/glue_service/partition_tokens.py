"""The words of a partition expression; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<text>'(?:[^']|'')*')
      | (?P<number>[+-]?\d+(?:\.\d+)?(?![\w.]))
      | (?P<quoted>"[^"]+"|`[^`]+`)
      | (?P<word>\w[\w.]*)
      | (?P<symbol><>|!=|<=|>=|[=<>(),])
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Token:
    """A word; `kind` is `text` (a quoted literal), `number`, `quoted` (a quoted name), `word` or `symbol`."""

    kind: str
    text: str

    @property
    def keyword(self) -> str:
        """What the grammar compares: upper case for words, empty for literals and quoted names."""
        return self.text.upper() if self.kind in ("word", "symbol") else ""


class UnsupportedError(Exception):
    """The text is none of the grammar's."""


def tokens_of(expression: str) -> list[Token]:
    """Raises UnsupportedError for a character that begins no word."""
    found, position = [], 0
    text = expression.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise UnsupportedError
        found.append(Token(match.lastgroup, match[match.lastgroup]))
        position = match.end()
    return found
