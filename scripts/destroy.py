"""`make destroy`."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.bucket_emptying import COUNTED
from pipeline.destroy import DestroyPlan, plan_destroy
from pipeline.destroy import destroy as destroy_all
from scripts.console import note, print_rows, say
from scripts.deployment_target import confirm, deployment_target
from scripts.pipeline_deployment import PROFILE


def destroy(
    profile: Annotated[str, typer.Option(help="a file of pipeline/profiles; any but local is AWS")] = PROFILE,
    yes: Annotated[
        bool, typer.Option("--yes", help="don't ask, not even before buckets are emptied")
    ] = False,
) -> None:
    """Delete all that a deploy made: the stacks, the files in their buckets, the artifacts."""
    with deployment_target(profile) as target:
        target.show()
        plan = plan_destroy(target.settings, target.session)
        if plan.is_empty:
            say(f"Nothing of {target.settings.prefix} is deployed on {target.place}.")
            return
        _show(plan)
        confirm(f"Delete all this on {target.place}?", target.settings.prefix, yes)
        left = destroy_all(plan, note, target.session)
        say(f"{target.settings.prefix} is destroyed on {target.place}. What stays:")
        for line in left:
            say(f"  {line}")


def _show(plan: DestroyPlan) -> None:
    say("To be deleted:")
    rows = [
        (stack, item.type, item.name, "stays" if item.retained else "")
        for stack, resources in plan.stacks.items()
        for item in resources
    ]
    if plan.artifact_bucket:
        rows.append(("", "AWS::S3::Bucket", plan.artifact_bucket.name, ""))
    print_rows(("stack", "type", "name", "retained"), rows)
    for bucket, count in plan.versions.items():
        say(f"Bucket {bucket}: {count}{' or more' if count == COUNTED else ''} object versions to be deleted")
