"""Who deploys where: account, region and principal, found before anything changes."""

from __future__ import annotations

import difflib
import os
from dataclasses import dataclass

import boto3

from pipeline.aws_errors import aws_errors_explained
from pipeline.errors import AccessError
from pipeline.settings import PipelineSettings


@dataclass(frozen=True)
class Identity:
    """The caller as AWS STS sees it."""

    account: str  # 12 digits
    region: str
    principal: str  # ARN


def open_session(settings: PipelineSettings) -> boto3.Session:
    """A session by the ordinary credential chain, in the settings' region if they name one, else AWS_REGION.

    Raises AccessError if the profile that AWS_PROFILE names doesn't exist.
    """
    with aws_errors_explained():
        # boto3 itself reads AWS_DEFAULT_REGION only, unlike the AWS CLI and the other SDKs.
        return boto3.Session(region_name=settings.region or os.environ.get("AWS_REGION") or None)


def identify(session: boto3.Session, settings: PipelineSettings) -> Identity:
    """Asks STS who is calling.

    Raises AccessError if there are no credentials, they have expired, no such region is known, or account or
    region aren't those that the settings name.
    """
    region = _known_region(session)
    with aws_errors_explained():
        caller = session.client("sts").get_caller_identity()
    identity = Identity(caller["Account"], region, caller["Arn"])
    for name, wanted, met in (
        ("account", settings.account, identity.account),
        ("region", settings.region, identity.region),
    ):
        if wanted and wanted != met:
            raise AccessError(
                f"The credentials ({identity.principal}) are for {name} {met}, but profile "
                f"{settings.profile} is for {wanted}. "
                f"Next: choose others by AWS_PROFILE, or set PIPELINE_{name.upper()}."
            )
    return identity


def _known_region(session: boto3.Session) -> str:
    region = session.region_name
    if not region:
        raise AccessError(
            "No region is chosen. Next: set PIPELINE_REGION or AWS_REGION, or region in the AWS profile."
        )
    known = [
        name
        for partition in session.get_available_partitions()
        for name in session.get_available_regions("cloudformation", partition)
    ]
    if region in known:
        return region
    near = difflib.get_close_matches(region, known, n=3)
    meant = f"did you mean {' or '.join(near)}?" if near else "is it spelt right?"
    raise AccessError(f"There is no region {region!r}; {meant} Next: set PIPELINE_REGION or AWS_REGION.")
