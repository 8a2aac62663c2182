"""One attempt of a job run: its states, the moves between them, and the record that is kept of it."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

LOG_GROUP = "/aws-glue/jobs"
PYTHON_SHELL_LOG_GROUP = "/aws-glue/python-jobs"


class RunState(StrEnum):
    """Where a run is, and what moves it on (aws-semantics.md §D).

    WAITING    more runs than MaxConcurrentRuns, and the job queues them.
               A slot that falls free moves it to STARTING, BatchStopJobRun to STOPPED.
    STARTING   waits for a worker, or a worker prepares it. The first heartbeat that says the script
               runs moves it to RUNNING; BatchStopJobRun to STOPPING, or STOPPED if no worker has it.
    RUNNING    the script runs. The worker's report ends it; BatchStopJobRun moves it to STOPPING.
    STOPPING   the worker is told to stop with its next heartbeat. Its report ends it.
    STOPPED, SUCCEEDED, FAILED, TIMEOUT, ERROR, EXPIRED   final; nothing moves it any more. ERROR is a run
               whose job was deleted when a trigger started it; EXPIRED are streaming runs, which are refused.

    From any state before its end a run becomes TIMEOUT when its time is up and FAILED when its worker
    is lost, or when the API starts and finds it left over from an earlier life.
    """

    WAITING = "WAITING"
    STARTING = "STARTING"
    RUNNING = "RUNNING"
    STOPPING = "STOPPING"
    STOPPED = "STOPPED"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    TIMEOUT = "TIMEOUT"
    ERROR = "ERROR"
    EXPIRED = "EXPIRED"

    @property
    def final(self) -> bool:
        return not LEGAL_MOVES[self]


_ENDS = frozenset({RunState.SUCCEEDED, RunState.FAILED, RunState.TIMEOUT, RunState.ERROR, RunState.STOPPED})

LEGAL_MOVES: dict[RunState, frozenset[RunState]] = {
    RunState.WAITING: frozenset({RunState.STARTING, RunState.STOPPED, RunState.FAILED, RunState.TIMEOUT}),
    RunState.STARTING: _ENDS | {RunState.RUNNING, RunState.STOPPING},
    RunState.RUNNING: _ENDS | {RunState.STOPPING},
    RunState.STOPPING: _ENDS,
    RunState.STOPPED: frozenset(),
    RunState.SUCCEEDED: frozenset(),
    RunState.FAILED: frozenset(),
    RunState.TIMEOUT: frozenset(),
    RunState.ERROR: frozenset(),
    RunState.EXPIRED: frozenset(),
}

OCCUPYING = frozenset({RunState.STARTING, RunState.RUNNING, RunState.STOPPING})
"""The states that count towards MaxConcurrentRuns."""


class IllegalMoveError(Exception):
    """A run was to be moved to a state that can't follow its present one."""


@dataclass
class JobRun:
    """One attempt of a run. Times are epoch milliseconds, `timeout_min` minutes.

    `arguments` are those given to StartJobRun; `merged_arguments` what the script gets. A run that a trigger
    started names it, the jobs whose end fired it, and its chain (`trigger_chains.py`).
    """

    run_id: str
    account_id: str
    region: str
    job_name: str
    started_ms: int
    modified_ms: int
    state: RunState = RunState.STARTING
    attempt: int = 0
    previous_run_id: str = ""
    arguments: dict[str, str] = field(default_factory=dict)
    merged_arguments: dict[str, str] = field(default_factory=dict)
    command: str = "glueetl"
    script_location: str = ""
    connections: list[str] = field(default_factory=list)
    timeout_min: int = 480
    max_retries: int = 0
    max_concurrent_runs: int = 1
    shown: dict[str, Any] = field(default_factory=dict)
    trigger_name: str = ""
    chain_id: str = ""
    predecessors: list[dict[str, str]] = field(default_factory=list)
    completed_ms: int = 0
    error_message: str = ""
    state_detail: str = ""
    records_read: int = 0
    records_written: int = 0
    phases_s: dict[str, float] = field(default_factory=dict)

    def move_to(self, state: RunState, at_ms: int, error_message: str = "") -> None:
        """The next state, with its times. Raises IllegalMoveError."""
        if state not in LEGAL_MOVES[self.state]:
            raise IllegalMoveError(f"run {self.run_id} is {self.state} and can't become {state}")
        self.state = state
        self.modified_ms = at_ms
        self.error_message = error_message
        if state.final:
            self.completed_ms = at_ms

    @property
    def will_be_retried(self) -> bool:
        """Whether its end leads to another attempt."""
        return self.state is RunState.FAILED and self.attempt < self.max_retries

    @property
    def log_group(self) -> str:
        """Where its log groups are; Python shell jobs have their own, as public runs on AWS show."""
        return PYTHON_SHELL_LOG_GROUP if self.command == "pythonshell" else LOG_GROUP

    @property
    def execution_time_s(self) -> int:
        """Whole seconds from start to end; 0 while it runs."""
        return (self.completed_ms - self.started_ms) // 1000 if self.completed_ms else 0

    @property
    def deadline_ms(self) -> int:
        return self.started_ms + self.timeout_min * 60_000

    @property
    def notify_delay_after_min(self) -> int | None:
        """NotifyDelayAfter, None if nobody wants to be told."""
        after: int | None = self.shown.get("NotificationProperty", {}).get("NotifyDelayAfter")
        return after

    def is_delayed(self, at_ms: int) -> bool:
        """Whether it has run for longer than NotifyDelayAfter."""
        after_min = self.notify_delay_after_min
        return after_min is not None and at_ms - self.started_ms >= after_min * 60_000

    def as_response(self) -> dict[str, Any]:
        """AWS's JobRun structure."""
        response = {
            "Id": self.run_id,
            "Attempt": self.attempt,
            "JobName": self.job_name,
            "StartedOn": moment(self.started_ms),
            "LastModifiedOn": moment(self.modified_ms),
            "JobRunState": str(self.state),
            "PredecessorRuns": self.predecessors,
            "ExecutionTime": self.execution_time_s,
            "Timeout": self.timeout_min,
            "LogGroupName": self.log_group,
            **self.shown,
        }
        return {**response, **self._optional_members()}

    def _optional_members(self) -> dict[str, Any]:
        members = {
            "PreviousRunId": self.previous_run_id,
            "TriggerName": self.trigger_name,
            "Arguments": self.arguments,
            "CompletedOn": moment(self.completed_ms) if self.completed_ms else None,
            "ErrorMessage": self.error_message,
            "StateDetail": self.state_detail,
        }
        return {key: value for key, value in members.items() if value}

    def as_document(self) -> dict[str, Any]:
        """What the ledger keeps; `from_document` reads it back."""
        return asdict(self)

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> JobRun:
        return cls(**{**document, "state": RunState(document["state"])})


def new_run_id() -> str:
    """`jr_` and 64 hexadecimal digits, as AWS's run ids are."""
    return f"jr_{secrets.token_hex(32)}"


def attempt_run_id(first_run_id: str, attempt: int) -> str:
    """The id of a retry: that of the first run and `_attempt_N`."""
    return f"{first_run_id.partition('_attempt_')[0]}_attempt_{attempt}"


def merge_arguments(
    defaults: dict[str, str], given: dict[str, str], non_overridable: dict[str, str]
) -> dict[str, str]:
    """Key by key: NonOverridableArguments, then the run's, then DefaultArguments (aws-semantics.md §D)."""
    return {**defaults, **given, **non_overridable}


def moment(epoch_ms: int) -> datetime:
    return datetime.fromtimestamp(epoch_ms / 1000, tz=UTC)
