"""Reads the tokens of a statement one after the other, as a parser by hand does."""

from __future__ import annotations

from collections.abc import Collection

from emulator.redshift.dialect.sql_tokens import Token, Tokens, closing, meaningful, next_meaningful, text_of
from emulator.redshift.errors import StatementError


class TokenReader:
    """Stands before a token that means something; blanks between are kept in what is taken as text."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = list(tokens)
        self._place = next_meaningful(self._tokens, 0)

    @property
    def is_at_end(self) -> bool:
        """Whether all has been taken."""
        return self._place >= len(self._tokens)

    @property
    def next(self) -> Token:
        """The token that is taken next; a blank one at the end."""
        return Token("space", "") if self.is_at_end else self._tokens[self._place]

    def take(self) -> Token:
        """The next token; StatementError at the end."""
        if self.is_at_end:
            raise StatementError("syntax error at end of input")
        token = self._tokens[self._place]
        self._move_to(self._place + 1)
        return token

    def accept(self, *words: str) -> bool:
        """Takes these keywords (or symbols) if they come next; whether they did."""
        place = self._place
        for word in words:
            if place >= len(self._tokens) or word not in (self._tokens[place].word, self._tokens[place].text):
                return False
            place = next_meaningful(self._tokens, place + 1)
        self._place = place
        return True

    def expect(self, *words: str) -> None:
        """Takes these keywords; StatementError if something else comes."""
        for word in words:
            if not self.accept(word):
                raise self.unexpected()

    def unexpected(self) -> StatementError:
        """The error for what comes next."""
        if self.is_at_end:
            return StatementError("syntax error at end of input")
        return StatementError(f'syntax error at or near "{self.next.text}"')

    def take_name(self) -> str:
        """One identifier as the catalogue has it."""
        if self.next.kind not in ("word", "quoted", "hash"):
            raise self.unexpected()
        return self.take().name

    def take_qualified(self) -> list[Token]:
        """The tokens of a name with its schema, if it has one."""
        taken = [self._named()]
        while self.accept("."):
            taken += [Token("symbol", "."), self._named()]
        return taken

    def _named(self) -> Token:
        if self.next.kind not in ("word", "quoted", "hash"):
            raise self.unexpected()
        return self.take()

    def take_group(self) -> list[Token]:
        """What stands inside the parentheses that come next."""
        if self.next.text != "(":
            raise self.unexpected()
        end = closing(self._tokens, self._place)
        inside = self._tokens[self._place + 1 : end]
        self._move_to(end + 1)
        return inside

    def take_until(self, words: Collection[str]) -> list[Token]:
        """Everything up to one of these keywords, parentheses as a whole; the first token in any case."""
        start = self._place
        while not self.is_at_end and (self._place == start or self.next.word not in words):
            end = closing(self._tokens, self._place) if self.next.text == "(" else self._place
            self._move_to(end + 1)
        return self._tokens[start : self._place]

    def rest(self) -> list[Token]:
        """Everything that is left, from here to the end."""
        return self._tokens[self._place :]

    def finish(self) -> None:
        """StatementError if anything is left."""
        if not self.is_at_end:
            raise self.unexpected()

    def _move_to(self, place: int) -> None:
        self._place = next_meaningful(self._tokens, place)


def name_list(tokens: Tokens) -> list[str]:
    """The names in a list between commas."""
    reader = TokenReader(tokens)
    names = [reader.take_name()]
    while reader.accept(","):
        names.append(reader.take_name())
    reader.finish()
    return names


def key_columns(tokens: Tokens) -> list[str]:
    """The columns of a key, by name or, as CREATE TABLE AS allows, by their place in the list."""
    numbers = [token.text for token in meaningful(tokens) if token.text != ","]
    return numbers if numbers and all(number.isdigit() for number in numbers) else name_list(tokens)


def quoted(name: str) -> str:
    """An identifier that PostgreSQL reads as exactly this name."""
    return '"' + name.replace('"', '""') + '"'


def for_postgresql(tokens: Tokens) -> str:
    """A table's name, or names in a text, as PostgreSQL takes them: `#t` can only stand in quotes."""
    return text_of(
        [Token("quoted", quoted(token.name)) if token.kind == "hash" else token for token in tokens]
    )
