"""Which S3 objects a source reads: the bookmark decides in a run, a plain listing does outside."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from emulator.glue_worker import run_context
from emulator.glue_worker.engine import s3_files
from emulator.glue_worker.engine.errors import GlueError
from emulator.glue_worker.run_contract import S3File, SelectFiles

TABLE_PROPERTIES = ("exclusions", "boundedFiles", "boundedSize")


def selected_files(
    paths: list[str], transformation_ctx: str, options: Mapping[str, Any], recurse: bool
) -> list[S3File]:
    """The objects to read under these paths, in the order of their keys; empty ones are left out.

    With a bookmark the ones that are new to it ("Workload partitioning with bounded execution" for bounds).

    Options as AWS names them: exclusions (JSON list or list), maxBand (seconds), maxFilesInBand,
    boundedFiles, boundedSize. Raises GlueError for one that can't be read, RefusedByApiError and
    ApiUnreachableError.
    """
    run = run_context.current()
    exclusions = _exclusions(options.get("exclusions", []))
    if run is None:
        found = [file for path in paths for file in s3_files.under(path, exclusions, recurse)]
    else:
        wanted = SelectFiles(
            bookmark_name=run.bookmark_name,
            transformation_ctx=transformation_ctx or "",
            paths=paths,
            exclusions=exclusions,
            recurse=recurse,
            max_band_ms=_whole_number(options, "maxBand", 900) * 1000,
            max_files_in_band=_whole_number(options, "maxFilesInBand", 1000),
            bounded_files=_whole_number(options, "boundedFiles", 0),
            bounded_size_bytes=_whole_number(options, "boundedSize", 0),
        )
        found = run.select_files(wanted).files
    return sorted((file for file in found if file.size_bytes), key=lambda file: (file.bucket, file.key))


def selection_properties(parameters: Mapping[str, str]) -> dict[str, str]:
    """Those of a catalog table's parameters that say which of its files a run reads."""
    return {name: parameters[name] for name in TABLE_PROPERTIES if name in parameters}


def compression_of(options: Mapping[str, Any]) -> str:
    """`compressionType`: gzip or bzip2, or nothing where the names of the files say it.

    Others that Hadoop tells by a file's name need none. Raises GlueError for an unknown one.
    """
    kind = str(options.get("compressionType") or "").lower()
    if kind in ("", "none", "gzip", "bzip2"):
        return "" if kind == "none" else kind
    if kind in ("snappy", "lz4", "zstd", "lzo"):
        return ""
    raise GlueError(f"the compressionType {kind!r} is not known; known are gzip and bzip2")


def _whole_number(options: Mapping[str, Any], name: str, default: int) -> int:
    value = options.get(name, default)
    try:
        number = int(value)
    except (TypeError, ValueError):
        number = -1
    if number < 0:
        raise GlueError(f"the option {name} is {value!r}; it must be a whole number, not below 0")
    return number


def _exclusions(value: object) -> list[str]:
    if isinstance(value, str):
        return [str(item) for item in json.loads(value)] if value.strip() else []
    return [str(item) for item in value] if isinstance(value, (list, tuple)) else []
