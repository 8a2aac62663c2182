"""`make test` uses as many stacks side by side as the machine bears."""

from __future__ import annotations

import pytest

from scripts.run_tests import selection, stacks_for

GIB = 1024**3


@pytest.mark.parametrize(
    ("cores", "free_gib", "stacks"), [(1, 64, 1), (2, 3, 1), (2, 6, 1), (2, 8, 2), (8, 13, 3), (64, 256, 4)]
)
def test_stacks_are_bounded_by_cores_and_memory(cores: int, free_gib: int, stacks: int) -> None:
    assert stacks_for(cores, free_gib * GIB) == stacks


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        ("", ("tests",)),
        ("embedded", ("tests", "--tarmac-stack", "embedded")),
        ("attached", ("tests/end_to_end", "--tarmac-attach")),
        ("compose", ("tests/end_to_end", "tests/compose", "--tarmac-stack", "compose")),
    ],
)
def test_stack_says_which_tests_run(kind: str, arguments: tuple[str, ...]) -> None:
    assert selection(kind) == arguments
