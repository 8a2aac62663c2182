"""tests/engine/engine.sh where no engine can be had: the command runs all the same, and one line says why."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ENGINE = Path(__file__).parents[2] / "engine" / "engine.sh"
NO_ROOT = "engine: no Docker engine: it takes root to start one; the tests of Docker Compose are skipped\n"


@pytest.fixture
def nobodys_environment(tmp_path: Path) -> dict[str, str]:
    """Where `id` says that we aren't root, and no engine answers."""
    stand_in = tmp_path / "id"
    stand_in.write_text("#!/bin/sh\necho 1000\n")
    stand_in.chmod(0o755)
    own = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "DOCKER_HOST": f"unix://{tmp_path}/none.sock"}
    return {**os.environ, **own, "CI": "true"}


@pytest.mark.parametrize(("command", "status", "printed"), [("echo ran", 0, "ran\n"), ("exit 7", 7, "")])
def test_without_root_the_command_runs_and_one_line_says_what_is_skipped(
    nobodys_environment: dict[str, str], command: str, status: int, printed: str
) -> None:
    done = subprocess.run(
        [ENGINE, "run", "sh", "-c", command],
        env=nobodys_environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (status, printed, NO_ROOT)
