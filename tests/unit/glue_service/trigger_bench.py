"""Triggers and workflows over the runs of a `Bench`, with crawlers that the tests end."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from emulator.glue_service.crawler_models import Crawl, CrawlerRecord, CrawlStatus
from emulator.glue_service.job_runs import JobRun
from emulator.glue_service.jobs import create_job
from emulator.glue_service.models import Scope, Stores
from emulator.glue_service.trigger_clock import TriggerClock
from emulator.glue_service.trigger_engine import TriggerEngine
from emulator.glue_service.trigger_models import Trigger
from emulator.glue_service.trigger_requests import new_trigger
from emulator.glue_service.workflow_models import Workflow, WorkflowRun
from emulator.glue_service.workflow_starts import WorkflowStarts
from emulator.stack.waiting import wait_until
from tests.unit.glue_service.glue_doubles import SCOPE, Bench


@dataclass
class HandCrawlers:
    """Crawlers without a crawl; a name that was never added can be started, too."""

    records: dict[str, CrawlerRecord] = field(default_factory=dict)

    def begin_crawl(self, scope: Scope, name: str) -> Crawl:
        return self.records.setdefault(name, CrawlerRecord(name, scope, {})).start()

    def cancel_crawl(self, scope: Scope, name: str) -> None:
        assert self.records[name].scope == scope
        self.records[name].stop()

    def end(self, name: str, status: CrawlStatus = CrawlStatus.SUCCEEDED) -> None:
        self.records[name].finish(status)


class TriggerBench:
    """A trigger engine whose job runs and crawls the test ends by hand."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.stores = Stores()
        self.store = self.stores[SCOPE]
        self.crawlers = HandCrawlers()
        self.engine = TriggerEngine(self.stores, bench.runs)
        self.engine.crawlers = self.crawlers
        self.starts = WorkflowStarts(self.stores, self.engine)
        self.clock = TriggerClock(
            self.stores, self.starts, lambda: datetime.fromtimestamp(bench.clock.read(), UTC)
        )
        bench.live_runs.on_end.append(self.engine.run_ended)

    def job(self, name: str, **fields: Any) -> None:
        command = {"Name": "glueetl", "ScriptLocation": "s3://scripts/job.py"}
        create_job(self.store, {"Name": name, "Role": "role", "Command": command, **fields})

    def trigger(self, name: str, kind: str, *starts: str, **fields: Any) -> Trigger:
        """A trigger of jobs, or of crawlers if the name begins with `crawl`; it fires if it can."""
        actions = [{"CrawlerName" if one.startswith("crawl") else "JobName": one} for one in starts]
        trigger = new_trigger({"Name": name, "Type": kind, "Actions": actions, **fields})
        if kind in ("SCHEDULED", "CONDITIONAL"):
            trigger.activate(self.clock.now())
        self.store.triggers[name] = trigger
        return trigger

    def after(self, name: str, conditions: dict[str, str], *starts: str, **fields: Any) -> Trigger:
        """A conditional trigger; `conditions` are states by job or crawler."""
        logical = {"Logical": fields.pop("Logical")} if "Logical" in fields else {"Logical": "AND"}
        parts = [condition(node, state) for node, state in conditions.items()]
        predicate = {**logical, "Conditions": parts}
        return self.trigger(name, "CONDITIONAL", *starts, Predicate=predicate, **fields)

    def workflow(self, name: str, **fields: Any) -> Workflow:
        self.store.workflows[name] = Workflow(name, **fields)
        return self.store.workflows[name]

    def runs_of(self, job_name: str) -> list[JobRun]:
        """Oldest first."""
        found = self.bench.ledger.runs_of_job(SCOPE, job_name, 100, 2**62)
        return [run for _, run in reversed(found)]

    def only_run(self, job_name: str) -> JobRun:
        (run,) = self.awaited(job_name, 1)
        return run

    def awaited(self, job_name: str, count: int) -> list[JobRun]:
        """The runs of a job, once there are so many."""
        wait_until(lambda: len(self.runs_of(job_name)) >= count, 10, f"{count} runs of {job_name}")
        return self.runs_of(job_name)

    def end(self, job_name: str, state: Any = "SUCCEEDED") -> JobRun:
        """Ends the last run of a job as its worker would, and waits until what follows has been done."""
        run = self.awaited(job_name, 1)[-1]
        self.bench.claim()
        self.bench.finish(run, state)
        self.settle()
        return run

    def end_crawl(self, name: str, status: CrawlStatus = CrawlStatus.SUCCEEDED) -> None:
        wait_until(lambda: name in self.crawlers.records, 10, f"a crawl of {name}")
        self.crawlers.end(name, status)

    def settle(self) -> None:
        """Waits until the engine has handled the ends that it was told of."""
        self.engine._ends.submit(lambda: None).result(10)

    def status_of(self, run: WorkflowRun, status: str) -> None:
        wait_until(lambda: run.status == status, 10, f"{run.chain_id} to be {status}, it is {run.status}")

    def busy(self, name: str) -> None:
        """Somebody else runs the crawler."""
        self.crawlers.begin_crawl(SCOPE, name)


def condition(node: str, state: str) -> dict[str, str]:
    kind = (
        {"CrawlerName": node, "CrawlState": state}
        if node.startswith("crawl")
        else {"JobName": node, "State": state}
    )
    return {"LogicalOperator": "EQUALS", **kind}
