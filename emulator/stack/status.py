"""How each process of a running embedded stack is doing."""

from __future__ import annotations

import time
from pathlib import Path

import psutil

from emulator.stack.interface import PartStatus
from emulator.stack.parts import PARTS, Part
from emulator.stack.settings import StackSettings
from emulator.stack.supervisor_client import ProcessInfo, SupervisorClient


def stack_status(settings: StackSettings) -> list[PartStatus]:
    """Each part's status, in order of start; raises StackNotRunningError if there is no stack."""
    processes = {info.name: info for info in SupervisorClient(settings).processes()}
    return [_status(part, processes[part.name], settings) for part in PARTS]


def _status(part: Part, process: ProcessInfo, settings: StackSettings) -> PartStatus:
    runs = process.pid != 0
    missing = part.probe(settings) if runs else process.problem
    starts = start_times(part.starts_path(settings))
    return PartStatus(
        name=part.name,
        state=("not ready" if missing else "ready") if runs else process.state.lower(),
        port=part.port(settings),
        pid=program_of(process.pid) if runs else 0,
        memory_bytes=tree_memory_bytes(process.pid) if runs else 0,
        uptime_s=time.time() - starts[-1] if runs and starts else 0.0,
        restarts=max(0, len(starts) - 1),
        restarted=starts[-1] if len(starts) > 1 else None,
        note=missing,
    )


def start_times(path: Path) -> list[float]:
    """When the part was started since the last `up` (epoch seconds), oldest first."""
    try:
        return [float(line) for line in path.read_text().splitlines()]
    except (OSError, ValueError):
        return []


def program_of(guard_pid: int) -> int:
    """The pid of the program that a process guard runs; the guard's own if that has just ended."""
    try:
        children = psutil.Process(guard_pid).children()
    except psutil.Error:
        return guard_pid
    return int(min(children, key=lambda child: child.create_time()).pid) if children else guard_pid


def tree_memory_bytes(pid: int) -> int:
    """The memory of a process and all its descendants.

    Proportional set size where the system tells it, so that memory that forked processes share counts once;
    otherwise the resident set size.
    """
    try:
        root = psutil.Process(pid)
        return sum(_memory_bytes(process) for process in [root, *root.children(recursive=True)])
    except psutil.Error:
        return 0


def _memory_bytes(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except (AttributeError, psutil.AccessDenied):
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0
