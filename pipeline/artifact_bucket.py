"""The bucket of what a stack refers to by S3 key; a deploy makes it, and never changes an object in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError

from pipeline.aws_account import Identity
from pipeline.errors import ArtifactError

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_s3 import S3Client

PRIVATE: Any = {
    "BlockPublicAcls": True,
    "BlockPublicPolicy": True,
    "IgnorePublicAcls": True,
    "RestrictPublicBuckets": True,
}
BATCH = 1000  # keys that one DeleteObjects takes
MISSING = ("404", "NoSuchBucket", "NotFound")


@dataclass(frozen=True)
class ArtifactBucket:
    """`<prefix>-artifacts-<account>-<region>`."""

    client: S3Client
    name: str
    owner: str  # account id
    region: str
    partition: str = "aws"

    @staticmethod
    def of(session: boto3.Session, prefix: str, identity: Identity) -> ArtifactBucket:
        """The bucket of this deployment, whether or not it is there."""
        name = f"{prefix}-artifacts-{identity.account}-{identity.region}"
        partition = session.get_partition_for_region(identity.region)
        return ArtifactBucket(session.client("s3"), name, identity.account, identity.region, partition)

    def ensure(self) -> bool:
        """Makes the bucket, private and for TLS only, if it isn't there; True if it was made.

        Raises ArtifactError if its name is taken by another account.
        """
        made = not self.exists()
        if made:
            self._create()
        # Always, as an interrupted deploy may have made the bucket and no more.
        self.client.put_public_access_block(
            Bucket=self.name, PublicAccessBlockConfiguration=PRIVATE, ExpectedBucketOwner=self.owner
        )
        self.client.put_bucket_policy(
            Bucket=self.name, Policy=json.dumps(self._tls_only()), ExpectedBucketOwner=self.owner
        )
        return made

    def _tls_only(self) -> dict[str, Any]:
        """The same bucket policy as that of the template's buckets."""
        arn = f"arn:{self.partition}:s3:::{self.name}"
        statement = {
            "Sid": "TlsOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [arn, f"{arn}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
        return {"Version": "2012-10-17", "Statement": [statement]}

    def exists(self) -> bool:
        """Is the bucket there? Raises ArtifactError if it is another account's."""
        try:
            self.client.head_bucket(Bucket=self.name, ExpectedBucketOwner=self.owner)
        except ClientError as error:
            if error.response["Error"]["Code"] in MISSING:
                return False
            if error.response["Error"]["Code"] in ("403", "AccessDenied"):
                raise self._taken("or this principal may not s3:ListBucket on it") from error
            raise
        return True

    def holds(self, key: str) -> bool:
        """Is this object there? Raises ArtifactError if the bucket is another account's."""
        return self.exists() and any(found == key for found, _ in self.objects(key))

    def _create(self) -> None:
        request: dict[str, Any] = {"Bucket": self.name}
        if self.region != "us-east-1":  # that one is the default and may not be named
            request["CreateBucketConfiguration"] = {"LocationConstraint": self.region}
        try:
            self.client.create_bucket(**request)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == "BucketAlreadyExists":
                raise self._taken("which took the name first") from error
            if code != "BucketAlreadyOwnedByYou":  # two deploys at once: the other one made it
                raise

    def _taken(self, otherwise: str) -> ArtifactError:
        return ArtifactError(
            f"The bucket name {self.name} belongs to an account other than {self.owner}, {otherwise}. "
            "Next: choose another prefix (PIPELINE_PREFIX), or have the access allowed."
        )

    def objects(self, prefix: str = "") -> Iterator[tuple[str, datetime]]:
        """Every key below the prefix with the time of its upload, sorted by key."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix)
        for page in pages:
            yield from ((item["Key"], item["LastModified"]) for item in page.get("Contents", ()))

    def read(self, key: str) -> str:
        """An object's text."""
        return self.client.get_object(Bucket=self.name, Key=key)["Body"].read().decode("utf-8")

    def write(self, key: str, body: bytes) -> None:
        """Puts one object."""
        self.client.put_object(Bucket=self.name, Key=key, Body=body, ExpectedBucketOwner=self.owner)

    def remove(self, keys: Iterable[str]) -> None:
        """Deletes these objects. Raises ArtifactError if S3 keeps one."""
        delete(self.client, self.name, [{"Key": key} for key in keys])

    def url(self, key: str) -> str:
        """Where CloudFormation finds an object."""
        suffix = "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com"
        return f"https://{self.name}.s3.{self.region}.{suffix}/{key}"


def delete(client: S3Client, bucket: str, objects: list[dict[str, str]]) -> None:
    """Deletes objects or versions, as `Key` and `VersionId`. Raises ArtifactError if S3 keeps one."""
    for start in range(0, len(objects), BATCH):
        batch: Any = {"Objects": objects[start : start + BATCH], "Quiet": True}
        kept = client.delete_objects(Bucket=bucket, Delete=batch).get("Errors", [])
        if kept:
            first = kept[0]
            raise ArtifactError(
                f"{len(kept)} objects of {bucket} could not be deleted, the first is {first.get('Key')}: "
                f"{first.get('Message')}. Next: have s3:DeleteObject and s3:DeleteObjectVersion allowed."
            )
