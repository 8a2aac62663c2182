"""Deploys the example pipeline on the stack as on AWS, and finds it again."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError

from emulator.stack.client_environment import aws_client, client_environment
from emulator.stack.settings import StackSettings
from pipeline.deploy import deploy
from pipeline.settings import load_settings
from scripts.console import CommandError

PROFILE = "local"
CHOICE_VARIABLE = "TARMAC_PIPELINE"


@dataclass(frozen=True)
class PipelineTarget:
    """Where files are dropped, and what they start."""

    stack_name: str
    raw_bucket: str
    raw_prefix: str
    state_machine_arn: str


def deploy_pipeline(settings: StackSettings, report: Callable[[str], None]) -> None:
    """Creates or updates the example pipeline; `report` gets a line per step."""
    with pointed_at(settings):
        deploy(load_settings(PROFILE), report)


def pipeline_environment(settings: StackSettings) -> dict[str, str]:
    """What the pipeline must be told of the place that it is deployed to."""
    return {
        **client_environment(settings),
        "PIPELINE_WAREHOUSE_URL": f"jdbc:redshift://127.0.0.1:{settings.redshift_port}/{settings.database}",
        "PIPELINE_WAREHOUSE_USER": settings.user,
        "PIPELINE_WAREHOUSE_PASSWORD": settings.password,
        "PIPELINE_WAREHOUSE_WORKGROUP": settings.database,
    }


@contextmanager
def pointed_at(settings: StackSettings) -> Iterator[None]:
    """This process's environment, meanwhile, with the stack's settings in place of the user's for AWS."""
    kept = dict(os.environ)
    mine = {name for name in kept if name.startswith("AWS_") and name != "AWS_CA_BUNDLE"}
    for name in mine:  # AWS_ENDPOINT_URL_S3, AWS_PROFILE and the like would win over the stack's
        os.environ.pop(name)
    os.environ.update(pipeline_environment(settings))
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(kept)


def find_pipeline(settings: StackSettings) -> PipelineTarget:
    """The pipeline on the stack: the CloudFormation stack with the outputs RawPath and StateMachineArn.

    If there are several, TARMAC_PIPELINE names one. Raises CommandError if there is none, or no choice.
    """
    try:
        stacks = aws_client(settings, "cloudformation").describe_stacks()["Stacks"]
    except BotoCoreError as error:
        raise CommandError(f"No stack answers at {settings.gateway_url}. Next: make up") from error
    found = [target for stack in stacks if (target := _target(stack))]
    wanted = os.environ.get(CHOICE_VARIABLE, "")
    chosen = [target for target in found if wanted in ("", target.stack_name)]
    if not chosen:
        raise CommandError("No pipeline is deployed on the stack. Next: make deploy")
    if len(chosen) > 1:
        names = ", ".join(target.stack_name for target in chosen)
        raise CommandError(
            f"There are several pipelines: {names}. Next: set {CHOICE_VARIABLE} to one of them"
        )
    return chosen[0]


def _target(stack: dict[str, Any]) -> PipelineTarget | None:
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", ())}
    path, machine = outputs.get("RawPath", ""), outputs.get("StateMachineArn", "")
    if not (path.startswith("s3://") and machine):
        return None
    bucket, _, prefix = path.removeprefix("s3://").partition("/")
    return PipelineTarget(stack["StackName"], bucket, prefix, machine)
