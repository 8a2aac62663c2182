"""Reads the columns of Parquet and ORC files from their footers, never their data."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from emulator.glue_service.classifiers_models import Column, FileSchema

PARQUET_MAGIC = b"PAR1"
ORC_MAGIC = b"ORC"
PARQUET_SERDE = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
ORC_SERDE = "org.apache.hadoop.hive.ql.io.orc.OrcSerde"
_TAIL_BYTES = 64_000
_SCALARS = {
    "bool": "boolean",
    "int8": "tinyint",
    "int16": "smallint",
    "int32": "int",
    "int64": "bigint",
    "uint8": "smallint",
    "uint16": "int",
    "uint32": "bigint",
    "uint64": "bigint",
    "halffloat": "float",
    "float": "float",
    "double": "double",
    "string": "string",
    "large_string": "string",
    "binary": "binary",
    "large_binary": "binary",
    "date32[day]": "date",
}

ReadRange = Callable[[int, int], bytes]


def classify_parquet(read: ReadRange, size_bytes: int) -> FileSchema | None:
    """The schema in a Parquet footer, or None if the footer can't be read.

    `read(start, length)` returns a range of the file; only the footer is asked for.
    """
    import pyarrow
    import pyarrow.parquet

    try:
        footer = pyarrow.parquet.read_metadata(_opened(read, size_bytes))
    except (pyarrow.ArrowInvalid, OSError):
        return None
    groups = (footer.row_group(index) for index in range(footer.num_row_groups))
    return FileSchema(
        classification="parquet",
        columns=_columns(footer.schema.to_arrow_schema()),
        serde_library=PARQUET_SERDE,
        serde_parameters={"serialization.format": "1"},
        record_bytes=sum(group.total_byte_size for group in groups),
        record_count=footer.num_rows,
    )


def classify_orc(read: ReadRange, size_bytes: int) -> FileSchema | None:
    """The schema in an ORC file's metadata, or None if that can't be read; see `classify_parquet`."""
    import pyarrow
    import pyarrow.orc

    try:
        file = pyarrow.orc.ORCFile(_opened(read, size_bytes))
    except (pyarrow.ArrowException, OSError):
        return None
    return FileSchema(
        classification="orc",
        columns=_columns(file.schema),
        serde_library=ORC_SERDE,
        record_bytes=file.content_length,
        record_count=file.nrows,
    )


def _columns(arrow_schema: Any) -> tuple[Column, ...]:
    return tuple(Column(field.name.lower(), catalog_type(field.type)) for field in arrow_schema)


def catalog_type(arrow_type: Any) -> str:
    """The catalog's name of an Arrow type; a type that the catalog has no name for is a `string`."""
    import pyarrow.types as kinds

    if kinds.is_timestamp(arrow_type):
        return "timestamp"
    if kinds.is_decimal(arrow_type):
        return f"decimal({arrow_type.precision},{arrow_type.scale})"
    if kinds.is_map(arrow_type):
        return f"map<{catalog_type(arrow_type.key_type)},{catalog_type(arrow_type.item_type)}>"
    if kinds.is_list(arrow_type) or kinds.is_large_list(arrow_type):
        return f"array<{catalog_type(arrow_type.value_type)}>"
    if kinds.is_struct(arrow_type):
        return "struct<" + ",".join(f"{item.name}:{catalog_type(item.type)}" for item in arrow_type) + ">"
    return _SCALARS.get(str(arrow_type), "string")


def _opened(read: ReadRange, size_bytes: int) -> Any:
    import pyarrow

    return pyarrow.PythonFile(_RangeFile(read, size_bytes), mode="r")


class _RangeFile(io.RawIOBase):
    """A read-only seekable file over ranged reads; its tail is read once and kept."""

    def __init__(self, read: ReadRange, size_bytes: int) -> None:
        self._read_range = read
        self._size = size_bytes
        self._position = 0
        self._tail_start = max(0, size_bytes - _TAIL_BYTES)
        self._tail: bytes | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = base + offset
        return self._position

    def read(self, size: int = -1) -> bytes:
        length = self._size - self._position if size < 0 else min(size, self._size - self._position)
        data = self._range(self._position, length)
        self._position += len(data)
        return data

    def _range(self, start: int, length: int) -> bytes:
        if start < self._tail_start:
            return self._read_range(start, length)
        if self._tail is None:
            self._tail = self._read_range(self._tail_start, self._size - self._tail_start)
        offset = start - self._tail_start
        return self._tail[offset : offset + length]
