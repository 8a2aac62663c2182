"""COPY's manifests (Amazon Redshift Database Developer Guide, "Using a manifest to specify data files").

The errors' words are those of Redshift's own tests and users.
"""

from __future__ import annotations

import json
from typing import Any

from emulator.redshift.errors import S3CallError, error_block
from emulator.redshift.s3_access import S3, S3Object, split_url

_FORMAT = (
    "Manifest file is not in expected format - {}. Please check the user documentation for the correct "
    "format of manifest file during copy command."
)


def manifest_objects(s3: S3, manifest_url: str, needs_length: bool) -> list[S3Object]:
    """The objects that a manifest lists; those not marked mandatory may be missing.

    `needs_length`: each entry has `meta.content_length`, as for Parquet and ORC. Raises S3CallError if the
    manifest, or a mandatory object, doesn't exist or isn't what it should be.
    """
    entries = _entries(s3, manifest_url)
    found: list[S3Object] = []
    for entry in entries:
        if needs_length:
            _check_meta(entry)
        bucket, key = split_url(entry["url"])
        size = s3.size_of(S3Object(bucket, key))
        if size is None and entry.get("mandatory"):
            text = "Mandatory url is not present in manifest file"
            raise S3CallError(text, detail=error_block(text, 8001, f"url: {entry['url']}"))
        if size:
            found.append(S3Object(bucket, key, size))
    return found


def _entries(s3: S3, url: str) -> list[dict[str, Any]]:
    if url.endswith("/") or not split_url(url)[1]:
        raise _malformed("COPY with MANIFEST parameter requires full path of an Amazon S3 object.", url)
    try:
        text = s3.open(S3Object(*split_url(url))).read()
    except S3CallError as error:
        raise S3CallError(f"Problem reading manifest file - {error.message}", detail=error.detail) from error
    try:
        document = json.loads(text)
    except ValueError as error:
        raise _malformed("Manifest file is not in correct json format", url) from error
    if not isinstance(document, dict):
        raise _malformed("Root must be a json object in the manifest file", url)
    entries = document.get("entries")
    if not isinstance(entries, list):
        raise _malformed(_FORMAT.format("'entries' field missing"), url)
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("url"), str):
            raise _malformed(_FORMAT.format("'url' field missing"), url)
    return entries


def _malformed(text: str, url: str) -> S3CallError:
    return S3CallError(text, detail=error_block(text, 8001, f"manifest: {url}"))


def _check_meta(entry: dict[str, Any]) -> None:
    meta = entry.get("meta")
    text = ""
    if not isinstance(meta, dict):
        text = "File entry does not have 'meta' key."
    elif not isinstance(meta.get("content_length"), int):
        text = "File entry does not have 'content_length' key."
    if text:
        raise S3CallError(text, detail=error_block(text, 15003, f"url: {entry['url']}"))
