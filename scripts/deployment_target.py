"""Where `tarmac deploy` and `tarmac destroy` go: profile "local" to the running stack, any other to AWS."""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import boto3
import typer

from emulator.stack.choice import chosen_stack
from emulator.stack.errors import StackNotRunningError
from emulator.stack.settings import StackSettings
from pipeline.aws_account import Identity, identify, open_session
from pipeline.settings import PipelineSettings, load_settings
from scripts.console import CommandError, note
from scripts.pipeline_deployment import PROFILE, pointed_at

# What a deploy talks to; any of them may have an endpoint of its own in the environment or in ~/.aws/config.
SERVICES = ("sts", "s3", "cloudformation", "stepfunctions", "glue", "redshift-data")


@dataclass(frozen=True)
class DeploymentTarget:
    """A profile's settings, and who deploys where."""

    settings: PipelineSettings
    session: boto3.Session
    identity: Identity

    @property
    def is_local(self) -> bool:
        return self.settings.profile == PROFILE

    def show(self) -> None:
        """Account, principal and every setting that says something, on stderr."""
        note(f"Profile {self.settings.profile}: {self.place}, as {self.identity.principal}")
        for name, value in self.settings.shown():
            if value and name != "profile":
                note(f"  {name} = {value}")

    @property
    def place(self) -> str:
        kind = "the stack on this machine" if self.is_local else "AWS"
        return f"{kind}, account {self.identity.account}, region {self.identity.region}"


@contextmanager
def deployment_target(profile: str) -> Iterator[DeploymentTarget]:
    """The target of a profile, and the environment that leads there.

    Raises StackNotRunningError if the profile is "local" and no stack runs, SettingsError for wrong settings,
    AccessError if AWS can't be used, CommandError if a profile for AWS would end at a stack.
    """
    if profile != PROFILE:
        yield _target(profile)
        return
    stack_settings = StackSettings.from_environment()
    stack = chosen_stack(stack_settings)
    if not stack.is_running():
        raise StackNotRunningError(stack.home)
    with pointed_at(stack_settings):
        yield _target(profile)


def _target(profile: str) -> DeploymentTarget:
    settings = load_settings(profile)
    session = open_session(settings)
    if profile != PROFILE:
        _refuse_loopback(session, profile)
    return DeploymentTarget(settings, session, identify(session, settings))


def _refuse_loopback(session: boto3.Session, profile: str) -> None:
    """A forgotten `eval "$(make env)"` must not make a deploy to AWS end here, and seem to have succeeded."""
    client: Any = session.client
    for service in SERVICES:
        url = client(service, region_name=session.region_name or "us-east-1").meta.endpoint_url
        if _is_loopback(urlsplit(url).hostname or ""):
            raise CommandError(
                f"Profile {profile} goes to AWS, but {service} would be asked at {url}. Next: unset "
                "AWS_ENDPOINT_URL (and AWS_ENDPOINT_URL_*, endpoint_url in ~/.aws/config) and the keys "
                "that go with it, or deploy to the stack by --profile local."
            )


def _is_loopback(host: str) -> bool:
    if f".{host}".endswith((".localhost", ".localhost.localstack.cloud")):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def confirm(question: str, expected: str, yes: bool) -> None:
    """Has the person type `expected`; `yes` answers for them.

    Raises CommandError if there is no terminal to ask on, typer.Abort for any other answer.
    """
    if yes:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise CommandError(f"{question} There is no terminal to confirm it on. Next: the same with --yes.")
    if (
        typer.prompt(f"{question} Type {expected} to go on", err=True, default="", show_default=False)
        != expected
    ):
        note("Nothing has been changed.")
        raise typer.Abort
