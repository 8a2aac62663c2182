"""The example pipeline, deployed once into a stack of each kind: every test here runs on both."""

from __future__ import annotations

import pytest

from emulator.stack.sandbox import Sandbox
from tests.compose_sandbox import wanted_kinds

from .flight_pipeline import FlightPipeline, deploy_into


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each kind of stack."""
    if "stack_kind" in metafunc.fixturenames:
        metafunc.parametrize("stack_kind", wanted_kinds(metafunc.config), indirect=True, scope="session")


@pytest.fixture(scope="session")
def stack_kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def sandbox(request: pytest.FixtureRequest, stack_kind: str) -> Sandbox:
    """The session's stack of that kind."""
    name = "compose_sandbox" if stack_kind == "compose" else "sandbox"
    found: Sandbox = request.getfixturevalue(name)
    return found


@pytest.fixture(scope="session")
def flights(sandbox: Sandbox) -> FlightPipeline:
    return deploy_into(sandbox)
