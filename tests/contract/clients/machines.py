"""What the tests of state machines share."""

from __future__ import annotations

import json
import uuid
from typing import Any

from emulator.stack.sandbox import Sandbox

ROLE = "arn:aws:iam::000000000000:role/any"
DONE = {"Type": "Succeed"}


class Machines:
    """State machines of a test module in one sandbox, and Glue jobs for them to start."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.api = sandbox.client("stepfunctions")
        self.glue = sandbox.client("glue")
        self.bucket = unique("bucket")
        sandbox.client("s3").create_bucket(Bucket=self.bucket)
        self.made: list[str] = []

    def job(self, script: str, **fields: Any) -> str:
        """A new Python shell job of this script; its name."""
        name = unique("job")
        self.sandbox.client("s3").put_object(Bucket=self.bucket, Key=f"{name}.py", Body=script.encode())
        location = f"s3://{self.bucket}/{name}.py"
        command = {"Name": "pythonshell", "PythonVersion": "3.9", "ScriptLocation": location}
        self.glue.create_job(Name=name, Role=ROLE, Command=command, **fields)
        self.made.append(name)
        return name

    def create(self, definition: dict[str, Any] | str, **fields: Any) -> str:
        """A new state machine; its ARN."""
        text = definition if isinstance(definition, str) else json.dumps(definition)
        answer = self.api.create_state_machine(name=unique("m"), definition=text, roleArn=ROLE, **fields)
        return str(answer["stateMachineArn"])

    def start(self, states: dict[str, Any], given: Any = None, **top: Any) -> str:
        """Starts an execution of a new machine of these states, the first of which begins; its ARN."""
        machine = self.create({"StartAt": next(iter(states)), "States": states, **top})
        text = json.dumps({} if given is None else given)
        return str(self.api.start_execution(stateMachineArn=machine, input=text)["executionArn"])

    def execute(self, states: dict[str, Any], given: Any = None, **top: Any) -> dict[str, Any]:
        """The ended execution of a new machine; `output` is parsed."""
        ended = self.sandbox.wait_for_execution(self.start(states, given, **top), 120)
        if "output" in ended:
            ended["output"] = json.loads(ended["output"])
        return ended

    def output(self, states: dict[str, Any], given: Any = None, **top: Any) -> Any:
        """The output of an execution that has to succeed."""
        ended = self.execute(states, given, **top)
        assert ended["status"] == "SUCCEEDED", ended
        return ended["output"]

    def failure(self, states: dict[str, Any], given: Any = None, **top: Any) -> tuple[str, str]:
        """Error and cause of an execution that has to fail."""
        ended = self.execute(states, given, **top)
        assert ended["status"] == "FAILED", ended
        return ended["error"], ended["cause"]

    def runs(self, job: str) -> list[dict[str, Any]]:
        """The runs of a job, newest first."""
        runs: list[dict[str, Any]] = self.glue.get_job_runs(JobName=job)["JobRuns"]
        return runs


def unique(prefix: str) -> str:
    """A name that no other test has."""
    return f"{prefix}-{uuid.uuid4().hex[:12]}"


def task(resource: str, given: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    """A task of a service (`glue:startJobRun.sync`); it ends the machine unless `Next` is given."""
    last = {} if "Next" in fields else {"End": True}
    state = {"Type": "Task", "Resource": f"arn:aws:states:::{resource}", **last, **fields}
    if given is None:
        return state
    return {**state, "Arguments" if state.get("QueryLanguage") == "JSONata" else "Parameters": given}
