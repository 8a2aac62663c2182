"""What UNLOAD does with the rows that the warehouse gives: text passes, Parquet is made of CSV."""

from __future__ import annotations

import io
import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from emulator.redshift.errors import RedshiftError
from emulator.redshift.s3_access import S3, S3Object
from emulator.redshift.unloads.s3_writer import S3Writer, compressed
from emulator.redshift.unloads.unload_columns import NO_QUOTE, delimiter_of
from emulator.redshift.unloads.unload_options import UnloadPlan

_BATCH_BYTES = 4 * 1024 * 1024
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_LITERAL = {b"n": b"\\\n", b"r": b"\\\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"v": b"\v"}


@dataclass(frozen=True)
class WrittenFile:
    """A file that an UNLOAD has written."""

    item: S3Object
    size_bytes: int
    rows: int
    slice_number: int = 0


class Sink(ABC):
    """One file being written; `write` takes whole rows."""

    def __init__(self, s3: S3, item: S3Object) -> None:
        self.item = item
        self.writer = S3Writer(s3, item)

    @abstractmethod
    def write(self, rows: bytes) -> None:
        """Takes rows as the warehouse's COPY TO STDOUT gives them."""

    @abstractmethod
    def close(self) -> None:
        """Completes the file."""

    def abandon(self) -> None:
        """Leaves nothing behind."""
        self.writer.abandon()


class TextSink(Sink):
    """CSV, delimited text, fixed width or JSON lines."""

    def __init__(self, s3: S3, item: S3Object, plan: UnloadPlan, header: bytes) -> None:
        super().__init__(s3, item)
        self._out: IO[bytes] | S3Writer = (
            compressed(self.writer, plan.compression) if plan.compression else self.writer
        )
        self._as_written = _as_written(plan)
        if header:
            self._out.write(header)

    def write(self, rows: bytes) -> None:
        """Takes rows."""
        self._out.write(self._as_written(rows))

    def close(self) -> None:
        """Completes the file."""
        if self._out is not self.writer:
            self._out.close()
        self.writer.finish()


def _as_written(plan: UnloadPlan) -> Callable[[bytes], bytes]:
    """What makes the file's rows of the warehouse's."""
    if plan.escape:
        return _QuotedAndEscaped(delimiter_of(plan)) if "ADDQUOTES" in plan.flags else _escaped
    return bytes if plan.data_format == "CSV" or "ADDQUOTES" in plan.flags else _without_quotes


def _escaped(rows: bytes) -> bytes:
    return _ESCAPED.sub(lambda match: _LITERAL.get(match.group(1), match.group()), rows)


def _without_quotes(rows: bytes) -> bytes:
    return rows.replace(NO_QUOTE.encode(), b"")


class _QuotedAndEscaped:
    """Fields in quotes, in which quotes, delimiters, line breaks and backslashes follow a backslash."""

    def __init__(self, delimiter: str) -> None:
        marks = re.escape(delimiter).encode()
        self._marked = re.compile(rb"[\\\\\"'\n\r]|" + marks)

    def __call__(self, rows: bytes) -> bytes:
        parts = rows.split(NO_QUOTE.encode())
        parts[1::2] = [self._marked.sub(rb"\\\g<0>", part) for part in parts[1::2]]
        return b'"'.join(parts)


class ParquetSink(Sink):
    """Parquet, from rows in CSV."""

    def __init__(self, s3: S3, item: S3Object, schema: Any) -> None:
        super().__init__(s3, item)
        self._schema = schema
        self._parquet = pq.ParquetWriter(pa.PythonFile(self.writer, mode="w"), schema, compression="snappy")
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0

    def write(self, rows: bytes) -> None:
        """Takes rows."""
        self._waiting.append(rows)
        self._waiting_bytes += len(rows)
        if self._waiting_bytes >= _BATCH_BYTES:
            self._convert()

    def close(self) -> None:
        """Completes the file."""
        self._convert()
        self._parquet.close()
        self.writer.finish()

    def _convert(self) -> None:
        if not self._waiting:
            return
        data = b"".join(self._waiting)
        self._waiting, self._waiting_bytes = [], 0
        if not data:
            return
        try:
            self._parquet.write_table(_table(data, self._schema))
        except pa.ArrowInvalid as error:
            raise RedshiftError(f"UNLOAD to Parquet: {error}") from error


def _table(data: bytes, schema: Any) -> Any:
    names = [str(place) for place in range(len(schema))]
    return pyarrow.csv.read_csv(
        io.BytesIO(data),
        read_options=pyarrow.csv.ReadOptions(column_names=names, block_size=max(len(data), 1)),
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=dict(zip(names, schema.types, strict=True)),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            true_values=["t"],
            false_values=["f"],
        ),
    ).rename_columns(schema.names)


_ARROW_TYPES = {
    "smallint": pa.int16(),
    "integer": pa.int32(),
    "bigint": pa.int64(),
    "real": pa.float32(),
    "double precision": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp without time zone": pa.timestamp("us"),
    "timestamp with time zone": pa.timestamp("us", "UTC"),
}
_DECIMAL = re.compile(r"numeric\((\d+),(\d+)\)")


def arrow_type(full_type: str) -> Any:
    """The Parquet type for a warehouse's type; numeric without precision becomes double, others text."""
    base = re.sub(r"\(\d+\)", "", full_type)
    if match := _DECIMAL.fullmatch(full_type):
        precision, scale = int(match.group(1)), int(match.group(2))
        return pa.decimal128(precision, scale) if precision <= 38 else pa.float64()
    return pa.float64() if full_type == "numeric" else _ARROW_TYPES.get(base, pa.string())
