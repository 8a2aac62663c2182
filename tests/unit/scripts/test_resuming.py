"""What `make up` says of what a restart of LocalStack cut off."""

from __future__ import annotations

from typing import Any

import pytest

from scripts.resuming import told

ARN = "arn:aws:states:us-east-1:000000000000:execution:m:"
ONE = {"arn": f"{ARN}a", "new_arn": f"{ARN}a-resumed-1"}
TWO = {"arn": f"{ARN}b", "new_arn": f"{ARN}b-resumed-1"}
CASES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "nothing": ({"resumed": [], "left": [], "events": 0}, []),
    "one execution": (
        {"resumed": [ONE], "left": [], "events": 0},
        ["1 execution was cut off by a restart of LocalStack: started again (a-resumed-1)."],
    ),
    "executions and events": (
        {"resumed": [ONE, TWO], "left": [], "events": 3},
        [
            "2 executions were cut off by a restart of LocalStack: started again (a-resumed-1, b-resumed-1).",
            "3 of S3's events had not reached EventBridge: delivered again.",
        ],
    ),
    "one without its state machine": (
        {"resumed": [], "left": [{"arn": f"{ARN}a", "reason": "StateMachineDoesNotExist"}], "events": 0},
        [f"{ARN}a was cut off and can't start again: StateMachineDoesNotExist"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_was_cut_off_is_told(case: str) -> None:
    found, lines = CASES[case]
    assert told(found) == lines
