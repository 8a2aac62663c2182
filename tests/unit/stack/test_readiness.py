"""A wait ends with the last part that is ready, or with the first one that is hopeless."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from emulator.stack.errors import PartNotReadyError
from emulator.stack.readiness import MOST_STARTS, PartProgress, WatchedPart, wait_until_ready

READY = WatchedPart(
    name="part",
    timeout_s=30,
    missing=lambda: "",
    starts_since=lambda _: 1,
    is_given_up=lambda: False,
    log_end=lambda _: ("part.log", "its last words"),
)


def after(*notes: str) -> Iterator[str]:
    yield from notes
    yield ""


def test_every_step_is_reported_until_the_part_is_ready() -> None:
    notes = after("no port", "no answer")
    told: list[PartProgress] = []
    wait_until_ready([replace(READY, missing=lambda: next(notes))], told.append)
    assert [(step.state, step.note) for step in told] == [
        ("waiting", "no port"),
        ("waiting", "no answer"),
        ("ready", ""),
    ]


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        (replace(READY, timeout_s=0), "after 0 s, no answer"),
        (replace(READY, starts_since=lambda _: MOST_STARTS + 1), f"it ended {MOST_STARTS + 1} times"),
        (replace(READY, is_given_up=lambda: True), "it ended 1 times"),
    ],
)
def test_a_hopeless_part_is_told_with_the_end_of_its_log(part: WatchedPart, reason: str) -> None:
    with pytest.raises(PartNotReadyError, match=reason) as caught:
        wait_until_ready([replace(part, missing=lambda: "no answer")])
    assert "The end of part.log:\nits last words" in str(caught.value)
