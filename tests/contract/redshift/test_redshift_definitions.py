"""Users, groups, roles, privileges, schemas and databases; and the definitions that Redshift hasn't got."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest

from emulator.stack.sandbox import Sandbox
from tests.contract.redshift.conftest import Rows, connect, unique
from tests.redshift_facts import gap, refused, works

Database = psycopg.Connection[Any]


@pytest.fixture
def names(db: Database) -> Iterator[list[str]]:
    """Two users, a group and a role; they and what they own are dropped in the end."""
    names = [unique(kind) for kind in ("one", "two", "crowd", "part")]
    one, two, crowd, part = names
    db.execute(f"CREATE GROUP {crowd}; CREATE ROLE {part}")
    db.execute(f"CREATE USER {one} WITH PASSWORD 'Abcd1234' NOCREATEDB IN GROUP {crowd} CONNECTION LIMIT 5")
    db.execute(f"CREATE USER {two} PASSWORD DISABLE VALID UNTIL '2040-01-01' SYSLOG ACCESS RESTRICTED")
    yield names
    db.execute("RESET SESSION AUTHORIZATION")
    for name in (one, two, crowd, part):
        db.execute(f"DROP OWNED BY {name} CASCADE")
    db.execute(f"DROP USER {one}; DROP USER IF EXISTS {two}; DROP GROUP {crowd}; DROP ROLE {part}")


@works("statement", "CREATE USER", "ALTER USER", "DROP USER", "CREATE GROUP", "ALTER GROUP", "DROP GROUP")
@works("statement", "CREATE ROLE", "DROP ROLE")
def test_users_belong_to_groups(db: Database, rows: Rows, names: list[str]) -> None:
    one, two, crowd, _ = names
    db.execute(f"ALTER GROUP {crowd} ADD USER {two}; ALTER GROUP {crowd} DROP USER {one}")
    db.execute(f"ALTER USER {one} CREATEDB SESSION TIMEOUT 600 CONNECTION LIMIT UNLIMITED")
    db.execute(f"ALTER USER {one} PASSWORD 'md5153c434b4b77c89e6b94f12c5393af5b'")
    members = "SELECT usename FROM pg_user, pg_group WHERE usesysid = ANY(grolist) AND groname = "
    assert rows(f"{members}'{crowd}'") == [(two,)]
    assert rows(f"SELECT usecreatedb, usesuper FROM pg_user WHERE usename = '{one}'") == [(True, False)]


@works("statement", "GRANT", "REVOKE", "ALTER DEFAULT PRIVILEGES")
def test_privileges_are_granted_to_users_groups_and_roles(db: Database, rows: Rows, names: list[str]) -> None:
    one, two, crowd, part = names
    db.execute("CREATE TABLE t (a INT, b INT)")
    schema = rows("SELECT current_schema()")[0][0]
    db.execute(f"GRANT USAGE ON SCHEMA {schema} TO GROUP {crowd}; GRANT SELECT (a) ON t TO ROLE {part}")
    db.execute(f"GRANT ROLE {part} TO {two}; GRANT INSERT, DELETE ON ALL TABLES IN SCHEMA {schema} TO {two}")
    db.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT ON TABLES TO GROUP {crowd}")
    db.execute("CREATE TABLE later (a INT)")

    def may(user: str, table: str, privilege: str) -> bool:
        return bool(rows(f"SELECT has_table_privilege('{user}', '{schema}.{table}', '{privilege}')")[0][0])

    assert rows(f"SELECT has_column_privilege('{two}', 't', 'a', 'SELECT')") == [(True,)]
    assert may(two, "t", "INSERT")
    assert may(one, "later", "SELECT")
    assert not may(one, "t", "SELECT")
    db.execute(f"REVOKE ROLE {part} FROM {two}; REVOKE ALL ON t FROM {two}")
    assert not may(two, "t", "INSERT")


@refused("statement", "DROP USER of an owner or grantee")
def test_a_user_who_owns_or_may_something_is_not_dropped(db: Database, names: list[str]) -> None:
    one, two, *_ = names
    db.execute(f"CREATE TABLE t (a INT); GRANT SELECT ON t TO {one}; CREATE TABLE u (a INT)")
    with pytest.raises(
        psycopg.Error, match="cannot be dropped because the user has a privilege on some object"
    ):
        db.execute(f"DROP USER {one}")
    db.execute(f"ALTER TABLE u OWNER TO {two}")
    with pytest.raises(
        psycopg.Error, match=f'user "{two}" cannot be dropped because some objects depend on it'
    ):
        db.execute(f"DROP USER {two}")


@works("clause", "DROP ROLE FORCE")
@refused("statement", "DROP ROLE of a role that is granted or has others")
def test_a_role_in_use_is_dropped_by_force(db: Database, rows: Rows, names: list[str]) -> None:
    one, _, _, part = names
    other = unique("other")
    db.execute(f"CREATE ROLE {other}; GRANT ROLE {part} TO ROLE {other}; GRANT ROLE {other} TO {one}")
    with pytest.raises(psycopg.Error, match="cannot drop this role since it has been granted on a user"):
        db.execute(f"DROP ROLE {other}")
    db.execute(f"REVOKE ROLE {other} FROM {one}")
    with pytest.raises(psycopg.Error, match="cannot drop this role since it depends on another role"):
        db.execute(f"DROP ROLE {other} RESTRICT")
    db.execute(f"DROP ROLE {other} FORCE")
    with pytest.raises(psycopg.Error, match=f'role "{other}" does not exist'):
        db.execute(f"DROP ROLE {other}")


@works("semantics", "ownership of a user without rights")
def test_a_user_without_rights_defines_tables_and_late_binding_views(
    db: Database, rows: Rows, names: list[str], sandbox: Sandbox
) -> None:
    schema = rows("SELECT current_schema()")[0][0]
    db.execute(f"GRANT ALL ON SCHEMA {schema} TO {names[0]}; SET SESSION AUTHORIZATION {names[0]}")
    db.execute("CREATE TABLE mine (a INT PRIMARY KEY DISTKEY, v VARCHAR(3))")
    db.execute(f"CREATE VIEW seen AS SELECT a FROM {schema}.mine WITH NO SCHEMA BINDING")
    db.execute("ALTER TABLE mine ALTER DISTSTYLE EVEN; INSERT INTO mine VALUES (1, 'abc')")
    assert rows("SELECT a FROM seen") == [(1,)]
    db.execute("DROP TABLE mine; CREATE TABLE mine AS SELECT 'x' AS a")
    assert rows("SELECT a FROM seen") == [("x",)]
    assert rows("SELECT viewowner FROM pg_views WHERE viewname = 'seen'")[0][0] == names[0]


@works("statement", "CREATE SCHEMA", "DROP SCHEMA", "ALTER SCHEMA", "CREATE DATABASE", "DROP DATABASE")
def test_schemas_and_databases_are_made(db: Database, rows: Rows, names: list[str], sandbox: Sandbox) -> None:
    schema, database = unique("schema"), unique("database")
    db.execute(f"CREATE SCHEMA IF NOT EXISTS {schema} AUTHORIZATION {names[0]} QUOTA 50 GB")
    db.execute(f"ALTER SCHEMA {schema} RENAME TO {schema}_2; DROP SCHEMA {schema}_2")
    db.execute(f"CREATE DATABASE {database} WITH CONNECTION LIMIT UNLIMITED COLLATE CASE_SENSITIVE")
    assert rows(f"SELECT datname FROM pg_database WHERE datname = '{database}'") == [(database,)]
    db.execute(f"DROP DATABASE {database}")


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("CREATE USER u PASSWORD 'short'", "password must be between 8 and 64 characters"),
        ("CREATE USER u PASSWORD 'nonumber'", "password must contain at least one uppercase letter"),
        ("CREATE USER u", "syntax error at end of input"),
        ("CREATE USER u PASSWORD DISABLE IN GROUP nobody_at_all", 'role "nobody_at_all" does not exist'),
        ("GRANT SELECT ON nothing TO PUBLIC", 'relation "nothing" does not exist'),
        ("GRANT FLY ON t TO PUBLIC", "privilege FLY is not supported"),
    ],
)
@refused("semantics", "weak passwords, unknown groups and privileges")
def test_bad_users_and_grants_are_refused(db: Database, sql: str, message: str) -> None:
    with pytest.raises(psycopg.Error, match=message):
        db.execute(sql)


LACKING = {
    "CREATE INDEX": "CREATE INDEX i ON t (a)",
    "CREATE TRIGGER": "CREATE TRIGGER x AFTER INSERT ON t EXECUTE FUNCTION f()",
    "CREATE RULE": "CREATE RULE r AS ON INSERT TO t DO NOTHING",
    "CREATE SEQUENCE": "CREATE SEQUENCE s",
    "CREATE DOMAIN": "CREATE DOMAIN d AS INT",
    "CREATE TYPE": "CREATE TYPE c AS (a INT)",
    "CREATE OPERATOR": "CREATE OPERATOR === (LEFTARG = INT, RIGHTARG = INT, FUNCTION = int4eq)",
    "CREATE TABLESPACE": "CREATE TABLESPACE x LOCATION '/x'",
    "CREATE AGGREGATE": "CREATE AGGREGATE x (INT) (SFUNC = int4pl, STYPE = INT)",
    "REINDEX": "REINDEX TABLE t",
    "CLUSTER": "CLUSTER t",
}


@pytest.mark.parametrize(
    ("sql", "command"),
    [pytest.param(sql, name, marks=refused("statement", name)) for name, sql in LACKING.items()],
)
def test_commands_that_redshift_lacks_are_refused(db: Database, sql: str, command: str) -> None:
    with pytest.raises(psycopg.errors.FeatureNotSupported) as refusal:
        db.execute(sql)
    assert refusal.value.diag.message_primary == f'SQL command "{command}" not supported on Redshift tables.'


UNKNOWN_STATEMENTS = {
    "CREATE EXTENSION": "CREATE EXTENSION hstore",
    "CREATE STATISTICS": "CREATE STATISTICS s ON a FROM t",
    "CREATE COLLATION": "CREATE COLLATION c (locale = 'C')",
    "CREATE POLICY": "CREATE POLICY p ON t",
    "CREATE PUBLICATION": "CREATE PUBLICATION p",
    "CREATE FOREIGN TABLE": "CREATE FOREIGN TABLE t (a INT) SERVER s",
}
UNKNOWN_CLAUSES = {
    "WITH (…) of tables": "CREATE TABLE t (a INT) WITH (fillfactor = 50)",
    "INHERITS": "CREATE TABLE t (a INT) INHERITS (u)",
    "PARTITION BY of tables": "CREATE TABLE t (a INT) PARTITION BY LIST (a)",
    "TABLESPACE": "CREATE TABLE t (a INT) TABLESPACE x",
    "CHECK": "CREATE TABLE t (a INT CHECK (a > 0))",
    "EXCLUDE": "CREATE TABLE t (a INT, EXCLUDE (a WITH =))",
    "DEFERRABLE": "CREATE TABLE t (a INT REFERENCES u DEFERRABLE)",
    "UNLOGGED": "CREATE UNLOGGED TABLE t (a INT)",
    "GENERATED ALWAYS": "CREATE TABLE t (a INT GENERATED ALWAYS AS IDENTITY)",
}


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        *(
            pytest.param(sql, name, marks=refused("statement", name))
            for name, sql in UNKNOWN_STATEMENTS.items()
        ),
        *(pytest.param(sql, name, marks=refused("clause", name)) for name, sql in UNKNOWN_CLAUSES.items()),
    ],
)
def test_words_that_redshift_does_not_know_are_refused(db: Database, sql: str, words: str) -> None:
    with pytest.raises(psycopg.Error) as refusal:
        db.execute(sql)
    assert refusal.value.sqlstate in ("42601", "0A000")
    said = str(refusal.value).upper()
    assert any(word in said for word in words.split() if word != "CREATE")


GAPS = {
    "CREATE EXTERNAL SCHEMA": "CREATE EXTERNAL SCHEMA s FROM DATA CATALOG DATABASE 'd' IAM_ROLE default",
    "CREATE EXTERNAL TABLE": "CREATE EXTERNAL TABLE s.t (a INT) LOCATION 's3://b/k'",
    "CREATE EXTERNAL FUNCTION": "CREATE EXTERNAL FUNCTION f(INT) RETURNS INT STABLE LAMBDA 'l'",
    "CREATE DATASHARE": "CREATE DATASHARE d",
    "CREATE MODEL": "CREATE MODEL m FROM t TARGET a FUNCTION f IAM_ROLE default",
    "CREATE LIBRARY": "CREATE LIBRARY l LANGUAGE plpythonu FROM 's3://b/k.zip'",
    "CREATE IDENTITY PROVIDER": "CREATE IDENTITY PROVIDER i TYPE azure",
    "CREATE MASKING POLICY": "CREATE MASKING POLICY p WITH (a INT) USING (1)",
    "CREATE RLS POLICY": "CREATE RLS POLICY p USING (true)",
    "ALTER SCHEMA QUOTA": "ALTER SCHEMA s QUOTA 50 GB",
    "GRANT ASSUMEROLE": "GRANT ASSUMEROLE ON ALL TO PUBLIC FOR ALL",
    "GRANT of system privileges": "GRANT CREATE USER TO ROLE r",
    "ALTER TABLE ROW LEVEL SECURITY": "ALTER TABLE t ROW LEVEL SECURITY ON",
}


@pytest.mark.parametrize(
    "sql",
    [pytest.param(sql, marks=gap("statement", name, why="not emulated")) for name, sql in GAPS.items()],
)
def test_known_gaps_are_refused_by_name(db: Database, sql: str) -> None:
    with pytest.raises(psycopg.errors.FeatureNotSupported, match="not supported") as refusal:
        db.execute(sql)
    assert refusal.value.diag.message_hint == "a known gap of tarmac"


@works("semantics", "DDL in another session's view")
def test_other_sessions_see_what_was_committed(db: Database, rows: Rows, sandbox: Sandbox) -> None:
    schema = rows("SELECT current_schema()")[0][0]
    with closing(connect(sandbox)) as other, db.transaction():
        db.execute("CREATE TABLE t (a INT) DISTSTYLE ALL")
        count = "SELECT count(*) FROM pg_catalog.tarmac_table WHERE relid = to_regclass(%s)"
        assert other.execute(count, [f"{schema}.t"]).fetchone() == (0,)
