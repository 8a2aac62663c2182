"""`make drop FILE=…`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from emulator.stack.client_environment import aws_client
from emulator.stack.settings import StackSettings
from scripts.console import CommandError, note, say
from scripts.following import POLL_S, Execution, Follower, Step
from scripts.pipeline_deployment import PipelineTarget, find_pipeline
from scripts.uploads import Upload, planned_uploads

MOST_SHOWN_IN_DETAIL = 5
SLOW_POLL_S = 1.0


def drop(
    file: Annotated[str, typer.Argument(help="a file, or a folder of files")] = "",
    timeout: Annotated[float, typer.Option(help="seconds to wait for all executions")] = 600,
    follow: Annotated[bool, typer.Option(help="wait for what the files start")] = True,
) -> None:
    """Upload a file or a folder and follow what it starts."""
    if not file:
        raise CommandError("No file was given. Next: make drop FILE=seed_data/sample_days")
    settings = StackSettings.from_environment()
    target = find_pipeline(settings)
    uploads = planned_uploads(Path(file), target.raw_prefix)
    executions = drop_and_follow(settings, target, uploads, timeout, follow)
    if any(execution.status != "SUCCEEDED" for execution in executions):
        raise typer.Exit(1)


def drop_and_follow(
    settings: StackSettings,
    target: PipelineTarget,
    uploads: list[Upload],
    timeout_s: float = 600,
    follow: bool = True,
) -> list[Execution]:
    """Uploads the files and reports each execution until all have ended; in the order of the uploads."""
    few = len(uploads) <= MOST_SHOWN_IN_DETAIL
    teller = _Teller(alone=len(uploads) == 1)
    follower = Follower(
        aws_client(settings, "stepfunctions"),
        target.state_machine_arn,
        teller.state_entered if few else None,
        teller.ended,
    )
    follower.remember_existing()
    s3 = aws_client(settings, "s3")
    for upload in uploads:
        s3.upload_file(str(upload.path), target.raw_bucket, upload.key)
        say(f"{shown(upload.path)} → s3://{target.raw_bucket}/{upload.key}")
    if not follow:
        return []
    return follower.follow([upload.key for upload in uploads], timeout_s, POLL_S if few else SLOW_POLL_S)


def shown(path: Path) -> str:
    """A path as one would type it here."""
    absolute, here = path.absolute(), Path.cwd()
    return str(absolute.relative_to(here) if absolute.is_relative_to(here) else absolute)


class _Teller:
    """Tells of states and ends; of which file, unless there is only one."""

    def __init__(self, alone: bool) -> None:
        self._alone = alone

    def state_entered(self, execution: Execution, step: Step) -> None:
        """A line for a state."""
        say(f"  {step.entered_s:6.1f} s  {step.state}{self._which(execution)}")

    def ended(self, execution: Execution) -> None:
        """A line for an end, with the error and the next step if it failed."""
        style = "green" if execution.status == "SUCCEEDED" else "red"
        say(f"  {execution.seconds:6.1f} s  {execution.status}{self._which(execution)}", style=style)
        if execution.error:
            say(f"    {execution.error}")
            run = execution.job_run_ids[-1] if execution.job_run_ids else ""
            note(f"  Next: make logs {f'RUN={run}' if run else 'PART=localstack'}")

    def _which(self, execution: Execution) -> str:
        return "" if self._alone else f"  {execution.key}"
