"""Buckets from before LocalStack's last start, and which of them a stack of CloudFormation has taken over.

On AWS this question does not arise: stacks live as long as their buckets. Here stacks are in memory and
buckets are kept, so a template that is deployed again meets its buckets, and adopts them.
"""

from __future__ import annotations

from typing import Any

BUCKET = "AWS::S3::Bucket"

_left_behind: set[str] = set()
_adopted: set[str] = set()


def leave_behind(name: str) -> None:
    """Notes a bucket that was loaded: no living stack can own it."""
    _left_behind.add(name)


def forget(name: str) -> None:
    """The bucket is deleted."""
    _left_behind.discard(name)
    _adopted.discard(name)


def adopt(name: str) -> bool:
    """Lets a stack take the bucket over; False if it isn't from before, or is a stack's already."""
    if name not in _left_behind:
        return False
    _left_behind.discard(name)
    _adopted.add(name)
    return True


def was_adopted(name: str) -> bool:
    """Whether a stack took the bucket over, instead of making it."""
    return name in _adopted


def is_from_before(name: str) -> bool:
    """Whether the bucket is older than this process."""
    return name in _left_behind or name in _adopted


def give_back(resource_type: str, model: dict[str, Any]) -> bool:
    """Whether a resource is an adopted bucket: then a create that is taken back leaves it as it is."""
    name = model.get("BucketName", "")
    if resource_type != BUCKET or name not in _adopted:
        return False
    _adopted.discard(name)
    _left_behind.add(name)
    return True
