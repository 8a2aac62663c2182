"""Users, groups, roles and their privileges in PostgreSQL's words (Developer Guide, "CREATE USER", "GRANT").

A group is PostgreSQL's role without login. SYSLOG ACCESS and SESSION TIMEOUT are accepted without effect.
"""

from __future__ import annotations

from emulator.redshift.dialect.sql_tokens import Token, Tokens, meaningful, split_at, text_of
from emulator.redshift.dialect.token_reader import TokenReader, for_postgresql, quoted
from emulator.redshift.errors import NotSupportedError, RedshiftError, StatementError

_GAP = "a known gap of tarmac"
_FLAGS = {
    "CREATEDB": "CREATEDB",
    "NOCREATEDB": "NOCREATEDB",
    "CREATEUSER": "SUPERUSER",
    "NOCREATEUSER": "NOSUPERUSER",
}
_ROLE_GAPS = ("EXTERNALID",)
# What can be granted on tables, schemas, databases, functions and languages, in PostgreSQL as in Redshift.
_PRIVILEGES = frozenset(
    {
        "SELECT",
        "INSERT",
        "UPDATE",
        "DELETE",
        "REFERENCES",
        "TRUNCATE",
        "ALL",
        "CREATE",
        "TEMPORARY",
        "TEMP",
        "USAGE",
        "EXECUTE",
    }
)
_SYSTEM_PRIVILEGES = ("VACUUM", "ANALYZE", "CANCEL", "ASSUMEROLE")
_KINDS_OF_GAPS = ("DATASHARE", "MODEL", "EXTERNAL", "RLS", "JOB", "COPY")


def rewrite_user(tokens: Tokens) -> str:
    """CREATE USER or ALTER USER; RedshiftError for a password or an option that Redshift refuses."""
    reader = TokenReader(tokens)
    verb = reader.take().word
    reader.expect("USER")
    name = reader.take_name()
    _refuse_provider(reader)
    head = f"{verb} USER {quoted(name)}"
    if reader.accept("RESET", "SESSION", "TIMEOUT"):
        reader.finish()
        return f"{head} RESET idle_session_timeout"
    if reader.next.word in ("RENAME", "SET", "RESET"):
        return f"{head} {text_of(reader.rest())}"
    reader.accept("WITH")
    options: list[str] = []
    while not reader.is_at_end:
        options += _user_option(reader)
    if verb == "CREATE" and not any(option.startswith("PASSWORD") for option in options):
        raise reader.unexpected()
    return " ".join([head, *options])


def _refuse_provider(reader: TokenReader) -> None:
    if reader.next.text == ":":
        raise NotSupportedError(
            "users of identity providers and roles of the system are not supported", hint=_GAP
        )


def _user_option(reader: TokenReader) -> list[str]:
    word = reader.next.word
    if word in _FLAGS:
        return [_FLAGS[reader.take().word]]
    if reader.accept("PASSWORD"):
        return [_password(reader)]
    if reader.accept("SYSLOG", "ACCESS"):
        if not (reader.accept("RESTRICTED") or reader.accept("UNRESTRICTED")):
            raise reader.unexpected()
        return []
    if reader.accept("SESSION", "TIMEOUT"):
        _check_timeout(reader.take().text)
        return []
    if reader.accept("IN", "GROUP"):
        return ["IN ROLE " + _names(reader)]
    if reader.accept("VALID", "UNTIL"):
        return [f"VALID UNTIL {reader.take().text}"]
    if reader.accept("CONNECTION", "LIMIT"):
        return ["CONNECTION LIMIT " + ("-1" if reader.accept("UNLIMITED") else reader.take().text)]
    if word in _ROLE_GAPS:
        raise NotSupportedError(f"{word} is not supported", hint=_GAP)
    raise reader.unexpected()


def _names(reader: TokenReader) -> str:
    names = [quoted(reader.take_name())]
    while reader.accept(","):
        names.append(quoted(reader.take_name()))
    return ", ".join(names)


def _check_timeout(seconds: str) -> None:
    if not seconds.isdigit() or not 60 <= int(seconds) <= 1_728_000:
        raise RedshiftError(f"SESSION TIMEOUT {seconds} must be between 60 and 1728000", code="22023")


def _password(reader: TokenReader) -> str:
    if reader.accept("DISABLE"):
        return "PASSWORD NULL"
    token = reader.take()
    if token.kind != "string":
        raise reader.unexpected()
    value = token.value
    if value.startswith("sha256|"):
        value = _plain_of_sha256(value)
    elif not value.startswith("md5"):
        _check_password(value)
    literal = "'" + value.replace("'", "''") + "'"
    return f"PASSWORD {literal}"


def _plain_of_sha256(value: str) -> str:
    parts = value.split("|")
    if len(parts) != 2:
        raise NotSupportedError("a password as SHA-256 digest and salt is not supported", hint=_GAP)
    return parts[1]


def _check_password(value: str) -> None:
    kinds = (str.isupper, str.islower, str.isdigit)
    if not 8 <= len(value) <= 64:
        raise RedshiftError("password must be between 8 and 64 characters in length", code="22023")
    if not all(any(test(character) for character in value) for test in kinds):
        text = "password must contain at least one uppercase letter, one lowercase letter and one number"
        raise RedshiftError(text, code="22023")


def rewrite_role(tokens: Tokens) -> str:
    """CREATE ROLE or ALTER ROLE; NotSupportedError for a role of an identity provider and for its owner."""
    words = [token.word for token in meaningful(tokens)]
    for gap in ("EXTERNALID", "OWNER"):
        if gap in words[3:5]:
            raise NotSupportedError(f"{words[0]} ROLE {gap} is not supported", hint=_GAP)
    return text_of([token for token in tokens if token.word != "WITH"])


def rewrite_grant(tokens: Tokens) -> str:
    """GRANT, REVOKE and ALTER DEFAULT PRIVILEGES; NotSupportedError for privileges that are known gaps."""
    words = [token.word for token in meaningful(tokens)]
    if words[0] == "ALTER":
        at = next((place for place, token in enumerate(tokens) if token.word in ("GRANT", "REVOKE")), None)
        if at is None:
            raise StatementError("syntax error at end of input")
        return text_of(tokens[:at]) + _grant(tokens[at:])
    return _grant(tokens)


def _grant(tokens: Tokens) -> str:
    reader = TokenReader(tokens)
    verb = reader.take()
    for option in ("GRANT", "ADMIN"):
        if reader.accept(option, "OPTION", "FOR"):
            verb = Token("word", f"{verb.text} {option} OPTION FOR")
    if reader.next.word == "ROLE":
        return _membership(verb, reader)
    start = reader.rest()
    privileges = reader.take_until(("ON", "TO", "FROM", "FOR"))
    if reader.next.word in ("TO", "FROM") and _is_role(privileges):
        return f"{verb.text} {_without_role(start)}"
    _check_privileges(privileges)
    if reader.next.word != "ON":
        raise NotSupportedError(f"{verb.word} of system privileges is not supported", hint=_GAP)
    _check_object(reader)
    return f"{verb.text} {_without_role(start)}"


def _is_role(tokens: Tokens) -> bool:
    """Whether these can be names of roles, which are granted without the keyword, too."""
    words = [token.word for token in meaningful(tokens)]
    return len(words) == 1 and words[0] not in (*_PRIVILEGES, *_SYSTEM_PRIVILEGES)


def _check_privileges(privileges: Tokens) -> None:
    for part in split_at(privileges, ","):
        words = [token.word for token in meaningful(part)]
        known = words[:1] if words[1:] in ([], ["PRIVILEGES"]) or "" in words[1:2] else words
        name = " ".join(known)
        if name not in _PRIVILEGES:
            raise NotSupportedError(f"privilege {name} is not supported", hint=_GAP)


def _check_object(reader: TokenReader) -> None:
    reader.expect("ON")
    if any(token.word in ("ACCOUNT", "NAMESPACE") for token in reader.rest()):
        raise NotSupportedError("privileges on DATASHARE are not supported", hint=_GAP)
    if reader.next.word in _KINDS_OF_GAPS:
        raise NotSupportedError(f"privileges on {reader.next.word} are not supported", hint=_GAP)


def _membership(verb: Token, reader: TokenReader) -> str:
    """GRANT ROLE r TO u or ROLE s: PostgreSQL's membership."""
    tokens = reader.rest()
    reader.accept("ROLE")
    reader.take_name()
    _refuse_provider(reader)
    return f"{verb.text} {_without_role(tokens)}"


def _without_role(tokens: Tokens) -> str:
    """The text without the keyword ROLE before a name; default privileges are on PostgreSQL's ROUTINES."""
    kept = [token for token in tokens if token.word != "ROLE"]
    if "SCHEMA" not in [token.word for token in kept]:
        kept = [Token("word", "ROUTINES") if token.word == "PROCEDURES" else token for token in kept]
    return for_postgresql(kept)
