"""Definitions that Redshift lacks, and those that are known gaps, refused by name.

"Unsupported PostgreSQL features" of the Amazon Redshift Database Developer Guide lists the first; those that
PostgreSQL 8.0 had are refused as commands, later ones as words that the grammar doesn't know.
"""

from __future__ import annotations

from emulator.redshift.errors import NotSupportedError, RedshiftError, StatementError

_VERBS = frozenset({"CREATE", "ALTER", "DROP", "SHOW", "DESC", "ATTACH", "DETACH"})
_OF_POSTGRESQL_8 = (
    "INDEX",
    "TRIGGER",
    "RULE",
    "SEQUENCE",
    "DOMAIN",
    "TYPE",
    "OPERATOR",
    "TABLESPACE",
    "AGGREGATE",
    "CONVERSION",
    "CAST",
)
_OF_LATER = (
    "EXTENSION",
    "EVENT",
    "COLLATION",
    "STATISTICS",
    "POLICY",
    "PUBLICATION",
    "SUBSCRIPTION",
    "FOREIGN",
    "SERVER",
    "TRANSFORM",
    "ACCESS",
    "TEXT",
)
_GAPS = {
    ("EXTERNAL", "SCHEMA"): "external schemas",
    ("EXTERNAL", "TABLE"): "external tables",
    ("EXTERNAL", "DATABASE"): "external databases",
    ("EXTERNAL", "FUNCTION"): "external functions",
    ("EXTERNAL", "VIEW"): "external views",
    ("EXTERNAL", "MODEL"): "external models",
    ("PROTECTED", "EXTERNAL"): "external views",
    ("DATASHARE",): "datashares",
    ("MODEL",): "models (Redshift ML)",
    ("LIBRARY",): "libraries",
    ("IDENTITY", "PROVIDER"): "identity providers",
    ("MASKING", "POLICY"): "masking policies",
    ("RLS", "POLICY"): "row-level security policies",
}
_MODIFIERS = ("OR", "REPLACE", "UNIQUE", "CONSTRAINT", "TEMP", "TEMPORARY")
_REFUSED_VERBS = ("REINDEX", "CLUSTER")
WORDS = frozenset({*_VERBS, *_REFUSED_VERBS}) - {"SHOW", "DESC"}


def refuse(words: list[str]) -> None:
    """Raises RedshiftError for a statement, of which these are the first words, that can't be had.

    NotSupportedError if Redshift refuses the command too, or if it is a known gap (the hint says so).
    """
    verb = words[0]
    if verb in _REFUSED_VERBS:
        raise _not_on_redshift(verb)
    if verb not in _VERBS:
        return
    kinds = words[1:]
    while kinds and kinds[0] in _MODIFIERS:
        kinds = kinds[1:]
    _refuse_kind(verb, kinds)


def _refuse_kind(verb: str, kinds: list[str]) -> None:
    for gap, name in _GAPS.items():
        if tuple(kinds[: len(gap)]) == gap:
            raise NotSupportedError(f"{verb} {' '.join(gap)}: {name} are not supported", hint=_GAP)
    if not kinds or verb == "SHOW":
        return
    if kinds[0] in _OF_POSTGRESQL_8:
        raise _not_on_redshift(f"{verb} {kinds[0]}")
    if kinds[0] in _OF_LATER:
        raise StatementError(f'syntax error at or near "{kinds[0]}"')


_GAP = "a known gap of tarmac"


def _not_on_redshift(command: str) -> RedshiftError:
    return NotSupportedError(f'SQL command "{command}" not supported on Redshift tables.')
