"""What was executed is told by SYS_QUERY_HISTORY and its neighbours, by the ids that sessions are told."""

from __future__ import annotations

import contextlib
import time
from typing import Any

import psycopg
import pytest

from emulator.stack.sandbox import Sandbox
from tests.contract.redshift.conftest import ROLE, Bucket, Rows, connect, unique
from tests.redshift_facts import works

HISTORY = "SELECT query_type, status, returned_rows FROM sys_query_history WHERE query_text LIKE "


def trimmed(found: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows without the blanks at the end of CHAR values."""
    return [tuple(value.rstrip() if isinstance(value, str) else value for value in row) for row in found]


def test_queries_are_told_with_type_status_and_rows(db: psycopg.Connection[Any], rows: Rows) -> None:
    mark = unique("mark")
    db.execute(f"CREATE TABLE {mark} (a INT)")
    db.execute(f"INSERT INTO {mark} VALUES (1), (2)")
    db.execute(f"SELECT a FROM {mark}")
    with pytest.raises(psycopg.errors.UndefinedColumn):
        db.execute(f"SELECT b FROM {mark}")
    db.execute(f"CREATE TABLE {mark}_2 AS SELECT * FROM {mark}")
    db.execute(f"SELECT a FROM {mark} WHERE a = %s", [1])
    assert trimmed(rows(f"{HISTORY} '%{mark}%' AND query_text NOT LIKE '%history%' ORDER BY query_id")) == [
        ("DDL", "success", 0),
        ("INSERT", "success", 0),
        ("SELECT", "success", 2),
        ("SELECT", "failed", 0),
        ("CTAS", "success", 0),
        ("SELECT", "success", 1),
    ]
    error = rows(f"SELECT error_message FROM sys_query_history WHERE query_text LIKE 'SELECT b FROM {mark}%'")
    assert "column" in error[0][0]


@works("semantics", "a query that runs is in STV_INFLIGHT and SYS_QUERY_HISTORY")
def test_a_query_sees_itself_running(rows: Rows) -> None:
    mark = unique("mark")
    assert trimmed(rows(f"{HISTORY} '%{mark}%'")) == [("SELECT", "running", 0)]
    pid = rows("SELECT pg_backend_pid()")[0][0]
    assert rows(f"SELECT count(*) FROM stv_inflight WHERE pid = {pid}") == [(1,)]


@works("function", "PG_LAST_QUERY_ID", "LAST_USER_QUERY_ID")
def test_a_session_is_told_the_id_of_its_last_query(db: psycopg.Connection[Any], rows: Rows) -> None:
    mark = unique("mark")
    db.execute(f"SELECT '{mark}'")
    query_id = rows("SELECT pg_last_query_id()")[0][0]
    assert rows("SELECT last_user_query_id()")[0][0] > query_id
    sql = f"SELECT query_text FROM sys_query_history WHERE query_id = {query_id}"
    assert trimmed(rows(sql)) == [(f"SELECT '{mark}'",)]
    with contextlib.suppress(psycopg.errors.UndefinedTable), db.transaction():
        db.execute("SELECT * FROM nowhere")
    prepared = db.execute("SELECT pg_last_query_id()", prepare=True).fetchall()[0][0]
    assert prepared > query_id


def test_texts_are_told_in_pieces(db: psycopg.Connection[Any], rows: Rows) -> None:
    mark = unique("mark")
    sql = f"SELECT '{mark}', '{'x' * 300}'"
    db.execute(sql)
    found = rows(
        f"""SELECT sequence, text FROM svl_statementtext WHERE type = 'QUERY' AND xid = (
            SELECT max(query_id) FROM sys_query_history WHERE query_text LIKE 'SELECT ''{mark}%')
            ORDER BY 1"""
    )
    assert [sequence for sequence, _ in found] == [0, 1]
    assert "".join(text for _, text in found).rstrip() == sql


def test_statements_are_told_apart_by_kind(db: psycopg.Connection[Any], rows: Rows) -> None:
    mark = unique("mark")
    db.execute(f"CREATE TABLE {mark} (a INT)")
    db.execute(f"SET query_group TO '{mark}'")
    for view, count in (("stl_ddltext", 1), ("stl_utilitytext", 1), ("stl_querytext", 0)):
        assert rows(
            f"SELECT count(*) FROM {view} WHERE text LIKE '%{mark}%' AND text NOT LIKE '%count%'"
        ) == [(count,)]


def test_a_user_sees_the_own_queries_only(db: psycopg.Connection[Any], sandbox: Sandbox) -> None:
    mark, user = unique("mark"), unique("reader")
    db.execute(f"CREATE USER {user} PASSWORD 'Abcd1234'")
    db.execute(f"SELECT '{mark}'")
    settings = sandbox.settings
    try:
        with contextlib.closing(
            psycopg.connect(
                host="127.0.0.1",
                port=settings.redshift_port,
                user=user,
                password="Abcd1234",
                dbname=settings.database,
                autocommit=True,
            )
        ) as other:
            asked = f"SELECT count(*) FROM sys_query_history WHERE query_text = 'SELECT ''{mark}'''"
            assert other.execute(asked).fetchall() == [(0,)]
            assert other.execute("SELECT count(DISTINCT user_id) FROM sys_query_history").fetchall() == [(1,)]
        assert db.execute(asked).fetchall() == [(1,)]
    finally:
        db.execute(f"DROP USER {user}")


def test_copy_and_unload_are_told_by_their_ids(
    db: psycopg.Connection[Any], rows: Rows, bucket: Bucket
) -> None:
    db.execute("CREATE TABLE loaded (a INT)")
    source = bucket.put("in/one.csv", "1\n2\n")
    db.execute(f"COPY loaded FROM '{source}' {ROLE} CSV")
    (copy_id,) = rows("SELECT pg_last_copy_id()")[0]
    history = f"SELECT query_type, status FROM sys_query_history WHERE query_id = {copy_id}"
    assert trimmed(rows(history)) == [("COPY", "success")]
    told = f"""SELECT status, table_name, data_source, loaded_rows, source_file_count, error_count
               FROM sys_load_history WHERE query_id = {copy_id}"""
    assert rows(told) == [("completed", "loaded", source, 2, 1, 0)]
    assert trimmed(rows(f"SELECT file_name FROM sys_load_detail WHERE query_id = {copy_id}")) == [(source,)]
    db.execute(f"UNLOAD ('SELECT * FROM loaded') TO '{bucket.url('out/')}' {ROLE} PARALLEL OFF")
    (unload_id,) = rows("SELECT pg_last_unload_id()")[0]
    sql = f"""SELECT status, unloaded_location, unloaded_rows, unloaded_files_count FROM sys_unload_history
              WHERE query_id = {unload_id}"""
    assert rows(sql) == [("completed", bucket.url("out/"), 2, 1)]
    assert trimmed(rows(f"SELECT query_type FROM sys_query_history WHERE query_id = {unload_id}")) == [
        ("UNLOAD",)
    ]


def test_a_failed_copy_is_told_with_its_errors(
    db: psycopg.Connection[Any], rows: Rows, bucket: Bucket
) -> None:
    db.execute("CREATE TABLE loaded (a INT)")
    source = bucket.put("in/bad.csv", "1\nx\n")
    with pytest.raises(psycopg.Error, match="Load into table 'loaded' failed"):
        db.execute(f"COPY loaded FROM '{source}' {ROLE} CSV")
    (copy_id,) = rows("SELECT pg_last_query_id()")[0]
    told = f"SELECT status, data_source, error_count FROM sys_load_history WHERE query_id = {copy_id}"
    assert rows(told) == [("aborted", source, 1)]
    errors = f"""SELECT file_name, line_number, column_name, error_code FROM sys_load_error_detail
                 WHERE query_id = {copy_id}"""
    assert trimmed(rows(errors)) == [(source, 2, "a", 1207)]


def test_another_sessions_queries_are_told(db: psycopg.Connection[Any], rows: Rows, sandbox: Sandbox) -> None:
    mark = unique("mark")
    with contextlib.closing(connect(sandbox)) as other:
        other.execute(f"SELECT '{mark}'")
        pid = other.info.backend_pid
    sql = f"SELECT pid, aborted FROM stl_query WHERE querytxt = 'SELECT ''{mark}'''"
    assert rows(sql) == [(pid, 0)]


def test_sessions_are_told_from_begin_to_end(rows: Rows, sandbox: Sandbox) -> None:
    with contextlib.closing(connect(sandbox, application_name="told")) as other:
        pid = other.info.backend_pid
        status = f"SELECT status FROM sys_session_history WHERE session_id = {pid} ORDER BY start_time DESC"
        assert trimmed(rows(status))[0] == ("active",)
    events = f"""SELECT event, global_session_id FROM sys_connection_log WHERE session_id = {pid}
                 AND application_name = 'told' ORDER BY record_time, event"""
    deadline = time.monotonic() + 10
    while len(told := trimmed(rows(events))) < 4 and time.monotonic() < deadline:
        continue  # the endpoint hears of the end a moment after the client has gone
    assert [event for event, _ in told] == [
        "authenticated",
        "initiating session",
        "set application_name",
        "disconnecting session",
    ]
    assert len({session_id for _, session_id in told}) == 1
    assert trimmed(rows(status))[0] == ("closed",)
