"""Refuses files that are not in their encoding: Glue reads UTF-8, and reports anything else."""

from __future__ import annotations

import codecs

from emulator.glue_worker.engine import s3_files
from emulator.glue_worker.engine.errors import UnparsableFileError
from emulator.glue_worker.run_contract import S3File

CHUNK_BYTES = 1 << 20


def refuse_other_encodings(files: list[S3File], suspects: list[str], encoding: str) -> None:
    """Reads the suspected files (paths) again, and raises UnparsableFileError for the first that does not decode.

    A suspect holds U+FFFD: Spark puts it where bytes don't decode, but a text may hold it rightfully.
    """
    for file in files:
        if f"s3://{file.bucket}/{file.key}" in suspects:
            _decode_all(file, encoding)


def _decode_all(file: S3File, encoding: str) -> None:
    body = s3_files.client("s3").get_object(Bucket=file.bucket, Key=file.key)["Body"]
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in body.iter_chunks(CHUNK_BYTES):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise UnparsableFileError(
            f"Unable to parse file: {file.key}: not {encoding} text: {error.reason}"
        ) from error
