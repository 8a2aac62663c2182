"""AWS's cron expressions, after the examples of its documentation."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from emulator.glue_service.aws_cron import parse_schedule
from emulator.glue_service.errors import InvalidInput

START = datetime(2026, 11, 23, 16, 20, 30, tzinfo=UTC)  # a Monday


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("cron(0 10 * * ? *)", "2026-11-24 10:00"),
        ("cron(15 12 * * ? *)", "2026-11-24 12:15"),
        ("cron(21 16 * * ? *)", "2026-11-23 16:21"),
        ("cron(20 16 * * ? *)", "2026-11-24 16:20"),
        ("cron(0 18 ? * MON-FRI *)", "2026-11-23 18:00"),
        ("cron(0 8 1 * ? *)", "2026-12-01 08:00"),
        ("cron(0/15 * * * ? *)", "2026-11-23 16:30"),
        ("cron(0/10 * ? * MON-FRI *)", "2026-11-23 16:30"),
        ("cron(0/5 8-17 ? * MON-FRI *)", "2026-11-23 16:25"),
        ("cron(*/5 17,19 * * ? *)", "2026-11-23 17:00"),
        ("cron(0 0 L * ? *)", "2026-11-30 00:00"),
        ("cron(0 0 1W * ? *)", "2026-12-01 00:00"),
        ("cron(0 0 29W NOV ? 2026)", "2026-11-30 00:00"),
        ("cron(0 0 ? * 3#1 *)", "2026-12-01 00:00"),
        ("cron(0 0 ? * 6L *)", "2026-11-27 00:00"),
        ("cron(0 0 ? * L *)", "2026-11-28 00:00"),
        ("cron(0 0 ? * 1 *)", "2026-11-29 00:00"),
        ("cron(0 0 29 2 ? *)", "2028-02-29 00:00"),
        ("cron(0 0 1 JAN-MAR ? 2027-2028)", "2027-01-01 00:00"),
    ],
)
def test_the_next_time_of_a_schedule(expression: str, expected: str) -> None:
    found = parse_schedule(expression).next_after(START)
    assert found is not None
    assert found.strftime("%Y-%m-%d %H:%M") == expected


def test_a_schedule_may_have_no_time_left() -> None:
    assert parse_schedule("cron(0 0 * * ? 2020)").next_after(START) is None


@pytest.mark.parametrize(
    "expression",
    [
        "0 10 * * ? *",
        "cron(0 10 * * ?)",
        "rate(5 minutes)",
        "cron(0 10 * * * *)",
        "cron(0 10 ? * ? *)",
        "cron(60 10 * * ? *)",
        "cron(0 24 * * ? *)",
        "cron(0 10 * XXX ? *)",
        "cron(5-1 10 * * ? *)",
        "cron(0/0 10 * * ? *)",
        "cron(0 0 ? * 2#x *)",
    ],
)
def test_what_aws_does_not_understand_is_refused_by_name(expression: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_schedule(expression)
    assert repr(expression) in caught.value.message
