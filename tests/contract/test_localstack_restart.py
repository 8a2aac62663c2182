"""A crash of LocalStack: what was in S3 is there again, and a template meets its buckets."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.stack.pytest_plugin import new_sandbox
from emulator.stack.sandbox import Sandbox

PLAIN, VERSIONED, OWNED = "restart-plain", "restart-versioned", "restart-of-a-stack"
OTHER_ACCOUNT, OTHERS = "111122223333", "restart-of-another-account"
PART = b"x" * (5 << 20)
POLICY = json.dumps({"Version": "2012-10-17", "Statement": []})


@dataclass(frozen=True)
class Crash:
    """A sandbox whose LocalStack was killed; answers by question, from before and after."""

    sandbox: Sandbox
    before: dict[str, Any]
    after: dict[str, Any]
    upload: dict[str, Any]


@pytest.fixture(scope="module")
def crash() -> Iterator[Crash]:
    with new_sandbox("restart") as sandbox:
        s3 = sandbox.client("s3")
        upload = _fill(s3)
        sandbox.client("s3", OTHER_ACCOUNT).create_bucket(Bucket=OTHERS)
        _create_stack(sandbox)
        before = _answers(sandbox)
        sandbox.kill("localstack")
        yield Crash(sandbox, before, _answers(sandbox), upload)


def _fill(s3: Any) -> dict[str, Any]:
    s3.create_bucket(Bucket=PLAIN)
    s3.put_bucket_notification_configuration(
        Bucket=PLAIN, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    s3.put_bucket_tagging(Bucket=PLAIN, Tagging={"TagSet": [{"Key": "team", "Value": "data"}]})
    s3.put_bucket_policy(Bucket=PLAIN, Policy=POLICY)
    s3.put_bucket_lifecycle_configuration(
        Bucket=PLAIN,
        LifecycleConfiguration={
            "Rules": [{"ID": "t", "Status": "Enabled", "Filter": {"Prefix": "t/"}, "Expiration": {"Days": 3}}]
        },
    )
    _put_objects(s3)
    return _put_uploads(s3)


def _put_objects(s3: Any) -> None:
    s3.put_object(
        Bucket=PLAIN,
        Key="a b/ü=1.csv",
        Body="grün".encode(),
        Metadata={"day": "1"},
        Tagging="t=1",
        ContentType="text/csv",
        StorageClass="STANDARD_IA",
        ChecksumAlgorithm="SHA256",
    )
    for body in (b"first", b"second"):
        s3.put_object(Bucket=PLAIN, Key="overwritten", Body=body)
    s3.put_object(Bucket=PLAIN, Key="deleted", Body=b"1")
    s3.delete_object(Bucket=PLAIN, Key="deleted")
    s3.put_object(Bucket=PLAIN, Key="empty")
    s3.create_bucket(Bucket=VERSIONED)
    s3.put_object(Bucket=VERSIONED, Key="k", Body=b"before versioning")
    s3.put_bucket_versioning(Bucket=VERSIONED, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=VERSIONED, Key="k", Body=b"one")
    s3.delete_object(Bucket=VERSIONED, Key="k")
    s3.put_object(Bucket=VERSIONED, Key="k", Body=b"two")
    s3.put_object(Bucket=VERSIONED, Key="gone", Body=b"1")
    s3.delete_object(Bucket=VERSIONED, Key="gone")


def _put_uploads(s3: Any) -> dict[str, Any]:
    """One that is completed, and copied, and one that is under way, which is returned."""
    done = s3.create_multipart_upload(Bucket=PLAIN, Key="in parts")
    target = {"Bucket": PLAIN, "Key": "in parts", "UploadId": done["UploadId"]}
    tags = [s3.upload_part(**target, PartNumber=n, Body=body)["ETag"] for n, body in ((1, PART), (2, b"end"))]
    parts = [{"PartNumber": number, "ETag": tag} for number, tag in enumerate(tags, 1)]
    s3.complete_multipart_upload(**target, MultipartUpload={"Parts": parts})
    s3.copy_object(Bucket=PLAIN, Key="copied", CopySource={"Bucket": PLAIN, "Key": "in parts"})
    s3.copy_object(
        Bucket=PLAIN,
        Key="copied",
        CopySource={"Bucket": PLAIN, "Key": "copied"},
        MetadataDirective="REPLACE",
        Metadata={"n": "2"},
    )
    begun = s3.create_multipart_upload(Bucket=PLAIN, Key="begun", Metadata={"m": "1"})
    s3.upload_part(Bucket=PLAIN, Key="begun", UploadId=begun["UploadId"], PartNumber=1, Body=PART)
    return {"Bucket": PLAIN, "Key": "begun", "UploadId": begun["UploadId"]}


def _template(*more: str) -> str:
    buckets = {"Owned": OWNED, **{f"More{n}": name for n, name in enumerate(more)}}
    resources = {
        name: {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": bucket}}
        for name, bucket in buckets.items()
    }
    return json.dumps({"Resources": resources})


def _create_stack(sandbox: Sandbox, *more: str) -> str:
    """Creates the stack with its bucket, and others; the status that it ends in."""
    cloudformation = sandbox.client("cloudformation")
    cloudformation.create_stack(StackName="owner", TemplateBody=_template(*more))

    def status() -> str:
        found = cloudformation.describe_stacks(StackName="owner")["Stacks"][0]["StackStatus"]
        return "" if found.endswith("IN_PROGRESS") else str(found)

    return sandbox.wait_until(status, 30, "the end of the stack's creation")


def _body(s3: Any, **where: str) -> dict[str, Any]:
    answer = s3.get_object(**where, ChecksumMode="ENABLED")
    return {**answer, "Body": answer["Body"].read()}


QUESTIONS: dict[str, Callable[[Any], Any]] = {
    "the list of buckets": lambda s3: s3.list_buckets(),
    "the list of objects": lambda s3: s3.list_objects_v2(Bucket=PLAIN),
    "the list of versions": lambda s3: s3.list_object_versions(Bucket=VERSIONED),
    "versioning": lambda s3: s3.get_bucket_versioning(Bucket=VERSIONED),
    "the newest version": lambda s3: _body(s3, Bucket=VERSIONED, Key="k"),
    "the version from before versioning": lambda s3: _body(s3, Bucket=VERSIONED, Key="k", VersionId="null"),
    "an object with metadata and checksum": lambda s3: _body(s3, Bucket=PLAIN, Key="a b/ü=1.csv"),
    "an object's tags": lambda s3: s3.get_object_tagging(Bucket=PLAIN, Key="a b/ü=1.csv"),
    "an overwritten object": lambda s3: _body(s3, Bucket=PLAIN, Key="overwritten"),
    "an empty object": lambda s3: _body(s3, Bucket=PLAIN, Key="empty"),
    "an object of two parts": lambda s3: _body(s3, Bucket=PLAIN, Key="in parts"),
    "a part of an object": lambda s3: s3.head_object(Bucket=PLAIN, Key="in parts", PartNumber=2),
    "a copied object": lambda s3: _body(s3, Bucket=PLAIN, Key="copied"),
    "uploads under way": lambda s3: s3.list_multipart_uploads(Bucket=PLAIN),
    "notifications": lambda s3: s3.get_bucket_notification_configuration(Bucket=PLAIN),
    "a bucket's tags": lambda s3: s3.get_bucket_tagging(Bucket=PLAIN),
    "a bucket's policy": lambda s3: s3.get_bucket_policy(Bucket=PLAIN),
    "lifecycle rules": lambda s3: s3.get_bucket_lifecycle_configuration(Bucket=PLAIN),
    "encryption": lambda s3: s3.get_bucket_encryption(Bucket=PLAIN),
    "public access": lambda s3: s3.get_public_access_block(Bucket=PLAIN),
}


def _answers(sandbox: Sandbox) -> dict[str, Any]:
    s3 = sandbox.client("s3")
    return {name: _plain(ask(s3)) for name, ask in QUESTIONS.items()}


def _plain(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


@pytest.mark.parametrize("question", QUESTIONS)
def test_s3_answers_as_before_the_crash(crash: Crash, question: str) -> None:
    assert crash.before[question]
    assert crash.after[question] == crash.before[question]


def test_a_bucket_is_still_its_accounts_own(crash: Crash) -> None:
    listed = crash.sandbox.client("s3", OTHER_ACCOUNT).list_buckets()["Buckets"]
    assert [bucket["Name"] for bucket in listed] == [OTHERS]


def test_an_upload_goes_on_where_it_was(crash: Crash) -> None:
    s3 = crash.sandbox.client("s3")
    last = s3.upload_part(**crash.upload, PartNumber=2, Body=b"end")["ETag"]
    first = s3.list_parts(**crash.upload)["Parts"][0]["ETag"]
    parts = [{"PartNumber": 1, "ETag": first}, {"PartNumber": 2, "ETag": last}]
    s3.complete_multipart_upload(**crash.upload, MultipartUpload={"Parts": parts})
    found = _body(s3, Bucket=PLAIN, Key="begun")
    assert (found["Body"] == PART + b"end", found["Metadata"]) == (True, {"m": "1"})


def test_a_stack_adopts_its_bucket_but_no_other_and_a_rollback_leaves_it(crash: Crash) -> None:
    s3 = crash.sandbox.client("s3")
    s3.put_object(Bucket=OWNED, Key="kept", Body=b"1")
    s3.create_bucket(Bucket="restart-made-since")
    assert _create_stack(crash.sandbox, "restart-made-since") == "ROLLBACK_COMPLETE"
    crash.sandbox.client("cloudformation").delete_stack(StackName="owner")
    assert _create_stack(crash.sandbox) == "CREATE_COMPLETE"
    assert s3.get_object(Bucket=OWNED, Key="kept")["Body"].read() == b"1"


def test_a_bucket_that_is_made_again_has_no_tags_of_the_first(crash: Crash) -> None:
    s3, name = crash.sandbox.client("s3"), "restart-deleted"
    s3.create_bucket(Bucket=name)
    s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    s3.delete_bucket(Bucket=name)
    s3.create_bucket(Bucket=name)
    with pytest.raises(ClientError, match="NoSuchTagSet"):
        s3.get_bucket_tagging(Bucket=name)
