"""Reads the columns of an Avro object container file from the schema in its header; pure.

Source of the layout and of the types: the Apache Avro specification, "Object Container Files" and "Logical
Types". Record and byte counts are estimated from the first block.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from emulator.glue_service.classifiers_models import Column, FileSchema
from emulator.glue_service.classifiers_types import BIGINT, STRING

AVRO_MAGIC = b"Obj\x01"
AVRO_SERDE = "org.apache.hadoop.hive.serde2.avro.AvroSerDe"
_SYNC_BYTES = 16
_SCALARS = {
    "boolean": "boolean",
    "bytes": "binary",
    "double": "double",
    "enum": STRING,
    "fixed": "binary",
    "float": "float",
    "int": "int",
    "long": BIGINT,
    "string": STRING,
}
_LOGICAL = {"date": "date", "timestamp-millis": "timestamp", "timestamp-micros": "timestamp"}


def classify_avro(head: bytes) -> FileSchema | None:
    """The schema of a file that begins like this, None if the header is damaged or holds no record."""
    reader = _Reader(head, len(AVRO_MAGIC))
    try:
        literal = reader.metadata()["avro.schema"].decode()
        schema = json.loads(literal)
        if not isinstance(schema, dict) or schema.get("type") != "record":
            return None
        types = _Types(open={schema["name"]})
        types.remember(schema)
        columns = tuple(
            Column(item["name"].lower(), types.name_of(item["type"])) for item in schema["fields"]
        )
        record_count, record_bytes = reader.first_block()
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        return None
    return FileSchema(
        classification="avro",
        columns=columns,
        serde_library=AVRO_SERDE,
        serde_parameters={"avro.schema.literal": literal, "serialization.format": "1"},
        parameters={"avro.schema.literal": literal},
        record_bytes=record_bytes,
        record_count=record_count,
    )


@dataclass
class _Reader:
    """Reads Avro's binary encoding; raises IndexError at the end of the data."""

    data: bytes
    position: int

    def metadata(self) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        while count := self._long():
            if count < 0:
                self._long()
            for _ in range(abs(count)):
                key = self._bytes().decode()
                found[key] = self._bytes()
        return found

    def first_block(self) -> tuple[int, int]:
        """Records and bytes of the first block, zeros if it lies behind the data that was read."""
        self.position += _SYNC_BYTES
        return (self._long(), self._long()) if self.position + 20 < len(self.data) else (0, 0)

    def _long(self) -> int:
        value = shift = 0
        while True:
            byte = self.data[self.position]
            self.position += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return (value >> 1) ^ -(value & 1)
            shift += 7

    def _bytes(self) -> bytes:
        length = self._long()
        start, self.position = self.position, self.position + length
        if length < 0 or self.position > len(self.data):
            raise IndexError("the header goes on behind the data that was read")
        return self.data[start : self.position]


@dataclass
class _Types:
    """Catalog names of Avro types; named ones are remembered where they are defined.

    `open` are the records whose fields are being named.
    """

    open: set[str]
    _named: dict[str, Any] = field(default_factory=dict)

    def remember(self, schema: dict[str, Any]) -> None:
        if name := schema.get("name"):
            self._named[name] = schema
            self._named[f"{schema.get('namespace', '')}.{name}"] = schema

    def name_of(self, schema: Any) -> str:
        if isinstance(schema, list):
            return self._union(schema)
        if isinstance(schema, str):
            return self._reference(schema)
        self.remember(schema)
        return self._logical(schema) or self._complex(schema)

    def _union(self, branches: list[Any]) -> str:
        kinds = [self.name_of(branch) for branch in branches if branch != "null"]
        return kinds[0] if len(kinds) == 1 else f"union<{','.join(kinds)}>" if kinds else STRING

    def _reference(self, name: str) -> str:
        """A primitive type, or a type defined earlier; one that holds itself has no catalog name."""
        if name in _SCALARS or name in self.open or name not in self._named:
            return _SCALARS.get(name, STRING)
        self.open.add(name)
        found = self._complex(self._named[name])
        self.open.discard(name)
        return found

    def _logical(self, schema: dict[str, Any]) -> str | None:
        logical = schema.get("logicalType")
        if logical == "decimal":
            return f"decimal({schema['precision']},{schema.get('scale', 0)})"
        return _LOGICAL.get(str(logical))

    def _complex(self, schema: dict[str, Any]) -> str:
        kind = schema["type"]
        if kind == "record":
            self.open.add(schema["name"])
            fields = [f"{item['name']}:{self.name_of(item['type'])}" for item in schema["fields"]]
            self.open.discard(schema["name"])
            return f"struct<{','.join(fields)}>"
        if kind == "array":
            return f"array<{self.name_of(schema['items'])}>"
        if kind == "map":
            return f"map<string,{self.name_of(schema['values'])}>"
        return self.name_of(kind)
