from __future__ import annotations

from collections.abc import Iterator

import pytest

from emulator.stack.sandbox import Sandbox
from tests.contract.clients.machines import Machines


@pytest.fixture(scope="module")
def machines(sandbox: Sandbox) -> Iterator[Machines]:
    """State machines and jobs of a module's own; the jobs are gone afterwards."""
    machines = Machines(sandbox)
    yield machines
    for name in machines.made:
        machines.glue.delete_job(JobName=name)
