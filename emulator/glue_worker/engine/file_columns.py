"""The path of the file that a row comes from, and the partition values in it."""

from __future__ import annotations

import re
from collections.abc import Iterable

FILE_COLUMN = "__source_file"
_ENCODED_AS_IT_IS = re.compile(r"[A-Za-z0-9/._=:-]*")


def file_path_sql(paths: Iterable[str]) -> str:
    """SQL for a row's file as `s3://bucket/key`, when the files are those at `paths`.

    Spark gives it URL-encoded, except for a plus sign. Decoding it for each row would take longer than
    reading the row, so it is done only if one of the paths needs it.
    """
    if all(map(_ENCODED_AS_IT_IS.fullmatch, paths)):
        return "_metadata.file_path"
    return "url_decode(replace(_metadata.file_path, '+', '%2B'))"
