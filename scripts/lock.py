"""`make lock`."""

from __future__ import annotations

import subprocess
from pathlib import Path

from scripts.console import CommandError, note, say

ROOT = Path(__file__).parents[1]
UV = ROOT / ".venv" / "bin" / "uv"
OPTIONS = (
    "pip",
    "compile",
    "--quiet",
    "--generate-hashes",
    "--no-annotate",
    "--no-header",
    "--universal",
    "--python-version",
    "3.11",
)

RUN_PACKAGES = ("glue-5.1", "pythonshell-analytics", "pythonshell-none")
TEST_PACKAGES = ("clients", "clients-dbt", "checks", "policies")


def lock() -> None:
    """Resolve locks/*.in anew into hash-locked requirements."""
    _compile("requirements.in", "requirements.txt", "--constraint", "localstack-constraints.txt")
    _compile("bootstrap.in", "bootstrap.txt")
    for name in (*RUN_PACKAGES, *TEST_PACKAGES):
        _compile(f"{name}.in", f"{name}.txt", "--only-binary", ":all:")
    say("locks/*.txt are resolved anew. Next: make test")


def _compile(source: str, target: str, *options: str) -> None:
    note(f"resolving locks/{source}")
    command = [str(UV), *OPTIONS, source, "--output-file", target, *options]
    if subprocess.run(command, cwd=ROOT / "locks", check=False).returncode:
        raise CommandError(f"locks/{source} could not be resolved. Next: see uv's message above.")
