"""What one firing of a start trigger sets off: the runs and crawls of its chain, and which triggers follow.

A conditional trigger heeds only what its own chain started: a job that is run by hand fires nothing, and
triggers within a workflow and outside it don't see each other's runs. It fires once in a chain, with ANY as
with AND (unverified), and of a run that is retried it sees the last attempt.

Source: "AWS Glue triggers" and "Overview of workflows in AWS Glue" in the developer guide.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from emulator.glue_service.crawler_models import Crawl
from emulator.glue_service.models import Scope, now
from emulator.glue_service.trigger_models import Node, Trigger, node_of, wanted_state


@dataclass
class NodeRun:
    """A job or crawler that a trigger of the chain started.

    `run_ids` are the attempts of a job run, `crawl` is a crawler's; neither is there if it could not be
    started, which `error_message` then explains. `state` is empty until it has ended.
    """

    node: Node
    trigger_name: str
    run_ids: list[str] = field(default_factory=list)
    crawl: Crawl | None = None
    state: str = ""
    error_message: str = ""
    started_on: datetime = field(default_factory=now)

    def as_crawl(self) -> dict[str, Any]:
        """AWS's Crawl structure."""
        if self.crawl is None:
            ends = {"StartedOn": self.started_on, "CompletedOn": self.started_on}
            return {"State": "ERROR", **ends, "ErrorMessage": self.error_message}
        return crawl_of(self.crawl)


@dataclass
class Chain:
    """The chain that a trigger outside of any workflow set off."""

    scope: Scope
    chain_id: str = field(default_factory=lambda: f"chain_{secrets.token_hex(16)}")
    fired: set[str] = field(default_factory=set)
    node_runs: list[NodeRun] = field(default_factory=list)

    workflow_name = ""

    @property
    def open(self) -> bool:
        """Whether triggers may still fire in it."""
        return True

    @property
    def live(self) -> bool:
        return any(not one.state for one in self.node_runs)

    def job_arguments(self) -> dict[str, str]:
        """What each job run of the chain gets beside its trigger's arguments."""
        return {}

    def run_of(self, run_id: str) -> NodeRun | None:
        return next((one for one in self.node_runs if run_id in one.run_ids), None)

    def settle(self) -> None:
        """Called when something of it has ended and nothing more can follow at once."""

    def following(self, node: Node, candidates: Iterable[Trigger]) -> list[Trigger]:
        """The triggers to fire now that a run of the node has ended."""
        return [one for one in candidates if one.name not in self.fired and self._is_due(one, node)]

    def predecessors(self, trigger: Trigger) -> list[dict[str, str]]:
        """AWS's PredecessorRuns of the jobs that a conditional trigger starts."""
        watched = {node_of(condition) for condition in trigger.conditions}
        ended = [one for node in sorted(watched) if (one := self._last_ended(node)) and one.run_ids]
        return [{"JobName": one.node[1], "RunId": one.run_ids[-1]} for one in ended]

    def _is_due(self, trigger: Trigger, node: Node) -> bool:
        if not trigger.fires or node not in map(node_of, trigger.conditions):
            return False
        every = all if trigger.fields["Predicate"]["Logical"] == "AND" else any
        return every(self._is_met(condition) for condition in trigger.conditions)

    def _is_met(self, condition: dict[str, Any]) -> bool:
        ended = self._last_ended(node_of(condition))
        return ended is not None and ended.state == wanted_state(condition)

    def _last_ended(self, node: Node) -> NodeRun | None:
        return next((one for one in reversed(self.node_runs) if one.node == node and one.state), None)


def crawl_of(crawl: Crawl) -> dict[str, Any]:
    """AWS's Crawl structure, as workflow graphs have it."""
    running = "CANCELLING" if crawl.cancelled.is_set() else "RUNNING"
    members = {
        "State": crawl.status.as_last_crawl or running,
        "StartedOn": crawl.started_on,
        "CompletedOn": crawl.ended_on,
        "ErrorMessage": crawl.error_message,
        "LogGroup": "/aws-glue/crawlers",
        "LogStream": crawl.crawler_name,
    }
    return {name: value for name, value in members.items() if value}
