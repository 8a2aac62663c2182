"""An S3 object written in a stream: nothing of it is there until it is complete."""

from __future__ import annotations

import bz2
import gzip
import io
from typing import IO, Any, cast

import pyarrow
from botocore.exceptions import BotoCoreError, ClientError

from emulator.redshift.errors import S3CallError
from emulator.redshift.s3_access import S3, S3Object

PART_BYTES = 8 * 1024 * 1024


class S3Writer(io.RawIOBase):
    """A file object that uploads in parts; `finish` completes the object, `abandon` removes what was sent."""

    def __init__(self, s3: S3, item: S3Object) -> None:
        super().__init__()
        self._client = s3.client
        self._item = item
        self._buffer = bytearray()
        self._upload_id = ""
        self._parts: list[dict[str, Any]] = []
        self.size_bytes = 0

    def writable(self) -> bool:
        """True."""
        return True

    def write(self, data: Any) -> int:
        """Takes bytes; raises S3CallError if a part can't be sent."""
        piece = bytes(data)
        self._buffer += piece
        self.size_bytes += len(piece)
        while len(self._buffer) >= PART_BYTES:
            self._send(bytes(self._buffer[:PART_BYTES]))
            del self._buffer[:PART_BYTES]
        return len(piece)

    def finish(self) -> None:
        """Completes the object; raises S3CallError."""
        bucket, key = self._item.bucket, self._item.key
        try:
            if not self._upload_id:
                self._client.put_object(Body=bytes(self._buffer), Bucket=bucket, Key=key)
                return
            if self._buffer:
                self._send(bytes(self._buffer))
            parts: Any = {"Parts": self._parts}
            self._client.complete_multipart_upload(
                UploadId=self._upload_id, MultipartUpload=parts, Bucket=bucket, Key=key
            )
        except (ClientError, BotoCoreError) as error:
            raise S3CallError(f"S3ServiceException: writing {self._item.url}: {error}") from error

    def abandon(self) -> None:
        """Gives the upload up."""
        if self._upload_id:
            bucket, key = self._item.bucket, self._item.key
            self._client.abort_multipart_upload(UploadId=self._upload_id, Bucket=bucket, Key=key)

    def _send(self, part: bytes) -> None:
        bucket, key = self._item.bucket, self._item.key
        number = len(self._parts) + 1
        try:
            if not self._upload_id:
                self._upload_id = self._client.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
            done = self._client.upload_part(
                UploadId=self._upload_id, PartNumber=number, Body=part, Bucket=bucket, Key=key
            )
        except (ClientError, BotoCoreError) as error:
            raise S3CallError(f"S3ServiceException: writing {self._item.url}: {error}") from error
        self._parts.append({"PartNumber": number, "ETag": done["ETag"]})


def compressed(writer: S3Writer, compression: str) -> IO[bytes]:
    """A file object whose bytes arrive compressed; to be closed before the writer is finished."""
    if compression == "gzip":
        return cast(IO[bytes], gzip.GzipFile(fileobj=writer, mode="wb", mtime=0, compresslevel=6))
    if compression == "bz2":
        return cast(IO[bytes], bz2.BZ2File(writer, "wb"))
    stream = pyarrow.CompressedOutputStream(pyarrow.PythonFile(writer, mode="w"), compression)
    return cast(IO[bytes], stream)
