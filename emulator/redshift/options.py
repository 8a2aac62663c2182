"""The options of COPY and UNLOAD, read word by word; what isn't known is refused by its name."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from emulator.redshift.dialect.sql_tokens import Token, Tokens, closing, meaningful
from emulator.redshift.errors import NotSupportedError, StatementError

_ROLE = re.compile(r"arn:(aws|aws-cn|aws-us-gov):iam::(\d{12}):role/\S+")


@dataclass
class Authorization:
    """Who asks S3: the keys, or a role; nothing means the stack's own keys."""

    access_key: str = ""
    secret_key: str = ""
    session_token: str = ""
    role_arn: str = ""
    is_given: bool = False

    def set_role(self, text: str) -> None:
        """`default`, an ARN, or a chain of ARNs, of which the last is asked for.

        Raises StatementError for a malformed ARN.
        """
        self.is_given = True
        if text.lower() == "default":
            return
        self.role_arn = text.rpartition(",")[2].strip()
        if _ROLE.fullmatch(self.role_arn) is None:
            raise StatementError(
                f"Invalid credentials: {text!r} is no role ARN (arn:aws:iam::<12 digits>:role/<name>)"
            )

    def set_credentials(self, text: str) -> None:
        """The form `aws_iam_role=…` or `aws_access_key_id=…;aws_secret_access_key=…[;token=…]`."""
        pairs = dict(item.strip().partition("=")[::2] for item in text.split(";") if item.strip())
        known = {"aws_iam_role", "aws_access_key_id", "aws_secret_access_key", "token"}
        if "master_symmetric_key" in pairs:
            raise NotSupportedError("master_symmetric_key is not supported", hint="a known gap of tarmac")
        if not pairs or pairs.keys() - known:
            raise StatementError(
                "Invalid credentials. Must be of the format: credentials 'aws_iam_role=...' or "
                "'aws_access_key_id=...;aws_secret_access_key=...[;token=...]'"
            )
        if "aws_iam_role" in pairs:
            self.set_role(pairs["aws_iam_role"])
        self.is_given = True
        self.access_key = pairs.get("aws_access_key_id", "")
        self.secret_key = pairs.get("aws_secret_access_key", "")
        self.session_token = pairs.get("token", "")

    def set_key(self, name: str, text: str) -> None:
        """One of the options ACCESS_KEY_ID, SECRET_ACCESS_KEY, SESSION_TOKEN."""
        self.is_given = True
        setattr(self, name, text)


class Reader:
    """Walks over the meaningful tokens of a statement."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = meaningful(tokens)
        self._place = 0

    @property
    def is_done(self) -> bool:
        """Whether nothing is left but semicolons."""
        return all(token.text == ";" for token in self._tokens[self._place :])

    def peek(self) -> Token:
        """The next token, not taken; an empty one at the end."""
        return self._tokens[self._place] if self._place < len(self._tokens) else Token("space", "")

    def take(self) -> Token:
        """The next token."""
        token = self.peek()
        self._place += 1
        return token

    def take_if(self, *words: str) -> str:
        """The next token's word if it is one of these, taken; else nothing."""
        return self.take().word if self.peek().word in words else ""

    def take_group(self) -> list[Token]:
        """The tokens inside the parentheses that begin here; nothing if none begin."""
        if self.peek().text != "(":
            return []
        end = closing(self._tokens, self._place)
        inside = self._tokens[self._place + 1 : end]
        self._place = end + 1
        return inside

    def string(self, what: str) -> str:
        """The string literal that must follow, after an optional AS."""
        self.take_if("AS")
        token = self.take()
        if token.kind != "string":
            raise syntax_error(token, f"{what} needs a string in quotes")
        return token.value

    def number(self, what: str) -> int:
        """The whole number that must follow, after an optional AS."""
        self.take_if("AS")
        token = self.take()
        if not token.value.isdigit():
            raise syntax_error(token, f"{what} needs a whole number")
        return int(token.value)

    def flag(self, default: bool = True) -> bool:
        """ON, OFF, TRUE or FALSE, if one follows."""
        word = self.take_if("ON", "OFF", "TRUE", "FALSE")
        return word in ("ON", "TRUE") if word else default


def syntax_error(token: Token, hint: str = "") -> StatementError:
    """Redshift's error for an unexpected token."""
    if not token.text:
        return StatementError("syntax error at end of input", hint=hint)
    return StatementError(f'syntax error at or near "{token.text}"', hint=hint)


@dataclass
class S3Options:
    """The options that COPY and UNLOAD share."""

    authorization: Authorization = field(default_factory=Authorization)
    region: str = ""
    data_format: str = ""  # CSV, PARQUET, JSON; empty for delimited text
    delimiter: str = ""
    compression: str = ""
    null_as: str | None = None
    manifest: bool = False
    escape: bool = False


Handler = Callable[[Reader], None]


def sets(target: object, name: str, value: object) -> Handler:
    """Sets an attribute when its word is met."""

    def handle(reader: Reader) -> None:
        del reader
        setattr(target, name, value)

    return handle


def adds_flag(flags: set[str], flag: str) -> Handler:
    """Notes a word that stands alone."""

    def handle(reader: Reader) -> None:
        del reader
        flags.add(flag)

    return handle


def _nothing(reader: Reader) -> None:
    del reader


def shared_handlers(options: S3Options) -> dict[str, Handler]:
    """What reads each of the shared options, by its first word."""
    auth = options.authorization

    def role(reader: Reader) -> None:
        reader.take_if("AS")
        auth.set_role("default" if reader.take_if("DEFAULT") else reader.string("IAM_ROLE"))

    return {
        "WITH": _nothing,
        "IAM_ROLE": role,
        "CREDENTIALS": lambda reader: auth.set_credentials(reader.string("CREDENTIALS")),
        "ACCESS_KEY_ID": lambda reader: auth.set_key("access_key", reader.string("ACCESS_KEY_ID")),
        "SECRET_ACCESS_KEY": lambda reader: auth.set_key("secret_key", reader.string("SECRET_ACCESS_KEY")),
        "SESSION_TOKEN": lambda reader: auth.set_key("session_token", reader.string("SESSION_TOKEN")),
        "TOKEN": lambda reader: auth.set_key("session_token", reader.string("TOKEN")),
        "REGION": lambda reader: setattr(options, "region", reader.string("REGION")),
        "DELIMITER": lambda reader: setattr(options, "delimiter", one_character(reader, "DELIMITER")),
        "NULL": lambda reader: setattr(options, "null_as", _null_text(reader)),
        "GZIP": sets(options, "compression", "gzip"),
        "BZIP2": sets(options, "compression", "bz2"),
        "ZSTD": sets(options, "compression", "zstd"),
        "ESCAPE": sets(options, "escape", True),
    }


def one_character(reader: Reader, what: str) -> str:
    """A single character; `\\t`, `\\001` and the like stand for one."""
    text = reader.string(what)
    if text == "\\t":
        return "\t"
    if re.fullmatch(r"\\[0-7]{1,3}", text):
        return chr(int(text[1:], 8))
    if len(text) != 1 or ord(text) > 127:
        raise StatementError(f"{what} must be a single ASCII character, not {text!r}")
    return text


def _null_text(reader: Reader) -> str:
    text = reader.string("NULL AS")
    return "\0" if text in ("\\0", "\\000") else text


_FILLERS = {"WITH", "AS"}


def read_options(reader: Reader, handlers: dict[str, Handler], statement: str) -> None:
    """Reads options to the end; one that no handler knows is refused by its name, and one given twice."""
    seen: set[str] = set()
    while not reader.is_done:
        token = reader.take()
        handler = handlers.get(token.word)
        if handler is None:
            raise syntax_error(token, f"{statement} has no such option, or this endpoint does not know it.")
        if token.word in seen - _FILLERS:
            raise StatementError("conflicting or redundant options", hint=f"{token.word} is given twice.")
        seen.add(token.word)
        handler(reader)


def known_gap(statement: str, option: str) -> Handler:
    """Refuses an option that Redshift has and this endpoint lacks."""

    def refuse(reader: Reader) -> None:
        del reader
        raise NotSupportedError(f"{statement} with {option} is not supported", hint="a known gap of tarmac")

    return refuse
