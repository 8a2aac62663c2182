"""Ends the runs that are out of time or have lost their worker."""

from __future__ import annotations

import logging
from threading import Thread

from emulator.glue_service.job_runs import RunState
from emulator.glue_service.live_runs import LiveRun, LiveRuns
from emulator.glue_worker.run_contract import HEARTBEAT_LOST_AFTER_S

LOG = logging.getLogger(__name__)

CLAIM_CONFIRMED_WITHIN_S = 5.0
"""A worker that is not heard of for so long after a claim had gone before; the run is offered to another."""
WORKER_ABSENT_AFTER_S = 180.0
"""A run that waits this long while no worker has asked for any is failed rather than left hanging."""
_CHECK_EVERY_S = 0.5


class RunWatch:
    """Looks at every run under way, twice a second once started."""

    def __init__(self, live_runs: LiveRuns) -> None:
        self._runs = live_runs

    def start(self) -> None:
        Thread(target=self._watch_for_ever, name="tarmac-run-watch", daemon=True).start()

    def check(self) -> None:
        """One look at each run."""
        with self._runs.changed:
            for live in self._runs:
                self._check_one(live)

    def _watch_for_ever(self) -> None:
        while True:
            with self._runs.changed:
                self._runs.changed.wait(_CHECK_EVERY_S if any(self._runs) else None)
            try:
                self.check()
            except Exception:
                LOG.exception("looking after the job runs failed; trying again in %s s", _CHECK_EVERY_S)

    def _check_one(self, live: LiveRun) -> None:
        now_s = self._runs.clock.monotonic_s()
        if live.run.is_delayed(self._runs.clock.now_ms()) and not live.delay_told:
            self._runs.tell_delay(live)
        if self._runs.clock.now_ms() >= live.run.deadline_ms:
            self._runs.end(live, RunState.TIMEOUT)
        elif not live.worker_id:
            self._check_unclaimed(live, now_s)
        elif live.heartbeat_s is None:
            self._check_claimed(live, now_s)
        elif now_s - live.heartbeat_s > HEARTBEAT_LOST_AFTER_S:
            self._runs.end(live, RunState.FAILED, _lost(live.worker_id, now_s - live.heartbeat_s))

    def _check_unclaimed(self, live: LiveRun, now_s: float) -> None:
        heard_s = max([live.admitted_s, *self._runs.heard_of.values()])
        if live.run.state is RunState.STARTING and now_s - heard_s > WORKER_ABSENT_AFTER_S:
            self._runs.end(live, RunState.FAILED, _absent(now_s - heard_s))

    def _check_claimed(self, live: LiveRun, now_s: float) -> None:
        silent_s = now_s - live.claimed_s
        worker_is_alive = self._runs.heard_of.get(live.worker_id, 0.0) > live.claimed_s
        if silent_s > HEARTBEAT_LOST_AFTER_S:
            self._runs.end(live, RunState.FAILED, _lost(live.worker_id, silent_s))
        elif silent_s > CLAIM_CONFIRMED_WITHIN_S and not worker_is_alive:
            self._offer_again(live)

    def _offer_again(self, live: LiveRun) -> None:
        LOG.warning("worker %s took run %s and vanished", live.worker_id, live.run.run_id)
        self._runs.heard_of.pop(live.worker_id, None)
        if live.run.state is RunState.STOPPING:
            self._runs.end(live, RunState.STOPPED)
            return
        live.given_back()
        self._runs.changed.notify_all()


def _lost(worker_id: str, silent_s: float) -> str:
    return (
        f"Lost contact with worker {worker_id}: no heartbeat for {silent_s:.0f} s. It may have been killed "
        "or have run out of memory; see the log of the Glue worker, then start the run again"
    )


def _absent(waited_s: float) -> str:
    return (
        f"No Glue worker asked for this run within {waited_s:.0f} s; see whether the Glue worker runs "
        "(`tarmac status`) and what its log says"
    )
