"""What becomes of an event that did not reach its target."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from emulator.localstack_mends.eventbridge import classify, exhausted_condition, pause_s


def client_error(code: str, status: int = 400) -> ClientError:
    return ClientError(
        {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": status}},  # type: ignore[typeddict-item]
        "StartExecution",
    )


@pytest.mark.parametrize(
    ("code", "status", "said", "retryable"),
    [
        ("StateMachineDoesNotExist", 400, "NO_RESOURCE", False),
        ("AWS.SimpleQueueService.NonExistentQueue", 400, "NO_RESOURCE", False),
        ("ResourceNotFoundException", 404, "NO_RESOURCE", False),
        ("AccessDeniedException", 400, "NO_PERMISSIONS", False),
        ("ThrottlingException", 400, "THROTTLING", True),
        ("InvalidExecutionInput", 400, "SDK_CLIENT_ERROR", False),
        ("InternalFailure", 500, "UNKNOWN", True),
    ],
)
def test_an_error_that_only_the_user_can_cure_is_not_retried(
    code: str, status: int, said: str, retryable: bool
) -> None:
    failure = classify(client_error(code, status))
    assert (failure.code, failure.retryable) == (said, retryable)
    assert failure.message.startswith(f"{code}: ")


def test_a_target_nobody_implements_is_not_retried_and_a_lost_connection_is() -> None:
    assert not classify(NotImplementedError("no")).retryable
    assert classify(ConnectionError("lost")).retryable


def test_a_policy_ends_by_attempts_or_by_age() -> None:
    policy = {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 60}
    assert exhausted_condition(policy, 1, 1) == ""
    assert exhausted_condition(policy, 2, 1) == "MaximumRetryAttempts"
    assert exhausted_condition(policy, 1, 60) == "MaximumEventAgeInSeconds"
    assert exhausted_condition({"MaximumRetryAttempts": 0}, 0, 0) == "MaximumRetryAttempts"


def test_without_a_policy_aws_s_defaults_hold() -> None:
    assert exhausted_condition({}, 184, 86_399) == ""
    assert exhausted_condition({}, 185, 0) == "MaximumRetryAttempts"
    assert exhausted_condition({}, 0, 86_400) == "MaximumEventAgeInSeconds"


def test_the_pause_doubles_up_to_ten_minutes() -> None:
    assert 0.5 <= pause_s(1) <= 1
    assert 2 <= pause_s(3) <= 4
    assert 300 <= pause_s(100) <= 600
