"""The stack in containers that the tests of a session share, and when a machine has none."""

from __future__ import annotations

import os
import re
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

from emulator.stack.compose_cli import check_compose
from emulator.stack.engine import find_engine
from emulator.stack.errors import ComposeUnavailableError

ENGINE_MADE = (
    "TARMAC_TESTS_ENGINE"  # tests/engine/engine.sh says so: then a missing engine is no reason to skip
)
ON_COMPOSE = re.compile(r"[\[-]compose[\]-]")
KINDS = ("embedded", "compose")


def require_engine() -> None:
    """Skips with the reason where Docker Compose can't be used; fails if an engine was made for the tests."""
    try:
        find_engine()
        check_compose()
    except ComposeUnavailableError as error:
        if ENGINE_MADE in os.environ:
            raise
        pytest.skip(f"no stack in containers: {error.reason}")


def wanted_kinds(config: pytest.Config) -> list[str]:
    """The stacks that an end-to-end test runs on: both, but for a stack or a kind that the options name."""
    if config.getoption("--tarmac-attach"):
        return ["attached"]
    kind = config.getoption("--tarmac-stack")
    return [kind] if kind else list(KINDS)


class ByStack(LoadFileScheduling):
    """Gives each worker process whole files, and all that needs the stack in containers to one of them."""

    def _split_scope(self, nodeid: str) -> str:
        if ON_COMPOSE.search(nodeid):
            return "compose"
        scope: Any = super()._split_scope(nodeid)
        return str(scope)
