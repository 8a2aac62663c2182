"""Asks each classifier in AWS's order which format a file has: custom ones first, then the built-in ones.

Compression (gzip, bzip2) is recognised by its first bytes and undone for the sample. A file that no
classifier knows has the classification `UNKNOWN` and no columns. Avro, ORC, XML, logs and grok patterns
are not recognised.
"""

from __future__ import annotations

import bz2
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from emulator.glue_service.classifiers_json import classify_json
from emulator.glue_service.classifiers_models import UNKNOWN, FileSchema
from emulator.glue_service.classifiers_parquet import PARQUET_MAGIC, classify_parquet
from emulator.glue_service.csv_classifier import SAMPLE_BYTES, SAMPLE_RECORDS, CsvOptions, classify_csv

_FIRST_READ_BYTES = 128_000


class SampledFile(Protocol):
    """A file of which ranges can be read."""

    @property
    def size_bytes(self) -> int: ...

    def read(self, start: int, length: int) -> bytes:
        """Up to `length` bytes from `start`; fewer at the file's end."""
        ...


@dataclass(frozen=True)
class Sample:
    """The first bytes of a file, decompressed; `truncated` if the file goes on."""

    data: bytes
    truncated: bool
    compression: str = "none"


def classify(file: SampledFile, custom: Sequence[CsvOptions] = ()) -> FileSchema:
    """The schema of a file from at most its first 1 MB (Parquet: from its footer)."""
    head = file.read(0, min(_FIRST_READ_BYTES, file.size_bytes))
    if head.startswith(PARQUET_MAGIC):
        return classify_parquet(file.read, file.size_bytes) or FileSchema(UNKNOWN)
    sample = _sample(head, file)
    schema = _classify_text(sample, custom)
    return replace(schema or FileSchema(UNKNOWN), compression=sample.compression)


def _classify_text(sample: Sample, custom: Sequence[CsvOptions]) -> FileSchema | None:
    for options in custom:
        if schema := classify_csv(sample.data, sample.truncated, options):
            return schema
    return classify_json(sample.data, sample.truncated) or classify_csv(sample.data, sample.truncated)


def _sample(head: bytes, file: SampledFile) -> Sample:
    compression = _compression(head)
    wanted = min(SAMPLE_BYTES, file.size_bytes)
    if len(head) < wanted and (compression != "none" or head.count(b"\n") <= SAMPLE_RECORDS):
        head += file.read(len(head), wanted - len(head))
    truncated = len(head) < file.size_bytes
    if compression == "none":
        return Sample(head, truncated)
    data, more = _decompressed(head, compression)
    return Sample(data, truncated or more, compression)


def _compression(head: bytes) -> str:
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    return "bzip2" if head.startswith(b"BZh") else "none"


def _decompressed(data: bytes, compression: str) -> tuple[bytes, bool]:
    """At most 1 MB of the content, and whether there was more; a damaged stream yields what could be read."""
    try:
        if compression == "gzip":
            inflater = zlib.decompressobj(wbits=31)
            content = inflater.decompress(data, SAMPLE_BYTES)
            return content, bool(inflater.unconsumed_tail) or not inflater.eof
        expander = bz2.BZ2Decompressor()
        return expander.decompress(data, SAMPLE_BYTES), not expander.eof
    except (zlib.error, OSError):
        return b"", False
