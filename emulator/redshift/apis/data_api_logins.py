"""Who a request of the Data API logs in as: a secret's user, a database user, or the stack's own."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError
from localstack.aws.connect import connect_to

from emulator.redshift.apis.api_errors import invalid
from emulator.redshift.apis.data_api_connection import Login, WarehousePlace
from emulator.redshift.apis.registry import RegionRegistry, Target


def login_of(target: Target, place: WarehousePlace, region: RegionRegistry) -> Login:
    """The login for a target.

    Without a secret and without DbUser it is the stack's own user, whatever the IAM identity. Raises ApiError
    for a secret that doesn't exist, has no user name or password, or is another cluster's.
    """
    if target.secret_arn:
        return _login_in(_secret(target.secret_arn, region), target)
    acts_as = target.db_user if target.db_user != place.admin.user else ""
    return Login(place.admin.user, place.admin.password, acts_as)


def _secret(name_or_arn: str, region: RegionRegistry) -> dict[str, Any]:
    client = connect_to(aws_access_key_id=region.account, region_name=region.region).secretsmanager
    try:
        text = client.get_secret_value(SecretId=name_or_arn).get("SecretString") or ""
    except ClientError as error:
        raise invalid(error.response["Error"]["Message"]) from error
    try:
        found = json.loads(text)
    except ValueError as error:
        raise invalid("The secret is not a JSON object with username and password") from error
    return found if isinstance(found, dict) else {}


def _login_in(secret: dict[str, Any], target: Target) -> Login:
    user, password = secret.get("username"), secret.get("password")
    if not user or not password:
        raise invalid("username and password in secret cannot be empty")
    cluster = secret.get("dbClusterIdentifier")
    if cluster and target.cluster and cluster != target.cluster:
        raise invalid(f"The secret is for cluster {cluster}, not for {target.cluster}")
    return Login(str(user), str(password))
