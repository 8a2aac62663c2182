"""Follows executions of a state machine, state by state, as they happen."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from scripts.console import CommandError

POLL_S = 0.15
START_TIMEOUT_S = 30.0
ENDED = ("SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")


@dataclass
class Step:
    """A state that an execution entered, `entered_s` after its start; `seconds` is None while it is in it."""

    state: str
    entered_s: float
    seconds: float | None = None


@dataclass
class Execution:
    """One followed execution, with the states that it entered so far and the job runs that it started."""

    arn: str
    key: str
    status: str
    started: float  # epoch seconds
    stopped: float | None = None
    error: str = ""
    steps: list[Step] = field(default_factory=list)
    job_run_ids: list[str] = field(default_factory=list)
    events_seen: int = 0

    @property
    def name(self) -> str:
        """The last part of the ARN."""
        return self.arn.rpartition(":")[2]

    @property
    def seconds(self) -> float:
        """From its start to its end, or until now."""
        return (self.stopped or time.time()) - self.started


OnState = Callable[[Execution, Step], None]  # called when a state is entered
OnEnd = Callable[[Execution], None]


def _nothing(*_: object) -> None:
    pass


class Follower:
    """Finds the executions that the given S3 objects started, and reports each state that they enter.

    Without `on_state`, an execution's history is read only once, at its end: many can then be followed.
    """

    def __init__(
        self,
        stepfunctions: Any,
        state_machine_arn: str,
        on_state: OnState | None = None,
        on_end: OnEnd = _nothing,
    ) -> None:
        self._client = stepfunctions
        self._machine = state_machine_arn
        self._on_state = on_state
        self._on_end = on_end
        self._known: set[str] = set()

    def remember_existing(self) -> None:
        """Executions that exist now are of earlier uploads."""
        self._known.update(item["executionArn"] for item in self._listed())

    def follow(self, keys: list[str], timeout_s: float, poll_s: float = POLL_S) -> list[Execution]:
        """Waits until an execution for every key has ended; in the order of the keys.

        Raises CommandError if an object starts none, or if they take longer than `timeout_s`.
        """
        found: dict[str, Execution] = {}
        began = time.monotonic()
        while True:
            listed = {item["executionArn"]: item for item in self._listed()}
            self._find_new(listed, set(keys), found)
            for execution in found.values():
                if execution.status not in ENDED:
                    # LocalStack lists an execution a moment before it has a status.
                    self._refresh(execution, listed[execution.arn].get("status", "RUNNING"))
            if len(found) == len(keys) and all(item.status in ENDED for item in found.values()):
                return [found[key] for key in keys]
            _refuse_late(keys, found, time.monotonic() - began, timeout_s)
            threading.Event().wait(poll_s)

    def _find_new(
        self, listed: dict[str, dict[str, Any]], keys: set[str], found: dict[str, Execution]
    ) -> None:
        for arn in [arn for arn in listed if arn not in self._known]:
            self._known.add(arn)
            key = object_key(self._client.describe_execution(executionArn=arn).get("input", ""))
            if key in keys and key not in found:
                found[key] = Execution(arn, key, "RUNNING", listed[arn]["startDate"].timestamp())

    def _listed(self) -> list[dict[str, Any]]:
        pages = self._client.get_paginator("list_executions").paginate(stateMachineArn=self._machine)
        return [item for page in pages for item in page["executions"]]

    def _refresh(self, execution: Execution, status: str) -> None:
        if self._on_state or status in ENDED:
            self._read_history(execution)
        if status in ENDED:
            description = self._client.describe_execution(executionArn=execution.arn)
            execution.status = status
            execution.stopped = description["stopDate"].timestamp()
            execution.error = _error_text(description)
            self._on_end(execution)

    def _read_history(self, execution: Execution) -> None:
        pages = self._client.get_paginator("get_execution_history").paginate(executionArn=execution.arn)
        events = [event for page in pages for event in page["events"]]
        for event in events[execution.events_seen :]:
            self._read_event(execution, event)
        execution.events_seen = len(events)

    def _read_event(self, execution: Execution, event: dict[str, Any]) -> None:
        at = event["timestamp"].timestamp() - execution.started
        kind = event["type"]
        if kind.endswith("StateEntered"):
            step = Step(event["stateEnteredEventDetails"]["name"], at)
            execution.steps.append(step)
            if self._on_state:
                self._on_state(execution, step)
        elif kind.endswith("StateExited"):
            _leave(execution, event["stateExitedEventDetails"]["name"], at)
        elif kind == "TaskSubmitted":
            _note_job_run(execution, event["taskSubmittedEventDetails"].get("output", ""))


def _leave(execution: Execution, state: str, at: float) -> None:
    for step in reversed(execution.steps):
        if step.state == state and step.seconds is None:
            step.seconds = at - step.entered_s
            return


def _note_job_run(execution: Execution, output: str) -> None:
    with contextlib.suppress(ValueError, KeyError, TypeError):
        execution.job_run_ids.append(json.loads(output)["JobRunId"])


def object_key(execution_input: str) -> str:
    """The S3 key in an execution's input, as EventBridge's event holds it; empty if there is none."""
    try:
        return str(json.loads(execution_input)["detail"]["object"]["key"])
    except (ValueError, KeyError, TypeError):
        return ""


def _error_text(description: dict[str, Any]) -> str:
    error, cause = description.get("error", ""), description.get("cause", "")
    with contextlib.suppress(ValueError, AttributeError):
        details = json.loads(cause)
        cause = details.get("ErrorMessage") or details.get("errorMessage") or cause
    return ": ".join(part for part in (error, str(cause)) if part)


def _refuse_late(keys: list[str], found: dict[str, Execution], seconds: float, timeout_s: float) -> None:
    without = [key for key in keys if key not in found]
    if without and seconds > START_TIMEOUT_S:
        raise CommandError(
            f"No execution was started for {without[0]} in {seconds:.0f} s. "
            "Next: `make status` (is the pipeline deployed?), then `make logs PART=localstack`."
        )
    if seconds > timeout_s:
        late = next(item for item in found.values() if item.status not in ENDED)
        raise CommandError(
            f"The execution for {late.key} has not ended in {timeout_s:.0f} s; it is in "
            f"{late.steps[-1].state if late.steps else 'no state yet'}. Next: `make runs`, `make logs`."
        )
