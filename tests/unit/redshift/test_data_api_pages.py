"""Values, pages, parameters, sessions and records of the Data API."""

from __future__ import annotations

import threading
from struct import pack
from typing import Any, cast

import pytest

from emulator.redshift.apis.api_errors import ApiError
from emulator.redshift.apis.data_api_connection import text_of
from emulator.redshift.apis.data_api_models import (
    MAX_ACTIVE,
    RETENTION,
    StatementPart,
    StatementRecord,
    StatementStore,
    Status,
)
from emulator.redshift.apis.data_api_parameters import bind
from emulator.redshift.apis.data_api_requests import is_listed
from emulator.redshift.apis.data_api_results import ResultRows, paged
from emulator.redshift.apis.data_api_sessions import MAX_SESSIONS, ApiSession, SessionStore
from emulator.redshift.apis.data_api_values import ColumnType, as_csv, column_of
from emulator.redshift.apis.registry import Registry, Target
from emulator.redshift.apis.warehouse_users import iam_user_of
from tests.redshift_facts import works

TARGET = Target("workgroup", "", "dev", "", "")
INT4, VARCHAR, TIMESTAMP, NUMERIC = 23, 1043, 1114, 1700


def row(*values: bytes | None) -> bytes:
    """A DataRow message's payload."""
    parts = [pack("!i", -1) if value is None else pack("!i", len(value)) + value for value in values]
    return pack("!h", len(values)) + b"".join(parts)


@works("Data API", "Field: a union of isNull, booleanValue, longValue, doubleValue, stringValue, blobValue")
@pytest.mark.parametrize(
    ("oid", "value", "field"),
    [
        (INT4, None, {"isNull": True}),
        (16, b"t", {"booleanValue": True}),
        (16, b"f", {"booleanValue": False}),
        (21, b"7", {"longValue": 7}),
        (20, b"-9223372036854775808", {"longValue": -(2**63)}),
        (701, b"0.5", {"doubleValue": 0.5}),
        (NUMERIC, b"1.50", {"stringValue": "1.50"}),
        (VARCHAR, b"x", {"stringValue": "x"}),
        (1082, b"2024-01-02", {"stringValue": "2024-01-02"}),
        (TIMESTAMP, b"2024-01-02 03:04:05", {"stringValue": "2024-01-02 03:04:05.0"}),
        (TIMESTAMP, b"2024-01-02 03:04:05.25", {"stringValue": "2024-01-02 03:04:05.25"}),
        (TIMESTAMP, b"infinity", {"stringValue": "infinity"}),
        (3802, b'{"a": 1}', {"stringValue": '{"a": 1}'}),
        (17, b"\\x6162", {"blobValue": b"ab"}),
        (2950, b"0b5a", {"stringValue": "0b5a"}),
    ],
)
def test_a_value_is_one_member_of_the_union(oid: int, value: bytes | None, field: dict[str, Any]) -> None:
    assert ColumnType.of(oid, -1).field_of(value) == field


@pytest.mark.parametrize(
    ("oid", "modifier", "name", "precision", "scale"),
    [
        (21, -1, "int2", 5, 0),
        (INT4, -1, "int4", 10, 0),
        (20, -1, "int8", 19, 0),
        (700, -1, "float4", 8, 8),
        (NUMERIC, ((5 << 16) | 2) + 4, "numeric", 5, 2),
        (NUMERIC, -1, "numeric", 0, 0),
        (VARCHAR, 204, "varchar", 200, 0),
        (1042, 5, "bpchar", 1, 0),
        (TIMESTAMP, -1, "timestamp", 29, 6),
        (25, -1, "varchar", 2147483647, 0),
    ],
)
def test_columns_have_the_measures_of_the_jdbc_driver(
    oid: int, modifier: int, name: str, precision: int, scale: int
) -> None:
    column = column_of("a", ColumnType.of(oid, modifier), None)
    shown = (column["typeName"], column["precision"], column["scale"], column["length"])
    assert shown == (name, precision, scale, 0)


def test_lists_are_paged_to_their_end() -> None:
    items, token, seen = list(range(25)), None, []
    for _ in range(3):
        found, token = paged(items, token, 10)
        seen += found
    assert (seen, token) == (items, None)
    for nonsense in ("!", "e30=", "eyJzdGFydCI6IC0xfQ=="):
        with pytest.raises(ApiError, match="NextToken"):
            paged(items, nonsense, 10)


@works("Data API", "result pages by rows and by size")
def test_result_pages_end_at_so_many_rows_or_bytes() -> None:
    few, large = ResultRows(page_rows=2), ResultRows()
    for number in range(5):
        few.add(row(b"%d" % number))
    for _ in range(40):
        large.add(row(b"x" * 60_000))
    assert [len(page) for page in _pages(few)] == [2, 2, 1]
    assert [value for page in _pages(few) for (value,) in page] == [b"0", b"1", b"2", b"3", b"4"]
    assert [len(page) for page in _pages(large)] == [18, 18, 4]
    assert (large.count, large.size_bytes) == (40, 2_400_000)


def _pages(rows: ResultRows) -> list[list[Any]]:
    pages, token = [], None
    while True:
        page, token = rows.page(token)
        pages.append(page)
        if token is None:
            return pages


def test_an_empty_result_has_one_empty_page() -> None:
    assert ResultRows().page(None) == ([], None)


@works("Data API", "64 KB a row, 500 MB a result")
def test_a_row_that_is_too_large_is_refused_and_nothing_after_it_kept() -> None:
    rows = ResultRows()
    for value in (b"x", b"x" * 70_000, b"y"):
        rows.add(row(value))
    with pytest.raises(ApiError, match="too large"):
        rows.check()
    assert rows.count == 1


def test_csv_has_carriage_returns_quotes_where_needed_and_nothing_for_null() -> None:
    kinds = [ColumnType.of(INT4, -1), ColumnType.of(VARCHAR, -1), ColumnType.of(16, -1)]
    rows: list[Any] = [["a", "b", "c"], [b"1", b'x,"y"', b"t"], [None, b"\xc3\xa4", b"f"]]
    assert as_csv(rows, kinds) == 'a,b,c\r\n1,"x,""y""",true\r\n,ä,false\r\n'


@works("Data API", "Parameters")
@pytest.mark.parametrize(
    ("sql", "bound", "values"),
    [
        ("SELECT :a, :b, :a::int", "SELECT $1, $2, $3::int", ["1", "2", "1"]),
        (
            "SELECT ':a', :a --:a\n/* :a */ , \":a\" , :b",
            "SELECT ':a', $1 --:a\n/* :a */ , \":a\" , $2",
            None,
        ),
        ("SELECT :a,x::b,:b", "SELECT $1,x::b,$2", None),
        ("SELECT :a , :b , :c", "SELECT $1 , $2 , :c", None),
    ],
)
def test_parameters_take_the_places_of_their_names(sql: str, bound: str, values: list[str] | None) -> None:
    parameters = [{"name": "a", "value": "1"}, {"name": "b", "value": "2"}]
    assert bind(sql, parameters) == (bound, values or ["1", "2"])


def test_parameters_that_nothing_uses_are_refused() -> None:
    with pytest.raises(ApiError) as caught:
        bind("UNLOAD ('SELECT :id')", [{"name": "id", "value": "1"}])
    assert caught.value.message == "Parameters list contains unused parameters. Unused parameters: [id]"


@works("Data API", "states SUBMITTED, PICKED, STARTED, FINISHED, FAILED, ABORTED")
def test_a_final_status_stays() -> None:
    part = StatementPart("id", "SELECT 1")
    for status in (Status.PICKED, Status.STARTED, Status.ABORTED, Status.FINISHED):
        part.move(status)
    assert part.status is Status.ABORTED


def test_a_batch_has_parts_with_numbered_ids_and_a_single_statement_is_its_own_part() -> None:
    store = StatementStore()
    batch = StatementRecord.of(["SELECT 1", "SELECT 2"], True, TARGET)
    single = StatementRecord.of(["SELECT 3"], False, TARGET)
    store.add(batch)
    store.add(single)
    assert store.part(f"{batch.id}:2").sql == "SELECT 2"
    assert store.part(single.id) is single.parts[0] is single.whole
    assert store.part(batch.id) is batch.whole
    for missing in (f"{batch.id}:3", "nothing"):
        with pytest.raises(ApiError, match="Query does not exist"):
            store.part(missing)


@works("Data API", "results are kept for 24 hours")
def test_statements_are_forgotten_after_a_day() -> None:
    store = StatementStore()
    old, new = (StatementRecord.of(["SELECT 1"], False, TARGET) for _ in range(2))
    store.add(old)
    old.whole.created_at -= RETENTION
    store.add(new)
    assert store.newest_first() == [new]
    with pytest.raises(ApiError, match="Query does not exist"):
        store.get(old.id)


@works("Data API", "500 active statements")
def test_more_than_500_statements_under_way_are_refused() -> None:
    store = StatementStore()
    records = [StatementRecord.of(["SELECT 1"], False, TARGET) for _ in range(MAX_ACTIVE + 1)]
    for record in records[:-1]:
        store.add(record)
    with pytest.raises(ApiError) as caught:
        store.add(records[-1])
    assert caught.value.code == "ActiveStatementsExceededException"
    records[0].whole.move(Status.FINISHED)
    store.add(records[-1])


@works("Data API", "500 active sessions")
def test_more_than_500_open_sessions_are_refused() -> None:
    store = SessionStore()
    sessions = [store.begin(TARGET, 60) for _ in range(MAX_SESSIONS)]
    with pytest.raises(ApiError) as caught:
        store.begin(TARGET, 60)
    assert caught.value.code == "ActiveSessionsExceededException"
    store.release(sessions[0])  # without a connection: its first statement could not connect
    store.begin(TARGET, 60)


class Connection:
    """A connection that notes its end."""

    def __init__(self) -> None:
        self.closed = threading.Event()

    def close(self) -> None:
        self.closed.set()


def with_connection(store: SessionStore, keep_alive_s: int) -> tuple[ApiSession, Connection]:
    """A session whose first statement runs."""
    session, connection = store.begin(TARGET, keep_alive_s), Connection()
    session.connection = cast(Any, connection)
    return session, connection


@works("Data API", "sessions close after SessionKeepAliveSeconds")
def test_a_session_closes_when_its_time_is_up() -> None:
    store = SessionStore()
    session, connection = with_connection(store, 0)
    store.release(session)
    assert connection.closed.wait(5)
    with pytest.raises(ApiError, match="Session is not available"):
        store.take(session.id, None)


def test_a_statement_keeps_a_session_open_and_may_change_how_long() -> None:
    store = SessionStore()
    session, connection = with_connection(store, 60)
    with pytest.raises(ApiError, match="Session is not available"):
        store.take(session.id, None)  # busy
    store.release(session)
    timer = session.timer
    assert store.take(session.id, 0) is session
    assert timer is not None
    assert timer.finished.is_set()
    assert not connection.closed.is_set()
    store.release(session)
    assert connection.closed.wait(5)


@pytest.mark.parametrize(
    ("request_", "is_shown"),
    [
        ({}, True),
        ({"RoleLevel": False}, False),
        ({"Status": "FAILED"}, False),
        ({"Status": "ALL", "StatementName": "rep"}, True),
        ({"StatementName": "Rep"}, False),
        ({"WorkgroupName": "other"}, False),
        ({"WorkgroupName": "workgroup", "Database": "dev"}, True),
    ],
)
@works("Data API", "ListStatements: Status, StatementName, RoleLevel, Database")
def test_statements_are_listed_for_the_role_and_finished(request_: dict[str, Any], is_shown: bool) -> None:
    role = "arn:aws:sts::000000000000:assumed-role/etl"
    record = StatementRecord.of(["SELECT 1"], False, TARGET)
    record.name, record.principal = "report", f"{role}/monday"
    record.whole.move(Status.FINISHED)
    assert is_listed(record, request_, f"{role}/tuesday") is is_shown
    assert not is_listed(record, request_, "arn:aws:iam::000000000000:user/eve")


def test_errors_read_as_jdbc_has_them() -> None:
    fields = {"S": "ERROR", "C": "42601", "M": "syntax error", "P": "12", "D": "why"}
    assert text_of(ValueError(fields)) == "ERROR: syntax error\n  Detail: why\n  Position: 12"
    assert text_of(ValueError(fields | {"C": "42P01", "D": None})) == "ERROR: syntax error"


def test_any_name_is_a_way_to_the_warehouse_until_a_workgroup_or_cluster_exists() -> None:
    region = Registry().of("000000000000", "us-east-1")
    region.require(TARGET)
    region.clusters["c"] = {"ClusterStatus": "available"}
    with pytest.raises(ApiError, match="Redshift endpoint doesn't exist in this region"):
        region.require(TARGET)
    region.require(Target("", "c", "dev", "", ""))
    region.clusters["c"]["ClusterStatus"] = "paused"
    with pytest.raises(ApiError, match="paused"):
        region.require(Target("", "c", "dev", "", ""))


@pytest.mark.parametrize(
    ("arn", "user"),
    [
        ("arn:aws:iam::000000000000:root", "IAM:root"),
        ("arn:aws:iam::000000000000:user/team/eve", "IAM:eve"),
        ("arn:aws:sts::000000000000:assumed-role/etl/monday", "IAMR:etl"),
    ],
)
def test_iam_identities_have_database_users(arn: str, user: str) -> None:
    assert iam_user_of(arn) == user
