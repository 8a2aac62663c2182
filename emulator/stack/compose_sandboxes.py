"""Names of the test sessions' own Compose projects, and the end of those whose session was killed.

Containers can't be bound to a process as the embedded stack is. So a project's name tells whose it is, and
the next session on the same machine removes what a dead one left behind.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
from contextlib import suppress
from pathlib import Path

import psutil

from emulator.stack.compose_containers import PART_LABEL, PROJECT_LABEL
from emulator.stack.engine import Engine


def sandbox_project(name: str) -> str:
    """A project's name for a sandbox of this process."""
    return f"tarmac-{re.sub('[^a-z0-9]+', '-', name.lower())}-{_place()}-{os.getpid()}"


def remove_leftovers(engine: Engine) -> list[str]:
    """Removes containers, volumes and networks of sandboxes whose process is gone; returns their projects."""
    listed = [
        *engine.client.containers.list(all=True, filters={"label": PART_LABEL}, ignore_removed=True),
        *engine.client.volumes.list(filters={"label": PROJECT_LABEL}),
    ]
    projects = {_labels(item).get(PROJECT_LABEL, "") for item in listed}
    dead = sorted(project for project in projects if _is_dead(project))
    for project in dead:
        _remove(engine, project)
    return dead


def _place() -> str:
    """Tells this machine and its process ids from those of other machines and containers on the engine."""
    with suppress(OSError):  # not on Linux
        return _digest(platform.node() + str(Path("/proc/self/ns/pid").readlink()))
    return _digest(platform.node())


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _is_dead(project: str) -> bool:
    found = re.fullmatch(rf"tarmac-.+-{_place()}-(\d+)", project)
    return found is not None and not psutil.pid_exists(int(found[1]))


def _labels(item: object) -> dict[str, str]:
    attrs = getattr(item, "attrs", {})
    labels: dict[str, str] = attrs.get("Labels") or attrs.get("Config", {}).get("Labels") or {}
    return labels


def _remove(engine: Engine, project: str) -> None:
    import docker.errors

    filters = {"label": f"{PROJECT_LABEL}={project}"}
    client = engine.client
    for container in client.containers.list(all=True, filters=filters, ignore_removed=True):
        with suppress(docker.errors.APIError):  # another session removes it, too
            container.remove(force=True, v=True)
    for item in (*client.volumes.list(filters=filters), *client.networks.list(filters=filters)):
        with suppress(docker.errors.APIError):
            item.remove()
