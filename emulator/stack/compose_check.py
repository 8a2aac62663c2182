"""Looks, before any container is made, for what would keep a stack from running on this engine."""

from __future__ import annotations

from typing import Any

from emulator.stack.compose_containers import LAYOUT, ComposeProject
from emulator.stack.compose_watch import PUBLISHED
from emulator.stack.engine import Engine
from emulator.stack.errors import MachineError
from emulator.stack.machine_check import port_problems
from emulator.stack.settings import StackSettings

LEAST_SHARE = 0.75  # of the limits: no two parts come near theirs at once


def check_engine(
    settings: StackSettings, engine: Engine, project: ComposeProject, config: dict[str, Any]
) -> None:
    """Raises MachineError with one line for each thing that is in the way; nothing was started then."""
    problems = [
        *memory_problems(engine.memory_bytes, memory_limits(config)),
        *volume_problems(project.old_volumes()),
        *port_problems(settings, PUBLISHED),
    ]
    if problems:
        raise MachineError(problems)


def memory_limits(config: dict[str, Any]) -> dict[str, int]:
    """Each service's limit in bytes, of those that have one and that `up` starts."""
    services = {name: service for name, service in config["services"].items() if not service.get("profiles")}
    return {name: int(service["mem_limit"]) for name, service in services.items() if "mem_limit" in service}


def memory_problems(memory_bytes: int, limits: dict[str, int]) -> list[str]:
    """Does the engine have the memory that the parts may need?"""
    needed = LEAST_SHARE * sum(limits.values())
    if memory_bytes >= needed:
        return []
    largest = max(limits, key=lambda name: limits[name])
    return [
        f"The Docker engine has {memory_bytes / 1e9:.1f} GB of memory; the parts need {needed / 1e9:.1f} GB. "
        f"Next: give Docker more, or lower TARMAC_{largest.upper().replace('-', '_')}_LIMIT and its fellows "
        "in docker-compose.yml; STACK=embedded needs less."
    ]


def volume_problems(old: list[str]) -> list[str]:
    """Were the volumes laid out by this version of tarmac?"""
    if not old:
        return []
    return [
        f"The volume {' and '.join(old)} was made by another version of tarmac (its label tarmac.layout "
        f"isn't {LAYOUT}). Next: `make reset STACK=compose` clears it, or set TARMAC_NAME to leave it."
    ]
