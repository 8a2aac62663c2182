"""Keeps a script from taking the machine's memory: it then gets a MemoryError instead."""

from __future__ import annotations

import os
import resource
from pathlib import Path

WORKER_BYTES = 16 * 1024**3  # of Glue's smallest worker type for Spark jobs, G.1X
LEAST_BYTES = 512 * 1024**2
CGROUP = Path("/sys/fs/cgroup")
# Of a container: (limit, statistics, their line with the memory that can't be freed) of cgroups v2 and v1.
CGROUP_FILES = (
    ("memory.max", "memory.stat", "anon"),
    ("memory/memory.limit_in_bytes", "memory/memory.stat", "total_rss"),
)


def apply() -> None:
    """Limits this process's data to what a G.1X worker has, or to what the machine or container can give."""
    limit = min(WORKER_BYTES, machine_bytes(), container_bytes(CGROUP))
    resource.setrlimit(resource.RLIMIT_DATA, (limit, resource.RLIM_INFINITY))


def machine_bytes() -> int:
    """The machine's memory."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def container_bytes(cgroup: Path) -> int:
    """What the container's limit leaves beside the JVM and the worker, 512 MB at least.

    Without a limit, or outside a container, WORKER_BYTES.
    """
    for limit_name, statistics_name, line in CGROUP_FILES:
        limit = _read(cgroup / limit_name).strip()
        if limit.isdigit() and int(limit) < machine_bytes():
            return max(LEAST_BYTES, int(limit) - _statistic(_read(cgroup / statistics_name), line))
    return WORKER_BYTES


def _statistic(text: str, line: str) -> int:
    pairs = (entry.split() for entry in text.splitlines())
    return next((int(value) for name, value in pairs if name == line), 0)


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
