"""AWS's job bookmark algorithm over a listing of S3 objects. Pure: no clock, no disk, no network.

The algorithm of aws-semantics.md §A, in terms of the previous mark T0, this run's start T1 and the band dt:

1. Candidates were modified in (T0 - dt, T1]; without a previous mark, any time up to T1.
2. Candidates that an earlier run of this bookmark has read already are left out.
3. The new mark is T1; a commit stores it with the hashes of what was read of (T1 - dt, T1].

AWS remembers path hashes only. Here "read already" compares bucket, key, ETag and LastModified, so that an
object that is overwritten within the clock tick in which it was read is still seen as a new one.
All times are epoch milliseconds.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from emulator.glue_worker.run_contract import S3File

JSON_CLASS = "HadoopDataSourceJobBookmarkState"
EMPTY_DOCUMENT = "{}"

Version = tuple[str, str, str, int]
"""Bucket, key, ETag and LastModified: what tells one content of a key from another."""


@dataclass(frozen=True)
class Mark:
    """How far a context has been read: everything up to `time_ms`, bar latecomers in the band."""

    time_ms: int
    band_ms: int

    @property
    def band_start_ms(self) -> int:
        """Objects modified at or before this moment are never looked at again."""
        return self.time_ms - self.band_ms


@dataclass(frozen=True)
class Limits:
    """Bounds on one run's reading; 0 means no bound for `files` and `size_bytes`."""

    band_ms: int
    max_files_in_band: int
    files: int = 0
    size_bytes: int = 0


@dataclass(frozen=True)
class Selection:
    """The files to read, oldest first, and the mark that a commit of exactly these sets."""

    files: list[S3File]
    mark: Mark


def version_of(file: S3File) -> Version:
    return (file.bucket, file.key, file.etag, file.last_modified)


def select(
    listed: Iterable[S3File],
    read_already: Collection[Version],
    previous: Mark | None,
    until_ms: int,
    limits: Limits,
) -> Selection:
    """What a run must read, given what the bookmark knows.

    `until_ms` is T1. Files beyond `max_files_in_band` stay in the band, files beyond the bounds keep the mark
    from passing them: both are for the next run.
    """
    after_ms = previous.band_start_ms if previous else None
    candidates = sorted(
        (
            file
            for file in listed
            if _in_window(file, after_ms, until_ms) and version_of(file) not in read_already
        ),
        key=lambda file: (file.last_modified, file.bucket, file.key),
    )
    in_band = _limited_in_band(candidates, until_ms - limits.band_ms, limits.max_files_in_band)
    chosen = bounded(in_band, limits)
    mark_ms = until_ms
    if len(chosen) < len(in_band):
        mark_ms = min(until_ms, in_band[len(chosen)].last_modified - 1)
    return Selection(chosen, Mark(mark_ms, limits.band_ms))


def bounded(files: list[S3File], limits: Limits) -> list[S3File]:
    """The first files within `boundedFiles` and `boundedSize`; at least one, so that every run gets on."""
    count = min(len(files), limits.files or len(files))
    if not limits.size_bytes:
        return files[:count]
    total_bytes = 0
    for number, file in enumerate(files[:count]):
        total_bytes += file.size_bytes
        if total_bytes > limits.size_bytes:
            return files[: max(number, 1)]
    return files[:count]


def path_hash(bucket: str, key: str) -> str:
    """128 bits in hexadecimal without leading zeros, as in AWS's INCLUDE_LIST."""
    digest = hashlib.md5(f"s3://{bucket}/{key}".encode(), usedforsecurity=False).digest()
    return format(int.from_bytes(digest), "x")


def state_of(mark: Mark, run: int, read_in_band: Iterable[Version]) -> dict[str, Any]:
    """One transformation context's element of the `JobBookmark` document.

    `run` counts the runs that have committed: observed on AWS as one less than the entry's `Run`.
    """
    hashes = sorted({path_hash(bucket, key) for bucket, key, _, _ in read_in_band})
    return {
        "jsonClass": JSON_CLASS,
        "timestamps": {
            "RUN": str(run),
            "HIGH_BAND": str(mark.band_ms),
            "CURR_LATEST_PARTITION": "0",
            "CURR_LATEST_PARTITIONS": "",
            "CURR_RUN_START_TIME": iso(mark.time_ms),
            "INCLUDE_LIST": ",".join(hashes),
        },
    }


def document_with(document: str, states: Mapping[str, dict[str, Any]]) -> str:
    """The document with these contexts replaced; contexts that this run did not touch stay as they are."""
    return json.dumps({**json.loads(document), **states}, separators=(",", ":"))


def mark_in(document: str, transformation_ctx: str) -> Mark | None:
    """How far the document says a context has been read; None for a context that it does not know."""
    state = json.loads(document).get(transformation_ctx)
    if state is None or state.get("jsonClass") != JSON_CLASS:
        return None
    stamps = state["timestamps"]
    return Mark(_epoch_ms(stamps["CURR_RUN_START_TIME"]), int(stamps["HIGH_BAND"]))


def iso(epoch_ms: int) -> str:
    """A moment as AWS writes it in the document: ISO 8601, UTC, milliseconds."""
    moment = datetime.fromtimestamp(epoch_ms / 1000, tz=UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _in_window(file: S3File, after_ms: int | None, until_ms: int) -> bool:
    return (after_ms is None or file.last_modified > after_ms) and file.last_modified <= until_ms


def _limited_in_band(candidates: list[S3File], band_start_ms: int, limit: int) -> list[S3File]:
    old = [file for file in candidates if file.last_modified <= band_start_ms]
    return old + candidates[len(old) : len(old) + limit]


def _epoch_ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)
