"""The PostgreSQL JDBC driver from Spark and Java against the endpoint (redshift/spark_jdbc_checks.py)."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from emulator.stack.sandbox import Sandbox
from tests.contract.clients.redshift_clients import ROOT, Check, Clients, checks_of
from tests.redshift_facts import works

pytestmark = pytest.mark.process


def driver_jar() -> Path:
    """The locked driver, as the worker's jobs have it."""
    folder = os.environ.get("TARMAC_SPARK_JARS_DIR") or "~/.cache/tarmac/jars/spark"
    locked = json.loads((ROOT / "locks" / "jars.json").read_text())["spark"]
    name = next(jar["coordinate"] for jar in locked if jar["coordinate"].startswith("org.postgresql:"))
    _, artifact, version = name.split(":")
    return Path(folder).expanduser() / f"{artifact}-{version}.jar"


@pytest.fixture(scope="module")
def spark_program(sandbox: Sandbox) -> Clients:
    """A process of its own, as a JVM takes its class path at its start."""
    site_packages = Path(pytest.__file__).parents[1]
    return Clients(
        sandbox, site_packages, {"CHECK_DRIVER": str(driver_jar()), "PYSPARK_PYTHON": sys.executable}
    )


@works("client", "PostgreSQL JDBC driver 42.7 from Spark 3.5 and Java")
@pytest.mark.parametrize("check", checks_of("spark_jdbc_checks.py"))
def test_jdbc(spark_program: Clients, check: Check) -> None:
    spark_program.passes(check)
