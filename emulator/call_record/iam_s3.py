"""S3's operations and the permissions that they need. Pure.

Source: "Required permissions for Amazon S3 API operations".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from emulator.call_record.record import Access

_OBJECT_ACTIONS = {
    "HeadObject": "GetObject",
    "GetObjectAttributes": "GetObject",
    "CreateMultipartUpload": "PutObject",
    "UploadPart": "PutObject",
    "CompleteMultipartUpload": "PutObject",
    "ListParts": "ListMultipartUploadParts",
    "SelectObjectContent": "GetObject",
}
_BUCKET_ACTIONS = {
    "HeadBucket": "ListBucket",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "ListObjectVersions": "ListBucketVersions",
    "ListMultipartUploads": "ListBucketMultipartUploads",
}
_OF_VERSIONS = frozenset({"GetObject", "DeleteObject", "GetObjectTagging", "PutObjectTagging"})
_CONTEXT = {"Prefix": "s3:prefix", "Delimiter": "s3:delimiter", "MaxKeys": "s3:max-keys"}


def accesses(operation: str, parameters: Mapping[str, Any]) -> list[Access]:
    """What an operation of S3 needs."""
    bucket, key = parameters.get("Bucket"), parameters.get("Key")
    if bucket is None:
        return [Access("s3:ListAllMyBuckets" if operation == "ListBuckets" else f"s3:{operation}", ("*",))]
    if operation == "DeleteObjects":
        keys = [item["Key"] for item in parameters.get("Delete", {}).get("Objects", [])]
        return [Access("s3:DeleteObject", (object_arn(bucket, each),)) for each in keys]
    if operation in ("CopyObject", "UploadPartCopy"):
        return [
            Access("s3:GetObject", (_source_arn(parameters["CopySource"]),)),
            Access("s3:PutObject", (object_arn(bucket, str(key)),)),
        ]
    if key is not None:
        return [Access(_object_action(operation, parameters), (object_arn(bucket, key),))]
    return [_on_bucket(operation, bucket, parameters)]


def object_arn(bucket: str, key: str) -> str:
    """The ARN of an object."""
    return f"arn:aws:s3:::{bucket}/{key}"


def bucket_arn(bucket: str) -> str:
    """The ARN of a bucket."""
    return f"arn:aws:s3:::{bucket}"


def _on_bucket(operation: str, bucket: str, parameters: Mapping[str, Any]) -> Access:
    action = _BUCKET_ACTIONS.get(operation, operation)
    context = tuple(
        (key, str(parameters[name])) for name, key in _CONTEXT.items() if parameters.get(name) is not None
    )
    return Access(f"s3:{action}", (bucket_arn(bucket),), context)


def _object_action(operation: str, parameters: Mapping[str, Any]) -> str:
    action = _OBJECT_ACTIONS.get(operation, operation)
    versioned = parameters.get("VersionId") and action in _OF_VERSIONS
    if not versioned:
        return f"s3:{action}"
    return f"s3:{action.replace('Object', 'ObjectVersion')}"


def _source_arn(source: Any) -> str:
    if isinstance(source, Mapping):
        return object_arn(source["Bucket"], source["Key"])
    bucket, _, key = unquote(str(source)).lstrip("/").partition("/")
    return object_arn(bucket, key.partition("?versionId=")[0])
