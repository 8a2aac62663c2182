"""What a client needs to meet a stack instead of AWS: environment variables, clients, connections."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from typing import Any

import boto3
import pg8000.dbapi
from botocore.config import Config

from emulator.redshift.relay.tls import TlsFiles
from emulator.stack.clean_environment import no_proxy_value, uses_proxy
from emulator.stack.settings import StackSettings

CLIENT_CONFIG = Config(
    s3={"addressing_style": "path"}, retries={"max_attempts": 2}, connect_timeout=5, proxies={}
)


def client_environment(settings: StackSettings, environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """The variables that make the AWS CLI, boto3, psql and libpq use the stack without any option."""
    variables = {
        "AWS_ENDPOINT_URL": settings.gateway_url,
        "AWS_ACCESS_KEY_ID": settings.access_key,
        "AWS_SECRET_ACCESS_KEY": settings.secret_key,
        "AWS_REGION": settings.region,
        "AWS_DEFAULT_REGION": settings.region,
        "PGHOST": "127.0.0.1",
        "PGPORT": str(settings.redshift_port),
        "PGDATABASE": settings.database,
        "PGUSER": settings.user,
        "PGPASSWORD": settings.password,
        "PGSSLROOTCERT": str(TlsFiles.below(settings.state_dir).authority),
    }
    if uses_proxy(environ):
        variables["NO_PROXY"] = variables["no_proxy"] = no_proxy_value(environ)
    return variables


def subprocess_environment(settings: StackSettings) -> dict[str, str]:
    """This process's environment without any AWS or PostgreSQL setting of the user, plus the stack's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PG"))}
    bundle = os.environ.get("AWS_CA_BUNDLE")
    return {**kept, **({"AWS_CA_BUNDLE": bundle} if bundle else {}), **client_environment(settings)}


def export_lines(settings: StackSettings) -> list[str]:
    """`export` lines for a POSIX shell; AWS_SESSION_TOKEN and AWS_PROFILE would win, so they are unset."""
    variables = client_environment(settings)
    return [
        "unset AWS_PROFILE AWS_SESSION_TOKEN",
        *(f"export {name}={shlex.quote(value)}" for name, value in variables.items()),
    ]


def aws_session(settings: StackSettings, account_id: str | None = None) -> boto3.session.Session:
    """A session with the stack's credentials only; an account id in place of the key selects that account."""
    return boto3.session.Session(
        aws_access_key_id=account_id or settings.access_key,
        aws_secret_access_key=settings.secret_key,
        region_name=settings.region,
    )


def aws_client(
    settings: StackSettings, service: str, account_id: str | None = None, region: str | None = None
) -> Any:
    """A boto3 client of the stack."""
    session = aws_session(settings, account_id)
    return session.client(  # type: ignore[call-overload]
        service, region_name=region, endpoint_url=settings.gateway_url, config=CLIENT_CONFIG
    )


def warehouse_connection(settings: StackSettings) -> pg8000.dbapi.Connection:
    """A DB-API connection to the Redshift endpoint, the only way in for clients."""
    return pg8000.dbapi.connect(
        user=settings.user,
        password=settings.password,
        host="127.0.0.1",
        port=settings.redshift_port,
        database=settings.database,
    )
