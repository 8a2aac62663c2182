"""Keeps a script from taking the machine's memory: it then gets a MemoryError instead."""

from __future__ import annotations

import os
import resource

WORKER_BYTES = 16 * 1024**3  # of Glue's smallest worker type for Spark jobs, G.1X


def apply() -> None:
    """Limits this process's data to what a G.1X worker has, or to the machine's memory if that is less."""
    machine_bytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = min(WORKER_BYTES, machine_bytes)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, resource.RLIM_INFINITY))
