"""Waits end with a value, or with words that help."""

from __future__ import annotations

import pytest

from emulator.stack.waiting import wait_until


def test_the_first_true_value_is_returned() -> None:
    values = iter([0, "", None, "found"])
    assert wait_until(lambda: next(values), 5, "a value", poll_s=0.001) == "found"


def test_a_deadline_says_what_was_waited_for_and_what_was_met() -> None:
    with pytest.raises(TimeoutError, match=r"waited 0 s for three rows; last met: \[\]"):
        wait_until(list, 0, "three rows", poll_s=0.001)


def test_an_error_in_the_question_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        wait_until(lambda: 1 / 0, 5, "never")
