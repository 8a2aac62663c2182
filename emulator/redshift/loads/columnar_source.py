"""Parquet and ORC files on their way into the warehouse: by position, with exactly the table's types.

Redshift reads them by Spectrum, whose errors name the file (Amazon Redshift Database Developer Guide,
"COPY from columnar data formats"; the errors' words are those that users report).
"""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Iterator
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.orc
import pyarrow.parquet as pq

from emulator.redshift.errors import RedshiftError, error_block
from emulator.redshift.loads.copy_columns import Column
from emulator.redshift.loads.copy_options import CopyPlan
from emulator.redshift.loads.pieces import Chunk, Form, Manner
from emulator.redshift.loads.text_source import replaced
from emulator.redshift.s3_access import S3, S3Object

BATCH_ROWS = 32_768
_IN_MEMORY_BYTES = 32 * 1024 * 1024
_MANNER = Manner(Form.COLUMNAR)
_TEXTS = (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary)

_ACCEPTED = {
    "smallint": (pa.types.is_int16, pa.types.is_int8),
    "integer": (pa.types.is_int32, pa.types.is_int16, pa.types.is_int8),
    "bigint": (pa.types.is_int64, pa.types.is_uint32),
    "real": (pa.types.is_float32,),
    "double precision": (pa.types.is_float64,),
    "numeric": (pa.types.is_decimal,),
    "boolean": (pa.types.is_boolean,),
    "date": (pa.types.is_date32,),
    "timestamp without time zone": (pa.types.is_timestamp,),
    "timestamp with time zone": (pa.types.is_timestamp,),
    "character varying": _TEXTS,
    "character": _TEXTS,
    "jsonb": (pa.types.is_nested, pa.types.is_string),
    "bytea": (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary),
}


def columnar_chunks(s3: S3, item: S3Object, plan: CopyPlan, columns: list[Column]) -> Iterator[Chunk]:
    """A file's rows, in chunks.

    Raises RedshiftError if it is of another format, or its columns aren't those of the table in number, type
    and length.
    """
    done = 0
    with _local_copy(s3, item) as local:
        schema, batches = _opened(local, item, plan.data_format)
        loaded = _loaded(schema, columns, plan, item)
        for batch in batches:
            data = _csv(batch, loaded, columns, plan, item)
            yield Chunk(_MANNER, data, item.url, batch.num_rows, done + 1)
            done += batch.num_rows


def _local_copy(s3: S3, item: S3Object) -> Any:
    """These formats are read from their end: the file is kept beside, in memory if it is small."""
    local = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)  # noqa: SIM115
    for piece in s3.read(item):
        local.write(piece)
    local.seek(0)
    return local


def scan_error(context: str, code: int = 15007) -> RedshiftError:
    """Spectrum's error, of which the detail says what is wrong."""
    return RedshiftError("Spectrum Scan Error", detail=error_block("Spectrum Scan Error", code, context))


def _opened(local: IO[bytes], item: S3Object, data_format: str) -> tuple[Any, Iterator[Any]]:
    """The file's schema, and its rows in batches."""
    try:
        if data_format == "ORC":
            orc = pyarrow.orc.ORCFile(local)
            return orc.schema, _stripes(orc)
        parquet = pq.ParquetFile(local)
        return parquet.schema_arrow, parquet.iter_batches(batch_size=BATCH_ROWS)
    except (pa.ArrowException, OSError) as error:
        reason = "has an invalid version number" if data_format == "PARQUET" else "is no ORC file"
        raise scan_error(f"File '{item.url}' {reason}: {error}") from error


def _stripes(orc: Any) -> Iterator[Any]:
    for place in range(orc.nstripes):
        stripe = orc.read_stripe(place)
        for start in range(0, stripe.num_rows, BATCH_ROWS):
            yield stripe.slice(start, BATCH_ROWS)


def _loaded(schema: Any, columns: list[Column], plan: CopyPlan, item: S3Object) -> list[Column]:
    """The columns that the file has; with FILLRECORD it may lack some at the end."""
    is_short = "FILLRECORD" in plan.flags and len(schema) < len(columns)
    if len(schema) != len(columns) and not is_short:
        raise scan_error(
            "Unmatched number of columns between table and file. "
            f"Table columns: {len(columns)}, Data columns: {len(schema)}, File name: {item.url}"
        )
    loaded = columns[: len(schema)]
    for found, column in zip(schema, loaded, strict=True):
        _check_type(found, column, plan, item)
    return loaded


def _check_type(found: Any, column: Column, plan: CopyPlan, item: S3Object) -> None:
    kind = found.type.value_type if pa.types.is_dictionary(found.type) else found.type
    if any(accepts(kind) for accepts in _ACCEPTED.get(column.type, ())):
        return
    raise scan_error(
        f"File '{item.url}' has an incompatible {plan.data_format.capitalize()} schema for column "
        f"'{item.url}.{found.name}'. Column type: {column.full_type.upper()}, "
        f"{plan.data_format.capitalize()} schema: {found.name} {kind}"
    )


def _csv(batch: Any, loaded: list[Column], columns: list[Column], plan: CopyPlan, item: S3Object) -> bytes:
    arrays = [_plain(array, column, plan) for array, column in zip(batch.columns, loaded, strict=True)]
    for array, column in zip(arrays, loaded, strict=True):
        _check_values(array, column, item)
    arrays += [pa.nulls(batch.num_rows, pa.string()) for _ in columns[len(loaded) :]]
    sink = io.BytesIO()
    names = [str(place) for place in range(len(arrays))]
    options = pyarrow.csv.WriteOptions(include_header=False)
    pyarrow.csv.write_csv(pa.record_batch(arrays, names=names), sink, options)
    return sink.getvalue()


def _check_values(array: Any, column: Column, item: S3Object) -> None:
    if column.is_not_null and array.null_count:
        raise scan_error(f"Cannot insert a NULL value into column {column.name}, File name: {item.url}")
    if not column.length or not pa.types.is_string(array.type):
        return
    longest = pc.max(pc.binary_length(array)).as_py() or 0
    if longest > column.length:
        raise scan_error(
            f"The length of the data column {column.name} is longer than the length defined in the table. "
            f"Table: {column.length}, Data: {longest}, File name: {item.url}"
        )


def _plain(array: Any, column: Column, plan: CopyPlan) -> Any:
    """The array in a type that CSV can hold exactly."""
    kind = array.type
    if pa.types.is_dictionary(kind):
        return _plain(array.dictionary_decode(), column, plan)
    if column.type == "bytea":
        return pa.array(
            [None if value is None else "\\x" + value.hex() for value in array.to_pylist()], pa.string()
        )
    if pa.types.is_nested(kind):
        texts = [None if value is None else json.dumps(value, default=str) for value in array.to_pylist()]
        return pa.array(texts, pa.string())
    if pa.types.is_timestamp(kind):
        zone = "UTC" if column.type == "timestamp with time zone" else None
        return array.cast(pa.timestamp("us", kind.tz), safe=False).cast(pa.timestamp("us", zone))
    if pa.types.is_decimal(kind):
        return _decimals(array, column)
    if column.is_text:
        return _texts(array, plan)
    return array


def _decimals(array: Any, column: Column) -> Any:
    """Digits beyond the column's scale are cut off, as COPY does everywhere."""
    if not column.precision or array.type.scale <= column.scale:
        return array
    return pc.round(array, ndigits=column.scale, round_mode="towards_zero")


def _texts(array: Any, plan: CopyPlan) -> Any:
    """Strings; with ACCEPTINVCHARS what is no UTF-8 is replaced."""
    binary = array.cast(pa.binary())
    try:
        return binary.cast(pa.string())
    except pa.ArrowInvalid:
        if not plan.invalid_characters:
            raise
    texts = [
        None if value is None else replaced(value, plan.invalid_characters) for value in binary.to_pylist()
    ]
    return pa.array(texts, pa.string())
