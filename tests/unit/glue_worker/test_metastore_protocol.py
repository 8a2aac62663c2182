"""The metastore's wire protocol: what Hive's client sends is read, and what it expects is written."""

from __future__ import annotations

import io
import socket
import struct
from collections.abc import Iterator
from typing import Any

import pytest

from emulator.glue_worker.metastore import thrift_idl
from emulator.glue_worker.metastore.errors import MetastoreError
from emulator.glue_worker.metastore.server import INTERFACE, MetastoreServer
from emulator.glue_worker.metastore.thrift_binary import EXCEPTION, REPLY, Reader, Writer
from emulator.glue_worker.metastore.thrift_idl import Field, ThriftType

CALL = 1
TABLE = {
    "tableName": "t",
    "dbName": "d",
    "createTime": 7,
    "sd": {"cols": [{"name": "a", "type": "int"}], "numBuckets": -1, "compressed": False},
    "parameters": {"k": "é"},
    "temporary": True,
}


def answer(method: str, arguments: dict[str, Any]) -> Any:
    if method == "get_database":
        raise MetastoreError("NoSuchObjectException", f"no {arguments['database']}")
    if method == "get_all_databases":
        raise ValueError("a bug")
    if method == "get_partition_names":
        raise MetastoreError("NoSuchObjectException", "not declared")
    return {"get_table": TABLE, "create_database": None}[method]


@pytest.fixture
def connection() -> Iterator[socket.socket]:
    server = MetastoreServer(answer)
    server.start()
    host, _, port = server.uri.removeprefix("thrift://").partition(":")
    with socket.create_connection((host, int(port)), timeout=5) as made:
        yield made
    server.close()


def exchange(connection: socket.socket, method: str, arguments: bytes) -> tuple[int, Reader]:
    """Sends a call; gives the kind of the reply, and a reader that stands behind its head."""
    raw = method.encode()
    head = struct.pack("!Ii", 0x80010000 | CALL, len(raw)) + raw + struct.pack("!i", 5)
    connection.sendall(head + arguments)
    reader = Reader(io.BufferedReader(connection.makefile("rb", buffering=0)), INTERFACE)
    kind = struct.unpack("!I", reader._bytes(4))[0] & 0xFF
    name = reader._text()
    assert (name, reader._number("!i")) == (method, 5)
    return kind, reader


def arguments_of(method: str, values: dict[str, Any]) -> bytes:
    writer = Writer(INTERFACE)
    writer.fields(INTERFACE.methods[method].arguments, values)
    return bytes(writer.data)


def test_a_struct_comes_back_as_it_was_sent(connection: socket.socket) -> None:
    kind, reader = exchange(connection, "get_table", arguments_of("get_table", {"database": "d"}))
    assert kind == REPLY
    success = Field(0, ThriftType("Table"), "success")
    assert reader.fields((success,)) == {"success": TABLE}


def test_fields_that_are_not_known_are_passed_over(connection: socket.socket) -> None:
    unknown = (
        b"\x0c\x00\x63\x02\x00\x01\x01\x00"  # 99: struct {1: true}
        b"\x0d\x00\x64\x0b\x08\x00\x00\x00\x01\x00\x00\x00\x01k\x00\x00\x00\x02"  # 100: map {"k": 2}
        b"\x0f\x00\x65\x0b\x00\x00\x00\x01\x00\x00\x00\x01x"  # 101: list ["x"]
    )
    known = arguments_of("get_table", {"database": "d", "table": "t"})
    kind, _ = exchange(connection, "get_table", unknown + known)
    assert kind == REPLY


def test_an_error_that_the_method_declares_is_in_its_field(connection: socket.socket) -> None:
    kind, reader = exchange(connection, "get_database", arguments_of("get_database", {"database": "x"}))
    assert kind == REPLY
    assert reader.fields(INTERFACE.methods["get_database"].errors) == {"o1": {"message": "no x"}}


def test_an_error_that_it_does_not_declare_is_a_meta_exception(connection: socket.socket) -> None:
    _, reader = exchange(connection, "get_partition_names", arguments_of("get_partition_names", {}))
    assert reader.fields(INTERFACE.methods["get_partition_names"].errors) == {
        "o2": {"message": "not declared"}
    }


def test_a_method_without_a_result_answers_with_an_empty_struct(connection: socket.socket) -> None:
    kind, reader = exchange(connection, "create_database", arguments_of("create_database", {}))
    assert (kind, reader.fields(())) == (REPLY, {})


@pytest.mark.parametrize(
    ("method", "words"), [("grant_role", "'grant_role' is not in tarmac"), ("get_all_databases", "a bug")]
)
def test_an_unknown_method_and_a_bug_are_reported_and_the_connection_lives(
    connection: socket.socket, method: str, words: str
) -> None:
    kind, reader = exchange(connection, method, b"\x00")
    text = reader.fields((Field(1, ThriftType("string"), "message"),))["message"]
    assert kind == EXCEPTION
    assert words in text
    kind, _ = exchange(connection, "create_database", arguments_of("create_database", {}))
    assert kind == REPLY


def test_what_is_not_thrift_ends_the_connection(connection: socket.socket) -> None:
    connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
    assert connection.recv(1) == b""


def test_types_nest_in_the_interface_language() -> None:
    text = (
        "struct A {\n  1: map<string, list<i32>> m\n}\nservice S {\n  void f(1: A a, 2: i32 b) throws ()\n}"
    )
    found = thrift_idl.parse(text)
    inner = ThriftType("list", (ThriftType("i32"),))
    assert found.structs["A"] == (Field(1, ThriftType("map", (ThriftType("string"), inner)), "m"),)
    assert [field.name for field in found.methods["f"].arguments] == ["a", "b"]
    assert found.methods["f"].result is None
