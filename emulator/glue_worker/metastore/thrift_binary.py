"""Thrift's binary protocol over a byte stream ("Thrift Binary protocol encoding", Apache Thrift).

Structs are dictionaries by field name; a field that is None or missing is left out.
"""

from __future__ import annotations

import struct
from io import BufferedIOBase
from typing import Any

from emulator.glue_worker.metastore.thrift_idl import Field, Interface, ThriftType

VERSION = 0x80010000
REPLY, EXCEPTION = 2, 3
STOP, BOOL, BYTE, DOUBLE, I16, I32, I64, STRING, STRUCT, MAP, SET, LIST = (
    0,
    2,
    3,
    4,
    6,
    8,
    10,
    11,
    12,
    13,
    14,
    15,
)
_CODES = {
    "bool": BOOL, "byte": BYTE, "double": DOUBLE, "i16": I16, "i32": I32, "i64": I64, "string": STRING,
    "map": MAP, "set": SET, "list": LIST,
}  # fmt: skip
_NUMBERS = {BOOL: "!?", BYTE: "!b", DOUBLE: "!d", I16: "!h", I32: "!i", I64: "!q"}


class Reader:
    """Takes values off a stream; raises EOFError when it ends or is not Thrift's."""

    def __init__(self, stream: BufferedIOBase, interface: Interface) -> None:
        self._stream, self._interface = stream, interface

    def message(self) -> tuple[str, int]:
        """The head of a message: the method's name and the call's number."""
        head = self._number("!I")
        if head & 0xFFFF0000 != VERSION:
            raise EOFError(f"not a Thrift message: it begins with {head:#010x}")
        return self._text(), self._number("!i")

    def fields(self, known: tuple[Field, ...]) -> dict[str, Any]:
        """A struct; fields that are not known are passed over."""
        by_number = {field.number: field for field in known}
        values: dict[str, Any] = {}
        while code := self._number("!b"):
            field = by_number.get(self._number("!h"))
            if field is None:
                self._pass_over(code)
            else:
                values[field.name] = self._value(field.type)
        return values

    def _value(self, kind: ThriftType) -> Any:
        code = _code(kind)
        if code in _NUMBERS:
            return self._number(_NUMBERS[code])
        if code == STRING:
            return self._text()
        if code == STRUCT:
            return self.fields(self._interface.structs[kind.name])
        self._bytes(2 if code == MAP else 1)  # the types of its elements, which the interface says too
        count = range(self._number("!i"))
        if code == MAP:
            return {self._value(kind.parts[0]): self._value(kind.parts[1]) for _ in count}
        return [self._value(kind.parts[0]) for _ in count]

    def _pass_over(self, code: int) -> None:
        if code in _NUMBERS:
            self._bytes(struct.calcsize(_NUMBERS[code]))
        elif code == STRING:
            self._bytes(self._number("!i"))
        elif code == STRUCT:
            self.fields(())
        else:
            inner = self._bytes(2 if code == MAP else 1)
            for element in inner * self._number("!i"):
                self._pass_over(element)

    def _text(self) -> str:
        return self._bytes(self._number("!i")).decode(errors="replace")

    def _number(self, layout: str) -> Any:
        return struct.unpack(layout, self._bytes(struct.calcsize(layout)))[0]

    def _bytes(self, count: int) -> bytes:
        found = self._stream.read(count)
        if len(found) < count:
            raise EOFError("the stream ended")
        return found


class Writer:
    """Collects values as bytes."""

    def __init__(self, interface: Interface) -> None:
        self._interface = interface
        self.data = bytearray()

    def message(self, kind: int, name: str, number: int) -> None:
        """The head of a message."""
        self._number("!I", VERSION | kind)
        self._text(name)
        self._number("!i", number)

    def fields(self, known: tuple[Field, ...], values: dict[str, Any]) -> None:
        """A struct."""
        for field in known:
            if (value := values.get(field.name)) is not None:
                self._number("!b", _code(field.type))
                self._number("!h", field.number)
                self._value(field.type, value)
        self._number("!b", STOP)

    def _value(self, kind: ThriftType, value: Any) -> None:
        code = _code(kind)
        if code in _NUMBERS:
            self._number(_NUMBERS[code], value)
        elif code == STRING:
            self._text(value)
        elif code == STRUCT:
            self.fields(self._interface.structs[kind.name], value)
        else:
            self._collection(kind, value.items() if code == MAP else ((item,) for item in value), len(value))

    def _collection(self, kind: ThriftType, items: Any, count: int) -> None:
        for part in kind.parts:
            self._number("!b", _code(part))
        self._number("!i", count)
        for item in items:
            for part, value in zip(kind.parts, item, strict=True):
                self._value(part, value)

    def _text(self, text: str) -> None:
        raw = text.encode()
        self._number("!i", len(raw))
        self.data += raw

    def _number(self, layout: str, value: Any) -> None:
        self.data += struct.pack(layout, value)


def _code(kind: ThriftType) -> int:
    return _CODES.get(kind.name, STRUCT)
