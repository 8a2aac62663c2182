"""Secrets in which the APIs keep an admin's password (manageAdminPassword, ManageMasterPassword)."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError
from localstack.aws.connect import connect_to

from emulator.redshift.apis.registry import RegionRegistry


def keep(region: RegionRegistry, owner: str, user: str, password: str, known_arn: str | None) -> str:
    """Writes a password into the owner's secret, a new one unless there is one; gives its ARN."""
    content = json.dumps({"username": user, "password": password})
    client = _client(region)
    if known_arn:
        client.put_secret_value(SecretId=known_arn, SecretString=content)
        return known_arn
    # AWS's own name begins with redshift!, which callers may not choose.
    return str(client.create_secret(Name=f"redshift-{owner}-{user}", SecretString=content)["ARN"])


def delete(region: RegionRegistry, arn: str | None) -> None:
    """Deletes the secret at once, if there is one and nobody has deleted it."""
    if not arn:
        return
    try:
        _client(region).delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise


def _client(region: RegionRegistry) -> Any:
    return connect_to(aws_access_key_id=region.account, region_name=region.region).secretsmanager
