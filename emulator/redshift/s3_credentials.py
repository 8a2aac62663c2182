"""What COPY and UNLOAD sign their calls to S3 with."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import NamedTuple

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from emulator.redshift.errors import S3CallError
from emulator.redshift.options import Authorization
from emulator.redshift.settings import RedshiftSettings

SESSION_NAME = "RedshiftIamRoleSession"
KEPT_S = 300.0  # LocalStack forgets sessions when it restarts


class S3Credentials(NamedTuple):
    """An access key; with a session token, if it is a temporary one."""

    access_key: str
    secret_key: str
    session_token: str = ""


def credentials_of(settings: RedshiftSettings, authorization: Authorization) -> S3Credentials:
    """The keys that a statement names, a session of the role that it names, or the stack's own keys.

    The session's name is that of messages on AWS ("Amazon Redshift Spectrum: external schemas": `…
    RedshiftIamRoleSession is not authorized to perform: glue:GetTable`). Raises S3CallError.
    """
    if authorization.access_key:
        return S3Credentials(authorization.access_key, authorization.secret_key, authorization.session_token)
    if authorization.role_arn:
        return _session(settings, authorization.role_arn, int(time.monotonic() / KEPT_S))
    return S3Credentials(settings.access_key, settings.secret_key)


@lru_cache(maxsize=64)
def _session(settings: RedshiftSettings, role_arn: str, _period: int) -> S3Credentials:
    sts = boto3.client(
        "sts",
        endpoint_url=settings.gateway_url,
        aws_access_key_id=settings.access_key,
        aws_secret_access_key=settings.secret_key,
        region_name=settings.region,
    )
    try:
        found = sts.assume_role(RoleArn=role_arn, RoleSessionName=SESSION_NAME)["Credentials"]
    except (ClientError, BotoCoreError) as error:
        raise S3CallError(f"Not authorized to get credentials of role {role_arn}: {error}") from error
    return S3Credentials(found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"])
