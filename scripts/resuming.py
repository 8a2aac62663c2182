"""Starts again what a restart of LocalStack cut off, once the pipeline is deployed again."""

from __future__ import annotations

from typing import Any

from emulator.stack.settings import StackSettings
from scripts.console import say
from scripts.gateway import resume_interrupted


def resume_what_was_cut_off(settings: StackSettings) -> None:
    """Says a line for the executions, and one for the events, if there were any."""
    for line in told(resume_interrupted(settings)):
        say(line, style="yellow")


def told(found: dict[str, Any]) -> list[str]:
    """The lines that say what the gateway has resumed."""
    lines = []
    if resumed := found["resumed"]:
        lines.append(
            f"{_count(resumed, 'execution was', 'executions were')} cut off by a restart of LocalStack: "
            f"started again ({', '.join(item['new_arn'].rpartition(':')[2] for item in resumed)})."
        )
    if events := found["events"]:
        lines.append(f"{events} of S3's events had not reached EventBridge: delivered again.")
    lines += [f"{item['arn']} was cut off and can't start again: {item['reason']}" for item in found["left"]]
    return lines


def _count(items: list[Any], one: str, many: str) -> str:
    return f"{len(items)} {one if len(items) == 1 else many}"
