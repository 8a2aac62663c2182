"""One event from bucket to state machine in an account nobody uses, so that the first real one is fast."""

from __future__ import annotations

import json
import threading
import time
import uuid
from typing import Any

from localstack.config import INTERNAL_RESOURCE_ACCOUNT  # users' accounts see nothing of it

REGION = "us-east-1"
ROLE = f"arn:aws:iam::{INTERNAL_RESOURCE_ACCOUNT}:role/rehearsal"
DEADLINE_S = 20.0
POLL_S = 0.1

LIST_JOBS = {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:glue:listJobs", "Next": "Tell"}
LIST_TOPICS = {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:sns:listTopics", "End": True}
MACHINE = {"StartAt": "Look", "States": {"Look": LIST_JOBS, "Tell": LIST_TOPICS}}


def rehearse() -> None:
    """Puts an object into a new bucket, waits for the execution that a rule starts, and removes all again.

    Raises TimeoutError if no execution ended in 20 s, botocore's errors as they come.
    """
    from localstack.aws.connect import connect_to

    name = f"tarmac-rehearsal-{uuid.uuid4().hex[:12]}"
    clients = connect_to(aws_access_key_id=INTERNAL_RESOURCE_ACCOUNT, region_name=REGION)
    machine = _set_up(clients, name)
    try:
        clients.s3.put_object(Bucket=name, Key="raw/a.csv", Body=b"x")
        _wait_for_an_end(clients.stepfunctions, machine)
    finally:
        _remove(clients, name, machine)


def _set_up(clients: Any, name: str) -> str:
    clients.s3.create_bucket(Bucket=name)
    clients.s3.put_bucket_notification_configuration(
        Bucket=name, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    machine: str = clients.stepfunctions.create_state_machine(
        name=name, definition=json.dumps(MACHINE), roleArn=ROLE
    )["stateMachineArn"]
    pattern = {"detail": {"bucket": {"name": [name]}, "object": {"key": [{"wildcard": "raw/*.csv"}]}}}
    clients.events.put_rule(Name=name, EventPattern=json.dumps(pattern))
    clients.events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": machine, "RoleArn": ROLE}])
    return machine


def _wait_for_an_end(stepfunctions: Any, machine: str) -> None:
    deadline, pause = time.monotonic() + DEADLINE_S, threading.Event()
    while time.monotonic() < deadline:
        executions = stepfunctions.list_executions(stateMachineArn=machine)["executions"]
        if any(execution["status"] != "RUNNING" for execution in executions):
            return
        pause.wait(POLL_S)
    raise TimeoutError(f"the rehearsed event started no execution of {machine} in {DEADLINE_S:.0f} s")


def _remove(clients: Any, name: str, machine: str) -> None:
    clients.events.remove_targets(Rule=name, Ids=["1"])
    clients.events.delete_rule(Name=name)
    clients.s3.delete_object(Bucket=name, Key="raw/a.csv")
    clients.s3.delete_bucket(Bucket=name)
    clients.stepfunctions.delete_state_machine(stateMachineArn=machine)
