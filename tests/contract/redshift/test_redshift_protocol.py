"""The protocol, message by message: queries, prepared statements, portals, pipelines, malformed messages."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from emulator.redshift.relay import wire
from emulator.stack.sandbox import Sandbox
from tests.contract.redshift.conftest import unique
from tests.contract.redshift.raw_client import (
    RawClient,
    bind,
    close,
    describe,
    error_of,
    execute,
    raw_client,
    run_portal,
    tags_of,
    values_of,
)
from tests.redshift_facts import refused, works

REFUSED = "CREATE INDEX i ON t (a)"


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[RawClient]:
    """A session with a table `t` of one column `a`, that holds 1, 2 and 3."""
    with raw_client(sandbox) as client:
        client.log_in()
        name = unique("protocol")
        client.ask(f"CREATE TEMP TABLE {name} (a INT)")
        client.ask(f"CREATE SCHEMA {name}")
        client.ask(f"SET search_path TO {name}, public")
        client.ask("CREATE TABLE t (a INT)")
        client.ask("INSERT INTO t VALUES (1), (2), (3)")
        yield client
        client.send(wire.SYNC, wire.query("ROLLBACK"))
        client.until(b"Z")
        client.until(b"Z")
        client.ask(f"DROP SCHEMA {name} CASCADE")


def count(client: RawClient) -> int:
    """The rows of `t`."""
    return int(values_of(client.ask("SELECT count(*) FROM t"))[0][0] or b"-1")


@works("protocol", "simple query", "several statements in a simple query", "empty query")
@pytest.mark.parametrize(
    ("sql", "kinds"),
    [
        ("SELECT 1", "TDCZ"),
        ("SELECT 1; SELECT NVL(NULL, 2); SELECT 3", "TDCTDCTDCZ"),
        ("SELECT 1;;", "TDCZ"),
        ("", "IZ"),
        (" ; -- nothing\n", "IZ"),
        ("SELECT 1; SELECT 1/0; SELECT 2", "TDCTEZ"),
        ("SELECT 1; SELECT nothing_there; SELECT 2", "TDCEZ"),
        ("SELECT 1; SELEC 2", "EZ"),
        (f"SELECT 1; {REFUSED}; SELECT 2", "EZ"),
        ("SELECT 1; TRUNCATE t; SELECT 2", "TDCCTDCZ"),
        ("SELECT 1; TRUNCATE not_there; SELECT 2", "TDCEZ"),
        ("TRUNCATE t; SELECT 1/0; SELECT 2", "CTEZ"),
        ("BEGIN; SELECT 1; COMMIT", "CTDCCZ"),
    ],
)
def test_a_simple_query_is_answered_in_order_up_to_one_ready(client: RawClient, sql: str, kinds: str) -> None:
    client.send(wire.query(sql))
    found = client.kinds_until(b"Z")
    assert found == kinds or found == kinds.replace("TE", "E")
    assert values_of(client.ask("SELECT 42")) == [[b"42"]]


@works("protocol", "a failed statement undoes the query string it stands in")
@pytest.mark.parametrize("bad", ["SELECT 1/0", REFUSED, "SELECT nothing_there"])
def test_an_error_undoes_what_came_before_it_in_the_query_string(client: RawClient, bad: str) -> None:
    assert error_of(client.ask(f"INSERT INTO t VALUES (4); {bad}; INSERT INTO t VALUES (5)"))
    assert count(client) == 3


def test_a_truncate_in_the_middle_commits_what_came_before_it(client: RawClient) -> None:
    received = client.ask("INSERT INTO t VALUES (4); TRUNCATE t; INSERT INTO t VALUES (5); SELECT 1/0")
    assert [tag.split()[0] for tag in tags_of(received)] == ["INSERT", "TRUNCATE", "INSERT"]
    assert error_of(received)["C"] == "22012"
    assert count(client) == 0


@works("protocol", "transaction status in ReadyForQuery")
def test_ready_tells_the_state_of_the_transaction(client: RawClient) -> None:
    script = ["BEGIN", "SELECT NVL(1, 2)", REFUSED, "SELECT 1", "ROLLBACK", "TRUNCATE t"]
    assert [client.ask(sql)[-1][1] for sql in script] == [b"T", b"T", b"E", b"E", b"I", b"I"]


@works("protocol", "extended query", "unnamed statements and portals", "Describe", "Flush")
def test_parse_bind_describe_execute_answer_one_by_one(client: RawClient) -> None:
    client.send(wire.parse("", b"SELECT NVL(a, 0) FROM t WHERE a = $1", struct.pack("!HI", 1, 23)))
    client.send(describe(b"S"), bind("", "", b"2"), describe(b"P"), run_portal(), wire.FLUSH)
    assert client.kinds_until(b"C") == "1tT2TDC"
    client.send(wire.SYNC)
    assert client.kinds_until(b"Z") == "Z"
    client.send(wire.parse("", b""), bind("", ""), describe(b"P"), run_portal(), wire.SYNC)
    assert client.kinds_until(b"Z") == "12nIZ"


@works("protocol", "named prepared statements", "Close")
def test_a_named_statement_is_kept_until_it_is_closed(client: RawClient) -> None:
    one = struct.pack("!HI", 1, 23)
    client.send(wire.parse("s", b"SELECT NVL($1, 0) + 1", one), wire.SYNC)
    assert client.kinds_until(b"Z") == "1Z"
    for value in (b"1", b"7"):
        client.send(bind("", "s", value), run_portal(), wire.SYNC)
        assert values_of(client.until(b"Z")) == [[str(int(value) + 1).encode()]]
    client.send(wire.parse("s", b"SELECT 2"), wire.SYNC)
    assert error_of(client.until(b"Z"))["C"] == "42P05"
    client.send(close(b"S", "s"), wire.parse("s", b"SELECT NVL(NULL, 3)"), bind("", "s"), run_portal())
    client.send(wire.SYNC)
    assert values_of(client.until(b"Z")) == [[b"3"]]
    client.send(bind("", "unknown"), wire.SYNC)
    assert error_of(client.until(b"Z"))["C"] == "26000"
    client.send(describe(b"P", "unknown"), wire.SYNC)
    assert error_of(client.until(b"Z"))["C"] == "34000"


@works("protocol", "prepared COPY, UNLOAD and TRUNCATE")
def test_a_statement_of_the_endpoints_own_can_be_prepared_described_and_repeated(client: RawClient) -> None:
    client.send(wire.parse("own", b"TRUNCATE t"), describe(b"S", "own"), wire.SYNC)
    assert client.kinds_until(b"Z") == "1tnZ"
    for _ in range(2):
        client.ask("INSERT INTO t VALUES (9)")
        client.send(bind("p", "own"), describe(b"P", "p"), run_portal("p"), wire.SYNC)
        received = client.until(b"Z")
        assert "".join(kind.decode() for kind, _ in received) == "2nCZ"
        assert tags_of(received)[0].startswith("TRUNCATE")
        assert count(client) == 0
    client.send(close(b"S", "own"), wire.parse("own", b"SELECT 5"), bind("", "own"), run_portal(), wire.SYNC)
    assert values_of(client.until(b"Z")) == [[b"5"]]


def test_a_name_that_is_taken_keeps_its_statement(client: RawClient) -> None:
    client.send(wire.parse("own", b"TRUNCATE t"), wire.SYNC)
    client.until(b"Z")
    client.send(wire.parse("own", b"SELECT 1"), wire.SYNC)
    assert error_of(client.until(b"Z"))["C"] == "42P05"
    client.send(bind("", "own"), run_portal(), wire.SYNC)
    assert tags_of(client.until(b"Z"))[0].startswith("TRUNCATE")
    assert count(client) == 0


@works("protocol", "portals with a limit of rows (PortalSuspended)")
def test_a_portal_gives_so_many_rows_and_then_more(client: RawClient) -> None:
    client.send(wire.query("BEGIN"))
    client.until(b"Z")
    sql = "SELECT NVL(n, 0) FROM generate_series(1, 10) AS n"
    client.send(execute(sql, portal="p", max_rows=4), wire.SYNC)
    assert client.kinds_until(b"Z") == "12DDDDsZ"
    client.send(run_portal("p", 4), run_portal("p", 4), wire.SYNC)
    received = client.until(b"Z")
    assert "".join(kind.decode() for kind, _ in received) == "DDDDsDDCZ"
    assert values_of(received)[-1] == [b"10"]


@works("protocol", "pipelining")
def test_a_thousand_statements_may_be_sent_before_an_answer_is_read(client: RawClient) -> None:
    client.send(*(execute(f"SELECT NVL(NULL, {n})") for n in range(1000)), wire.SYNC)
    assert values_of(client.until(b"Z")) == [[str(n).encode()] for n in range(1000)]
    client.send(*(wire.query(f"SELECT {n}") for n in range(1000)))
    assert [values_of(client.until(b"Z")) for _ in range(1000)] == [[[str(n).encode()]] for n in range(1000)]


@works("protocol", "an error in a pipeline skips to Sync")
@pytest.mark.parametrize(
    "bad", ["SELECT nothing_there", REFUSED, "SELECT 1/0", "TRUNCATE not_there", "COPY t FROM 's3://b' X"]
)
@pytest.mark.parametrize("after", ["SELECT 2", "TRUNCATE t", REFUSED])
def test_after_an_error_a_pipeline_is_skipped_up_to_sync(client: RawClient, bad: str, after: str) -> None:
    client.send(execute("SELECT 1"), execute(bad), execute(after), execute(after), wire.SYNC)
    client.send(execute("SELECT count(*) FROM t"), wire.SYNC)
    first = client.until(b"Z")
    assert values_of(first) == [[b"1"]]
    assert [kind for kind, _ in first].count(b"E") == 1
    assert values_of(client.until(b"Z")) == [[b"3"]]


def test_what_is_sent_after_the_error_is_known_is_skipped_too(client: RawClient) -> None:
    client.send(execute("SELECT nothing_there"), wire.FLUSH)
    assert client.kinds_until(b"E") == "E"
    client.send(execute("TRUNCATE t"), execute("SELECT 1"), wire.query("SELECT 2"), wire.query("TRUNCATE t"))
    client.send(wire.SYNC)
    assert client.kinds_until(b"Z") == "Z"
    assert count(client) == 3
    client.send(execute("TRUNCATE t"), wire.SYNC)
    assert tags_of(client.until(b"Z"))[0].startswith("TRUNCATE")


def test_after_a_failed_statement_of_the_endpoints_own_the_rest_is_skipped(client: RawClient) -> None:
    client.send(execute("TRUNCATE not_there"), wire.FLUSH)
    assert client.until(b"E")[-1][0] == b"E"
    client.send(execute("TRUNCATE t"), execute("SELECT 1"), wire.SYNC)
    assert client.kinds_until(b"Z") == "Z"
    assert count(client) == 3


@works("protocol", "COPY FROM STDIN and TO STDOUT")
def test_the_clients_own_copy_passes_message_by_message(client: RawClient) -> None:
    client.send(wire.query("COPY t FROM STDIN"), wire.frame(b"d", b"7\n8"), wire.frame(b"d", b"\n"))
    client.send(wire.COPY_DONE)
    assert client.kinds_until(b"Z") == "GCZ"
    client.send(wire.query("COPY t FROM STDIN"), wire.frame(b"d", b"9\n"), wire.frame(b"f", b"changed\0"))
    assert "changed" in error_of(client.until(b"Z"))["M"]
    client.send(execute("COPY t FROM STDIN"), wire.SYNC, wire.frame(b"d", b"9\n"), wire.COPY_DONE, wire.SYNC)
    assert client.kinds_until(b"Z") == "12GCZ"
    received = client.ask("COPY t TO STDOUT")
    assert b"".join(payload for kind, payload in received if kind == b"d") == b"1\n2\n3\n7\n8\n9\n"


@refused("protocol", "a statement of more than 16 MB")
@pytest.mark.parametrize("extra", [1, 1_000_000])
@pytest.mark.parametrize("is_extended", [False, True])
def test_a_statement_of_more_than_16_mb_is_refused_and_the_session_goes_on(
    client: RawClient, extra: int, is_extended: bool
) -> None:
    sql = b"SELECT '" + b"x" * (16777216 + extra - 9) + b"'"
    client.send(wire.parse("", sql) + wire.SYNC if is_extended else wire.frame(b"Q", sql + b"\0"))
    fields = error_of(client.until(b"Z"))
    assert fields["M"].startswith("Statement is too large. Statement Size: 1")
    assert fields["M"].endswith(" bytes. Maximum Allowed: 16777216 bytes")
    assert fields["C"] == "42601"
    assert values_of(client.ask("SELECT 1")) == [[b"1"]]


@works("protocol", "statements of 16 MB")
def test_a_statement_of_16_mb_passes_also_if_it_is_translated(client: RawClient) -> None:
    plain = b"SELECT length('" + b"x" * (16777216 - 17) + b"')"
    client.send(wire.frame(b"Q", plain + b"\0"))
    assert values_of(client.until(b"Z")) == [[b"16777199"]]
    translated = "SELECT NVL(NULL, length('" + "x" * 1_000_000 + "'))"
    assert values_of(client.ask(translated)) == [[b"1000000"]]


@refused("protocol", "SQL that is no UTF-8")
@pytest.mark.parametrize("sql", [b"SELECT '\xff'", b"SELECT NVL('\xff', '')", b"COPY t FROM 's3://\xff' CSV"])
def test_sql_that_is_no_utf8_is_refused_and_never_changed(client: RawClient, sql: bytes) -> None:
    for message in (wire.frame(b"Q", sql + b"\0"), wire.parse("", sql) + wire.SYNC):
        client.send(message)
        assert error_of(client.until(b"Z"))["C"] in ("22021", "42601")
    assert count(client) == 3


@works("protocol", "FunctionCall", "Terminate")
def test_a_function_call_and_a_farewell(client: RawClient, sandbox: Sandbox) -> None:
    ((oid,),) = values_of(client.ask("SELECT 'int4pl'::regproc::oid"))
    numbers = b"".join(struct.pack("!I", 4) + struct.pack("!I", value) for value in (2, 3))
    arguments = struct.pack("!IHHH", int(oid or b"0"), 1, 1, 2) + numbers + struct.pack("!H", 1)
    client.send(wire.frame(b"F", arguments))
    assert client.until(b"Z")[0] == (b"V", struct.pack("!II", 4, 5))
    with raw_client(sandbox) as other:
        other.log_in()
        other.send(wire.frame(b"X"))
        assert other.rest() == b""


MALFORMED = [
    pytest.param(b"\0" * 40, id="no-kind"),
    pytest.param(b"y\0\0\0\x04", id="unknown-kind"),
    pytest.param(b"Q\0\0\0\0", id="zero-length"),
    pytest.param(b"Q\0\0\0\x03abc", id="length-below-four"),
    pytest.param(b"Q\xff\xff\xff\xff", id="negative-length"),
    pytest.param(b"S\x7f\xff\xff\xff", id="huge-sync"),
    pytest.param(b"B\x7f\xff\xff\xff", id="huge-bind"),
    pytest.param(wire.frame(b"Q", b"SELECT 1"), id="query-without-its-end"),
    pytest.param(wire.frame(b"Q", b"SELECT 1\0 + 1\0"), id="query-with-a-zero"),
    pytest.param(wire.frame(b"Q"), id="query-without-text"),
    pytest.param(wire.frame(b"P", b"name"), id="parse-without-sql"),
    pytest.param(wire.frame(b"B", b"portal\0name"), id="bind-cut-short"),
    pytest.param(wire.frame(b"E", b"portal"), id="execute-cut-short"),
    pytest.param(wire.frame(b"C", b"S"), id="close-cut-short"),
    pytest.param(wire.frame(b"p", b"again\0"), id="password-again"),
]


@refused("protocol", "malformed messages (that connection is closed, no other)")
@pytest.mark.parametrize("garbage", MALFORMED)
def test_a_malformed_message_closes_that_connection_and_no_other(
    sandbox: Sandbox, db: psycopg.Connection[Any], garbage: bytes
) -> None:
    with raw_client(sandbox) as client:
        client.log_in()
        client.send(wire.query("SELECT 1"), garbage)
        received = client.rest()
        assert b"SFATAL\0" in received
        assert b"C08P01\0" in received
    assert db.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.parametrize(
    "body", [b"\0name_without_counts\0", b"\0\0\0\1\0\0\0\0", b"\0\0\0\0\0\1\0\0\0\x09x"]
)
def test_a_malformed_body_is_an_error_and_the_session_goes_on_as_postgresqls_does(
    client: RawClient, body: bytes
) -> None:
    client.send(wire.parse("", b"SELECT 1"), wire.frame(b"B", body), run_portal(), wire.SYNC)
    assert error_of(client.until(b"Z"))["S"] == "ERROR"
    assert values_of(client.ask("SELECT 1")) == [[b"1"]]
