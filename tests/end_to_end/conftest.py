"""The example pipeline, deployed once into the session's sandbox."""

from __future__ import annotations

import pytest

from emulator.stack.sandbox import Sandbox

from .flight_pipeline import FlightPipeline, deploy_into


@pytest.fixture(scope="session")
def flights(sandbox: Sandbox) -> FlightPipeline:
    return deploy_into(sandbox)
