"""Requests are checked against the service model before anything looks at them."""

from __future__ import annotations

from typing import Any

import botocore.session
import pytest

from emulator.glue_service.errors import ConstraintViolated, InvalidInput
from emulator.glue_service.paging import page
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


def test_pages_follow_each_other_to_the_end() -> None:
    first, following = page([1, 2, 3], {"MaxResults": 2})
    assert (first, following) == ([1, 2], {"NextToken": "2"})
    assert page([1, 2, 3], {"MaxResults": 2, **following}) == ([3], {})
    with pytest.raises(InvalidInput, match="abc"):
        page([1], {"NextToken": "abc"})
