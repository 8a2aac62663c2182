"""Deletes old objects under a path: `purge_s3_path` and `purge_table`."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from emulator.glue_worker.engine import s3_files

DEFAULT_RETENTION_H = 168.0
DELETED_AT_ONCE = 1000


def purge_path(path: str, options: Mapping[str, Any]) -> None:
    """Deletes objects older than `retentionPeriod` hours; `exclusions` are globs that are kept."""
    retention_h = float(options.get("retentionPeriod", DEFAULT_RETENTION_H))
    latest_ms = (time.time() - retention_h * 3600) * 1000
    found = s3_files.under(path, [str(item) for item in options.get("exclusions", [])], recurse=True)
    old = [file for file in found if file.last_modified <= latest_ms]
    for start in range(0, len(old), DELETED_AT_ONCE):
        chunk = old[start : start + DELETED_AT_ONCE]
        keys = [{"Key": file.key} for file in chunk]
        s3_files.client("s3").delete_objects(Bucket=chunk[0].bucket, Delete={"Objects": keys})
