"""The pytest plug-in: `sandbox`, a running stack of the test session's own.

Installed with the package, so a test of your own repository has the fixture without any import:

    def test_a_dropped_file_reaches_the_warehouse(sandbox):
        sandbox.client("s3").put_object(Bucket="raw", Key="raw/day.csv", Body=b"…")
        ...
        assert sandbox.query("SELECT count(*) FROM my_table") == [(3,)]

The stack starts when the first test asks for it (about 10 s), on free ports with a state folder of its own,
and ends with the session, even if that is killed. All tests of a session share it: use names of your own for
buckets and tables. Under pytest-xdist each worker process has a stack.

Options: `--tarmac-attach` uses the stack that `make up` started (as the TARMAC_* variables name it) and
leaves it running; `--tarmac-keep-state` keeps the state folder, with all logs, for a look afterwards.

Nothing but pytest is imported until a test asks for the fixture.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from emulator.stack.sandbox import Sandbox


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the plug-in's options."""
    group = parser.getgroup("tarmac")
    group.addoption("--tarmac-attach", action="store_true", help="use the running stack instead of a new one")
    group.addoption(
        "--tarmac-keep-state", action="store_true", help="keep the sandbox's state folder and logs"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Registers the marker that every test with a sandbox carries."""
    config.addinivalue_line(
        "markers", "sandbox: needs a running sandbox; set for each test that uses the fixture"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests that use the fixture, so that `-m "not sandbox"` needs no process."""
    for item in items:
        if "sandbox" in getattr(item, "fixturenames", ()):
            item.add_marker("sandbox")


@pytest.fixture(scope="session")
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A running stack shared by the tests of this session; see `emulator.stack.sandbox.Sandbox`."""
    config = request.config
    if config.getoption("--tarmac-attach"):
        yield _attached()
        return
    worker = getattr(config, "workerinput", {}).get("workerid", "main")
    with new_sandbox(f"sandbox-{worker}", keep_state=config.getoption("--tarmac-keep-state")) as started:
        yield started


def _attached() -> Sandbox:
    from emulator.stack.errors import StackNotRunningError
    from emulator.stack.sandbox import Sandbox
    from emulator.stack.settings import StackSettings
    from emulator.stack.stack import Stack

    stack = Stack(StackSettings.from_environment())
    if not stack.is_running():
        raise StackNotRunningError(stack.settings.state_dir)
    return Sandbox(stack)


@contextmanager
def new_sandbox(name: str, keep_state: bool = False) -> Iterator[Sandbox]:
    """A sandbox outside of a fixture (benchmarks, a fixture of another scope); ends with the block."""
    from emulator.stack.sandbox import Sandbox, sandbox_settings
    from emulator.stack.stack import Stack

    state_dir = Path(tempfile.mkdtemp(prefix=f"tarmac-{name}-"))
    stack = Stack(sandbox_settings(state_dir, name), bound=True)
    try:
        stack.start()
        yield Sandbox(stack)
    finally:
        stack.stop()
        if keep_state:
            print(f"\nthe sandbox's state and logs are kept in {state_dir}")
        else:
            shutil.rmtree(state_dir, ignore_errors=True)
