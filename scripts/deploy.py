"""`make deploy`."""

from __future__ import annotations

from emulator.stack.choice import chosen_stack
from emulator.stack.errors import StackNotRunningError
from emulator.stack.settings import StackSettings
from scripts.console import note, say
from scripts.pipeline_deployment import deploy_pipeline, find_pipeline


def deploy() -> None:
    """Create or update the example pipeline on the running stack."""
    settings = StackSettings.from_environment()
    stack = chosen_stack(settings)
    if not stack.is_running():
        raise StackNotRunningError(stack.home)
    deploy_pipeline(settings, note)
    target = find_pipeline(settings)
    say(f"The pipeline is deployed; files go to s3://{target.raw_bucket}/{target.raw_prefix}")
