"""Malformed requests for jobs, runs, triggers, workflows, connections and tags: AWS's codes and texts.

They are sent by hand: boto3 would refuse most of them before they leave the client.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import pytest

from tests.contract.glue_api.gateway import Gateway

COMMAND = {"Name": "glueetl", "ScriptLocation": "s3://scripts/job.py"}
ACTIONS = [{"JobName": "nowhere"}]
CONNECTION = {
    "Name": "c",
    "ConnectionType": "JDBC",
    "ConnectionProperties": {"JDBC_CONNECTION_URL": "jdbc:redshift://h:5439/d"},
}
ARN = "arn:aws:glue:us-east-1:000000000000:job/nowhere"
NOT_FOUND = "EntityNotFoundException"
RUN = {"Name": "nowhere", "RunId": "wr_1"}

NAMED: list[tuple[str, dict[str, Any], str, str]] = [
    ("CreateJob", {"Name": "", "Role": "r", "Command": COMMAND}, "Name", ""),
    (
        "UpdateJob",
        {"JobName": "nowhere", "JobUpdate": {"Role": "r", "Command": COMMAND}},
        "JobName",
        NOT_FOUND,
    ),
    ("DeleteJob", {"JobName": "nowhere"}, "JobName", ""),
    ("GetJob", {"JobName": "nowhere"}, "JobName", NOT_FOUND),
    ("StartJobRun", {"JobName": "nowhere"}, "JobName", NOT_FOUND),
    ("GetJobRun", {"JobName": "nowhere", "RunId": "jr_1"}, "JobName", NOT_FOUND),
    ("GetJobRuns", {"JobName": "nowhere"}, "JobName", NOT_FOUND),
    ("BatchStopJobRun", {"JobName": "nowhere", "JobRunIds": ["jr_1"]}, "JobName", ""),
    ("GetJobBookmark", {"JobName": "nowhere"}, "", NOT_FOUND),
    ("ResetJobBookmark", {"JobName": "nowhere"}, "", NOT_FOUND),
    ("CreateTrigger", {"Name": "t", "Type": "ON_DEMAND", "Actions": ACTIONS}, "Name", NOT_FOUND),
    ("UpdateTrigger", {"Name": "nowhere", "TriggerUpdate": {}}, "Name", NOT_FOUND),
    ("DeleteTrigger", {"Name": "nowhere"}, "Name", ""),
    ("GetTrigger", {"Name": "nowhere"}, "Name", NOT_FOUND),
    ("StartTrigger", {"Name": "nowhere"}, "Name", NOT_FOUND),
    ("StopTrigger", {"Name": "nowhere"}, "Name", NOT_FOUND),
    ("CreateWorkflow", {"Name": ""}, "Name", ""),
    ("UpdateWorkflow", {"Name": "nowhere"}, "Name", NOT_FOUND),
    ("DeleteWorkflow", {"Name": "nowhere"}, "Name", ""),
    ("GetWorkflow", {"Name": "nowhere"}, "Name", NOT_FOUND),
    ("StartWorkflowRun", {"Name": "nowhere"}, "Name", NOT_FOUND),
    ("StopWorkflowRun", RUN, "Name", NOT_FOUND),
    ("ResumeWorkflowRun", {**RUN, "NodeIds": ["wnode_1"]}, "Name", NOT_FOUND),
    ("GetWorkflowRun", RUN, "Name", NOT_FOUND),
    ("GetWorkflowRuns", {"Name": "nowhere"}, "Name", NOT_FOUND),
    ("GetWorkflowRunProperties", RUN, "Name", NOT_FOUND),
    ("PutWorkflowRunProperties", {**RUN, "RunProperties": {"a": "b"}}, "Name", NOT_FOUND),
    ("UpdateConnection", {"Name": "nowhere", "ConnectionInput": CONNECTION}, "Name", NOT_FOUND),
    ("DeleteConnection", {"ConnectionName": "nowhere"}, "ConnectionName", NOT_FOUND),
    ("GetConnection", {"Name": "nowhere"}, "Name", NOT_FOUND),
    ("TagResource", {"ResourceArn": ARN, "TagsToAdd": {"a": "b"}}, "", NOT_FOUND),
    ("UntagResource", {"ResourceArn": ARN, "TagsToRemove": ["a"]}, "", NOT_FOUND),
    ("GetTags", {"ResourceArn": ARN}, "", NOT_FOUND),
]
"""Operation, a request on what does not exist, the member that names it if that is limited to 255
characters, and the error; "" where AWS answers with success (deletions) or with a list of errors. What
creates a resource has an empty name: it knows no unknown one."""


def send(gateway: Gateway, operation: str, body: Any) -> tuple[int, str, str]:
    """The status, the error's code and its message."""
    credential = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/glue/aws4_request"
    request = urllib.request.Request(
        gateway.settings.gateway_url,
        data=json.dumps(body).encode(),
        headers={
            "X-Amz-Target": f"AWSGlue.{operation}",
            "Content-Type": "application/x-amz-json-1.1",
            "Authorization": f"{credential}, SignedHeaders=host, Signature=none",
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, "", ""
    except urllib.error.HTTPError as refusal:
        error = json.loads(refusal.read())
        message = error.get("message") or error.get("Message")
        return refusal.code, error["__type"].rpartition("#")[2], message


UNKNOWN = [row for row in NAMED if "" not in row[1].values()]


@pytest.mark.parametrize(("operation", "body", "_", "code"), UNKNOWN, ids=[row[0] for row in UNKNOWN])
def test_what_does_not_exist_is_not_found(
    gateway: Gateway, operation: str, body: dict[str, Any], _: str, code: str
) -> None:
    expected = (400, code) if code else (200, "")
    assert send(gateway, operation, body)[:2] == expected


@pytest.mark.parametrize(("operation", "body", "_", "__"), NAMED, ids=[row[0] for row in NAMED])
def test_a_missing_member_is_named(
    gateway: Gateway, operation: str, body: dict[str, Any], _: str, __: str
) -> None:
    first = next(iter(body))
    member = first[0].lower() + first[1:]
    status, code, message = send(gateway, operation, {k: v for k, v in body.items() if k != first})
    assert (status, code) == (400, "ValidationException")
    assert f"Value null at '{member}' failed to satisfy constraint: Member must not be null" in message


@pytest.mark.parametrize(("operation", "body", "_", "__"), NAMED, ids=[row[0] for row in NAMED])
def test_a_value_of_the_wrong_type_can_not_be_converted(
    gateway: Gateway, operation: str, body: dict[str, Any], _: str, __: str
) -> None:
    refusal = send(gateway, operation, {**body, next(iter(body)): 5})
    assert refusal == (400, "SerializationException", "NUMBER_VALUE can not be converted to a String")


LIMITED = [row for row in NAMED if row[2]]


@pytest.mark.parametrize(("operation", "body", "name", "_"), LIMITED, ids=[row[0] for row in LIMITED])
def test_a_name_that_is_too_long_or_empty_breaks_its_constraint(
    gateway: Gateway, operation: str, body: dict[str, Any], name: str, _: str
) -> None:
    member = name[0].lower() + name[1:]
    for value, constraint in (
        ("x" * 256, "Member must have length less than or equal to 255"),
        ("", "Member must have length greater than or equal to 1"),
        ("a\nb", "Member must satisfy regular expression pattern"),
    ):
        status, code, message = send(gateway, operation, {**body, name: value})
        assert (status, code) == (400, "ValidationException")
        start = f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: "
        assert message.startswith(start + constraint)


@pytest.mark.parametrize(
    ("operation", "body", "code", "text"),
    [
        ("CreateTrigger", {"Name": "t", "Type": "DAILY", "Actions": ACTIONS}, "ValidationException", "enum"),
        (
            "CreateTrigger",
            {"Name": "t", "Type": "ON_DEMAND", "Actions": [{"JobName": "j", "Timeout": 0}]},
            "ValidationException",
            "at 'actions.1.member.timeout' failed to satisfy constraint: Member must have value greater",
        ),
        ("GetTriggers", {"MaxResults": 201}, "ValidationException", "less than or equal to 200"),
        ("GetTriggers", {"NextToken": "other"}, "InvalidInputException", "NextToken"),
        ("GetTriggers", {"DependentJobName": "nowhere"}, "EntityNotFoundException", "nowhere"),
        ("ListWorkflows", {"MaxResults": 26}, "ValidationException", "less than or equal to 25"),
        ("BatchGetWorkflows", {"Names": []}, "ValidationException", "at 'names'"),
        ("BatchStopJobRun", {"JobName": "j", "JobRunIds": ["r"] * 26}, "ValidationException", "25"),
        ("CreateJob", {"Name": "j", "Role": "r", "Command": []}, "SerializationException", "Start of list"),
        (
            "CreateJob",
            {"Name": "j", "Role": "r", "Command": {"Name": "hadoop", "ScriptLocation": "s3://b/k"}},
            "InvalidInputException",
            "hadoop",
        ),
        (
            "CreateConnection",
            {"ConnectionInput": {**CONNECTION, "ConnectionProperties": {"password": "p"}}},
            "ValidationException",
            "enum",
        ),
        (
            "CreateConnection",
            {"ConnectionInput": {**CONNECTION, "ConnectionType": "TAPE"}},
            "ValidationException",
            "at 'connectionInput.connectionType'",
        ),
        ("GetTags", {"ResourceArn": "arn:aws:glue:nonsense"}, "InvalidInputException", "nonsense"),
        ("TagResource", {"ResourceArn": ARN, "TagsToAdd": {"": "b"}}, "ValidationException", "tagsToAdd"),
    ],
)
def test_a_value_that_is_not_allowed_is_refused_in_aws_s_words(
    gateway: Gateway, operation: str, body: dict[str, Any], code: str, text: str
) -> None:
    status, met, message = send(gateway, operation, body)
    assert (status, met) == (400, code)
    assert text in message


def test_a_body_that_is_no_json_is_refused(gateway: Gateway) -> None:
    request = urllib.request.Request(
        gateway.settings.gateway_url, data=b"{", headers={"X-Amz-Target": "AWSGlue.GetJobs"}
    )
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=30)
    assert caught.value.code == 400
    assert json.loads(caught.value.read())["__type"] == "SerializationException"
