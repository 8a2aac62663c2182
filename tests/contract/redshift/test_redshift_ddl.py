"""Redshift's tables: what is recorded of them, what is enforced, what is refused (aws-semantics.md §F)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from tests.contract.redshift.conftest import Rows
from tests.redshift_facts import gap, refused, works

Database = psycopg.Connection[Any]
Recorded = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture
def layout(rows: Rows) -> Recorded:
    """Name, encoding, distribution key and sort key of each column of which something is recorded."""
    return lambda table: rows(
        "SELECT attname, encoding, distkey, sortkey FROM pg_catalog.tarmac_column AS c"
        " JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.relid AND a.attnum = c.attnum"
        f" WHERE c.relid = '{table}'::regclass ORDER BY a.attnum"
    )


@pytest.fixture
def styles(rows: Rows) -> Recorded:
    """The distribution style and BACKUP of a table."""
    return lambda table: rows(
        f"SELECT diststyle, backup FROM pg_catalog.tarmac_table WHERE relid = '{table}'::regclass"
    )


@pytest.fixture
def keys(rows: Rows) -> Recorded:
    """The name, kind, columns and referenced table of each key of a table."""
    return lambda table: rows(
        "SELECT conname, contype::text, conkey::text, confrelid::regclass::text"
        f" FROM pg_catalog.tarmac_constraint WHERE relid = '{table}'::regclass ORDER BY conname"
    )


@works("statement", "CREATE TABLE")
@works(
    "clause", "DISTSTYLE", "DISTKEY", "SORTKEY", "COMPOUND SORTKEY", "INTERLEAVED SORTKEY", "ENCODE", "BACKUP"
)
def test_where_rows_lie_is_recorded(db: Database, layout: Recorded, styles: Recorded) -> None:
    db.execute("CREATE TABLE a (x INT DISTKEY, y INT ENCODE ZSTD, z DATE) COMPOUND SORTKEY (z, x) BACKUP NO")
    assert layout("a") == [("x", None, True, 2), ("y", "zstd", False, 0), ("z", None, False, 1)]
    assert styles("a") == [("KEY", False)]
    db.execute("CREATE TABLE b (x INT SORTKEY, y INT) DISTSTYLE ALL; CREATE TABLE c (x INT) SORTKEY AUTO")
    assert (layout("b"), styles("b")) == ([("x", None, False, 1)], [("ALL", True)])
    db.execute("CREATE TABLE i (x INT, y INT) INTERLEAVED SORTKEY (y, x)")
    assert layout("i") == [("x", None, False, -2), ("y", None, False, 1)]


@works("statement", "CREATE TABLE AS", "CREATE TABLE LIKE", "ALTER TABLE RENAME")
def test_attributes_come_with_as_and_like_and_stay_with_a_renamed_table(
    db: Database, layout: Recorded, styles: Recorded, rows: Rows
) -> None:
    db.execute("CREATE TABLE a (x, y) DISTKEY (y) SORTKEY (x) AS SELECT 1, NVL(NULL, 2)")
    db.execute("CREATE TABLE b (LIKE a INCLUDING DEFAULTS)")
    db.execute("ALTER TABLE b RENAME COLUMN x TO z; ALTER TABLE b RENAME TO c; CREATE TABLE b (q INT)")
    assert layout("a") == [("x", None, False, 1), ("y", None, True, 0)]
    assert layout("c") == [("z", None, False, 1), ("y", None, True, 0)]
    assert (styles("c"), layout("b")) == ([("KEY", True)], [])
    assert rows("SELECT * FROM a") == [(1, 2)]
    db.execute("CREATE TABLE n DISTKEY (2) SORTKEY (2, 1) AS SELECT 1 AS p, 2 AS q")
    assert layout("n") == [("p", None, False, 2), ("q", None, True, 1)]
    db.execute("CREATE TABLE IF NOT EXISTS a (w INT DISTKEY)")
    assert styles("a") == [("KEY", True)]


@works("semantics", "texts of CREATE TABLE AS and SELECT INTO are VARCHAR")
def test_texts_of_a_query_are_varchar_in_its_table(db: Database, rows: Rows) -> None:
    db.execute("CREATE TABLE a AS SELECT 'x' AS c, UPPER('y') AS d, 'z'::varchar(5) AS e")
    db.execute("SELECT c || d AS f INTO b FROM a; UPDATE b SET f = 'longer'; ANALYZE b")
    kinds = "SELECT attname, format_type(atttypid, atttypmod) FROM pg_catalog.pg_attribute"
    assert rows(f"{kinds} WHERE attnum > 0 AND attrelid = 'a'::regclass ORDER BY 1") == [
        ("c", "character varying(65535)"),
        ("d", "character varying(65535)"),
        ("e", "character varying(5)"),
    ]
    assert rows("SELECT f FROM b WHERE f LIKE 'long%'") == [("longer",)]


@works("statement", "ALTER TABLE ALTER DISTKEY", "ALTER TABLE ALTER DISTSTYLE", "ALTER TABLE ALTER SORTKEY")
@works("statement", "ALTER TABLE ALTER COLUMN ENCODE")
def test_a_script_of_alterations_changes_what_is_recorded(
    db: Database, layout: Recorded, styles: Recorded
) -> None:
    db.execute("CREATE TABLE t (x INT, y INT, z INT)")
    db.execute(
        "ALTER TABLE t ALTER SORTKEY (z, y); ALTER TABLE t ALTER DISTSTYLE KEY DISTKEY x;"
        "ALTER TABLE t ALTER COLUMN y ENCODE lzo, ALTER COLUMN z ENCODE raw"
    )
    assert layout("t") == [("x", None, True, 0), ("y", "lzo", False, 2), ("z", "none", False, 1)]
    db.execute("ALTER TABLE t ALTER SORTKEY NONE; ALTER TABLE t ALTER DISTKEY z, ALTER SORTKEY (x)")
    assert layout("t") == [("x", None, False, 1), ("y", "lzo", False, 0), ("z", "none", True, 0)]
    db.execute("ALTER TABLE t ALTER DISTSTYLE EVEN")
    assert (styles("t"), layout("t")[2]) == ([("EVEN", True)], ("z", "none", False, 0))


@works("protocol", "DDL as prepared statements")
def test_prepared_definitions_are_recorded_each_time(
    db: Database, layout: Recorded, styles: Recorded
) -> None:
    create = "CREATE TABLE t (a INT DISTKEY, v VARCHAR(5)) SORTKEY (v)"
    for sql in (
        create,
        "DROP TABLE t",
        create,
        "ALTER TABLE t ALTER SORTKEY NONE",
        "ALTER TABLE t ALTER v ENCODE zstd",
    ):
        db.execute(sql, prepare=True)
    assert layout("t") == [("a", None, True, 0), ("v", "zstd", False, 0)]
    for style in ("ALL", "EVEN", "ALL"):
        db.execute(f"ALTER TABLE t ALTER DISTSTYLE {style}", prepare=True)
        assert styles("t") == [(style, True)]
    db.execute("ALTER TABLE t ALTER COLUMN v TYPE VARCHAR(9)", prepare=True)


@works("semantics", "DDL rolls back")
def test_what_is_recorded_goes_with_the_transaction(db: Database, styles: Recorded) -> None:
    db.execute("CREATE TABLE t (x INT) DISTSTYLE EVEN")
    with db.transaction(force_rollback=True):
        db.execute("ALTER TABLE t ALTER DISTSTYLE ALL")
        assert styles("t") == [("ALL", True)]
    assert styles("t") == [("EVEN", True)]


@works("clause", "PRIMARY KEY", "UNIQUE", "FOREIGN KEY")
@works("semantics", "keys are recorded and not enforced", "NOT NULL is enforced")
def test_keys_are_recorded_and_not_enforced(db: Database, keys: Recorded, rows: Rows) -> None:
    db.execute("CREATE TABLE parent (id INT PRIMARY KEY, code CHAR(2), CONSTRAINT k UNIQUE (code))")
    db.execute("CREATE TABLE child (id INT UNIQUE, p INT REFERENCES parent, PRIMARY KEY (id))")
    assert keys("parent") == [("k", "u", "{2}", None), ("parent_pkey", "p", "{1}", None)]
    assert keys("child") == [
        ("child_id_key", "u", "{1}", None),
        ("child_p_fkey", "f", "{2}", "parent"),
        ("child_pkey", "p", "{1}", None),
    ]
    db.execute("INSERT INTO child VALUES (1, 99), (1, 99)")
    assert rows("SELECT count(*) FROM child") == [(2,)]
    with pytest.raises(psycopg.errors.NotNullViolation):
        db.execute("INSERT INTO child VALUES (NULL, 1)")


@works("statement", "ALTER TABLE ADD CONSTRAINT", "ALTER TABLE DROP CONSTRAINT")
def test_keys_come_and_go_by_alter_table(db: Database, keys: Recorded) -> None:
    db.execute("CREATE TABLE parent (id INT NOT NULL); CREATE TABLE child (p INT)")
    db.execute("ALTER TABLE parent ADD PRIMARY KEY (id)")
    db.execute("ALTER TABLE child ADD CONSTRAINT f FOREIGN KEY (p) REFERENCES parent (id)")
    assert keys("child") == [("f", "f", "{1}", "parent")]
    with pytest.raises(psycopg.errors.DependentObjectsStillExist, match="cannot drop constraint parent_pkey"):
        db.execute("ALTER TABLE parent DROP CONSTRAINT parent_pkey")
    with pytest.raises(psycopg.errors.DependentObjectsStillExist, match="cannot drop table parent because"):
        db.execute("DROP TABLE parent")
    db.execute("ALTER TABLE parent DROP CONSTRAINT parent_pkey CASCADE")
    assert (keys("child"), keys("parent")) == ([], [])
    db.execute(
        "ALTER TABLE parent ADD UNIQUE (id); ALTER TABLE child ADD FOREIGN KEY (p) REFERENCES parent (id)"
    )
    db.execute("DROP TABLE parent CASCADE")
    assert keys("child") == []


@pytest.mark.parametrize(
    ("sql", "code", "message"),
    [
        ("CREATE TABLE t (a INT) DISTKEY (b)", "42703", 'column "b" named in key does not exist'),
        ("CREATE TABLE t (a INT) SORTKEY (b)", "42703", 'column "b" named in key does not exist'),
        ("CREATE TABLE t (a INT REFERENCES nothing)", "42P01", 'relation "nothing" does not exist'),
        (
            "CREATE TABLE t (a INT REFERENCES plain)",
            "42704",
            'there is no primary key for referenced table "plain"',
        ),
        (
            "CREATE TABLE t (a INT REFERENCES plain (a))",
            "42830",
            'there is no unique constraint matching given keys for referenced table "plain"',
        ),
        (
            "CREATE TABLE t (a INT PRIMARY KEY, b INT PRIMARY KEY)",
            "42P16",
            'multiple primary keys for table "t" are not allowed',
        ),
        (
            "ALTER TABLE plain ADD PRIMARY KEY (a)",
            "42P16",
            "can not make a nullable column a primary key",
        ),
        ("ALTER TABLE plain DROP CONSTRAINT k", "42704", 'constraint "k" does not exist'),
        ("ALTER TABLE plain ALTER DISTKEY b", "42703", 'column "b" named in key does not exist'),
        ("ALTER TABLE plain ALTER b ENCODE lzo", "42703", 'column "b" of relation "plain" does not exist'),
        ("ALTER TABLE nothing ALTER DISTSTYLE ALL", "42P01", 'relation "nothing" does not exist'),
        ("ALTER TABLE keyed DROP COLUMN d", "0A000", 'cannot drop distkey column "d"'),
        ("ALTER TABLE keyed DROP COLUMN s", "0A000", 'cannot drop sortkey column "s"'),
        (
            "ALTER TABLE plain ALTER COLUMN a TYPE BIGINT",
            "0A000",
            'cannot alter column "a" of relation "plain"',
        ),
        (
            "ALTER TABLE plain ALTER COLUMN v TYPE VARCHAR(9)",
            "0A000",
            "target column size should be different",
        ),
        ("ALTER TABLE plain ALTER COLUMN e TYPE VARCHAR(8)", "0A000", 'with encode type "text255"'),
        (
            "ALTER TABLE keyed ALTER COLUMN s TYPE VARCHAR(8)",
            "XX000",
            "found unexpected dependency for column",
        ),
        (
            "ALTER TABLE plain ALTER COLUMN w TYPE VARCHAR(8)",
            "0A000",
            "cannot decrease a VARCHAR column size",
        ),
        (
            "ALTER TABLE plain ALTER COLUMN z TYPE VARCHAR(8)",
            "42703",
            'column "z" of relation "plain" does not exist',
        ),
        ("CREATE TABLE plain (a INT)", "42P07", 'Relation "plain" already exists'),
        (
            "CREATE TABLE t (a VARCHAR ENCODE az64)",
            "0A000",
            'encoding "az64" is not supported for column "a"',
        ),
        ("ALTER TABLE plain ALTER COLUMN a ENCODE text255", "0A000", 'encoding "text255" is not supported'),
        ("ALTER TABLE plain ADD COLUMN n SMALLINT ENCODE mostly16", "0A000", 'encoding "mostly16" is not'),
        (
            "CREATE TABLE t (a SUPER) DISTKEY (a)",
            "0A000",
            'column "a" of type super can not be a distribution key',
        ),
        ("CREATE TABLE t (a SUPER SORTKEY)", "0A000", 'column "a" of type super can not be a sort key'),
        (
            "ALTER TABLE inter ALTER DISTKEY a",
            "0A000",
            "ALTER DISTKEY is not supported for tables with interleaved",
        ),
        (
            "ALTER TABLE inter ALTER a ENCODE raw",
            "0A000",
            "ALTER COLUMN ENCODE is not supported for tables with",
        ),
        (
            "ALTER TABLE #t ALTER DISTSTYLE ALL",
            "0A000",
            "ALTER DISTSTYLE is not supported for temporary tables",
        ),
        ("INSERT INTO fixed VALUES ('é')", "XX000", "Invalid characters:"),
        ("VACUUM nothing", "42P01", 'relation "nothing" does not exist'),
        ("ANALYZE nothing", "42P01", 'relation "nothing" does not exist'),
    ],
)
@refused("semantics", "keys and alterations that don't fit the table")
def test_what_does_not_fit_the_table_is_refused(db: Database, sql: str, code: str, message: str) -> None:
    db.execute(
        "CREATE TABLE plain (a INT, v VARCHAR(9), e VARCHAR(9) ENCODE text255, w VARCHAR(9) DEFAULT 'x');"
        "CREATE TABLE keyed (d INT DISTKEY, s VARCHAR(9) SORTKEY); CREATE TABLE fixed (c CHAR(5));"
        "CREATE TABLE inter (a INT, b INT) INTERLEAVED SORTKEY (a, b); CREATE TABLE #t (a INT)"
    )
    with pytest.raises(psycopg.Error) as refusal:
        db.execute(sql)
    assert message in str(refusal.value)
    assert refusal.value.sqlstate == code
    assert "tarmac_" not in (refusal.value.diag.context or "")


@works("statement", "ALTER TABLE ALTER COLUMN TYPE")
def test_a_varchar_grows_outside_a_transaction_block_only(db: Database) -> None:
    db.execute("CREATE TABLE t (v VARCHAR(3))")
    db.execute("ALTER TABLE t ALTER COLUMN v TYPE VARCHAR(5)")
    db.execute("INSERT INTO t VALUES ('12345')")
    with pytest.raises(psycopg.Error, match="value too long for type character varying"):
        db.execute("ALTER TABLE t ALTER COLUMN v TYPE VARCHAR(2)")
    in_block = "ALTER TABLE ALTER COLUMN cannot run inside a transaction block"
    with pytest.raises(psycopg.Error, match=in_block), db.transaction():
        db.execute("ALTER TABLE t ALTER COLUMN v TYPE VARCHAR(10)")


@works("statement", "ALTER TABLE ADD COLUMN", "ALTER TABLE DROP COLUMN", "ALTER TABLE RENAME COLUMN")
def test_columns_are_added_renamed_and_dropped(db: Database, layout: Recorded, rows: Rows) -> None:
    db.execute("CREATE TABLE t (a INT, b INT UNIQUE); INSERT INTO t VALUES (1, 2)")
    db.execute("ALTER TABLE t ADD COLUMN c VARCHAR(5) ENCODE bytedict DEFAULT 'x' NOT NULL")
    db.execute("ALTER TABLE t RENAME COLUMN a TO z; ALTER TABLE t DROP COLUMN b CASCADE")
    assert rows("SELECT * FROM t") == [(1, "x")]
    assert layout("t") == [("c", "bytedict", False, 0)]
    db.execute("ALTER TABLE t ADD b INT")
    assert rows("SELECT count(*) FROM pg_catalog.tarmac_constraint WHERE relid = 't'::regclass") == [(0,)]


@works("clause", "IDENTITY", "GENERATED BY DEFAULT AS IDENTITY")
def test_identity_columns_count_and_take_no_value(rows: Rows, db: Database) -> None:
    db.execute(
        "CREATE TABLE i (a BIGINT IDENTITY(0, 10), b INT GENERATED BY DEFAULT AS IDENTITY(5, 1), c INT)"
    )
    db.execute("INSERT INTO i (c) VALUES (1), (2)")
    db.execute("INSERT INTO i (b, c) VALUES (77, 3); INSERT INTO i (b, c) VALUES (DEFAULT, 4)")
    assert rows("SELECT a, b FROM i ORDER BY c") == [(0, 5), (10, 6), (20, 77), (30, 7)]
    for sql in ("INSERT INTO i (a) VALUES (1)", "INSERT INTO i VALUES (1, 2, 3)", "UPDATE i SET a = 1"):
        with pytest.raises(psycopg.Error, match="cannot set an identity column to a value"):
            db.execute(sql)


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("VARCHAR(5)", "éé", "éé"),
        ("VARCHAR(5)", "éé   ", "éé "),
        ("VARCHAR(5)", "ééé", None),
        ("VARCHAR(5)", "abcdef", None),
        ("CHAR(3)", "ab", "ab "),
        ("CHAR(3)", "ab     ", "ab "),
        ("CHAR(3)", "abcd", None),
        ("VARCHAR", "x" * 257, None),
        ("TEXT", "x" * 256, "x" * 256),
        ("CHAR", "xy", None),
        ("NVARCHAR(2)", "ab", "ab"),
        ("BPCHAR", "x" * 257, None),
    ],
)
@works("type", "VARCHAR", "CHAR", "NVARCHAR", "NCHAR", "BPCHAR", "TEXT")
@works("semantics", "VARCHAR(n) counts bytes")
def test_characters_are_counted_in_bytes(
    db: Database, rows: Rows, kind: str, value: str, kept: str | None
) -> None:
    db.execute(f"CREATE TABLE t (v {kind}); CREATE TABLE s (v VARCHAR(MAX))")
    db.execute("INSERT INTO s VALUES (%s)", [value])
    for insert in (f"INSERT INTO t VALUES ('{value}')", "INSERT INTO t SELECT v FROM s"):
        if kept is None:
            with pytest.raises(
                psycopg.errors.StringDataRightTruncation, match="value too long for type char"
            ):
                db.execute(insert)
        else:
            db.execute(insert)
    if kept is not None:
        assert (
            rows("SELECT v || '' AS v FROM t" if "CHAR(" not in kind else "SELECT v FROM t") == [(kept,)] * 2
        )
        return
    db.execute("INSERT INTO t VALUES ('')")
    with pytest.raises(psycopg.errors.StringDataRightTruncation):
        db.execute("UPDATE t SET v = %s", [value])


@works("semantics", "casts to VARCHAR(n) cut bytes")
def test_a_cast_cuts_at_a_whole_character(rows: Rows) -> None:
    assert rows("SELECT 'ééé'::varchar(5), CAST('abcdef' AS char(3)), 12345::varchar(2)") == [
        ("éé", "abc", "12")
    ]


@pytest.mark.parametrize(
    "kind",
    [
        "SMALLINT", "INT2", "INTEGER", "INT", "INT4", "BIGINT", "INT8", "DECIMAL(38,10)", "NUMERIC", "REAL",
        "FLOAT4", "DOUBLE PRECISION", "FLOAT8", "FLOAT", "BOOLEAN", "BOOL", "DATE", "TIME", "TIMETZ",
        "TIME WITHOUT TIME ZONE", "TIMESTAMP", "TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE", "SUPER",
        "VARBYTE(100)", "VARBINARY(5)", "BINARY VARYING(5)", "INTERVAL YEAR TO MONTH",
        "INTERVAL DAY TO SECOND", "CHARACTER VARYING(5)", "NCHAR(5)",
    ],
)  # fmt: skip
@works(
    "type", "SMALLINT", "INTEGER", "BIGINT", "DECIMAL", "REAL", "DOUBLE PRECISION", "BOOLEAN", "DATE", "TIME"
)
@works("type", "TIMETZ", "TIMESTAMP", "TIMESTAMPTZ", "SUPER", "VARBYTE", "INTERVAL YEAR TO MONTH")
@works("type", "INTERVAL DAY TO SECOND")
def test_every_type_has_its_names(db: Database, rows: Rows, kind: str) -> None:
    db.execute(f"CREATE TABLE t (v {kind})")
    db.execute("INSERT INTO t VALUES (NULL)")
    assert rows("SELECT v FROM t") == [(None,)]


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("SERIAL", 'Column "t.v" has unsupported type "serial".'),
        ("BIGSERIAL", 'Column "t.v" has unsupported type "bigserial".'),
        ("INT[]", 'Column "t.v" has unsupported type "int[]".'),
        ("BYTEA", 'Column "t.v" has unsupported type "bytea".'),
        ("MONEY", 'Column "t.v" has unsupported type "money".'),
        ("INET", 'Column "t.v" has unsupported type "inet".'),
        ("UUID", 'type "uuid" does not exist'),
        ("JSON", 'type "json" does not exist'),
        ("JSONB", 'type "jsonb" does not exist'),
        ("XML", 'type "xml" does not exist'),
        ("VARCHAR(65536)", "length for type varchar cannot exceed 65535"),
        ("CHAR(4097)", "length for type bpchar cannot exceed 4096"),
        pytest.param("GEOMETRY", "not supported", marks=gap("type", "GEOMETRY", why="no PostGIS")),
        pytest.param("GEOGRAPHY", "not supported", marks=gap("type", "GEOGRAPHY", why="no PostGIS")),
        pytest.param("HLLSKETCH", "not supported", marks=gap("type", "HLLSKETCH", why="no sketches")),
        pytest.param(
            "CHAR(5) COLLATE CASE_INSENSITIVE", "COLLATE CASE_INSENSITIVE is not supported",
            marks=gap("clause", "COLLATE CASE_INSENSITIVE", why="PostgreSQL without ICU"),
        ),
    ],
)  # fmt: skip
@refused(
    "type", "SERIAL", "arrays", "BYTEA", "MONEY", "INET", "UUID", "JSON", "XML", "VARCHAR over 65535 bytes"
)
def test_types_that_redshift_lacks_are_refused(db: Database, kind: str, message: str) -> None:
    with pytest.raises(psycopg.Error) as refusal:
        db.execute(f"CREATE TABLE t (v {kind})")
    assert message in str(refusal.value)


@works("clause", "#temporary tables")
def test_temporary_tables_with_a_hash_belong_to_the_session(db: Database, rows: Rows) -> None:
    db.execute("CREATE TABLE #mine (a INT DISTKEY); INSERT INTO #mine VALUES (1)")
    db.execute("DELETE FROM #mine USING #mine other WHERE #mine.a = other.a")
    assert rows("SELECT count(*) FROM #mine, (SELECT 1) AS one") == [(0,)]
    db.execute("CREATE TABLE #like (LIKE #mine); ALTER TABLE #mine RENAME TO #yours; ANALYZE #yours")
    db.execute("DROP TABLE IF EXISTS #like, #mine; DROP TABLE #yours")


@works("statement", "ALTER TABLE APPEND")
def test_append_moves_the_rows_of_one_table_to_another(db: Database, rows: Rows) -> None:
    db.execute("CREATE TABLE a (x INT, y INT, z INT DEFAULT 7); CREATE TABLE b (y INT, x INT)")
    db.execute("INSERT INTO b VALUES (2, 1)")
    with pytest.raises(psycopg.Error, match="columns that the source lacks: z"):
        db.execute("ALTER TABLE a APPEND FROM b")
    db.execute("ALTER TABLE a APPEND FROM b FILLTARGET")
    assert rows("SELECT * FROM a") == [(1, 2, 7)]
    assert rows("SELECT count(*) FROM b") == [(0,)]
    in_block = "ALTER TABLE APPEND cannot run inside a transaction block"
    with pytest.raises(psycopg.Error, match=in_block), db.transaction():
        db.execute("ALTER TABLE a APPEND FROM b FILLTARGET")
    db.execute("ALTER TABLE b ALTER DISTSTYLE ALL")
    with pytest.raises(psycopg.Error, match="have different distribution styles"):
        db.execute("ALTER TABLE a APPEND FROM b FILLTARGET")


@works("semantics", "a script of DDL is one transaction")
def test_a_script_of_ddl_runs_as_one_query(rows: Rows, db: Database) -> None:
    db.execute(
        "CREATE TABLE IF NOT EXISTS f (k BIGINT NOT NULL ENCODE az64, note VARCHAR(MAX), extra SUPER,"
        " at TIMESTAMP DEFAULT GETDATE()) DISTSTYLE KEY DISTKEY (k) COMPOUND SORTKEY (k, at);"
        "CREATE TABLE g DISTSTYLE EVEN AS SELECT NVL(k, 0) AS k FROM f;"
        "ALTER TABLE f ADD COLUMN more VARCHAR(10) ENCODE zstd DEFAULT 'x'; COMMENT ON TABLE f IS 'facts'"
    )
    assert rows("SELECT count(*) FROM f") == [(0,)]
    with pytest.raises(psycopg.errors.UndefinedTable):
        db.execute("CREATE TABLE never (a INT) DISTSTYLE ALL; DROP TABLE nothing")
    assert rows("SELECT to_regclass('never')") == [(None,)]


@works("statement", "VACUUM", "ANALYZE", "COMMENT", "LOCK")
def test_tables_are_maintained(db: Database, rows: Rows) -> None:
    db.execute("CREATE TABLE t (a INT, b INT)")
    for sql in ("VACUUM FULL t TO 99 PERCENT", "VACUUM SORT ONLY t", "VACUUM DELETE ONLY t BOOST"):
        db.execute(sql)
    db.execute("ANALYZE t (a, b); ANALYZE t PREDICATE COLUMNS; COMMENT ON TABLE t IS 'facts'")
    assert rows("SELECT obj_description('t'::regclass)") == [("facts",)]
    with db.transaction():
        db.execute("LOCK t")
        with pytest.raises(psycopg.Error, match="VACUUM cannot run inside a transaction block"):
            db.execute("VACUUM t")


@gap("statement", "ANALYZE COMPRESSION", why="what a column would save isn't known")
def test_analyze_compression_is_refused(db: Database) -> None:
    with pytest.raises(psycopg.Error, match="ANALYZE COMPRESSION is not supported"):
        db.execute("ANALYZE COMPRESSION")
