"""`make runs [RUN=…]`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from emulator.stack.client_environment import aws_client
from emulator.stack.settings import StackSettings
from scripts import gateway
from scripts.console import CommandError, clock, duration, print_json, print_rows, say
from scripts.following import object_key
from scripts.run_details import reading_lines

MOST_EXECUTIONS = 50
EXECUTION_COLUMNS = ("started", "execution", "state", "time", "object", "error")
RUN_COLUMNS = ("started", "job run", "state", "time", "files", "rows", "error")


def runs(
    run: Annotated[str, typer.Argument(help="the id of a job run, or the name of an execution")] = "",
    limit: Annotated[int, typer.Option(help="how many of each")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="one object")] = False,
) -> None:
    """Show executions and job runs, newest first; or one of them."""
    settings = StackSettings.from_environment()
    if run:
        _show_one(settings, run, as_json)
        return
    executions = executions_of(settings)[:limit]
    job_runs = gateway.job_runs(settings)[:limit]
    if as_json:
        print_json({"executions": executions, "job_runs": job_runs})
        return
    print_rows(EXECUTION_COLUMNS, [_execution_row(item) for item in executions])
    say()
    print_rows(RUN_COLUMNS, [_run_row(item) for item in job_runs])


def executions_of(settings: StackSettings) -> list[dict[str, Any]]:
    """Executions of every state machine, newest first: started, name, state, seconds, object, error, arn."""
    client = aws_client(settings, "stepfunctions")
    machines = client.list_state_machines()["stateMachines"]
    listed = [
        item
        for machine in machines
        if machine["type"] == "STANDARD"
        for item in client.list_executions(stateMachineArn=machine["stateMachineArn"])["executions"]
    ]
    newest = sorted(listed, key=lambda item: item["startDate"], reverse=True)[:MOST_EXECUTIONS]
    return [_execution(client.describe_execution(executionArn=item["executionArn"])) for item in newest]


def _execution(description: dict[str, Any]) -> dict[str, Any]:
    started: datetime = description["startDate"]
    stopped: datetime | None = description.get("stopDate")
    parts = (description.get("error", ""), description.get("cause", ""))
    return {
        "name": description["name"],
        "state": description["status"],
        "started": started.isoformat(),
        "seconds": (stopped - started).total_seconds() if stopped else None,
        "object": object_key(description.get("input", "")),
        "error": ": ".join(part for part in parts if part),
        "arn": description["executionArn"],
    }


def _show_one(settings: StackSettings, wanted: str, as_json: bool) -> None:
    found: list[dict[str, Any]] = gateway.job_runs(settings, wanted)
    if not found:
        found = [item for item in executions_of(settings) if wanted in (item["name"], item["arn"])]
    if not found:
        raise CommandError(f"There is no job run or execution {wanted!r}. Next: make runs")
    if as_json:
        print_json(found[0])
        return
    for name, value in found[0].items():
        if name == "contexts":
            _say_readings(found[0])
        elif name != "files_read":
            _say_field(name, value)


def _say_readings(run: dict[str, Any]) -> None:
    say("read:")
    for line in reading_lines(run):
        say(f"  {line}")


def _say_field(name: str, value: Any) -> None:
    if isinstance(value, dict):
        say(f"{name}: " + ", ".join(f"{key} {number:.2f} s" for key, number in value.items()))
    elif value not in (None, ""):
        say(f"{name}: {value}")


def _execution_row(item: dict[str, Any]) -> tuple[Any, ...]:
    started = clock(datetime.fromisoformat(item["started"]).timestamp())
    return (
        started,
        item["name"],
        item["state"],
        duration(item["seconds"]),
        item["object"],
        _short(item["error"]),
    )


def _run_row(run: dict[str, Any]) -> tuple[Any, ...]:
    return (
        clock(datetime.fromisoformat(run["started"]).timestamp()),
        run["run_id"],
        run["state"],
        duration(run["seconds"]),
        run["files_count"],
        run["records_written"],  # what it read is counted by Spark, once for each pass
        _short(run["error"] or ""),
    )


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 100 else line[:99] + "…"
