"""Empties buckets for good: every version, every delete marker, every upload that was begun."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from pipeline.artifact_bucket import delete

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

COUNTED = 10_000


def bucket_exists(client: S3Client, bucket: str, owner: str) -> bool:
    """Is there such a bucket of this account?"""
    try:
        client.head_bucket(Bucket=bucket, ExpectedBucketOwner=owner)
    except ClientError as error:
        if error.response["Error"]["Code"] in ("403", "404", "NoSuchBucket"):
            return False
        raise
    return True


def count_versions(client: S3Client, bucket: str) -> int:
    """How many versions and delete markers there are; counts no further than COUNTED."""
    counted = 0
    for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket):
        counted += len(page.get("Versions", ())) + len(page.get("DeleteMarkers", ()))
        if counted >= COUNTED:
            return COUNTED
    return counted


def empty_bucket(client: S3Client, bucket: str) -> int:
    """Deletes all that is in the bucket; returns how many versions that were.

    Raises ArtifactError if S3 keeps one.
    """
    deleted = 0
    for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket):
        found = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
        delete(client, bucket, [{"Key": item["Key"], "VersionId": item["VersionId"]} for item in found])
        deleted += len(found)
    for uploads in client.get_paginator("list_multipart_uploads").paginate(Bucket=bucket):
        for upload in uploads.get("Uploads", ()):
            client.abort_multipart_upload(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])
    return deleted
