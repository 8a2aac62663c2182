"""Each API call is recorded as the permissions that AWS asks for, on the ARNs that it looks at."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.call_record.iam_actions import Call, accesses

ACCOUNT = "123456789012"
HERE = f"eu-west-1:{ACCOUNT}"
GLUE = f"arn:aws:glue:{HERE}:"


def _needed(service: str, operation: str, **parameters: Any) -> list[tuple[str, tuple[str, ...]]]:
    found = accesses(Call(service, operation, "eu-west-1", ACCOUNT, parameters))
    return [(access.action, access.resources) for access in found]


@pytest.mark.parametrize(
    ("operation", "parameters", "action", "resource"),
    [
        ("GetObject", {"Key": "k/1"}, "s3:GetObject", "arn:aws:s3:::b/k/1"),
        ("GetObject", {"Key": "k", "VersionId": "v"}, "s3:GetObjectVersion", "arn:aws:s3:::b/k"),
        ("HeadObject", {"Key": "k"}, "s3:GetObject", "arn:aws:s3:::b/k"),
        ("UploadPart", {"Key": "k"}, "s3:PutObject", "arn:aws:s3:::b/k"),
        ("AbortMultipartUpload", {"Key": "k"}, "s3:AbortMultipartUpload", "arn:aws:s3:::b/k"),
        ("ListObjectsV2", {}, "s3:ListBucket", "arn:aws:s3:::b"),
        ("HeadBucket", {}, "s3:ListBucket", "arn:aws:s3:::b"),
        ("GetBucketLocation", {}, "s3:GetBucketLocation", "arn:aws:s3:::b"),
    ],
)
def test_operations_of_s3_need_permissions_of_other_names(
    operation: str, parameters: dict[str, Any], action: str, resource: str
) -> None:
    assert _needed("s3", operation, Bucket="b", **parameters) == [(action, (resource,))]


def test_deleting_many_objects_asks_for_each() -> None:
    found = _needed("s3", "DeleteObjects", Bucket="b", Delete={"Objects": [{"Key": "x"}, {"Key": "y"}]})

    assert found == [("s3:DeleteObject", ("arn:aws:s3:::b/x",)), ("s3:DeleteObject", ("arn:aws:s3:::b/y",))]


@pytest.mark.parametrize("source", ["/from/a%20b", {"Bucket": "from", "Key": "a b"}])
def test_a_copy_reads_one_object_and_writes_another(source: Any) -> None:
    found = _needed("s3", "CopyObject", Bucket="b", Key="k", CopySource=source)

    assert found == [
        ("s3:GetObject", ("arn:aws:s3:::from/a b",)),
        ("s3:PutObject", ("arn:aws:s3:::b/k",)),
    ]


def test_a_listing_tells_its_prefix() -> None:
    (found,) = accesses(Call("s3", "ListObjectsV2", "eu-west-1", ACCOUNT, {"Bucket": "b", "Prefix": "raw/"}))

    assert dict(found.context) == {"s3:prefix": "raw/"}


@pytest.mark.parametrize(
    ("operation", "parameters", "names"),
    [
        ("StartJobRun", {"JobName": "j"}, ["job/j"]),
        ("GetJobRun", {"JobName": "j", "RunId": "r"}, ["job/j"]),
        ("BatchStopJobRun", {"JobName": "j", "JobRunIds": ["r"]}, ["job/j"]),
        ("GetJob", {"JobName": "j"}, ["job/j"]),
        ("StartCrawler", {"Name": "c"}, ["crawler/c"]),
        ("GetConnection", {"Name": "c"}, ["catalog", "connection/c"]),
        ("GetDatabase", {"Name": "d"}, ["catalog", "database/d"]),
        ("GetTable", {"DatabaseName": "d", "Name": "t"}, ["catalog", "database/d", "table/d/t"]),
        ("GetTables", {"DatabaseName": "d"}, ["catalog", "database/d", "table/d/*"]),
        (
            "CreateTable",
            {"DatabaseName": "d", "TableInput": {"Name": "t"}},
            ["catalog", "database/d", "table/d/t"],
        ),
        ("GetPartitions", {"DatabaseName": "d", "TableName": "t"}, ["catalog", "database/d", "table/d/t"]),
    ],
)
def test_glue_asks_for_all_that_a_call_touches(
    operation: str, parameters: dict[str, Any], names: list[str]
) -> None:
    expected = (f"glue:{operation}", tuple(GLUE + name for name in names))
    assert _needed("glue", operation, **parameters) == [expected]


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "action", "resource"),
    [
        ("sns", "Publish", {"TopicArn": "arn:t"}, "sns:Publish", "arn:t"),
        (
            "sqs",
            "SendMessage",
            {"QueueUrl": "http://127.0.0.1:4566/queue/eu-west-1/1/q"},
            "sqs:SendMessage",
            f"arn:aws:sqs:{HERE}:q",
        ),
        ("states", "StartExecution", {"stateMachineArn": "arn:m"}, "states:StartExecution", "arn:m"),
        ("monitoring", "PutMetricData", {"Namespace": "Glue"}, "cloudwatch:PutMetricData", "*"),
        (
            "logs",
            "CreateLogStream",
            {"logGroupName": "/g", "logStreamName": "s"},
            "logs:CreateLogStream",
            f"arn:aws:logs:{HERE}:log-group:/g:log-stream:",
        ),
        (
            "logs",
            "PutLogEvents",
            {"logGroupName": "/g", "logStreamName": "s"},
            "logs:PutLogEvents",
            f"arn:aws:logs:{HERE}:log-group:/g:log-stream:s",
        ),
        (
            "secretsmanager",
            "GetSecretValue",
            {"SecretId": "name"},
            "secretsmanager:GetSecretValue",
            f"arn:aws:secretsmanager:{HERE}:secret:name-??????",
        ),
    ],
)
def test_other_services_name_their_resource_each_in_its_way(
    service: str, operation: str, parameters: dict[str, Any], action: str, resource: str
) -> None:
    assert _needed(service, operation, **parameters) == [(action, (resource,))]


@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    [("dynamodb", "PutItem", {"TableName": "t"}), ("glue", "GetTable", {}), ("glue", "RunStatement", {})],
)
def test_a_call_whose_resource_nobody_knows_is_recorded_as_unknown(
    service: str, operation: str, parameters: dict[str, Any]
) -> None:
    assert _needed(service, operation, **parameters) == [(f"{service}:{operation}", ("?",))]


def test_what_needs_no_permission_is_not_recorded() -> None:
    assert _needed("sts", "GetCallerIdentity") == []


def test_only_events_of_the_roles_own_count() -> None:
    entries = [{"Source": "aws.glue"}, {"Source": "mine"}, {"Source": "mine", "EventBusName": "b"}]

    found = _needed("events", "PutEvents", Entries=entries)

    arn = f"arn:aws:events:{HERE}:event-bus/"
    assert found == [("events:PutEvents", (arn + "b",)), ("events:PutEvents", (arn + "default",))]
