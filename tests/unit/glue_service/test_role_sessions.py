"""Which role a job or crawler acts under: given by name, path and name, or ARN, always its own account's."""

from __future__ import annotations

import pytest

from emulator.glue_service.models import Scope
from emulator.glue_service.role_sessions import RoleSessions, role_arn

SCOPE = Scope("123456789012", "eu-west-1")
HERE = "arn:aws:iam::123456789012:role/"


@pytest.mark.parametrize(
    ("role", "arn"),
    [
        ("GlueRole", f"{HERE}GlueRole"),
        ("service-role/GlueRole", f"{HERE}service-role/GlueRole"),
        (f"{HERE}GlueRole", f"{HERE}GlueRole"),
        ("arn:aws:iam::210987654321:role/Theirs", None),
        ("", None),
        ("arn:aws:iam::123456789012:user/nobody", None),
    ],
)
def test_a_role_is_known_by_its_arn(role: str, arn: str | None) -> None:
    assert role_arn(SCOPE, role) == arn


def test_without_a_role_that_can_be_assumed_there_is_no_session() -> None:
    assert RoleSessions().credentials(SCOPE, "", "GlueJobRunnerSession") is None
