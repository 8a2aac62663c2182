"""The log of queries: what is kept, what is written and when."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator.redshift.relay import query_log, wire
from emulator.redshift.relay.query_log import QueryLog, SessionLog, is_asked
from emulator.redshift.relay.reply_ledger import ReplyLedger


class Warehouse:
    """Takes what is written."""

    def __init__(self) -> None:
        self.written: list[list[dict[str, Any]]] = []
        self.sessions: list[list[dict[str, Any]]] = []

    def run(self, sql: str, **values: Any) -> None:
        if "tarmac_log_sessions" in sql:
            self.sessions.append(json.loads(values["rows"]))
        elif "tarmac_log" in sql:
            self.written.append(json.loads(values["rows"]))

    def close(self) -> None:
        return None


@pytest.fixture
def warehouse() -> Warehouse:
    return Warehouse()


@pytest.fixture
def session(warehouse: Warehouse) -> SessionLog:
    return SessionLog(QueryLog(lambda _: warehouse), "ann", "dev")


@pytest.mark.parametrize(
    ("sql", "asks"),
    [
        (b"SELECT * FROM sys_query_history", True),
        (b"select query from STL_QUERY where userid > 1", True),
        (b"SELECT pg_last_query_id()", True),
        (b"SELECT * FROM my_stl_query", False),
        (b"SELECT 1", False),
    ],
)
def test_only_statements_that_name_the_history_ask_for_it(sql: bytes, asks: bool) -> None:
    assert is_asked(sql) is asks


def test_a_record_tells_its_tag_times_and_session(session: SessionLog, warehouse: Warehouse) -> None:
    session.pid = 7
    with session.began(b"SELECT 1") as record:
        record.answered(wire.complete("SELECT 1"))
    session.write()
    (row,) = warehouse.written[0]
    told = {name: row[name] for name in ("session_id", "user_name", "database_name", "query_text", "tag")}
    assert told == {
        "session_id": 7,
        "user_name": "ann",
        "database_name": "dev",
        "query_text": "SELECT 1",
        "tag": "SELECT 1",
    }
    assert row["ended"] >= row["started"]
    assert session.last_query_id == row["query_id"]


def test_what_is_written_is_not_written_again_unless_it_was_running(
    session: SessionLog, warehouse: Warehouse
) -> None:
    with session.began(b"SELECT 1") as record:
        record.answered(wire.complete("SELECT 1"))
    running = session.began(b"SELECT 2")
    session.write()
    running.answered(wire.complete("SELECT 1"))
    running.end()
    session.write()
    session.write()
    assert [[row["query_text"] for row in rows] for rows in warehouse.written] == [
        ["SELECT 1", "SELECT 2"],
        ["SELECT 2"],
        [],
    ]


def test_what_a_pipeline_skipped_was_not_executed(session: SessionLog, warehouse: Warehouse) -> None:
    session.parsed(b"", b"SELECT 1/0", False)
    session.bound(b"", b"")
    ledger = ReplyLedger()
    for _ in range(2):
        ledger.sent(b"E", record=session.began(session.of_portal(b"")[0]))
    ledger.sent(b"S")
    ledger.received(b"E", b"SERROR\0C22012\0Mdivision by zero\0\0")
    ledger.received(b"Z", b"I")
    session.write()
    assert [(row["sqlstate"], row["error_message"]) for row in warehouse.written[0]] == [
        ("22012", "division by zero")
    ]


def test_the_log_keeps_a_bounded_number_of_bounded_texts(
    session: SessionLog, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query_log, "KEPT_RECORDS", 3)
    session = SessionLog(QueryLog(lambda _: warehouse), "ann", "dev")
    for number in range(5):
        session.began(b"SELECT " + str(number).encode() + b" " * 5000)
    session.write()
    texts = [row["query_text"] for row in warehouse.written[0]]
    assert [text.strip() for text in texts] == ["SELECT 2", "SELECT 3", "SELECT 4"]
    assert {len(text) for text in texts} == {query_log.TEXT_BYTES}


def test_a_closed_statement_is_forgotten(session: SessionLog) -> None:
    session.parsed(b"s", b"SELECT 1", True)
    session.bound(b"p", b"s")
    assert session.of_portal(b"p") == (b"SELECT 1", True)
    session.closed(b"P", b"p")
    assert session.of_portal(b"p") == (b"", False)


def test_a_session_is_written_when_it_begins_and_when_it_ends(
    session: SessionLog, warehouse: Warehouse
) -> None:
    session.client = {"application_name": "app", "user": "ann"}
    session.opened(7)
    session.write()
    session.write()
    session.over()
    session.over()
    session.write()
    told = [
        [(row["session_id"], row["application_name"], row["ended"]) for row in rows]
        for rows in warehouse.sessions
    ]
    assert told[:2] == [[(7, "app", None)], []]
    assert [row[:2] for row in told[2]] == [(7, "app")]
    assert warehouse.sessions[2][0]["ended"] >= warehouse.sessions[2][0]["started"]


def test_ids_go_on_after_those_of_an_earlier_process(warehouse: Warehouse) -> None:
    far = 2_000_000_000
    session = SessionLog(QueryLog(lambda _: warehouse, lambda: far), "ann", "dev")
    assert [session.began(b"SELECT 1").query_id for _ in range(2)] == [far + 1, far + 2]
