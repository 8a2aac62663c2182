"""Asks each classifier in AWS's order which format a file has: custom ones first, then the built-in ones.

A custom classifier that is certain decides; so does the first built-in one that fits; else the most certain
custom one ("Defining and managing classifiers" in the Glue developer guide). A file that no classifier knows
has the classification `UNKNOWN` and no columns. Avro, ORC and Parquet are told by their first bytes, which
no text format shares. BSON, Ion, and logs other than Apache's are not recognised.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from emulator.glue_service.classifiers_avro import AVRO_MAGIC, classify_avro
from emulator.glue_service.classifiers_columnar import (
    ORC_MAGIC,
    PARQUET_MAGIC,
    classify_orc,
    classify_parquet,
)
from emulator.glue_service.classifiers_compression import (
    NONE,
    SAMPLE_BYTES,
    compression_of,
    decompressed,
    holds_one_file,
)
from emulator.glue_service.classifiers_custom import Answer, CustomClassifier
from emulator.glue_service.classifiers_grok import classify_grok
from emulator.glue_service.classifiers_json import classify_json
from emulator.glue_service.classifiers_models import UNKNOWN, FileSchema
from emulator.glue_service.classifiers_xml import classify_xml
from emulator.glue_service.csv_classifier import SAMPLE_RECORDS, classify_csv

_FIRST_READ_BYTES = 128_000
_ZIP_TAIL_BYTES = 1_000
_LOGS = (("combined_apache", "%{COMBINEDAPACHELOG}"), ("apache", "%{COMMONAPACHELOG}"))


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
    compression: str = NONE


def classify(file: SampledFile, custom: Sequence[CustomClassifier] = ()) -> FileSchema:
    """The schema of a file from at most its first 1 MB (Parquet, ORC: from its footer)."""
    head = file.read(0, min(_FIRST_READ_BYTES, file.size_bytes))
    if head.startswith((AVRO_MAGIC, ORC_MAGIC, PARQUET_MAGIC)):
        return _classify_binary(head, file) or FileSchema(UNKNOWN)
    sample = _sample(head, file)
    schema = _classify_text(sample, custom)
    return replace(schema or FileSchema(UNKNOWN), compression=sample.compression)


def _classify_binary(head: bytes, file: SampledFile) -> FileSchema | None:
    if head.startswith(PARQUET_MAGIC):
        return classify_parquet(file.read, file.size_bytes)
    if head.startswith(ORC_MAGIC):
        return classify_orc(file.read, file.size_bytes)
    return classify_avro(head) or classify_avro(file.read(0, min(SAMPLE_BYTES, file.size_bytes)))


def _classify_text(sample: Sample, custom: Sequence[CustomClassifier]) -> FileSchema | None:
    best: Answer = (None, 0.0)
    for classifier in custom:
        answer = classifier.classify(sample.data, sample.truncated)
        if answer[1] >= 1.0:
            return answer[0]
        best = max(best, answer, key=lambda found: found[1])
    return _built_in(sample) or best[0]


def _built_in(sample: Sample) -> FileSchema | None:
    data, truncated = sample.data, sample.truncated
    return (
        classify_json(data, truncated)
        or classify_xml(data, truncated)
        or _classify_log(data, truncated)
        or classify_csv(data, truncated)
    )


def _classify_log(data: bytes, truncated: bool) -> FileSchema | None:
    for classification, pattern in _LOGS:
        found = classify_grok(data, truncated, classification, pattern) if b"HTTP/" in data else None
        if found and found[1] >= 1.0:
            return found[0]
    return None


def _sample(head: bytes, file: SampledFile) -> Sample:
    compression = compression_of(head)
    wanted = min(SAMPLE_BYTES, file.size_bytes)
    if len(head) < wanted and (compression != NONE or head.count(b"\n") <= SAMPLE_RECORDS):
        head += file.read(len(head), wanted - len(head))
    truncated = len(head) < file.size_bytes
    if compression == NONE:
        return Sample(head, truncated)
    if compression == "zip" and not _is_single_zip(file):
        return Sample(b"", False, compression)
    data, more = decompressed(head, compression)
    return Sample(data, truncated or more, compression)


def _is_single_zip(file: SampledFile) -> bool:
    tail = min(_ZIP_TAIL_BYTES, file.size_bytes)
    return holds_one_file(file.read(file.size_bytes - tail, tail))
