"""Many S3 objects as local copies, which Spark reads in a fraction of the time.

Spark looks at each path of S3 several times before it reads a byte, one of the looks lists the bucket, and
each pass over the data opens every object anew: a thousand small files take half a minute. A copy costs one
GET, and a folder one listing. The copies keep bucket and key in their path, which tells a row's file.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from pathlib import Path

from botocore.exceptions import ClientError
from pyspark.sql import Column, SparkSession, functions

from emulator.glue_worker.engine import s3_files
from emulator.glue_worker.engine.errors import UnknownSourceError
from emulator.glue_worker.engine.file_columns import file_path_sql
from emulator.glue_worker.run_contract import S3File

AT_LEAST_FILES = 16
AT_MOST_BYTES = 512 << 20
LONGEST_NAME_BYTES = 255
DOWNLOADS_AT_ONCE = 8
FOLDER_PREFIX = "objects-"


def are_better_copied(spark: SparkSession, files: list[S3File]) -> bool:
    """Whether there are so many that copies pay, so small that they fit, and names that a file may have.

    Not under a listener (of lineage, say): it would hear of the copies instead of the objects.
    """
    return (
        len(files) >= AT_LEAST_FILES
        and sum(file.size_bytes for file in files) <= AT_MOST_BYTES
        and spark.sparkContext.master.startswith("local")
        and not spark.sparkContext.getConf().get("spark.extraListeners", "")
        and all(_may_name_a_file(file.key) for file in files)
        and not _has_file_in_file(files)
    )


def copied(files: list[S3File]) -> tuple[str, str]:
    """The folder with the copies, and SQL for the `s3://` path of a row out of one of them.

    Raises UnknownSourceError for an object that is gone by now.
    """
    folder = Path(tempfile.mkdtemp(prefix=FOLDER_PREFIX))
    for parent in {_copy(folder, file).parent for file in files}:
        parent.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(DOWNLOADS_AT_ONCE) as downloads:
        list(downloads.map(_download(folder), files))
    path = file_path_sql(f"{file.bucket}/{file.key}" for file in files)
    return f"file://{folder}", f"concat('s3://', substring_index({path}, '/{folder.name}/', -1))"


def name_objects() -> None:
    """Makes `pyspark.sql.functions.input_file_name` name the object instead of its copy.

    For scripts, so before one imports the function. `input_file_name()` within SQL still names the copy.
    """
    of_file = functions.input_file_name

    @wraps(of_file)
    def input_file_name() -> Column:
        named = functions.regexp_replace(of_file(), f"^file:.*?/{FOLDER_PREFIX}[^/]+/", "s3://")
        return named.alias("input_file_name()")

    functions.input_file_name = input_file_name


def _copy(folder: Path, file: S3File) -> Path:
    return folder / file.bucket / file.key


def _download(folder: Path) -> Callable[[S3File], None]:
    client = s3_files.client("s3")

    def download(file: S3File) -> None:
        try:
            body = client.get_object(Bucket=file.bucket, Key=file.key)["Body"]
            with _copy(folder, file).open("wb") as copy:
                shutil.copyfileobj(body, copy)
        except ClientError as error:
            raise UnknownSourceError(f"Unable to read s3://{file.bucket}/{file.key}: {error}") from error

    return download


def _may_name_a_file(key: str) -> bool:
    """Hadoop takes what is before a colon for a scheme; dots would lead out of the folder."""
    return not {":", "\0"} & set(key) and all(
        part not in ("", ".", "..") and len(part.encode()) <= LONGEST_NAME_BYTES for part in key.split("/")
    )


def _has_file_in_file(files: list[S3File]) -> bool:
    """Whether one object's key is a folder of another's: S3 has that, a file system does not."""
    paths = {f"{file.bucket}/{file.key}" for file in files}
    return not paths.isdisjoint(_folders(paths))


def _folders(paths: set[str]) -> set[str]:
    """All folders above these paths."""
    found: set[str] = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found
