"""Fires triggers: starts what their actions name, and follows the chain as its runs and crawls end."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from threading import RLock, Thread
from typing import Any, Protocol

from emulator.glue_service.crawler_models import Crawl
from emulator.glue_service.errors import GlueError
from emulator.glue_service.job_runs import JobRun, attempt_run_id
from emulator.glue_service.models import Scope, Stores
from emulator.glue_service.run_control import RunControl
from emulator.glue_service.run_requests import TriggerOrigin
from emulator.glue_service.trigger_chains import Chain, NodeRun
from emulator.glue_service.trigger_models import Trigger, node_of
from emulator.glue_service.workflow_models import WorkflowRun

LOG = logging.getLogger(__name__)

_PASSED_ON = ("Timeout", "SecurityConfiguration", "NotificationProperty")


class Crawlers(Protocol):
    """Crawlers as triggers start and stop them; the errors are those of StartCrawler and StopCrawler."""

    def begin_crawl(self, scope: Scope, name: str) -> Crawl: ...

    def cancel_crawl(self, scope: Scope, name: str) -> None: ...


class TriggerEngine:
    """Every method may be called from any thread; `lock` guards triggers, workflows and chains.

    Ends of runs are handled by a thread of its own, since whoever reports one holds the lock of the runs.
    """

    def __init__(self, stores: Stores, runs: RunControl) -> None:
        self.lock = RLock()
        self.crawlers: Crawlers | None = None
        self._stores = stores
        self._runs = runs
        self._chains: dict[str, Chain] = {}
        self._ends = ThreadPoolExecutor(1, thread_name_prefix="tarmac-triggers")

    def fire(self, trigger: Trigger, chain: Chain) -> None:
        """Starts all that the trigger's actions name, as a part of the chain."""
        with self.lock:
            self._chains[chain.chain_id] = chain
            self._fire(trigger, chain)
            self._settle(chain)

    def restart(self, run: WorkflowRun, again: list[NodeRun]) -> None:
        """Starts single nodes of a resumed workflow run, as the triggers that started them before did."""
        with self.lock:
            self._chains[run.chain_id] = run
            triggers = {one.name: one for one in run.triggers}
            for node_run in again:
                trigger = triggers[node_run.trigger_name]
                action = next(one for one in trigger.actions if node_of(one) == node_run.node)
                self._act(trigger, action, run)
            self._settle(run)

    def stop(self, run: WorkflowRun) -> None:
        """Asks all that runs of a workflow run to stop. Raises IllegalWorkflowState."""
        with self.lock:
            run.stop()
            for node_run in run.node_runs:
                if not node_run.state:
                    self._stop_one(run.scope, node_run)
            self._settle(run)

    def run_ended(self, run: JobRun) -> None:
        """Looks, soon, at what follows the end of a job run."""
        if run.chain_id:
            self._ends.submit(self._guarded, run)

    def _fire(self, trigger: Trigger, chain: Chain) -> None:
        chain.fired.add(trigger.name)
        for action in trigger.actions:
            self._act(trigger, action, chain)

    def _guarded(self, run: JobRun) -> None:
        try:
            with self.lock:
                self._run_ended(run)
        except Exception:
            LOG.exception("the triggers that follow run %s could not be fired", run.run_id)

    def _run_ended(self, run: JobRun) -> None:
        chain = self._chains.get(run.chain_id)
        node_run = chain.run_of(run.run_id) if chain else None
        if chain is None or node_run is None:
            return
        if run.will_be_retried:
            node_run.run_ids.append(attempt_run_id(run.run_id, run.attempt + 1))
            return
        self._ended(chain, node_run, str(run.state))

    def _ended(self, chain: Chain, node_run: NodeRun, state: str) -> None:
        node_run.state = state
        if chain.open:
            for trigger in chain.following(node_run.node, self._candidates(chain)):
                self._fire(trigger, chain)
        self._settle(chain)

    def _candidates(self, chain: Chain) -> list[Trigger]:
        if isinstance(chain, WorkflowRun):
            return chain.triggers
        triggers = self._stores[chain.scope].triggers.values()
        return [one for one in triggers if not one.workflow_name]

    def _settle(self, chain: Chain) -> None:
        chain.settle()
        if not chain.live:
            self._chains.pop(chain.chain_id, None)

    def _act(self, trigger: Trigger, action: dict[str, Any], chain: Chain) -> None:
        node_run = NodeRun(node_of(action), trigger.name)
        chain.node_runs.append(node_run)
        if action.get("JobName"):
            self._start_job(trigger, action, chain, node_run)
        else:
            self._start_crawler(chain, node_run)

    def _start_job(self, trigger: Trigger, action: dict[str, Any], chain: Chain, node_run: NodeRun) -> None:
        origin = TriggerOrigin(trigger.name, chain.chain_id, tuple(chain.predecessors(trigger)))
        job = self._stores[chain.scope].jobs.get(action["JobName"])
        if job is None:
            node_run.run_ids.append(self._runs.record_error(chain.scope, action["JobName"], origin).run_id)
            node_run.state = "ERROR"
            return
        arguments = {**action.get("Arguments", {}), **chain.job_arguments()}
        passed_on = {name: action[name] for name in _PASSED_ON if action.get(name) is not None}
        request = {**passed_on, **({"Arguments": arguments} if arguments else {})}
        try:
            node_run.run_ids.append(self._runs.start_by_trigger(chain.scope, job, request, origin).run_id)
        except GlueError as error:
            self._not_started(node_run, error)

    def _start_crawler(self, chain: Chain, node_run: NodeRun) -> None:
        assert self.crawlers is not None, "the provider sets it before the first request"
        try:
            node_run.crawl = self.crawlers.begin_crawl(chain.scope, node_run.node[1])
        except GlueError as error:
            self._not_started(node_run, error)
            return
        name = f"trigger-awaits-{node_run.node[1]}"
        Thread(target=self._await_crawl, args=(chain, node_run), name=name, daemon=True).start()

    def _await_crawl(self, chain: Chain, node_run: NodeRun) -> None:
        assert node_run.crawl is not None
        node_run.crawl.ended.wait()
        with self.lock:
            self._ended(chain, node_run, node_run.crawl.status.as_last_crawl)

    def _not_started(self, node_run: NodeRun, error: GlueError) -> None:
        LOG.warning("trigger %s could not start %s %s: %s", node_run.trigger_name, *node_run.node, error)
        node_run.state, node_run.error_message = "ERROR", error.message

    def _stop_one(self, scope: Scope, node_run: NodeRun) -> None:
        try:
            if node_run.run_ids:
                self._runs.stop(node_run.run_ids[-1])
            elif self.crawlers:
                self.crawlers.cancel_crawl(scope, node_run.node[1])
        except GlueError as error:
            LOG.info("%s %s had ended before it could be stopped: %s", *node_run.node, error)
