"""A crash of LocalStack: what was in S3 is there again, executions start again."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.stack.pytest_plugin import new_sandbox
from emulator.stack.sandbox import Sandbox

PLAIN, VERSIONED, TOLD = "restart-plain", "restart-versioned", "restart-told"
OWNED = "restart-of-a-stack"
OTHER_ACCOUNT, OTHERS = "111122223333", "restart-of-another-account"
MACHINE = "restart-machine"
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
        _create_machines(sandbox)
        _start(sandbox, "whole")
        before = _answers(sandbox)
        sandbox.kill("localstack")
        yield Crash(sandbox, before, _answers(sandbox), upload)


def _fill(s3: Any) -> dict[str, Any]:
    s3.create_bucket(Bucket=PLAIN)
    s3.create_bucket(Bucket=TOLD)
    s3.put_bucket_notification_configuration(
        Bucket=TOLD, NotificationConfiguration={"EventBridgeConfiguration": {}}
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


LOOK = {
    "Type": "Task",
    "Resource": "arn:aws:states:::aws-sdk:s3:headObject",
    "Parameters": {"Bucket": PLAIN, "Key": "go on"},
    "ResultPath": "$.seen",
    "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "BackoffRate": 1, "MaxAttempts": 90}],
    "End": True,
}
CALL = {
    "Type": "Task",
    "Resource": "arn:aws:states:::states:startExecution.sync:2",
    "Parameters": {
        "StateMachineArn": f"arn:aws:states:us-east-1:000000000000:stateMachine:{MACHINE}-inner",
        "Input": {"AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID.$": "$$.Execution.Id", "day.$": "$.day"},
    },
    "OutputPath": "$.Output.day",
    "End": True,
}


def _create_machines(sandbox: Sandbox) -> None:
    """One that waits for an object, and one that calls it."""
    for name, state in ((f"{MACHINE}-inner", LOOK), (MACHINE, CALL)):
        sandbox.client("stepfunctions").create_state_machine(
            name=name,
            definition=json.dumps({"StartAt": "Only", "States": {"Only": state}}),
            roleArn="arn:aws:iam::000000000000:role/any",
        )


def _arn(name: str, kind: str = "execution") -> str:
    return f"arn:aws:states:us-east-1:000000000000:{kind}:{name}"


def _start(sandbox: Sandbox, name: str) -> None:
    """Starts an execution, and waits until the one that it calls is running."""
    client, inner = sandbox.client("stepfunctions"), _arn(f"{MACHINE}-inner", "stateMachine")
    client.start_execution(stateMachineArn=_arn(MACHINE, "stateMachine"), name=name, input='{"day": 7}')
    sandbox.wait_until(
        lambda: client.list_executions(stateMachineArn=inner)["executions"], 20, "the inner execution"
    )


def _interrupted(sandbox: Sandbox, method: str = "GET") -> Any:
    path = "/_tarmac/interrupted" + ("/resume" if method == "POST" else "")
    request = urllib.request.Request(sandbox.gateway_url + path, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


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
    "notifications": lambda s3: s3.get_bucket_notification_configuration(Bucket=TOLD),
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


def test_an_object_put_before_the_rules_are_there_again_is_told_of_once_they_are(crash: Crash) -> None:
    sandbox = crash.sandbox
    s3, sqs = sandbox.client("s3"), sandbox.client("sqs")
    s3.put_object(Bucket=TOLD, Key="before the rule", Body=b"1")
    queue = sqs.create_queue(QueueName="restart")["QueueUrl"]
    _send_events_to_queue(sandbox.client("events"))
    s3.put_object(Bucket=TOLD, Key="after the rule", Body=b"1")
    assert _key_of_next(sqs, queue) == "after the rule"
    _interrupted(sandbox, "POST")
    assert _key_of_next(sqs, queue) == "before the rule"
    s3.put_object(Bucket=TOLD, Key="last", Body=b"1")
    assert _interrupted(sandbox, "POST")["events"] == 0
    assert _key_of_next(sqs, queue) == "last"


def _send_events_to_queue(events: Any) -> None:
    pattern = {"source": ["aws.s3"], "detail": {"bucket": {"name": [TOLD]}}}
    events.put_rule(Name="restart", EventPattern=json.dumps(pattern))
    target = {"Id": "q", "Arn": "arn:aws:sqs:us-east-1:000000000000:restart"}
    events.put_targets(Rule="restart", Targets=[target])


def _key_of_next(sqs: Any, queue: str) -> str:
    """The key that the next message of the queue tells of; the message is deleted."""
    answer = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=1, WaitTimeSeconds=20)
    (message,) = answer.get("Messages") or [None]
    assert message, "no message in 20 s"
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return str(json.loads(message["Body"])["detail"]["object"]["key"])


def test_executions_that_were_cut_off_are_started_again_once_their_machines_are_there(crash: Crash) -> None:
    sandbox = crash.sandbox
    assert [item["machine"] for item in _interrupted(sandbox)["executions"]] == [
        _arn(MACHINE, "stateMachine"),
        _arn(f"{MACHINE}-inner", "stateMachine"),
    ]
    assert [item["arn"] for item in _interrupted(sandbox, "POST")["left"]] == [_arn(f"{MACHINE}:whole")]
    _create_machines(sandbox)
    resumed = {"arn": _arn(f"{MACHINE}:whole"), "new_arn": _arn(f"{MACHINE}:whole-resumed-1")}
    assert _interrupted(sandbox, "POST") == {"resumed": [resumed], "left": [], "events": 0}
    assert _interrupted(sandbox, "POST") == {"resumed": [], "left": [], "events": 0}
    sandbox.client("s3").put_object(Bucket=PLAIN, Key="go on")
    ended = sandbox.wait_for_execution(resumed["new_arn"])
    assert (ended["status"], ended["output"]) == ("SUCCEEDED", "7")
    inner = sandbox.client("stepfunctions").list_executions(
        stateMachineArn=_arn(f"{MACHINE}-inner", "stateMachine")
    )
    assert [execution["status"] for execution in inner["executions"]] == ["SUCCEEDED"]
    assert _interrupted(sandbox)["executions"] == []
