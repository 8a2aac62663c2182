"""S3 objects under paths that Spark's readers can open.

Hadoop can't name a key with an empty folder name (`a//b`), and it tells compression by the end of a name.
Such objects are read from copies in the run's scratch folder, which have plain names.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from pyspark.sql import SparkSession

from emulator.glue_worker.engine import s3_files, small_files
from emulator.glue_worker.engine.errors import UnknownSourceError
from emulator.glue_worker.engine.file_columns import file_path_sql
from emulator.glue_worker.run_contract import S3File

DOWNLOADS_AT_ONCE = 8
_ENDINGS = {"gzip": ".gz", "bzip2": ".bz2"}
_KNOWN_ENDINGS = (".gz", ".bz2", ".deflate", ".snappy", ".lz4", ".zst")


@dataclass(frozen=True)
class ReadableFiles:
    """What Spark reads, `paths` (files, or a folder of copies), and SQL for each row's `s3://bucket/key`."""

    paths: list[str]
    path_sql: str


def of(
    spark: SparkSession,
    files: list[S3File],
    compression: str = "",
    can_name: Callable[[str], bool] = lambda _: True,
    path_sql: str = "",
) -> ReadableFiles:
    """The objects for Spark; `compression` (gzip, bzip2) is what they are packed by, whatever their names.

    `can_name` tells of a key whether the reader takes it; `path_sql` is how that reader gives a row's path,
    if not as Spark's own do. Raises UnknownSourceError where a copy is needed and Spark runs on a cluster.
    """
    plain = [file for file in files if _is_readable(file, compression) and can_name(file.key)]
    paths = [f"s3://{file.bucket}/{file.key}" for file in plain]
    sql = path_sql or file_path_sql(paths)
    if len(plain) == len(files):
        if not path_sql and small_files.are_better_copied(spark, files):
            folder, sql = small_files.copied(files)
            return ReadableFiles([folder], sql)
        return ReadableFiles(paths, sql)
    others = [file for file in files if file not in set(plain)]
    copies = _copied(spark, others, compression)
    return ReadableFiles([*paths, *copies], _mapped(copies, sql, path_sql or "_metadata.file_path"))


def _is_readable(file: S3File, compression: str) -> bool:
    named = "//" not in file.key and not file.key.startswith("/")
    return named and file.key.endswith(_ENDINGS.get(compression, ""))


def _copied(spark: SparkSession, files: list[S3File], compression: str) -> dict[str, str]:
    """Local copies of the objects: their `file:` URI ⇒ the object's `s3://` path."""
    if not spark.sparkContext.master.startswith("local"):
        raise UnknownSourceError(
            f"s3://{files[0].bucket}/{files[0].key}: Hadoop can't read an object of this name; a local Spark "
            "(TARMAC_SPARK_MASTER) can"
        )
    folder = Path(tempfile.mkdtemp(prefix="copies-"))
    names = [folder / f"{index}{_ending(file, compression)}" for index, file in enumerate(files)]
    with ThreadPoolExecutor(DOWNLOADS_AT_ONCE) as downloads:
        list(downloads.map(_download, files, names))
    return {
        f"file://{name}": f"s3://{file.bucket}/{file.key}" for file, name in zip(files, names, strict=True)
    }


def _ending(file: S3File, compression: str) -> str:
    if compression in _ENDINGS:
        return _ENDINGS[compression]
    ending = Path(file.key).suffix
    return ending if ending in _KNOWN_ENDINGS else ""


def _download(file: S3File, name: Path) -> None:
    s3_files.client("s3").download_file(file.bucket, file.key, str(name))


def _mapped(copies: dict[str, str], sql: str, local_sql: str) -> str:
    """SQL that gives the object's path for a row out of a copy, and `sql` for any other.

    Spark writes a local path as `file:/x` or `file:///x`.
    """
    pairs = ", ".join(f"{_text(copy)}, {_text(path)}" for copy, path in copies.items())
    local = f"regexp_replace({local_sql}, '^file:/+', 'file:///')"
    return f"coalesce(element_at(map({pairs}), {local}), {sql})"


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
