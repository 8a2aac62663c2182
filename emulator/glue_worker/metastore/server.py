"""Answers the Thrift calls of a run's Spark, on a port of loopback for that run alone."""

from __future__ import annotations

import logging
import socketserver
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from emulator.glue_worker.metastore import thrift_idl
from emulator.glue_worker.metastore.errors import MetastoreError
from emulator.glue_worker.metastore.thrift_binary import EXCEPTION, REPLY, Reader, Writer
from emulator.glue_worker.metastore.thrift_idl import Field, Method, ThriftType

log = logging.getLogger(__name__)

INTERFACE = thrift_idl.parse(Path(__file__).with_name("hive_metastore.thrift").read_text())
UNKNOWN_METHOD, INTERNAL_ERROR = 1, 6
_APPLICATION_ERROR = (Field(1, ThriftType("string"), "message"), Field(2, ThriftType("i32"), "type"))

Call = Callable[[str, dict[str, Any]], Any]


class MetastoreServer:
    """Listens from `start` to `close`; `call(method, arguments)` gives a method's result."""

    def __init__(self, call: Call) -> None:
        self._server = _Server(call)

    @property
    def uri(self) -> str:
        """For `hive.metastore.uris`."""
        return f"thrift://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> None:
        """Answers from now on, in threads of its own."""
        threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True).start()

    def close(self) -> None:
        """Stops listening."""
        self._server.shutdown()
        self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, call: Call) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.call = call


class _Conversation(socketserver.StreamRequestHandler):
    """One connection: answers call after call until the other side hangs up."""

    disable_nagle_algorithm = True
    server: _Server

    def handle(self) -> None:
        while True:
            try:
                reader = Reader(self.rfile, INTERFACE)
                name, number = reader.message()
                method = INTERFACE.methods.get(name)
                arguments = reader.fields(method.arguments if method else ())
                self.wfile.write(_answer(self.server.call, name, number, method, arguments))
            except (EOFError, OSError):
                return


def _answer(call: Call, name: str, number: int, method: Method | None, arguments: dict[str, Any]) -> bytes:
    if method is None:
        text = f"the metastore call {name!r} is not in tarmac (see docs/fidelity.md)"
        return _application_error(name, number, UNKNOWN_METHOD, text)
    try:
        given = {field.name: arguments.get(field.name) for field in method.arguments}
        fields, values = _success(method, call(name, given))
    except MetastoreError as error:
        fields, values = _declared_error(method, error)
    except Exception as error:
        log.exception("metastore call %s", name)
        return _application_error(name, number, INTERNAL_ERROR, f"{name}: {error}")
    writer = Writer(INTERFACE)
    writer.message(REPLY, name, number)
    writer.fields(fields, values)
    return bytes(writer.data)


def _success(method: Method, value: Any) -> tuple[tuple[Field, ...], dict[str, Any]]:
    if method.result is None:
        return (), {}
    return (Field(0, method.result, "success"),), {"success": value}


def _declared_error(method: Method, error: MetastoreError) -> tuple[tuple[Field, ...], dict[str, Any]]:
    """The method's field for this kind of error; MetaException for one that it doesn't declare."""
    named = {field.type.name: field for field in method.errors}
    field = named.get(error.kind) or named.get("MetaException") or method.errors[0]
    return (field,), {field.name: {"message": str(error)}}


def _application_error(name: str, number: int, kind: int, text: str) -> bytes:
    writer = Writer(INTERFACE)
    writer.message(EXCEPTION, name, number)
    writer.fields(_APPLICATION_ERROR, {"message": text, "type": kind})
    return bytes(writer.data)
