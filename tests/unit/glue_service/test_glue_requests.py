"""Requests are checked against the service model before anything looks at them."""

from __future__ import annotations

from typing import Any

import botocore.session
import pytest

from emulator.glue_service.errors import ConstraintViolated, InvalidInput
from emulator.glue_service.paging import page
from emulator.glue_service.request_types import wrong_type
from emulator.glue_service.request_validation import check_request

GLUE = botocore.session.get_session().get_service_model("glue")


def check(operation: str, request: dict[str, Any] | None) -> None:
    check_request(request, GLUE.operation_model(operation).input_shape)


@pytest.mark.parametrize(
    ("operation", "request_body", "text"),
    [
        ("GetJob", {}, "Value null at 'jobName' failed to satisfy constraint: Member must not be null"),
        ("GetJob", {"JobName": "x" * 256}, "Member must have length less than or equal to 255"),
        ("GetJob", {"JobName": ""}, "Member must have length greater than or equal to 1"),
        ("StartJobRun", {"JobName": "j", "Timeout": 0}, "Member must have value greater than or equal to 1"),
        ("GetJobs", {"MaxResults": 1001}, "Member must have value less than or equal to 1000"),
        (
            "CreateJob",
            {"Name": "j", "Role": "r", "Command": {}, "ExecutionClass": "FAST"},
            "Value 'FAST' at 'executionClass' failed to satisfy constraint: Member must satisfy enum",
        ),
        (
            "CreateConnection",
            {"ConnectionInput": {"Name": "c", "ConnectionType": "JDBC"}},
            "Value null at 'connectionInput.connectionProperties'",
        ),
        ("BatchStopJobRun", {"JobName": "j", "JobRunIds": []}, "at 'jobRunIds'"),
        (
            "BatchGetJobs",
            {"JobNames": ["good", ""]},
            "Value '[good, ]' at 'jobNames' failed to satisfy constraint: Member must satisfy constraint: "
            "[Member must have length less than or equal to 255, Member must have length greater than or "
            "equal to 1, Member must satisfy regular expression pattern: ",
        ),
        (
            "TagResource",
            {"ResourceArn": "arn:aws:glue:x", "TagsToAdd": {"a": "b" * 257}},
            "at 'tagsToAdd' failed to satisfy constraint: Map value must satisfy constraint: "
            "[Member must have length less than or equal to 256",
        ),
        (
            "GetTable",
            {"DatabaseName": "d\n", "Name": "t"},
            "Value 'd\n' at 'databaseName' failed to satisfy constraint: Member must satisfy regular",
        ),
        (
            "CreateTrigger",
            {"Name": "t", "Type": "ON_DEMAND", "Actions": [{"Timeout": 0}]},
            "Value '0' at 'actions.1.member.timeout' failed to satisfy constraint",
        ),
        (
            "CreateJob",
            {"Name": "j", "Role": "r", "Command": {}, "Tags": {"": "v"}},
            "Value '{=v}' at 'tags' failed to satisfy constraint: Map keys must satisfy constraint: "
            "[Member must have length less than or equal to 128, "
            "Member must have length greater than or equal to 1]",
        ),
        (
            "CreateJob",
            {"Name": "j", "Role": "r", "Command": {}, "Tags": {str(n): "" for n in range(51)}},
            "Member must have length less than or equal to 50",
        ),
    ],
)
def test_a_broken_constraint_is_named_in_aws_s_words(
    operation: str, request_body: dict[str, Any], text: str
) -> None:
    with pytest.raises(ConstraintViolated) as caught:
        check(operation, request_body)
    assert text in caught.value.message


def test_all_violations_are_reported_at_once() -> None:
    with pytest.raises(ConstraintViolated, match=r"^3 validation errors detected: .*name.*role.*command"):
        check("CreateJob", {})


def test_a_good_request_passes() -> None:
    check("GetJobs", None)
    check("CreateJob", {"Name": "j ü", "Role": "r", "Command": {"Name": "glueetl"}, "MaxRetries": 0})


def test_names_may_hold_any_unicode_but_control_characters() -> None:
    check("GetJob", {"JobName": "Ünïcode 漢字 🙂"})
    with pytest.raises(ConstraintViolated, match="jobName"):
        check("GetJob", {"JobName": "bell\x07"})


@pytest.mark.parametrize(
    ("operation", "request_body", "text"),
    [
        ("GetJob", {"JobName": 5}, "NUMBER_VALUE can not be converted to a String"),
        ("GetJob", {"JobName": True}, "TRUE_VALUE can not be converted to a String"),
        ("GetJobs", {"MaxResults": "five"}, "STRING_VALUE can not be converted to an Integer"),
        ("BatchGetJobs", {"JobNames": "j"}, "STRING_VALUE can not be converted to a List"),
        ("CreateJob", {"Name": "j", "Command": []}, "Start of list found where not expected"),
        ("StartJobRun", {"JobName": "j", "Arguments": {"--a": 1}}, "NUMBER_VALUE can not be converted"),
        ("GetWorkflow", {"Name": "w", "IncludeGraph": "true"}, "STRING_VALUE can not be converted to a Bool"),
        ("GetJob", {"JobName": {}}, "Start of structure or map found where not expected."),
    ],
)
def test_a_value_of_the_wrong_type_is_named(operation: str, request_body: dict[str, Any], text: str) -> None:
    assert text in wrong_type(request_body, GLUE.operation_model(operation).input_shape)


def test_right_types_nulls_and_unknown_members_pass() -> None:
    shape = GLUE.operation_model("StartJobRun").input_shape
    assert wrong_type({"JobName": "j", "Timeout": None, "MaxCapacity": 2, "Unknown": 1}, shape) == ""


def test_pages_follow_each_other_to_the_end() -> None:
    first, following = page([1, 2, 3], {"MaxResults": 2})
    assert (first, following) == ([1, 2], {"NextToken": "2"})
    assert page([1, 2, 3], {"MaxResults": 2, **following}) == ([3], {})
    with pytest.raises(InvalidInput, match="abc"):
        page([1], {"NextToken": "abc"})
