"""Tells the Glue API every second that a run is alive, and hears what to do with it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from emulator.glue_worker.api_client import GlueApiClient
from emulator.glue_worker.errors import ApiUnreachableError, RefusedByApiError
from emulator.glue_worker.run_contract import HEARTBEAT_INTERVAL_S, Action, Heartbeat

log = logging.getLogger(__name__)


class Heartbeats:
    """A thread of heartbeats for one run, until `close`.

    `ordered` becomes "stop" or "timeout" when the API says so, and `on_order` is called once. A run that the
    API no longer knows is stopped as well; an API that does not answer is asked again.
    """

    def __init__(self, api: GlueApiClient, run_id: str, worker_id: str, on_order: Callable[[], None]) -> None:
        self.ordered: Action = "continue"
        self._api = api
        self._run_id = run_id
        self._worker_id = worker_id
        self._on_order = on_order
        self._running = False
        self._wake = threading.Event()
        self._closed = False
        self._thread = threading.Thread(target=self._beat, name=f"heartbeat-{run_id[:12]}", daemon=True)
        self._thread.start()

    def script_runs(self) -> None:
        """From now on the run is RUNNING; the API hears it at once."""
        self._running = True
        self._wake.set()

    def close(self) -> None:
        """Ends the thread; no heartbeat is sent after this returns."""
        self._closed = True
        self._wake.set()
        self._thread.join(HEARTBEAT_INTERVAL_S * 20)

    def _beat(self) -> None:
        while not self._closed and self.ordered == "continue":
            self.ordered = self._ask()
            if self.ordered != "continue":
                self._on_order()
                return
            self._wake.wait(HEARTBEAT_INTERVAL_S)
            self._wake.clear()

    def _ask(self) -> Action:
        try:
            return self._api.heartbeat(self._run_id, Heartbeat(self._worker_id, self._running)).action
        except RefusedByApiError as error:
            log.warning("run %s: the Glue API refuses its heartbeat, so it is ended: %s", self._run_id, error)
            return "stop"
        except ApiUnreachableError as error:
            log.warning("run %s: heartbeat not delivered: %s", self._run_id, error)
            return "continue"
