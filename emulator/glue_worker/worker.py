"""Claims runs from the Glue API and executes them, several at a time."""

from __future__ import annotations

import contextlib
import logging
import threading
import time

from emulator.glue_worker import warm_up
from emulator.glue_worker.api_client import GlueApiClient
from emulator.glue_worker.errors import ApiUnreachableError, JvmEndedError, RefusedByApiError
from emulator.glue_worker.heartbeats import Heartbeats
from emulator.glue_worker.run_contract import Claim, RunAssignment, RunResult
from emulator.glue_worker.run_execution import Equipment, RunExecution

log = logging.getLogger(__name__)

CLAIM_WAIT_S = 5.0
REPORT_WITHIN_S = 60.0
RETRY_EVERY_S = 0.5
REWARM_AFTER_S = 2.0


class Worker:
    """One claiming thread, and a thread for each run under way, at most `slots` of them.

    A run is claimed only when a slot is free, so that another worker can take it otherwise.
    """

    def __init__(self, api: GlueApiClient, equipment: Equipment) -> None:
        self._api = api
        self._equipment = equipment
        self._slots = threading.Semaphore(equipment.settings.slots)
        self._ended = threading.Event()
        self._rewarming = threading.Lock()
        self._underway: dict[str, RunExecution] = {}
        self._underway_changed = threading.Condition()
        self._is_known = False

    def introduce(self) -> None:
        """Ends the runs of a worker that was here before at once, not when their heartbeats are missed.

        Where the Glue API doesn't answer yet, `serve` does it.
        """
        with contextlib.suppress(ApiUnreachableError, RefusedByApiError):
            self._claim()

    def serve(self) -> None:
        """Claims and executes until `end` is called."""
        while not self._ended.is_set():
            self._slots.acquire()
            assignment = self._claimed()
            if assignment is None:
                self._slots.release()
                continue
            self._start(assignment)

    def end(self) -> None:
        """Makes `serve` return after the claim under way."""
        self._ended.set()

    def stop_runs(self, within_s: float) -> None:
        """Kills the runs under way and reports them FAILED; what is not reported `within_s` stays so.

        The Glue API ends the rest when the next worker claims, or when their heartbeats are missed.
        """
        self.end()
        with self._underway_changed:
            for execution in self._underway.values():
                execution.worker_stops()
            self._underway_changed.wait_for(lambda: not self._underway, within_s)

    def _start(self, assignment: RunAssignment) -> None:
        execution = RunExecution(assignment, self._equipment)
        with self._underway_changed:
            self._underway[assignment.run_id] = execution
        name = assignment.run_id[:12]
        threading.Thread(target=self._run, args=(execution,), name=name, daemon=True).start()

    def _claim(self) -> RunAssignment | None:
        worker_id = self._equipment.settings.worker_id
        claimed = self._api.claim(Claim(worker_id, CLAIM_WAIT_S, replaces_all=not self._is_known))
        self._is_known = True
        return claimed

    def _claimed(self) -> RunAssignment | None:
        try:
            return self._claim()
        except (ApiUnreachableError, RefusedByApiError) as error:
            log.warning("no claim: %s", error)
            self._ended.wait(RETRY_EVERY_S)
            return None

    def _run(self, execution: RunExecution) -> None:
        try:
            self._execute_and_report(execution)
        except Exception:
            log.exception("run %s: the worker itself failed", execution.assignment.run_id)
        finally:
            self._reported(execution)
            execution.clean_up()
            self._slots.release()
            self._rewarm_soon()

    def _reported(self, execution: RunExecution) -> None:
        with self._underway_changed:
            del self._underway[execution.assignment.run_id]
            self._underway_changed.notify_all()

    def _rewarm_soon(self) -> None:
        """Gets a new JVM ready when the last one ended, unless a run comes first and starts one itself."""
        if self._equipment.jvms.is_cold() and not self._ended.is_set():
            timer = threading.Timer(REWARM_AFTER_S, self._rewarm)
            timer.daemon = True
            timer.start()

    def _rewarm(self) -> None:
        if self._equipment.jvms.is_cold() and self._rewarming.acquire(blocking=False):
            try:
                warm_up.run(self._equipment)
            except JvmEndedError as error:
                log.warning("no warm JVM: %s", error)
            finally:
                self._rewarming.release()

    def _execute_and_report(self, execution: RunExecution) -> None:
        settings, run_id = self._equipment.settings, execution.assignment.run_id
        heartbeats = Heartbeats(self._api, run_id, settings.worker_id, execution.stop)
        execution.heartbeats = heartbeats
        try:
            result = execution.execute()
        except Exception as error:
            result = RunResult(
                settings.worker_id, "ERROR", f"tarmac's worker failed: {type(error).__name__}: {error}"
            )
            raise
        finally:
            heartbeats.close()
            self._report(run_id, result)

    def _report(self, run_id: str, result: RunResult) -> None:
        log.info("run %s: %s %s %s", run_id, result.state, result.error_message, result.phases_s)
        deadline = time.monotonic() + REPORT_WITHIN_S
        while time.monotonic() < deadline:
            try:
                return self._api.finish(run_id, result)
            except RefusedByApiError as error:
                return log.warning("run %s: its end was refused: %s", run_id, error)
            except ApiUnreachableError as error:
                log.warning("run %s: its end is not delivered yet: %s", run_id, error)
                threading.Event().wait(RETRY_EVERY_S)
        return log.error("run %s: its end could not be delivered within %.0f s", run_id, REPORT_WITHIN_S)
