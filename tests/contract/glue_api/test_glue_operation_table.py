"""docs/glue-operations.md holds: what it calls refused is refused, what it calls real is answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

from emulator.glue_service.operation_support import supported
from emulator.glue_service.provider import GlueProvider
from emulator.stack.client_environment import aws_session
from tests.contract.glue_api.catalog_bench import refusal
from tests.contract.glue_api.gateway import Gateway


@pytest.fixture(scope="module")
def unchecked(gateway: Gateway) -> Any:
    """A client that sends any request."""
    config = Config(parameter_validation=False, retries={"total_max_attempts": 1})
    session = aws_session(gateway.settings)
    return session.client("glue", endpoint_url=gateway.settings.gateway_url, config=config)


def test_every_refused_operation_says_so_by_name(unchecked: Any) -> None:
    for one in supported(GlueProvider):
        if one.by == "refused":
            code, message = refusal(getattr(unchecked, xform_name(one.operation)))
            assert code == "OperationNotSupportedException", one
            assert message.startswith(f"{one.operation} is not supported by tarmac"), one


def test_every_answered_operation_is_no_refusal(unchecked: Any) -> None:
    for one in supported(GlueProvider):
        if one.by != "refused":
            code = code_of(getattr(unchecked, xform_name(one.operation)))
            assert code not in ("OperationNotSupportedException", "InternalError"), one


def code_of(call: Callable[..., Any]) -> str:
    """The code of the error that a call without any parameter ends in; empty if it succeeds."""
    try:
        call()
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""
