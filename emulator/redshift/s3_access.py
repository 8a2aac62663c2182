"""S3 as COPY and UNLOAD use it: prefixes, manifests, objects read and written in streams."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import IO, TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from emulator.redshift.errors import S3CallError, StatementError, error_block
from emulator.redshift.options import Authorization
from emulator.redshift.s3_credentials import S3Credentials, credentials_of
from emulator.redshift.settings import RedshiftSettings

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

READ_BYTES = 1024 * 1024
_ABSENT = ("404", "NoSuchKey", "NoSuchBucket")


@dataclass(frozen=True)
class S3Object:
    """One object; `url` is how Redshift's messages and system tables name it."""

    bucket: str
    key: str
    size_bytes: int = 0

    @property
    def url(self) -> str:
        return f"s3://{self.bucket}/{self.key}"


def split_url(url: str) -> tuple[str, str]:
    """The bucket and the key, or prefix, of an `s3://` address.

    Raises StatementError if it is none.
    """
    bucket, _, key = url.removeprefix("s3://").partition("/")
    if not url.startswith("s3://") or not bucket:
        raise StatementError(f"{url!r} is no S3 address (s3://<bucket>/<prefix>)")
    return bucket, key


class S3:
    """The S3 that one statement asks, with the credentials that it names."""

    def __init__(self, settings: RedshiftSettings, authorization: Authorization, region: str) -> None:
        self._settings = settings
        self._authorization = authorization
        self._region = region or settings.region

    @cached_property
    def client(self) -> S3Client:
        """Made when first asked for, in the thread that reads or writes. Raises S3CallError."""
        credentials = credentials_of(self._settings, self._authorization)
        return _client(self._settings.gateway_url, credentials, self._region)

    def objects(self, prefix_url: str) -> list[S3Object]:
        """All objects whose keys begin with the prefix, by name; those without bytes are left out.

        Raises S3CallError, in Redshift's words, if there are none.
        """
        bucket, prefix = split_url(prefix_url)
        found: list[S3Object] = []
        any_key = False
        for page in self._pages(bucket, prefix):
            for item in page.get("Contents", []):
                any_key = True
                if item["Size"] > 0:
                    found.append(S3Object(bucket, item["Key"], item["Size"]))
        if not any_key:
            text = f"The specified S3 prefix '{prefix}' does not exist"
            context = f"Listing bucket={bucket} prefix={prefix}"
            raise S3CallError(text, detail=error_block(text, 8001, context))
        return found

    def keys(self, prefix_url: str) -> list[str]:
        """The keys below a prefix, which may be none."""
        bucket, prefix = split_url(prefix_url)
        return [item["Key"] for page in self._pages(bucket, prefix) for item in page.get("Contents", [])]

    def open(self, item: S3Object) -> IO[bytes]:
        """The object's bytes as a stream; raises S3CallError."""
        try:
            body: Any = self.client.get_object(Bucket=item.bucket, Key=item.key)["Body"]
        except (ClientError, BotoCoreError) as error:
            raise _failure(item.url, error) from error
        stream: IO[bytes] = body
        return stream

    def read(self, item: S3Object) -> Iterator[bytes]:
        """The object's bytes, in pieces; raises S3CallError."""
        with closing(self.open(item)) as stream:
            try:
                while piece := stream.read(READ_BYTES):
                    yield piece
            except (BotoCoreError, OSError) as error:
                raise S3CallError(f"S3ServiceException: reading {item.url}: {error}") from error

    def delete(self, bucket: str, keys: list[str]) -> None:
        """Deletes these objects."""
        for start in range(0, len(keys), 1000):
            listed: list[ObjectIdentifierTypeDef] = [{"Key": key} for key in keys[start : start + 1000]]
            self.client.delete_objects(Bucket=bucket, Delete={"Objects": listed})

    def size_of(self, item: S3Object) -> int | None:
        """The object's size in bytes; None if it isn't there. Raises S3CallError if S3 can't say."""
        try:
            size: int = self.client.head_object(Bucket=item.bucket, Key=item.key)["ContentLength"]
        except (ClientError, BotoCoreError) as error:
            if isinstance(error, ClientError) and error.response["Error"]["Code"] in _ABSENT:
                return None
            raise _failure(item.url, error) from error
        return size

    def _pages(self, bucket: str, prefix: str) -> Iterator[Any]:
        try:
            yield from self.client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        except (ClientError, BotoCoreError) as error:
            raise _failure(f"s3://{bucket}/{prefix}", error) from error


def _failure(url: str, error: ClientError | BotoCoreError) -> S3CallError:
    """An S3 error as Redshift tells it."""
    text = f"S3ServiceException:{error}"
    if isinstance(error, ClientError):
        found, answer = error.response["Error"], error.response["ResponseMetadata"]
        text = (
            f"S3ServiceException:{found['Message']},Status {answer.get('HTTPStatusCode', 0)},"
            f"Error {found['Code']},Rid {answer.get('RequestId', '')},"
            f"ExtRid {answer.get('HostId', '')},CanRetry 1"
        )
    return S3CallError(text, detail=error_block(text, 8001, f"S3 key being read : {url}"))


@lru_cache(maxsize=64)
def _client(endpoint: str, credentials: S3Credentials, region: str) -> S3Client:
    config = Config(
        s3={"addressing_style": "path"},
        max_pool_connections=32,
        retries={"max_attempts": 3, "mode": "standard"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        aws_access_key_id=credentials.access_key,
        aws_secret_access_key=credentials.secret_key,
        aws_session_token=credentials.session_token or None,
        region_name=region,
        config=config,
    )
