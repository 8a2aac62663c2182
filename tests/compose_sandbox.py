"""The stack in containers that the tests of a session share, and when a machine has none."""

from __future__ import annotations

import importlib
import os
import re
from typing import Any

import pytest

from emulator.stack.compose_cli import check_compose
from emulator.stack.engine import find_engine
from emulator.stack.errors import ComposeUnavailableError

ENGINE_MADE = (
    "TARMAC_TESTS_ENGINE"  # tests/engine/engine.sh says so: then a missing engine is no reason to skip
)
ON_COMPOSE = re.compile(r"[\[-]compose[\]-]")
KINDS = ("embedded", "compose")


def require_engine(config: pytest.Config) -> None:
    """Skips with the reason where Docker Compose can't be used; fails if it was asked for."""
    kind = config.getoption("--tarmac-stack")
    if kind == "embedded":
        pytest.skip("no stack in containers: only the embedded one was asked for")
    try:
        find_engine()
        check_compose()
    except ComposeUnavailableError as error:
        if kind == "compose" or ENGINE_MADE in os.environ:
            raise
        pytest.skip(f"no stack in containers: {error.reason}")


def wanted_kinds(config: pytest.Config) -> list[str]:
    """The stacks that an end-to-end test runs on: both, but for a stack or a kind that the options name."""
    if config.getoption("--tarmac-attach"):
        return ["attached"]
    kind = config.getoption("--tarmac-stack")
    return [kind] if kind else list(KINDS)


def by_stack(config: pytest.Config, log: Any) -> Any:
    """A scheduler of pytest-xdist: whole files, but one worker process for all that needs the containers."""
    scheduler = importlib.import_module("xdist.scheduler").LoadFileScheduling(config, log)
    scope_of_file = scheduler._split_scope

    def scope(nodeid: str) -> str:
        return "compose" if ON_COMPOSE.search(nodeid) else str(scope_of_file(nodeid))

    scheduler._split_scope = scope
    return scheduler
