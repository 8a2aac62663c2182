"""Terraform's AWS provider makes a Glue pipeline, sees it as it is, and takes it away.

Skipped by name where the binary or the provider is not there (`terraform init` fetches it from its registry,
or from a mirror that TF_CLI_CONFIG_FILE names). The calls that the provider makes are replayed in
`test_terraform_calls.py`, which needs neither.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from emulator.stack.sandbox import Sandbox
from tests.contract.clients.machines import unique

SOURCE = Path(__file__).with_name("terraform")
NO_CHANGES, CHANGES = 0, 2


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the configuration, initialised."""
    if not shutil.which("terraform"):
        pytest.skip("terraform is not on this machine")
    for file in SOURCE.glob("*.tf"):
        shutil.copy(file, tmp_path)
    done = subprocess.run(
        ["terraform", "init", "-input=false", "-no-color"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        why = " ".join(done.stderr.split()).partition("Error: ")[2] or done.stderr
        pytest.skip(f"terraform can't install the provider hashicorp/aws: {why[:300]}")
    return tmp_path


@pytest.mark.process
def test_apply_an_empty_plan_and_destroy(sandbox: Sandbox, folder: Path) -> None:
    name = unique("tf")

    def terraform(*command: str) -> int:
        done = subprocess.run(
            ["terraform", *command, "-input=false", "-no-color", f"-var=name={name}"],
            cwd=folder,
            env=sandbox.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in (NO_CHANGES, CHANGES), done.stdout + done.stderr
        return done.returncode

    terraform("apply", "-auto-approve")
    assert sandbox.client("glue").get_job(JobName=name)["Job"]["GlueVersion"] == "5.1"
    assert terraform("plan", "-detailed-exitcode") == NO_CHANGES
    terraform("destroy", "-auto-approve")
    names = sandbox.client("glue").list_jobs()["JobNames"]
    assert name not in names
