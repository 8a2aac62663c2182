"""Sessions of the roles that jobs and crawlers act under.

Source: the ARNs in CloudTrail and in error messages on AWS
(`arn:aws:sts::<account>:assumed-role/<role>/GlueJobRunnerSession`, `…/AWS-Crawler`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from threading import Lock
from typing import Any

from localstack.aws.connect import connect_to

from emulator.glue_service.models import Scope
from emulator.glue_worker.run_contract import RoleCredentials

JOB_SESSION = "GlueJobRunnerSession"
CRAWLER_SESSION = "AWS-Crawler"
_ROLE = re.compile(r"(?:arn:[\w-]+:iam::(\d{12}):role/)?([\w+=,.@/-]+)")


class RoleSessions:
    """One session per role and session name, kept: LocalStack's sessions do not expire.

    A role need not exist: a pipeline that names one nobody made runs all the same.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], RoleCredentials] = {}
        self._lock = Lock()

    def credentials(self, scope: Scope, role: str, session_name: str) -> RoleCredentials | None:
        """Credentials of that role, given by name, path and name, or ARN.

        None where a role can't be assumed: none is given, or it is another account's.
        """
        arn = role_arn(scope, role)
        if arn is None:
            return None
        with self._lock:
            if (arn, session_name) not in self._kept:
                self._kept[arn, session_name] = _assume(scope, arn, session_name)
            return self._kept[arn, session_name]

    def clients(self, scope: Scope, role: str, session_name: str) -> Callable[[str], Any]:
        """LocalStack's own boto3 clients, by service name, that act as that role, or as the account."""
        found = self.credentials(scope, role, session_name)
        keys = (
            {"aws_access_key_id": scope.account_id}
            if found is None
            else {
                "aws_access_key_id": found.access_key,
                "aws_secret_access_key": found.secret_key,
                "aws_session_token": found.session_token,
            }
        )
        clients = connect_to(region_name=scope.region, **keys)
        return lambda service: getattr(clients, service)


def role_arn(scope: Scope, role: str) -> str | None:
    """The ARN of a role of the scope's account; None for no role, another account's, or a malformed one."""
    match = _ROLE.fullmatch(role)
    if match is None or match.group(1) not in (None, scope.account_id):
        return None
    return f"arn:aws:iam::{scope.account_id}:role/{match.group(2)}"


def _assume(scope: Scope, arn: str, session_name: str) -> RoleCredentials:
    sts = connect_to(aws_access_key_id=scope.account_id, region_name=scope.region).sts
    as_glue = sts.request_metadata(service_principal="glue")
    found = as_glue.assume_role(RoleArn=arn, RoleSessionName=session_name)["Credentials"]
    return RoleCredentials(found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"])
