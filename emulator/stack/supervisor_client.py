"""Asks a stack's supervisord over its unix socket."""

from __future__ import annotations

import http.client
import xmlrpc.client
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from supervisor.xmlrpc import SupervisorTransport

from emulator.stack.errors import StackNotRunningError
from emulator.stack.settings import StackSettings
from emulator.stack.supervisor_config import socket_path

RUNNING_STATES = frozenset({"STARTING", "RUNNING", "BACKOFF", "STOPPING"})


@dataclass(frozen=True)
class ProcessInfo:
    """One part as supervisord sees it; `pid` is the guard's, `started` epoch seconds (0: never)."""

    name: str
    state: str
    pid: int
    started: float
    problem: str


class SupervisorClient:
    """Each call is one request; raises StackNotRunningError when no supervisord answers."""

    def __init__(self, settings: StackSettings) -> None:
        self._settings = settings

    def is_running(self) -> bool:
        """Does a supervisord answer that is not shutting down?"""
        try:
            return bool(self._call("getState")["statename"] == "RUNNING")
        except StackNotRunningError:
            return False

    def processes(self) -> list[ProcessInfo]:
        """Each part's process, in no order."""
        return [_process(info) for info in self._call("getAllProcessInfo")]

    def start(self, part: str) -> None:
        """Starts a part that isn't running; a no-op for one that is."""
        with _ignoring("ALREADY_STARTED"):
            self._call("startProcess", part, False)

    def stop(self, part: str, wait: bool = True) -> None:
        """Stops a part; a no-op for one that isn't running."""
        with _ignoring("NOT_RUNNING"):
            self._call("stopProcess", part, wait)

    def shutdown(self) -> None:
        """Asks supervisord to end every part and itself; returns at once."""
        self._call("shutdown")

    def _call(self, method: str, *arguments: Any) -> Any:
        transport = SupervisorTransport(None, None, serverurl=f"unix://{socket_path(self._settings)}")
        try:
            proxy = xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport)
            return getattr(proxy.supervisor, method)(*arguments)
        except (OSError, http.client.HTTPException) as error:
            raise StackNotRunningError(self._settings.state_dir) from error
        finally:
            transport.close()


def _process(info: dict[str, Any]) -> ProcessInfo:
    return ProcessInfo(
        name=info["name"],
        state=info["statename"],
        pid=info["pid"],
        started=float(info["start"]),
        problem=info["spawnerr"] or ("" if info["statename"] == "RUNNING" else info["description"]),
    )


@contextmanager
def _ignoring(fault_name: str) -> Iterator[None]:
    try:
        yield
    except xmlrpc.client.Fault as fault:
        if not fault.faultString.startswith(fault_name):
            raise
