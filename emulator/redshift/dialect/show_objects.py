"""SHOW DATABASES, SCHEMAS, TABLES, COLUMNS as queries (Amazon Redshift Database Developer Guide)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emulator.redshift.dialect.sql_tokens import Token, Tokens, meaningful
from emulator.redshift.errors import NotSupportedError, StatementError

_OBJECTS = (
    "DATABASES SCHEMAS TABLES COLUMNS TABLE VIEW PROCEDURE GRANTS FUNCTIONS PROCEDURES PARAMETERS CONSTRAINTS"
    " MODEL DATASHARES COLUMN TEMPLATE"
)
OBJECTS = frozenset(_OBJECTS.split())
_OBJECTS_IN_BYTES = frozenset(_OBJECTS.lower().encode().split())
_QUERIES = {
    "DATABASES": """
SELECT datname::varchar(128) AS database_name, datdba::int AS database_owner,
  'local'::varchar(32) AS database_type,
  pg_catalog.array_to_string(datacl, '|')::varchar AS database_acl, NULL::varchar(128) AS parameters,
  'Snapshot Isolation'::varchar(128) AS database_isolation_level
FROM pg_catalog.pg_database WHERE NOT datistemplate AND datname LIKE {like} ORDER BY datname""",
    "SCHEMAS": """
SELECT pg_catalog.current_database()::varchar(128) AS database_name, nspname::varchar(128) AS schema_name,
  nspowner::int AS schema_owner, 'local'::varchar(128) AS schema_type,
  pg_catalog.array_to_string(nspacl, '|')::varchar AS schema_acl, NULL::varchar(128) AS source_database,
  NULL::varchar AS schema_option
FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_(toast|temp|redshift)' AND nspname LIKE {like}
  AND pg_catalog.current_database() = {database} ORDER BY nspname""",
    "TABLES": """
SELECT pg_catalog.current_database()::varchar(128) AS database_name, n.nspname::varchar(128) AS schema_name,
  c.relname::varchar(128) AS table_name,
  (CASE WHEN c.relkind = 'v' THEN 'VIEW' ELSE 'TABLE' END)::varchar(128) AS table_type,
  pg_catalog.array_to_string(c.relacl, '|')::varchar AS table_acl,
  pg_catalog.obj_description(c.oid, 'pg_class')::varchar AS remarks,
  pg_catalog.pg_get_userbyid(c.relowner)::varchar(128) AS owner, NULL::timestamp AS last_altered_time,
  NULL::timestamp AS last_modified_time, t.diststyle::varchar(128) AS dist_style,
  (CASE WHEN c.relkind = 'v' THEN 'REGULAR VIEW' ELSE 'REGULAR TABLE' END)::varchar(128) AS table_subtype
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.tarmac_table t ON t.relid = c.oid
WHERE c.relkind IN ('r', 'p', 'v') AND n.nspname = {schema} AND c.relname LIKE {like}
  AND pg_catalog.current_database() = {database} ORDER BY c.relname""",
    "COLUMNS": """
SELECT table_catalog::varchar(128) AS database_name, table_schema::varchar(128) AS schema_name,
  table_name::varchar(128), column_name::varchar(128), ordinal_position, column_default, is_nullable,
  data_type, character_maximum_length, numeric_precision, numeric_scale, remarks
FROM pg_catalog.svv_columns WHERE table_schema = {schema} AND table_name = {table} AND column_name LIKE {like}
  AND pg_catalog.current_database() = {database} ORDER BY ordinal_position""",
}
_NAMES = {  # of a path, from its end
    "SCHEMAS": ("database",),
    "TABLES": ("schema", "database"),
    "COLUMNS": ("table", "schema", "database"),
}
_DEFINITIONS = {
    "TABLE": ("pg_redshift.show_table", "show table ddl statement"),
    "VIEW": ("pg_redshift.show_view", "show view ddl statement"),
}
_FROM = {"SCHEMAS": ("DATABASE", 1), "TABLES": ("SCHEMA", 2), "COLUMNS": ("TABLE", 3)}


def are_suspected(words: Sequence[bytes]) -> bool:
    """Whether a statement of these lower-case words is a SHOW of objects."""
    return words[:1] == [b"show"] and not _OBJECTS_IN_BYTES.isdisjoint(words[1:2])


@dataclass(frozen=True)
class _Asked:
    """What a SHOW names: the path (database, schema, table, as far as given), LIKE and LIMIT."""

    path: list[str]
    like: str
    limit: str


def rewrite(tokens: Tokens) -> str:
    """The query; NotSupportedError for objects that tarmac doesn't show, StatementError for other forms."""
    items = meaningful(tokens)
    kind = items[1].word
    if kind in _DEFINITIONS:
        return _definition(items[2:], kind)
    if kind not in _QUERIES:
        raise NotSupportedError(f"SHOW {kind} is not supported", hint="a known gap of tarmac")
    asked = _read(items[2:], kind)
    values = {
        "like": asked.like,
        "database": "pg_catalog.current_database()",
        "schema": "'public'",
        "table": "''",
    }
    values.update(zip(_NAMES.get(kind, ()), [_literal(name) for name in reversed(asked.path)], strict=False))
    return _QUERIES[kind].format(**values) + asked.limit


def _definition(items: list[Token], kind: str) -> str:
    """SHOW TABLE and SHOW VIEW: one text, made by sql/77_show.sql."""
    path, rest = _path(items)
    if rest or not 1 <= len(path) <= 2:
        raise StatementError(f"syntax error: SHOW {kind} needs the name of one, with a schema or without")
    name = ".".join('"' + part.replace('"', '""') + '"' for part in path)
    function, label = _DEFINITIONS[kind]
    return f'SELECT {function}({_literal(name)}::regclass)::varchar AS "{label}"'


def _read(items: list[Token], kind: str) -> _Asked:
    path: list[str] = []
    if kind in _FROM:
        word, longest = _FROM[kind]
        if [token.word for token in items[:2]] != ["FROM", word]:
            raise StatementError(f"syntax error: expected SHOW {kind} FROM {word} …")
        path, items = _path(items[2:])
        if not 1 <= len(path) <= longest:
            raise StatementError(f"syntax error: SHOW {kind} FROM {word} needs 1 to {longest} names")
    like, limit = "'%'", ""
    if len(items) > 1 and items[0].word == "LIKE" and items[1].kind == "string":
        like, items = items[1].text, items[2:]
    if len(items) > 1 and items[0].word == "LIMIT" and items[1].kind == "number":
        limit, items = f" LIMIT {items[1].text}", items[2:]
    if items:
        raise StatementError(f'syntax error at or near "{items[0].text}"')
    return _Asked(path, like, limit)


def _path(items: list[Token]) -> tuple[list[str], list[Token]]:
    names = [items[0].name] if items else []
    place = 1
    while place + 1 < len(items) and items[place].text == ".":
        names.append(items[place + 1].name)
        place += 2
    return names, items[place:]


def _literal(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"
