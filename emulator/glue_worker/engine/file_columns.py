"""The path of the file that a row comes from, and the partition values in it."""

from __future__ import annotations

FILE_COLUMN = "__source_file"


def file_path_sql() -> str:
    """SQL for a row's file as `s3://bucket/key`; Spark gives it URL-encoded, except for a plus sign."""
    return "url_decode(replace(_metadata.file_path, '+', '%2B'))"
