"""Events of S3 reach their targets as on AWS, or the dead-letter queue (aws-semantics.md §E)."""

from __future__ import annotations

import json
import urllib.request
import uuid
from typing import Any

import pytest

from emulator.stack.sandbox import Sandbox

ROLE = "arn:aws:iam::000000000000:role/any"
PASS = json.dumps({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}})


@pytest.fixture
def bucket(sandbox: Sandbox) -> str:
    """A bucket whose events go to EventBridge."""
    name, s3 = f"events-{uuid.uuid4().hex[:12]}", sandbox.client("s3")
    s3.create_bucket(Bucket=name)
    s3.put_bucket_notification_configuration(
        Bucket=name, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    return name


def queue(sandbox: Sandbox) -> tuple[str, str]:
    """A new queue's URL and ARN."""
    sqs = sandbox.client("sqs")
    url = sqs.create_queue(QueueName=f"queue-{uuid.uuid4().hex[:12]}")["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    return url, attributes["QueueArn"]


def rule(sandbox: Sandbox, bucket: str, **target: Any) -> str:
    """A rule on every new object of the bucket; its ARN."""
    events, name = sandbox.client("events"), f"rule-{uuid.uuid4().hex[:12]}"
    pattern = {"source": ["aws.s3"], "detail": {"bucket": {"name": [bucket]}}}
    arn = events.put_rule(Name=name, EventPattern=json.dumps(pattern))["RuleArn"]
    events.put_targets(Rule=name, Targets=[{"Id": "1", **target}])
    return str(arn)


def receive(sandbox: Sandbox, url: str, count: int = 1) -> list[dict[str, Any]]:
    """That many messages of the queue, waited for."""
    sqs, found = sandbox.client("sqs"), []

    def enough() -> bool:
        answer = sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], WaitTimeSeconds=1
        )
        found.extend(answer.get("Messages", []))
        return len(found) >= count

    sandbox.wait_until(enough, 30, f"{count} messages in {url}")
    return found


@pytest.mark.parametrize("key", ["raw/a b.csv", "raw/a+b.csv", "raw/50%.csv", "raw/year=2026/é漢.csv"])
def test_an_event_carries_the_key_verbatim(sandbox: Sandbox, bucket: str, key: str) -> None:
    url, arn = queue(sandbox)
    rule(sandbox, bucket, Arn=arn)
    sandbox.client("s3").put_object(Bucket=bucket, Key=key, Body=b"x")
    event = json.loads(receive(sandbox, url)[0]["Body"])
    assert event["detail"]["object"]["key"] == key
    assert (event["detail-type"], event["detail"]["reason"]) == ("Object Created", "PutObject")


def test_a_multipart_upload_says_so(sandbox: Sandbox, bucket: str) -> None:
    url, arn = queue(sandbox)
    rule(sandbox, bucket, Arn=arn)
    s3, where = sandbox.client("s3"), {"Bucket": bucket, "Key": "big.csv"}
    upload = s3.create_multipart_upload(**where)["UploadId"]
    part = s3.upload_part(**where, UploadId=upload, PartNumber=1, Body=b"x")
    parts = {"Parts": [{"ETag": part["ETag"], "PartNumber": 1}]}
    s3.complete_multipart_upload(**where, UploadId=upload, MultipartUpload=parts)
    event = json.loads(receive(sandbox, url)[0]["Body"])
    assert event["detail"]["reason"] == "CompleteMultipartUpload"


def event_of(sandbox: Sandbox, url: str) -> dict[str, Any]:
    """The next event in a queue that is the target of a rule."""
    event: dict[str, Any] = json.loads(receive(sandbox, url)[0]["Body"])
    return event


def test_an_event_tells_size_etag_bucket_and_who_asked(sandbox: Sandbox, bucket: str) -> None:
    url, arn = queue(sandbox)
    rule(sandbox, bucket, Arn=arn)
    put = sandbox.client("s3").put_object(Bucket=bucket, Key="a.csv", Body=b"12345")
    event = event_of(sandbox, url)
    assert (event["source"], event["version"], event["account"]) == ("aws.s3", "0", "000000000000")
    assert (event["region"], event["resources"]) == ("us-east-1", [f"arn:aws:s3:::{bucket}"])
    detail = event["detail"]
    assert set(detail) >= {
        "version",
        "bucket",
        "object",
        "request-id",
        "requester",
        "source-ip-address",
        "reason",
    }
    assert (detail["version"], detail["bucket"]) == ("0", {"name": bucket})
    assert (detail["object"]["size"], detail["object"]["etag"]) == (5, put["ETag"].strip('"'))
    assert "version-id" not in detail["object"]


def test_a_copy_and_a_form_upload_have_reasons_of_their_own(sandbox: Sandbox, bucket: str) -> None:
    s3 = sandbox.client("s3")
    s3.put_object(Bucket=bucket, Key="a.csv", Body=b"x")
    url, arn = queue(sandbox)
    rule(sandbox, bucket, Arn=arn)
    s3.copy_object(Bucket=bucket, Key="b.csv", CopySource={"Bucket": bucket, "Key": "a.csv"})
    copied = event_of(sandbox, url)["detail"]
    assert (copied["object"]["key"], copied["reason"]) == ("b.csv", "CopyObject")
    form = s3.generate_presigned_post(bucket, "c.csv")
    parts = [*form["fields"].items(), ("file", "x")]
    body = "".join(
        f'--B\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n' for name, text in parts
    )
    request = urllib.request.Request(
        form["url"], (body + "--B--\r\n").encode(), {"Content-Type": "multipart/form-data; boundary=B"}
    )
    urllib.request.urlopen(request, timeout=30).close()
    posted = event_of(sandbox, url)["detail"]
    assert (posted["object"]["key"], posted["reason"]) == ("c.csv", "POST Object")


def test_versions_are_named_and_the_sequencer_grows(sandbox: Sandbox, bucket: str) -> None:
    s3 = sandbox.client("s3")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    url, arn = queue(sandbox)
    rule(sandbox, bucket, Arn=arn)
    made = [s3.put_object(Bucket=bucket, Key="a.csv", Body=body)["VersionId"] for body in (b"1", b"2", b"3")]
    objects = [json.loads(message["Body"])["detail"]["object"] for message in receive(sandbox, url, 3)]
    in_order = sorted(objects, key=lambda item: int(item["sequencer"], 16))
    assert [item["version-id"] for item in in_order] == made
    assert len({item["sequencer"] for item in objects}) == 3


def test_a_deletion_is_told_with_its_type(sandbox: Sandbox, bucket: str) -> None:
    s3 = sandbox.client("s3")
    s3.put_object(Bucket=bucket, Key="raw/a b.csv", Body=b"x")
    url, arn = queue(sandbox)
    rule(sandbox, bucket, Arn=arn)
    s3.delete_object(Bucket=bucket, Key="raw/a b.csv")
    event = event_of(sandbox, url)
    assert (event["detail-type"], event["detail"]["object"]["key"]) == ("Object Deleted", "raw/a b.csv")
    assert (event["detail"]["reason"], event["detail"]["deletion-type"]) == (
        "DeleteObject",
        "Permanently Deleted",
    )
    assert "size" not in event["detail"]["object"]


def test_a_pattern_of_prefix_and_suffix_is_an_or_and_a_wildcard_is_not(sandbox: Sandbox, bucket: str) -> None:
    events = sandbox.client("events")
    event = {
        "id": "1",
        "account": "000000000000",
        "source": "aws.s3",
        "time": "2026-01-01T00:00:00Z",
        "region": "us-east-1",
        "resources": [],
        "detail-type": "Object Created",
        "detail": {"object": {"key": "out/part.csv"}},
    }

    def matches(*key: dict[str, str]) -> bool:
        pattern = json.dumps({"detail": {"object": {"key": list(key)}}})
        return bool(events.test_event_pattern(Event=json.dumps(event), EventPattern=pattern)["Result"])

    assert matches({"prefix": "raw/"}, {"suffix": ".csv"})
    assert not matches({"wildcard": "raw/*.csv"})
    assert matches({"wildcard": "out/*.csv"})
    assert not matches({"suffix": ".CSV"})


def test_a_missing_target_sends_the_event_to_the_dead_letter_queue_at_once(
    sandbox: Sandbox, bucket: str
) -> None:
    url, arn = queue(sandbox)
    machine = "arn:aws:states:us-east-1:000000000000:stateMachine:nobody"
    rule_arn = rule(sandbox, bucket, Arn=machine, RoleArn=ROLE, DeadLetterConfig={"Arn": arn})
    sandbox.client("s3").put_object(Bucket=bucket, Key="lost.csv", Body=b"x")
    message = receive(sandbox, url)[0]
    said = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
    assert (said["RULE_ARN"], said["TARGET_ARN"]) == (rule_arn, machine)
    assert (said["ERROR_CODE"], said["RETRY_ATTEMPTS"]) == ("NO_RESOURCE", "0")
    assert "StateMachineDoesNotExist" in said["ERROR_MESSAGE"]
    assert json.loads(message["Body"])["detail"]["object"]["key"] == "lost.csv"


def test_two_rules_on_one_event_start_an_execution_each(sandbox: Sandbox, bucket: str) -> None:
    api = sandbox.client("stepfunctions")
    machine = api.create_state_machine(name=f"m-{uuid.uuid4().hex[:12]}", definition=PASS, roleArn=ROLE)[
        "stateMachineArn"
    ]
    rule(sandbox, bucket, Arn=machine, RoleArn=ROLE)
    rule(sandbox, bucket, Arn=machine, RoleArn=ROLE, Input='{"no": "id"}')
    sandbox.client("s3").put_object(Bucket=bucket, Key="one.csv", Body=b"x")

    def both() -> bool:
        return len(api.list_executions(stateMachineArn=machine)["executions"]) == 2

    assert sandbox.wait_until(both, 20, "two executions")


def test_a_notification_filter_matches_a_partition_folder_and_its_key_is_encoded(
    sandbox: Sandbox, bucket: str
) -> None:
    url, arn = queue(sandbox)
    rules = [{"Name": "prefix", "Value": "raw/year=2026/"}]
    configuration = {
        "QueueArn": arn,
        "Events": ["s3:ObjectCreated:*"],
        "Filter": {"Key": {"FilterRules": rules}},
    }
    s3 = sandbox.client("s3")
    s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"QueueConfigurations": [configuration]}
    )
    s3.put_object(Bucket=bucket, Key="raw/year=2026/a b.csv", Body=b"x")
    bodies = [json.loads(message["Body"]) for message in receive(sandbox, url, 2)]
    keys = [record["s3"]["object"]["key"] for body in bodies for record in body.get("Records", [])]
    assert keys == ["raw/year%3D2026/a+b.csv"]


def test_a_disabled_rule_sends_nothing_until_it_is_enabled(sandbox: Sandbox, bucket: str) -> None:
    url, arn = queue(sandbox)
    name = rule(sandbox, bucket, Arn=arn).rpartition("/")[2]
    seen_url, seen_arn = queue(sandbox)
    rule(sandbox, bucket, Arn=seen_arn)  # tells when the event has been looked at: delivery takes a moment
    s3, events = sandbox.client("s3"), sandbox.client("events")
    events.disable_rule(Name=name)
    s3.put_object(Bucket=bucket, Key="while-disabled.csv", Body=b"x")
    receive(sandbox, seen_url)
    events.enable_rule(Name=name)
    s3.put_object(Bucket=bucket, Key="afterwards.csv", Body=b"x")

    (message,) = receive(sandbox, url)

    assert json.loads(message["Body"])["detail"]["object"]["key"] == "afterwards.csv"
