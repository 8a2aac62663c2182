"""`make deploy`."""

from __future__ import annotations

from emulator.stack.errors import StackNotRunningError
from emulator.stack.settings import StackSettings
from emulator.stack.stack import Stack
from scripts.console import note, say
from scripts.pipeline_deployment import deploy_pipeline, find_pipeline


def deploy() -> None:
    """Create or update the example pipeline on the running stack."""
    settings = StackSettings.from_environment()
    if not Stack(settings).is_running():
        raise StackNotRunningError(settings.state_dir)
    deploy_pipeline(settings, note)
    target = find_pipeline(settings)
    say(f"The pipeline is deployed; files go to s3://{target.raw_bucket}/{target.raw_prefix}")
