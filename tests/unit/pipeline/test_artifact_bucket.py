"""The artifact bucket: made private, never another account's, and told of what can't be deleted.

S3 is botocore's client with a Stubber: LocalStack does not check ExpectedBucketOwner.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from pipeline.artifact_bucket import PRIVATE, ArtifactBucket
from pipeline.errors import ArtifactError

NAME = "flights-artifacts-123456789012-eu-west-1"
TLS_ONLY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "TlsOnly",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": [f"arn:aws:s3:::{NAME}", f"arn:aws:s3:::{NAME}/*"],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ],
    }
)
OWNED = {"Bucket": NAME, "ExpectedBucketOwner": "123456789012"}


@pytest.fixture
def stubbed() -> Iterator[tuple[ArtifactBucket, Stubber]]:
    client = boto3.client("s3", region_name="eu-west-1", aws_access_key_id="A", aws_secret_access_key="S")
    with Stubber(client) as stubber:
        yield ArtifactBucket(client, NAME, "123456789012", "eu-west-1"), stubber
        stubber.assert_no_pending_responses()


def missing(stubber: Stubber) -> None:
    stubber.add_client_error("head_bucket", "404", "Not Found", 404, expected_params=OWNED)


def made_private(stubber: Stubber) -> None:
    stubber.add_response("put_public_access_block", {}, {**OWNED, "PublicAccessBlockConfiguration": PRIVATE})
    stubber.add_response("put_bucket_policy", {}, {**OWNED, "Policy": TLS_ONLY})


def test_a_new_bucket_is_made_in_its_region_and_private(stubbed: tuple[ArtifactBucket, Stubber]) -> None:
    bucket, stubber = stubbed
    missing(stubber)
    place = {"LocationConstraint": "eu-west-1"}
    stubber.add_response("create_bucket", {}, {"Bucket": NAME, "CreateBucketConfiguration": place})
    made_private(stubber)
    assert bucket.ensure()


def test_a_bucket_that_an_interrupted_deploy_left_is_made_private(
    stubbed: tuple[ArtifactBucket, Stubber],
) -> None:
    bucket, stubber = stubbed
    stubber.add_response("head_bucket", {}, OWNED)
    made_private(stubber)
    assert not bucket.ensure()


def test_a_bucket_of_another_account_is_refused(stubbed: tuple[ArtifactBucket, Stubber]) -> None:
    bucket, stubber = stubbed
    stubber.add_client_error("head_bucket", "403", "Forbidden", 403, expected_params=OWNED)
    with pytest.raises(
        ArtifactError, match=r"belongs to an account other than 123456789012.*PIPELINE_PREFIX"
    ):
        bucket.ensure()


@pytest.mark.parametrize(
    ("code", "taken"), [("BucketAlreadyExists", True), ("BucketAlreadyOwnedByYou", False)]
)
def test_a_name_that_was_taken_meanwhile(
    stubbed: tuple[ArtifactBucket, Stubber], code: str, taken: bool
) -> None:
    bucket, stubber = stubbed
    missing(stubber)
    stubber.add_client_error("create_bucket", code)
    if taken:
        with pytest.raises(ArtifactError, match="which took the name first"):
            bucket.ensure()
    else:
        made_private(stubber)
        assert bucket.ensure()


def test_what_can_not_be_deleted_is_named(stubbed: tuple[ArtifactBucket, Stubber]) -> None:
    bucket, stubber = stubbed
    kept: dict[str, Any] = {"Errors": [{"Key": "a", "Code": "AccessDenied", "Message": "Access Denied"}]}
    stubber.add_response("delete_objects", kept, {"Bucket": NAME, "Delete": ANY})
    with pytest.raises(ArtifactError, match=r"the first is a: Access Denied.*s3:DeleteObject"):
        bucket.remove(["a", "b"])


@pytest.mark.parametrize(
    ("region", "partition", "url"),
    [
        ("eu-west-1", "aws", "https://b.s3.eu-west-1.amazonaws.com/k"),
        ("cn-north-1", "aws-cn", "https://b.s3.cn-north-1.amazonaws.com.cn/k"),
    ],
)
def test_where_cloudformation_finds_an_object(
    stubbed: tuple[ArtifactBucket, Stubber], region: str, partition: str, url: str
) -> None:
    assert ArtifactBucket(stubbed[0].client, "b", "1", region, partition).url("k") == url
