"""Deploys the example pipeline on the stack, as `python -m pipeline.deploy` would on AWS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from emulator.stack.settings import StackSettings


@dataclass(frozen=True)
class PipelineTarget:
    """Where files are dropped, and what they start."""

    raw_bucket: str
    raw_prefix: str
    state_machine_arn: str


def deploy_pipeline(settings: StackSettings, report: Callable[[str], None]) -> PipelineTarget:
    """Creates or updates the pipeline; `report` gets a line per step."""
    raise NotImplementedError


def find_pipeline(settings: StackSettings) -> PipelineTarget:
    """The pipeline that is deployed on the stack.

    Raises CommandError if there is none.
    """
    raise NotImplementedError
