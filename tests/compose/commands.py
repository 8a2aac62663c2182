"""The command `tarmac` and `docker compose`, as a user runs them against a stack in containers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from emulator.stack.sandbox import Sandbox

ROOT = Path(__file__).parents[2]
TIMEOUT_S = 240


def tarmac(sandbox: Sandbox, *arguments: str) -> str:
    """What the verb printed; fails with all that it said if it ends with an error."""
    return _said(sandbox, sys.executable, "-c", "from scripts.tarmac import app; app()", *arguments)


def docker_compose(sandbox: Sandbox, *arguments: str) -> str:
    """What `docker compose` printed; fails with all that it said if it ends with an error."""
    return _said(sandbox, "docker", "compose", *arguments)


def _said(sandbox: Sandbox, *command: str) -> str:
    settings = sandbox.settings
    own = {
        "STACK": "compose",
        "TARMAC_NAME": settings.name,
        "TARMAC_STATE_DIR": str(settings.state_dir.parent),  # the stack keeps its own below that
        "TARMAC_GATEWAY_PORT": str(settings.gateway_port),
        "TARMAC_REDSHIFT_PORT": str(settings.redshift_port),
    }
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **own},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
