"""`make test` uses as many stacks side by side as the machine bears."""

from __future__ import annotations

import pytest

from scripts.run_tests import stacks_for

GIB = 1024**3


@pytest.mark.parametrize(
    ("cores", "free_gib", "stacks"), [(1, 64, 1), (2, 3, 1), (2, 6, 1), (2, 8, 2), (8, 13, 3), (64, 256, 4)]
)
def test_stacks_are_bounded_by_cores_and_memory(cores: int, free_gib: int, stacks: int) -> None:
    assert stacks_for(cores, free_gib * GIB) == stacks
