"""How each part of a stack in containers is doing: its published port, its health check, its container."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from emulator.stack.compose_containers import ContainerLog, health_problem, memory_bytes, started_at
from emulator.stack.interface import PartStatus
from emulator.stack.parts import Part
from emulator.stack.readiness import WatchedPart
from emulator.stack.settings import StackSettings

if TYPE_CHECKING:
    from docker.models.containers import Container

PUBLISHED = ("localstack", "redshift")  # the others can be asked by their health checks only


def watched_part(part: Part, container: Container, settings: StackSettings) -> WatchedPart:
    """A part to wait for; restarts by Docker count from now on."""
    restarts = container.attrs["RestartCount"]
    return WatchedPart(
        name=part.name,
        timeout_s=part.ready_timeout_s,
        missing=lambda: missing(part, container, settings),
        starts_since=lambda _: int(container.attrs["RestartCount"]) - restarts,
        is_given_up=lambda: container.status in ("exited", "dead"),
        log_end=lambda lines: (str(container.name), next(ContainerLog(container).texts(lines))),
    )


def missing(part: Part, container: Container, settings: StackSettings) -> str:
    """What it still lacks, empty when it is ready; `container` is up to date then, unless it is ready."""
    if part.name not in PUBLISHED:
        return health_problem(container)
    problem = part.probe(settings)
    if problem:
        container.reload()
    return problem


def part_status(part: Part, container: Container | None, settings: StackSettings) -> PartStatus:
    """One part's status; one without a container is `missing`."""
    if container is None:
        return PartStatus(part.name, "missing", None, 0, 0, 0.0, 0, None, "it has no container")
    runs = container.status == "running"
    note = missing(part, container, settings) if runs else health_problem(container)
    restarts, started = int(container.attrs["RestartCount"]), started_at(container)
    return PartStatus(
        name=part.name,
        state=("not ready" if note else "ready") if runs else str(container.status),
        port=part.port(settings) if part.name in PUBLISHED else None,
        pid=int(container.attrs["State"]["Pid"]),
        memory_bytes=memory_bytes(container) if runs else 0,
        uptime_s=time.time() - started if runs else 0.0,
        restarts=restarts,
        restarted=started if restarts else None,
        note=note,
    )
