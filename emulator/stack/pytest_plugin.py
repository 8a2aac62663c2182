"""The pytest plug-in: `sandbox`, a running stack of the test session's own.

Installed with the package, so a test of your own repository has the fixture without any import:

    def test_a_dropped_file_reaches_the_warehouse(sandbox):
        sandbox.client("s3").put_object(Bucket="raw", Key="raw/day.csv", Body=b"…")
        ...
        assert sandbox.query("SELECT count(*) FROM my_table") == [(3,)]

The stack starts when the first test asks for it (about 10 s), on free ports with a state folder of its own,
and ends with the session, even if that is killed. All tests of a session share it: use names of your own for
buckets and tables. Under pytest-xdist each worker process has a stack.

With `--tarmac-stack compose` (or STACK=compose) the stack runs in containers, as a Compose project of its own
that is removed with its volumes at the end; otherwise it is embedded.

Options: `--tarmac-attach` uses the stack that `make up` started (as the TARMAC_* variables name it) and
leaves it running; `--tarmac-keep-state` keeps the state folder, with all logs, for a look afterwards.

Nothing but pytest is imported until a test asks for the fixture.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from emulator.stack.sandbox import Sandbox


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the plug-in's options."""
    group = parser.getgroup("tarmac")
    group.addoption("--tarmac-attach", action="store_true", help="use the running stack instead of a new one")
    group.addoption(
        "--tarmac-stack", choices=["embedded", "compose"], help="the kind of a new stack (default: embedded)"
    )
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
    kind = config.getoption("--tarmac-stack")
    with new_sandbox(f"sandbox-{worker}", config.getoption("--tarmac-keep-state"), kind) as started:
        yield started


def _attached() -> Sandbox:
    from emulator.stack.choice import chosen_stack
    from emulator.stack.errors import StackNotRunningError
    from emulator.stack.sandbox import Sandbox
    from emulator.stack.settings import StackSettings

    stack = chosen_stack(StackSettings.from_environment())
    if not stack.is_running():
        raise StackNotRunningError(stack.home)
    return Sandbox(stack)


@contextmanager
def new_sandbox(name: str, keep_state: bool = False, kind: str | None = None) -> Iterator[Sandbox]:
    """A sandbox outside of a fixture (benchmarks, a fixture of another scope); ends with the block.

    `kind` is `embedded` or `compose`; by default the word of STACK, else embedded.
    """
    from emulator.stack.sandbox import Sandbox
    from emulator.stack.sandbox_stacks import new_stack

    with new_stack(name, keep_state, kind) as stack:
        stack.prepare(lambda *_: None)
        stack.start()
        yield Sandbox(stack)
