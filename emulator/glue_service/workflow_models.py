"""Workflows and their runs: the records in LocalStack's memory, and the states that a run goes through."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from emulator.glue_service.job_runs import JobRun
from emulator.glue_service.models import now
from emulator.glue_service.trigger_chains import Chain, NodeRun
from emulator.glue_service.trigger_errors import IllegalWorkflowState
from emulator.glue_service.trigger_models import Node, Trigger
from emulator.glue_service.workflow_graph import Details, workflow_graph

FindRun = Callable[[str], JobRun | None]

_COUNTED = {
    "SUCCEEDED": "SucceededActions",
    "FAILED": "FailedActions",
    "TIMEOUT": "TimeoutActions",
    "STOPPED": "StoppedActions",
    "CANCELLED": "StoppedActions",
    "ERROR": "ErroredActions",
    "WAITING": "WaitingActions",
}


class WorkflowRunStatus(StrEnum):
    """Where a workflow run is; the only moves are

    RUNNING   →  COMPLETED   nothing of it runs any more and no trigger follows, however its parts ended
    RUNNING   →  STOPPING    StopWorkflowRun; its runs and crawls are told to stop, no trigger fires any more
    STOPPING  →  STOPPED     the last of them has stopped

    ERROR is the status of a run that a trigger was to start while MaxConcurrentRuns others were under way.
    Source: "Workflows" in the AWS Glue API reference.
    """

    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    STOPPING = "STOPPING"
    STOPPED = "STOPPED"
    ERROR = "ERROR"


@dataclass
class Workflow:
    """A workflow; its triggers name it. `max_concurrent_runs` None means any number."""

    name: str
    description: str = ""
    default_run_properties: dict[str, str] = field(default_factory=dict)
    max_concurrent_runs: int | None = None
    created_on: datetime = field(default_factory=now)
    modified_on: datetime = field(default_factory=now)
    runs: list[WorkflowRun] = field(default_factory=list)

    def has_room(self) -> bool:
        """Whether one more run may start."""
        under_way = sum(run.completed_on is None for run in self.runs)
        return not self.max_concurrent_runs or under_way < self.max_concurrent_runs

    def as_response(self, find_run: FindRun, graph: dict[str, Any] | None) -> dict[str, Any]:
        """AWS's Workflow structure; the graph of the last run is shown with the workflow's own."""
        last = self.runs[-1].as_response(find_run, graph is not None) if self.runs else None
        members = {
            "Description": self.description,
            "DefaultRunProperties": self.default_run_properties,
            "MaxConcurrentRuns": self.max_concurrent_runs,
            "LastRun": last,
            "Graph": graph,
        }
        given = {name: value for name, value in members.items() if value}
        return {"Name": self.name, "CreatedOn": self.created_on, "LastModifiedOn": self.modified_on, **given}


@dataclass
class WorkflowRun(Chain):
    """One run of a workflow; `triggers` are the workflow's as they were when it started.

    `batch` says what started it if events did: `{"BatchSize": n}` or `{"BatchWindow": seconds}`.
    """

    chain_id: str = field(default_factory=lambda: f"wr_{secrets.token_hex(32)}")
    workflow_name: str = ""
    triggers: list[Trigger] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)
    previous_run_id: str = ""
    status: WorkflowRunStatus = WorkflowRunStatus.RUNNING
    error_message: str = ""
    batch: dict[str, int] = field(default_factory=dict)
    started_on: datetime = field(default_factory=now)
    completed_on: datetime | None = None

    @property
    def open(self) -> bool:
        return self.status is WorkflowRunStatus.RUNNING

    def job_arguments(self) -> dict[str, str]:
        """As AWS passes them to scripts ("Getting and setting workflow run properties")."""
        return {"--WORKFLOW_NAME": self.workflow_name, "--WORKFLOW_RUN_ID": self.chain_id}

    def settle(self) -> None:
        if self.live:
            return
        if self.status is WorkflowRunStatus.RUNNING:
            self._end(WorkflowRunStatus.COMPLETED)
        elif self.status is WorkflowRunStatus.STOPPING:
            self._end(WorkflowRunStatus.STOPPED)

    def stop(self) -> None:
        """RUNNING → STOPPING. Raises IllegalWorkflowState."""
        if not self.open:
            raise IllegalWorkflowState(f"Workflow run {self.chain_id} is {self.status}; it can't be stopped")
        self.status = WorkflowRunStatus.STOPPING

    def fail(self, error_message: str) -> None:
        """The run was not to be: it is ERROR from the start."""
        self.error_message = error_message
        self._end(WorkflowRunStatus.ERROR)

    def resumed(self, rerun: set[Node], refire: set[str]) -> WorkflowRun:
        """A new run that keeps all that this one did but those nodes and triggers."""
        return replace(
            self,
            chain_id=f"wr_{secrets.token_hex(32)}",
            previous_run_id=self.chain_id,
            status=WorkflowRunStatus.RUNNING,
            node_runs=[one for one in self.node_runs if one.node not in rerun],
            fired=self.fired - refire,
            properties=dict(self.properties),
            started_on=now(),
            completed_on=None,
        )

    def as_response(self, find_run: FindRun, with_graph: bool) -> dict[str, Any]:
        """AWS's WorkflowRun structure."""
        members: dict[str, Any] = {
            "PreviousRunId": self.previous_run_id,
            "CompletedOn": self.completed_on,
            "ErrorMessage": self.error_message,
            "StartingEventBatchCondition": self.batch,
        }
        if with_graph:
            members["Graph"] = workflow_graph(self.workflow_name, self.triggers, self._details(find_run))
        given = {name: value for name, value in members.items() if value}
        return {
            "Name": self.workflow_name,
            "WorkflowRunId": self.chain_id,
            "WorkflowRunProperties": self.properties,
            "StartedOn": self.started_on,
            "Status": str(self.status),
            "Statistics": self.statistics(find_run),
            **given,
        }

    def statistics(self, find_run: FindRun) -> dict[str, int]:
        """AWS's WorkflowRunStatistics; TotalActions counts the actions of all triggers (unverified)."""
        counts = Counter(_COUNTED.get(_state(one, find_run), "RunningActions") for one in self.node_runs)
        names = {*_COUNTED.values(), "RunningActions"}
        total = sum(len(trigger.actions) for trigger in self.triggers)
        return {"TotalActions": total, **{name: counts[name] for name in sorted(names)}}

    def _end(self, status: WorkflowRunStatus) -> None:
        self.status, self.completed_on = status, now()

    def _details(self, find_run: FindRun) -> Details:
        def details(node: Node) -> dict[str, Any]:
            found = [one for one in self.node_runs if one.node == node]
            if node[0] == "CRAWLER":
                return {"CrawlerDetails": {"Crawls": [one.as_crawl() for one in found]}}
            runs = [find_run(run_id) for one in found for run_id in one.run_ids]
            return {"JobDetails": {"JobRuns": [run.as_response() for run in runs if run]}}

        return details


def _state(node_run: NodeRun, find_run: FindRun) -> str:
    if node_run.state or not node_run.run_ids:
        return node_run.state
    run = find_run(node_run.run_ids[-1])
    return str(run.state) if run else ""
