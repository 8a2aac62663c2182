"""Terraform's configurations, made ready; skipped by name where they can't be."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from emulator.stack.sandbox import Sandbox

NO_CHANGES, CHANGES = 0, 2


def initialised(source: Path, folder: Path) -> Path:
    """A copy of a configuration in this folder, with its provider; skips the test if there can be none."""
    if not shutil.which("terraform"):
        pytest.skip("terraform is not on this machine")
    for file in source.glob("*.tf"):
        shutil.copy(file, folder)
    done = subprocess.run(
        ["terraform", "init", "-input=false", "-no-color"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        why = " ".join(done.stderr.split()).partition("Error: ")[2] or done.stderr
        pytest.skip(f"terraform can't install the provider hashicorp/aws: {why[:300]}")
    return folder


def terraform(sandbox: Sandbox, folder: Path, name: str, *command: str) -> int:
    """The exit code of a command, NO_CHANGES or CHANGES; any other fails the test with what it wrote."""
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
