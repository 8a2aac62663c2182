"""Real clients of Redshift, each in the Python environment of its own that locks/clients*.txt names.

A client's checks are the functions of a script in redshift/: all of them run in one process, as the import of
a client takes longer than its checks, and each is a test of its own here.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from emulator.glue_worker.python_packages import PackageSet
from emulator.stack.sandbox import Sandbox
from tests.contract.clients.machines import unique

ROOT = Path(__file__).parents[3]
SCRIPTS = Path(__file__).with_name("redshift")
RUNNER = SCRIPTS / "run_checks.py"
TIMEOUT_S = 240  # on a busy machine; a quiet one needs a tenth


@dataclass(frozen=True)
class Check:
    """One check: a function of a script in redshift/."""

    script: str
    name: str


def checks_of(script: str) -> list[Any]:
    """The checks of a script as pytest's parameters; nothing of it is imported."""
    tree = ast.parse((SCRIPTS / script).read_text())
    names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    public = [name for name in names if not name.startswith("_") and name != "opened"]
    return [pytest.param(Check(script, name), id=name) for name in public]


@dataclass
class Clients:
    """A set of locked packages, and what their checks came to on one stack."""

    sandbox: Sandbox
    packages: Path
    variables: dict[str, str] = field(default_factory=dict)
    outcomes: dict[str, dict[str, str | None]] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """The stack's variables, a schema and a bucket that exist, and the packages."""
        schema, bucket = unique("client").replace("-", "_"), unique("client")
        self.sandbox.query(f"CREATE SCHEMA {schema}")
        self.sandbox.client("s3").create_bucket(Bucket=bucket)
        environment = self.sandbox.environment()
        return {
            **environment,
            "PYTHONPATH": os.pathsep.join([str(self.packages), str(ROOT)]),
            "PYTHONDONTWRITEBYTECODE": "1",
            # What a user sets for redshift_connector, which takes no path of a certificate.
            "SSL_CERT_FILE": environment["PGSSLROOTCERT"],
            "CHECK_SCHEMA": schema,
            "CHECK_BUCKET": bucket,
            **self.variables,
        }

    def run(self, *arguments: str) -> str:
        """What a process of the packages' Python writes; fails the test if it fails or hangs."""
        environment = self.environment()
        try:
            done = subprocess.run(
                [base_python(), *arguments],
                env=environment,
                capture_output=True,
                text=True,
                timeout=TIMEOUT_S,
                check=False,
            )
        finally:
            self.sandbox.query(f"DROP SCHEMA {environment['CHECK_SCHEMA']} CASCADE")
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
        return done.stdout

    def passes(self, check: Check) -> None:
        """Fails with the check's traceback if it failed; the first of a script runs them all, once."""
        if check.script not in self.outcomes:
            self.outcomes[check.script] = {}
            written = self.run(str(RUNNER), str(SCRIPTS / check.script))
            self.outcomes[check.script] = json.loads(written.splitlines()[-1])
        trace = self.outcomes[check.script].get(check.name, f"{check.script} did not come to its end")
        assert trace is None, trace


def base_python() -> str:
    """The interpreter below tarmac's environment: it has no packages but those on PYTHONPATH."""
    return str(getattr(sys, "_base_executable", sys.executable))


def installed(name: str, config: pytest.Config) -> Path:
    """The folder of a locked list's packages, installed now if need be; says so, as it can take a minute.

    Raises emulator.glue_worker.python_packages.PackagesError.
    """
    cache_dir = Path(os.environ.get("TARMAC_CACHE_DIR") or "~/.cache/tarmac").expanduser()
    packages = PackageSet(name)
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and not packages.folder(cache_dir).is_dir():
        reporter.write_line(f"installing the packages of {packages.lock.name}, once")
    return packages.ensure(cache_dir)
