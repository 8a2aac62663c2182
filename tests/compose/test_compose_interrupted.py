"""Ctrl-C while the containers start: none is left; what was kept before stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.stack.compose_containers import PROJECT_LABEL
from emulator.stack.compose_sandboxes import sandbox_project
from emulator.stack.engine import Engine, find_engine
from emulator.stack.sandbox_stacks import free_ports
from emulator.stack.waiting import wait_until
from tests.compose_sandbox import require_engine

# A shell starts its background jobs with Ctrl-C ignored, and whoever runs these tests may be one.
AS_IN_A_TERMINAL = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
    "from scripts.tarmac import app; app()"
)
BUILD_TIMEOUT_S = 240


@pytest.fixture(scope="module")
def engine(request: pytest.FixtureRequest) -> Engine:
    require_engine(request.config)
    return find_engine()


@pytest.fixture
def variables(engine: Engine, tmp_path: Path) -> Iterator[dict[str, str]]:
    gateway, redshift = free_ports(2)
    own = {
        "STACK": "compose",
        "TARMAC_NAME": sandbox_project("interrupted"),
        "TARMAC_STATE_DIR": str(tmp_path),
        "TARMAC_GATEWAY_PORT": str(gateway),
        "TARMAC_REDSHIFT_PORT": str(redshift),
    }
    yield {**os.environ, **own}
    subprocess.run([*command("reset"), "--yes"], env={**os.environ, **own}, check=True)


def command(verb: str) -> list[str]:
    return [sys.executable, "-c", AS_IN_A_TERMINAL, verb]


def test_ctrl_c_while_the_containers_start_leaves_none(engine: Engine, variables: dict[str, str]) -> None:
    filters = {"label": f"{PROJECT_LABEL}={variables['TARMAC_NAME']}"}
    with subprocess.Popen(
        command("up"), env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        wait_until(
            lambda: engine.client.containers.list(all=True, filters=filters) or process.poll() is not None,
            BUILD_TIMEOUT_S,
            "a container of the stack",
        )
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert "interrupted" in said
    assert engine.client.containers.list(all=True, filters=filters) == []
