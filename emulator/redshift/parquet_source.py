"""Parquet files on their way into the warehouse: by position, with exactly the table's types."""

from __future__ import annotations

import io
import json
import shutil
import tempfile
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from emulator.redshift.errors import RedshiftError
from emulator.redshift.load_errors import LineLedger
from emulator.redshift.records import Column
from emulator.redshift.s3_access import READ_BYTES, S3, S3Object

BATCH_ROWS = 32_768
_IN_MEMORY_BYTES = 32 * 1024 * 1024

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
    "character varying": (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary),
    "character": (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary),
    "jsonb": (pa.types.is_nested, pa.types.is_string),
}


def parquet_pieces(
    s3: S3, items: list[S3Object], columns: list[Column], ledger: LineLedger
) -> Iterator[bytes]:
    """The rows of all files as CSV, in which an empty field is NULL and `""` an empty text.

    Raises RedshiftError if a file isn't Parquet, or its columns aren't those of the table in number and type.
    """
    for item in items:
        ledger.begin(item.url)
        with _local_copy(s3, item) as local:
            file = _opened(local, item)
            _check(file.schema_arrow, columns, item)
            for batch in file.iter_batches(batch_size=BATCH_ROWS):
                ledger.lines += batch.num_rows
                yield _csv(batch, columns)


def _local_copy(s3: S3, item: S3Object) -> Any:
    """Parquet is read from its end: the file is kept beside, in memory if it is small."""
    local = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)  # noqa: SIM115
    shutil.copyfileobj(s3.open(item), local, READ_BYTES)
    local.seek(0)
    return local


def _opened(local: Any, item: S3Object) -> Any:
    try:
        return pq.ParquetFile(local)
    except (pa.ArrowInvalid, OSError) as error:
        detail = f"File '{item.url}' has an invalid version number or is no Parquet file: {error}"
        raise RedshiftError("Spectrum Scan Error", detail=detail) from error


def _check(schema: Any, columns: list[Column], item: S3Object) -> None:
    if len(schema) != len(columns):
        raise RedshiftError(
            "Unmatched number of columns between table and file. "
            f"Table columns: {len(columns)}, Data columns: {len(schema)}",
            detail=f"File '{item.url}' has the columns {', '.join(schema.names)}",
        )
    for found, column in zip(schema, columns, strict=True):
        kind = found.type.value_type if pa.types.is_dictionary(found.type) else found.type
        if not any(accepts(kind) for accepts in _ACCEPTED.get(column.type, ())):
            raise RedshiftError(
                "Spectrum Scan Error",
                detail=f"code: 15007: File '{item.url}' has an incompatible Parquet schema for column "
                f"'{item.url}.{found.name}'. Column type: {column.full_type.upper()}, Parquet schema: {kind}",
            )


def _csv(batch: Any, columns: list[Column]) -> bytes:
    arrays = [_plain(array, column) for array, column in zip(batch.columns, columns, strict=True)]
    sink = io.BytesIO()
    names = [str(place) for place in range(len(arrays))]
    options = pyarrow.csv.WriteOptions(include_header=False)
    pyarrow.csv.write_csv(pa.record_batch(arrays, names=names), sink, options)
    return sink.getvalue()


def _plain(array: Any, column: Column) -> Any:
    """The array in a type that CSV can hold exactly."""
    kind = array.type
    if pa.types.is_dictionary(kind):
        return _plain(array.dictionary_decode(), column)
    if pa.types.is_nested(kind):
        texts = [None if value is None else json.dumps(value, default=str) for value in array.to_pylist()]
        return pa.array(texts, pa.string())
    if pa.types.is_timestamp(kind):
        zone = "UTC" if column.type == "timestamp with time zone" else None
        return array.cast(pa.timestamp("us", kind.tz), safe=False).cast(pa.timestamp("us", zone))
    if pa.types.is_binary(kind):
        return array.cast(pa.string())
    return array
