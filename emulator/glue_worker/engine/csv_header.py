"""The first record of a CSV file, from its first bytes."""

from __future__ import annotations

import bz2
import csv
import io
import zlib

from botocore.exceptions import ClientError

from emulator.glue_worker.engine import s3_files
from emulator.glue_worker.engine.csv_options import CsvOptions
from emulator.glue_worker.engine.errors import UnparsableFileError
from emulator.glue_worker.run_contract import S3File

HEADER_BYTES = 64 * 1024


def first_record(file: S3File, options: CsvOptions) -> list[str]:
    """The fields of the file's first record; empty when the file has none.

    Raises UnparsableFileError when it can't be read.
    """
    encoding = "utf-8-sig" if options.encoding.upper() == "UTF-8" else options.encoding
    text = _first_bytes(file).decode(encoding, errors="replace")
    lines = io.StringIO(text.lstrip("\r\n"), newline="")
    reader = csv.reader(
        lines,
        delimiter=options.separator,
        quotechar=options.quote or None,
        quoting=csv.QUOTE_MINIMAL if options.quote else csv.QUOTE_NONE,
        escapechar=options.escape or None,
    )
    try:
        return next(reader, [])
    except csv.Error as error:
        raise UnparsableFileError(f"Unable to parse file: {file.key}: {error}") from error


def _first_bytes(file: S3File) -> bytes:
    try:
        last = min(HEADER_BYTES, file.size_bytes) - 1
        answer = s3_files.client("s3").get_object(Bucket=file.bucket, Key=file.key, Range=f"bytes=0-{last}")
    except ClientError as error:
        raise UnparsableFileError(f"Unable to read s3://{file.bucket}/{file.key}: {error}") from error
    body: bytes = answer["Body"].read()
    return _unpacked(body)


def _unpacked(body: bytes) -> bytes:
    if body[:2] == b"\x1f\x8b":
        return zlib.decompressobj(wbits=31).decompress(body, HEADER_BYTES)
    if body[:3] == b"BZh":
        return bz2.BZ2Decompressor().decompress(body, HEADER_BYTES)
    return body
