"""`make deploy`."""

from __future__ import annotations

from typing import Annotated

import typer

from emulator.stack.settings import StackSettings
from pipeline.cloudformation_stack import Preview
from pipeline.deploy import deploy as deploy_to
from pipeline.deploy import preview, rollback
from scripts.console import CommandError, note, print_rows, say
from scripts.deployment_target import DeploymentTarget, confirm, deployment_target
from scripts.pipeline_deployment import PROFILE
from scripts.resuming import resume_what_was_cut_off

COLUMNS = ("action", "logical id", "type", "replacement", "scope")


def deploy(
    profile: Annotated[str, typer.Option(help="a file of pipeline/profiles; any but local is AWS")] = PROFILE,
    yes: Annotated[bool, typer.Option("--yes", help="don't ask before changing anything on AWS")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="print the change sets; change nothing")] = False,
    back: Annotated[
        bool, typer.Option("--rollback", help="bring the deployment before the last one back")
    ] = False,
) -> None:
    """Create or update the example pipeline on the running stack, or on AWS by a profile of its own."""
    if dry_run and back:
        raise CommandError("--dry-run previews a deploy, not a rollback. Next: give one of the two.")
    with deployment_target(profile) as target:
        target.show()
        if dry_run:
            _show_changes(preview(target.settings, target.session, note))
            return
        if not target.is_local:
            verb = "Roll back" if back else "Deploy"
            confirm(f"{verb} {target.settings.prefix} on {target.place}?", target.identity.account, yes)
        if back:
            rollback(target.settings, note, target.session, note)
            say(f"Rolled back: {target.settings.stack_name} on {target.place}")
            return
        _deploy(target)


def _deploy(target: DeploymentTarget) -> None:
    deployment = deploy_to(target.settings, note, target.session, note)
    say(f"The pipeline is deployed; files go to {deployment.raw_path}")
    if target.is_local:
        resume_what_was_cut_off(StackSettings.from_environment())


def _show_changes(previews: list[Preview]) -> None:
    for found in previews:
        say(f"Stack {found.stack} ({found.status}): {len(found.changes) or 'no'} changes")
        if found.changes:
            rows = [(c.action, c.logical_id, c.type, c.replacement, c.scope) for c in found.changes]
            print_rows(COLUMNS, rows)
    say("Nothing has been changed: the change sets are deleted again.")
