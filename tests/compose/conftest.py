"""The example pipeline on the session's stack in containers."""

from __future__ import annotations

import pytest

from emulator.stack.sandbox import Sandbox
from tests.end_to_end.flight_pipeline import FlightPipeline, deploy_into


@pytest.fixture(scope="session")
def flights(compose_sandbox: Sandbox) -> FlightPipeline:
    return deploy_into(compose_sandbox)
