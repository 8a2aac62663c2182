"""SET, SHOW and RESET of the settings that Redshift has and PostgreSQL lacks.

They are kept, per session and transaction as any setting, under the prefix `redshift.`; their defaults are
the database's (sql/16_settings.sql). Only enable_case_sensitive_identifier has an effect.
"""

from __future__ import annotations

from emulator.redshift.dialect import show_objects
from emulator.redshift.dialect.sql_tokens import Token, Tokens, meaningful, text_of
from emulator.redshift.errors import RedshiftError

# The defaults of the Amazon Redshift Database Developer Guide, "Configuration reference".
DEFAULTS = {
    "ANALYZE_THRESHOLD_PERCENT": "10",
    "CAST_SUPER_NULL_ON_ERROR": "on",
    "DEFAULT_GEOMETRY_ENCODING": "1",
    "DESCRIBE_FIELD_NAME_IN_UPPERCASE": "off",
    "DOWNCASE_DELIMITED_IDENTIFIER": "on",
    "ENABLE_CASE_SENSITIVE_IDENTIFIER": "off",
    "ENABLE_CASE_SENSITIVE_SUPER_ATTRIBUTE": "off",
    "ENABLE_NUMERIC_ROUNDING": "off",
    "ENABLE_RESULT_CACHE_FOR_SESSION": "on",
    "ENABLE_VACUUM_BOOST": "off",
    "ERROR_ON_NONDETERMINISTIC_UPDATE": "off",
    "JSON_SERIALIZATION_ENABLE": "off",
    "JSON_SERIALIZATION_PARSE_NESTED_STRINGS": "off",
    "MAX_CONCURRENCY_SCALING_CLUSTERS": "1",
    "MAX_CURSOR_RESULT_SET_SIZE": "default",
    "MV_ENABLE_AQMV_FOR_SESSION": "on",
    "NAVIGATE_SUPER_NULL_ON_ERROR": "on",
    "PARSE_SUPER_NULL_ON_ERROR": "off",
    "PG_FEDERATION_REPEATABLE_READ": "on",
    "QUERY_GROUP": "unset",
    "SPECTRUM_ENABLE_PSEUDO_COLUMNS": "on",
    "SPECTRUM_QUERY_MAXERROR": "-1",
    "STORED_PROC_LOG_MIN_MESSAGES": "info",
    "USE_FIPS_SSL": "off",
    "WLM_QUERY_SLOT_COUNT": "1",
}
WORDS = frozenset({*DEFAULTS, "STANDARD_CONFORMING_STRINGS"})
CASE_SETTING = "ENABLE_CASE_SENSITIVE_IDENTIFIER"
_TRUE, _FALSE = frozenset(["on", "true", "yes", "1", "t"]), frozenset(["off", "false", "no", "0", "f"])


def rewrite(tokens: Tokens, words: list[str]) -> str:
    """The statement for PostgreSQL; RedshiftError for a value that the setting can't have."""
    items = meaningful(tokens)
    if words[0] == "SHOW" and len(items) > 1 and items[1].word in show_objects.OBJECTS:
        return show_objects.rewrite(tokens)
    named = items[2:] if words[1:2] in (["SESSION"], ["LOCAL"]) else items[1:]
    own = named[0] if named else items[0]
    if own.word not in WORDS:
        return text_of(tokens)
    if own.word not in DEFAULTS:  # literals are always read with escapes, whatever a client sets
        return f"SELECT 'off' AS {own.text.lower()}" if words[0] == "SHOW" else text_of(tokens)
    if words[0] == "SHOW":
        name = own.text.lower()
        return f"SELECT pg_catalog.current_setting('redshift.{name}') AS {name}"
    if words[0] == "SET":
        _check_value(own.word, new_value(tokens))
    return text_of([_prefixed(token) if token is own else token for token in tokens])


def new_value(tokens: Tokens) -> str:
    """What a SET sets, in lower case; `default` also for RESET and for SET … TO DEFAULT."""
    words = meaningful(tokens)
    if words[0].word == "RESET":
        return "default"
    return words[-1].value.lower()


def sets_case(tokens: Tokens) -> bool | None:
    """Whether names are case sensitive after this statement; None if it doesn't say."""
    words = meaningful(tokens)
    if len(words) < 2 or words[0].word not in ("SET", "RESET"):
        return None
    if words[0].word == "RESET" and words[1].word == "ALL":
        return False
    if CASE_SETTING not in (token.word for token in words[1:3]):
        return None
    return new_value(tokens) in _TRUE


def _prefixed(token: Token) -> Token:
    return Token("word", f"redshift.{token.text.lower()}")


def _check_value(name: str, value: str) -> None:
    if DEFAULTS[name] in ("on", "off") and value not in _TRUE | _FALSE | {"default"}:
        raise RedshiftError(f'parameter "{name.lower()}" requires a Boolean value', code="22023")
