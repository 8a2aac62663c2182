"""Writes part files to S3 without the temporary objects, renames and folder markers of Hadoop's committers.

With a local Spark, the parts are written to the run's scratch folder and then put to S3, each with one
request: no reader, and no event rule, ever meets a half-written or temporary object. A Spark cluster has no
folder in common with this process; there Spark writes to S3 itself.
"""

from __future__ import annotations

import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pyspark.sql import DataFrame

from emulator.glue_worker.engine import s3_files
from emulator.glue_worker.run_contract import S3File

UPLOADS_AT_ONCE = 4
ONE_REQUEST_UP_TO_BYTES = 64 * 1024 * 1024


def write(
    frame: DataFrame, folder: str, kind: str, options: dict[str, str], partition_keys: list[str]
) -> list[S3File]:
    """Appends the frame as files of a Spark format under an S3 folder; returns those that aren't empty."""
    if frame.sparkSession.sparkContext.master.startswith("local"):
        return _by_scratch_folder(frame, folder, kind, options, partition_keys)
    _write(frame, folder, kind, options, partition_keys)
    return [file for file in s3_files.under(folder, [], recurse=True) if file.size_bytes]


def _by_scratch_folder(
    frame: DataFrame, folder: str, kind: str, options: dict[str, str], partition_keys: list[str]
) -> list[S3File]:
    scratch = Path(tempfile.mkdtemp(prefix="parts-"))
    try:
        _write(frame, scratch.as_uri(), kind, options, partition_keys)
        parts = sorted(path for path in scratch.rglob("*") if _is_part(path, scratch))
        with ThreadPoolExecutor(UPLOADS_AT_ONCE) as uploads:
            return list(uploads.map(lambda path: _upload(path, scratch, folder), parts))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _write(
    frame: DataFrame, folder: str, kind: str, options: dict[str, str], partition_keys: list[str]
) -> None:
    writer = frame.write.mode("append").format(kind).options(**options)
    (writer.partitionBy(*partition_keys) if partition_keys else writer).save(folder)


def _is_part(path: Path, scratch: Path) -> bool:
    hidden = any(part[0] in "._" and "=" not in part for part in path.relative_to(scratch).parts)
    return path.is_file() and not hidden and path.stat().st_size > 0


def _upload(path: Path, scratch: Path, folder: str) -> S3File:
    bucket, prefix = s3_files.split_url(folder)
    lead = f"{prefix.rstrip('/')}/" if prefix else ""
    key = f"{lead}{path.relative_to(scratch).as_posix()}"
    size_bytes = path.stat().st_size
    client = s3_files.client("s3")
    if size_bytes > ONE_REQUEST_UP_TO_BYTES:
        client.upload_file(str(path), bucket, key)
    else:
        with path.open("rb") as body:
            client.put_object(Bucket=bucket, Key=key, Body=body)
    return S3File(bucket, key, "", 0, size_bytes)
