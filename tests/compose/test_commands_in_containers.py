"""What users of Docker Compose start: `make demo`, and `docker compose run tests` without make."""

from __future__ import annotations

import pytest

from emulator.stack.sandbox import Sandbox
from tests.compose.commands import docker_compose, tarmac

pytestmark = pytest.mark.parametrize("stack", ["compose"])
ONE_TEST = "tests/end_to_end/test_chain.py::test_a_dropped_file_becomes_enriched_rows_and_one_alert"


def test_the_demo_passes_in_containers(compose_sandbox: Sandbox, stack: str) -> None:
    said = tarmac(compose_sandbox, "demo")

    assert "Stack: Docker Compose" in said
    assert "as counted from the files themselves" in said


def test_the_service_tests_runs_the_end_to_end_tests_against_the_running_stack(
    compose_sandbox: Sandbox, stack: str
) -> None:
    pytest_there = ("pytest", "-q", "-p", "no:cacheprovider", "--tarmac-attach")

    said = docker_compose(compose_sandbox, "run", "--rm", "tests", *pytest_there, ONE_TEST)

    assert "1 passed" in said
