"""The templates as these tests read them, and the checkers that run in an environment of their own."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from cfnlint.decode import cfn_yaml

import pipeline
from tests.contract.clients.redshift_clients import base_python

PIPELINE_DIR = Path(pipeline.__file__).parent
PIPELINE = PIPELINE_DIR / "cloudformation" / "pipeline.yaml"
WAREHOUSE = PIPELINE_DIR / "cloudformation" / "warehouse.yaml"
TEMPLATES = tuple(sorted(PIPELINE.parent.glob("*.yaml")))
DEFINITION = PIPELINE_DIR / "step_function_config.json"
CHECKS = Path(__file__).with_name("checks")
TIMEOUT_S = 240  # on a busy machine; a quiet one needs a tenth


def read_template(path: Path) -> dict[str, Any]:
    """The template with its short forms written out: `!Ref x` is {"Ref": x}."""
    plain: dict[str, Any] = json.loads(json.dumps(cfn_yaml.load(str(path))))
    return plain


def run_check(packages: Path, *arguments: str, given: object = None) -> subprocess.CompletedProcess[str]:
    """Runs Python with the packages of locks/checks.txt and nothing else; `given` goes to stdin as JSON."""
    return subprocess.run(
        [base_python(), "-W", "ignore", *arguments],
        input=json.dumps(given),
        env={**os.environ, "PYTHONPATH": str(packages), "LOG_LEVEL": "ERROR", "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=PIPELINE_DIR,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )


def findings(packages: Path, script: str, given: dict[str, Any]) -> dict[str, list[str]]:
    """What a script of checks/ says of each thing that it is given by name."""
    done = run_check(packages, str(CHECKS / script), given=given)
    assert done.returncode == 0, done.stderr[-4000:]
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found
