"""The example pipeline as its users meet it: drop a file, follow its execution, look at rows and alerts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from emulator.stack.sandbox import Sandbox
from pipeline.deploy import Deployment, deploy
from pipeline.settings import load_settings
from scripts.pipeline_deployment import PROFILE, pipeline_environment

HEADER = "Carrier,OriginAirportID,DestAirportID,DepDelay,ArrDelay"
ATLANTA, DENVER, CHICAGO = 10397, 11292, 13930


def csv_file(*lines: str, header: str = HEADER, newline: str = "\n") -> bytes:
    """A file of the raw layout with these lines below the header."""
    return (newline.join((header, *lines)) + newline).encode()


@dataclass(frozen=True)
class Execution:
    """How one execution ended. `status` is Step Functions' own."""

    arn: str
    status: str
    key: str
    output: dict[str, Any]


@dataclass(frozen=True)
class FlightPipeline:
    """A deployed pipeline in a sandbox."""

    sandbox: Sandbox
    deployment: Deployment

    def put(self, key: str, body: bytes) -> None:
        self.sandbox.client("s3").put_object(Bucket=self.deployment.raw_bucket, Key=key, Body=body)

    def drop(self, key: str, body: bytes) -> Execution:
        """Puts the object and waits until the execution that it started has ended."""
        before = self._executions()
        self.put(key, body)
        arn = self.sandbox.wait_until(lambda: self._started_by(key, before), 30, f"an execution for {key!r}")
        assert arn
        return self.ended(arn)

    def drop_together(self, files: Mapping[str, bytes]) -> Execution:
        """Puts all but the last without an event, so that few executions load them all.

        An event that is still on its way when the rule is on again starts one of its own.
        """
        *silent, last = files
        with self._rule_off():
            for key in silent:
                self.put(key, files[key])
        return self.drop(last, files[last])

    @contextmanager
    def _rule_off(self) -> Iterator[None]:
        events = self.sandbox.client("events")
        rule = self.deployment.rule
        events.disable_rule(Name=rule)
        try:
            yield
        finally:
            events.enable_rule(Name=rule)

    def ended(self, arn: str, timeout_s: float = 120) -> Execution:
        self.sandbox.wait_for_execution(arn, timeout_s=timeout_s)
        found = self.sandbox.client("stepfunctions").describe_execution(executionArn=arn)
        detail = json.loads(found["input"]).get("detail", {})
        return Execution(
            arn,
            found["status"],
            detail.get("object", {}).get("key", ""),
            json.loads(found.get("output") or "{}"),
        )

    def start_again(self, execution: Execution) -> Execution:
        """A rerun: a new execution with the same input."""
        client = self.sandbox.client("stepfunctions")
        found = client.describe_execution(executionArn=execution.arn)
        started = client.start_execution(
            stateMachineArn=self.deployment.state_machine_arn, input=found["input"]
        )
        return self.ended(started["executionArn"])

    def query(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        connection = self.sandbox.warehouse()
        try:
            cursor = connection.cursor()
            cursor.execute(sql, parameters)
            return [tuple(row) for row in cursor.fetchall()]
        finally:
            connection.close()

    def source(self, key: str) -> str:
        """The `source_file` of rows that came from this key."""
        return f"s3://{self.deployment.raw_bucket}/{key}"

    def loaded(self, key: str) -> int:
        return int(self._count("daily_flights_processed", key))

    def quarantined(self, key: str) -> list[str]:
        rows = self.query(
            "select reason from airlines.quarantined_flights where source_file = %s order by reason",
            self.source(key),
        )
        return [str(reason) for (reason,) in rows]

    def alerts(self) -> list[dict[str, Any]]:
        """The alerts of this pipeline's topic, oldest first."""
        return [alert for alert in self.sandbox.alerts() if alert["topic_arn"] == self.deployment.topic_arn]

    def newest_run(self) -> dict[str, Any]:
        return next(run for run in self.sandbox.runs() if run["job"] == self.deployment.job)

    def delete(self, key: str) -> None:
        self.sandbox.client("s3").delete_object(Bucket=self.deployment.raw_bucket, Key=key)

    def wait_until_idle(self, timeout_s: float = 120) -> None:
        """Waits until no execution of the pipeline is running."""
        client = self.sandbox.client("stepfunctions")
        machine = self.deployment.state_machine_arn

        def idle() -> bool:
            found = client.list_executions(stateMachineArn=machine, statusFilter="RUNNING")
            return not found["executions"]

        self.sandbox.wait_until(idle, timeout_s, "the running executions to end")

    def require_control(self) -> None:
        """Skips a test that stops parts where the stack is somebody else's."""
        if self.sandbox.stack.kind == "attached":
            pytest.skip("stops parts of the stack, which only who started it can")

    def keys_of_all_executions(self) -> set[str]:
        client = self.sandbox.client("stepfunctions")
        inputs = (client.describe_execution(executionArn=arn)["input"] for arn in self._executions())
        return {json.loads(text).get("detail", {}).get("object", {}).get("key", "") for text in inputs}

    def _count(self, table: str, key: str) -> int:
        ((count,),) = self.query(
            f"select count(*) from airlines.{table} where source_file = %s", self.source(key)
        )
        return int(count)

    def _executions(self) -> set[str]:
        client = self.sandbox.client("stepfunctions")
        found = client.list_executions(stateMachineArn=self.deployment.state_machine_arn, maxResults=1000)
        return {execution["executionArn"] for execution in found["executions"]}

    def _started_by(self, key: str, before: set[str]) -> str | None:
        client = self.sandbox.client("stepfunctions")
        for arn in self._executions() - before:
            found = json.loads(client.describe_execution(executionArn=arn)["input"])
            if found.get("detail", {}).get("object", {}).get("key") == key:
                return arn
        return None


def deploy_into(sandbox: Sandbox) -> FlightPipeline:
    """Deploys the example pipeline into the sandbox as its own `deploy` does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("AWS_PROFILE", raising=False)
        for name, value in pipeline_environment(sandbox.settings).items():
            patch.setenv(name, value)
        return FlightPipeline(sandbox, deploy(load_settings(PROFILE), lambda _: None))
