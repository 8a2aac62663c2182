"""`make calls`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Any

import typer

from emulator.stack.settings import StackSettings
from scripts import gateway
from scripts.console import out, print_json, print_rows, say

FILES_IN_FOLDER = "…"


class Switch(StrEnum):
    """Whether calls are to be recorded."""

    YES = "yes"
    NO = "no"


def calls(
    record: Annotated[
        Switch | None, typer.Option(help="yes begins an empty record, no ends it", case_sensitive=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="the record as the stack has it")] = False,
) -> None:
    """Print which AWS calls were made for which role: the permissions that a pipeline needs."""
    settings = StackSettings.from_environment()
    found = (
        gateway.calls(settings) if record is None else gateway.record_calls(settings, record is Switch.YES)
    )
    if as_json:
        print_json(found)
    elif not out.is_terminal:
        print_rows(("role", "action", "resource", "count"), permissions(found["calls"]))
    else:
        _show(found)


def permissions(calls: Iterable[dict[str, Any]]) -> list[tuple[str, str, str, str]]:
    """Role, action, resource and count; of S3's objects the folders, as a run writes many."""
    counts: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    for call in calls:
        for resource in call["resources"]:
            counts[call["role"].rpartition("/")[2], call["action"], _shortened(resource)] += call["count"]
    return [(*key, str(count)) for key, count in sorted(counts.items())]


def _shortened(resource: str) -> str:
    """Of an object its first folder; of a log stream its group."""
    if resource.startswith("arn:aws:s3:::") and resource.count("/") > 1:
        bucket, folder = resource.split("/")[:2]
        return f"{bucket}/{folder}/{FILES_IN_FOLDER}"
    group, stream, _ = resource.partition(":log-stream:")
    return f"{group}:{FILES_IN_FOLDER}" if stream else resource


def _show(found: dict[str, Any]) -> None:
    role = ""
    for name, action, resource, count in permissions(found["calls"]):
        if name != role:
            say(name, style="bold")
        role = name
        say(f"  {action:28}  {resource}  ({count})")
    if found["recording"]:
        say("Calls are being recorded. Next: run the pipeline, then make calls; make calls RECORD=no ends it")
    else:
        say("Calls are not being recorded. Next: make calls RECORD=yes, then run the pipeline")
