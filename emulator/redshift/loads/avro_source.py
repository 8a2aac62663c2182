"""Avro files as documents (Amazon Redshift Database Developer Guide, "Data format parameters", AVRO).

Logical types aren't interpreted: a timestamp is the number it is stored as, for TIMEFORMAT 'epochmillisecs'
(unverified). fastavro's own codec for snappy needs a package more: pyarrow's does it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import islice
from typing import IO, Any

import fastavro
import pyarrow
from fastavro import read as fastavro_read

from emulator.redshift.errors import S3CallError
from emulator.redshift.loads.documents import Document
from emulator.redshift.s3_access import S3Object

_BATCH = 4096


def avro_documents(stream: IO[bytes], item: S3Object) -> Iterator[list[Document]]:
    """The records of a file, in batches; a record's number stands for its line.

    Raises S3CallError for a file that is no Avro, ends too soon, or whose records are no records.
    """
    fastavro_read.LOGICAL_READERS.clear()
    fastavro_read.BLOCK_READERS["snappy"] = _snappy_block
    number = 0
    try:
        records = iter(fastavro.reader(stream))
        while batch := list(islice(records, _BATCH)):
            yield [Document(number + place, record) for place, record in enumerate(batch, 1)]
            number += len(batch)
    except (ValueError, EOFError, IndexError, KeyError, pyarrow.ArrowException) as error:
        detail = f"{item.url}, after record {number}: {error}"
        raise S3CallError("Invalid AVRO file found", detail=detail) from error


def _snappy_block(stream: Any) -> IO[bytes]:
    """A block: its size, the compressed bytes, four of a checksum."""
    block = stream.read(_number(stream) >> 1)[:-4]
    size = _number(io.BytesIO(block))
    return io.BytesIO(pyarrow.decompress(block, decompressed_size=size, codec="snappy", asbytes=True))


def _number(stream: Any) -> int:
    """A number of variable length, seven bits a byte."""
    value, shift = 0, 0
    while True:
        byte = int(stream.read(1)[0])
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value
