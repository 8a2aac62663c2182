"""S3 objects as Spark and boto3 take them."""

from __future__ import annotations

import functools
from typing import Any

import boto3

from emulator.glue_worker.engine.errors import UnknownSourceError
from emulator.glue_worker.run_contract import S3File

# Paths are names of objects: no globs in them, and no search for partitions, for which Spark reads every file
# twice when one key holds a backslash.
EXACT_PATHS = {"__globPaths__": "false", "recursiveFileLookup": "true"}


@functools.lru_cache(maxsize=8)
def client(service: str) -> Any:
    """A client from the process's standard AWS environment."""
    from botocore.config import Config

    config = Config(s3={"addressing_style": "path"}, max_pool_connections=16)
    return boto3.client(service, config=config)  # type: ignore[call-overload]


def split_url(url: str) -> tuple[str, str]:
    """Bucket and key of `s3://bucket/key` (also s3a, s3n). Raises UnknownSourceError for anything else."""
    scheme, separator, rest = url.partition("://")
    bucket, _, key = rest.partition("/")
    if scheme not in ("s3", "s3a", "s3n") or not separator or not bucket:
        raise UnknownSourceError(f"the path {url!r} is not of the form s3://bucket/key")
    return bucket, key


def under(url: str, exclusions: list[str], recurse: bool) -> list[S3File]:
    """The objects under a path, listed by this process itself (outside a run)."""
    import fnmatch

    bucket, prefix = split_url(url)
    pages = client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    files = [_file(bucket, item) for page in pages for item in page.get("Contents", [])]
    return [
        file
        for file in files
        if _is_data(file.key, prefix, recurse)
        and not any(fnmatch.fnmatch(f"s3://{bucket}/{file.key}", pattern) for pattern in exclusions)
    ]


def _file(bucket: str, item: dict[str, Any]) -> S3File:
    modified_ms = int(item["LastModified"].timestamp() * 1000)
    return S3File(bucket, item["Key"], item["ETag"].strip('"'), modified_ms, item["Size"])


def _is_data(key: str, prefix: str, recurse: bool) -> bool:
    name = key.rsplit("/", 1)[-1]
    rest = key[len(prefix) :].lstrip("/")
    return bool(name) and name[0] not in "_." and (recurse or "/" not in rest)
