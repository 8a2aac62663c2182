"""AWS's schedule expressions, `cron(Minutes Hours Day-of-month Month Day-of-week Year)`, in UTC; pure.

Source: "Time-based schedules for jobs and crawlers" in the AWS Glue developer guide. The library in the lock
(`crontab`) knows neither `?` nor `L`, `W` and `#` as AWS has them.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from emulator.glue_service.errors import InvalidInput

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
LAST_YEAR = 2199

DayRule = Callable[[date], bool]


@dataclass(frozen=True)
class Schedule:
    """A parsed expression: sets of values, and the rule for the day."""

    minutes: frozenset[int]
    hours: frozenset[int]
    months: frozenset[int]
    years: frozenset[int]
    on_day: DayRule

    def next_after(self, moment: datetime) -> datetime | None:
        """The first time of the schedule later than the moment (UTC), None if there is none any more."""
        start = moment.astimezone(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
        for day in self._days_from(start.date()):
            for hour in sorted(self.hours):
                for minute in sorted(self.minutes):
                    found = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
                    if found >= start:
                        return found
        return None

    def _days_from(self, first: date) -> Iterator[date]:
        for year in sorted(year for year in self.years if year >= first.year):
            for month in sorted(self.months):
                for number in range(1, calendar.monthrange(year, month)[1] + 1):
                    day = date(year, month, number)
                    if day >= first and self.on_day(day):
                        yield day


def parse_schedule(expression: str) -> Schedule:
    """Raises InvalidInput that names the expression and what is wrong with it."""
    match = re.fullmatch(r"cron\((.*)\)", expression.strip())
    fields = match.group(1).split() if match else []
    if len(fields) != 6:
        raise _invalid(expression, "it must be cron(Minutes Hours Day-of-month Month Day-of-week Year)")
    try:
        return _parsed(*fields)
    except ValueError as error:
        raise _invalid(expression, str(error)) from error


def _invalid(expression: str, problem: str) -> InvalidInput:
    return InvalidInput(f"Invalid cron expression {expression!r}: {problem}")


def _parsed(minutes: str, hours: str, day: str, months: str, weekday: str, years: str) -> Schedule:
    if (day == "?") == (weekday == "?"):
        raise ValueError("one of Day-of-month and Day-of-week must be ?, and only one")
    return Schedule(
        minutes=_values(minutes, 0, 59),
        hours=_values(hours, 0, 23),
        months=_values(months, 1, 12, _MONTHS, 1),
        years=_values(years, 1970, LAST_YEAR),
        on_day=_day_of_month(day) if weekday == "?" else _day_of_week(weekday),
    )


def _values(text: str, least: int, most: int, names: tuple[str, ...] = (), base: int = 0) -> frozenset[int]:
    """The values of a field: `*`, numbers, names, ranges, steps and lists of these. Raises ValueError."""
    found: set[int] = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        first, last = _span(span, least, most, names, base, bool(step))
        if not least <= first <= last <= most:
            raise ValueError(f"{part!r} is not within {least}-{most}")
        found.update(range(first, last + 1, _step(step)))
    return frozenset(found)


def _step(text: str) -> int:
    step = int(text or 1)
    if step < 1:
        raise ValueError(f"step {text!r} must be 1 or more")
    return step


def _span(
    text: str, least: int, most: int, names: tuple[str, ...], base: int, stepped: bool
) -> tuple[int, int]:
    if text == "*":
        return least, most
    first, dash, last = text.partition("-")
    start = _number(first, names, base)
    if dash:
        return start, _number(last, names, base)
    return start, most if stepped else start


def _number(text: str, names: tuple[str, ...], base: int) -> int:
    if text.upper() in names:
        return names.index(text.upper()) + base
    if not text.isdecimal():
        raise ValueError(f"{text!r} is not understood")
    return int(text)


def _day_of_month(text: str) -> DayRule:
    """`L` is the month's last day, `15W` the weekday nearest to the 15th."""
    if text == "L":
        return lambda day: day.day == calendar.monthrange(day.year, day.month)[1]
    if text.endswith("W"):
        wanted = _number(text[:-1], (), 0)
        return lambda day: day == _nearest_weekday(day.year, day.month, wanted)
    numbers = _values(text, 1, 31)
    return lambda day: day.day in numbers


def _nearest_weekday(year: int, month: int, wanted: int) -> date | None:
    last = calendar.monthrange(year, month)[1]
    if not 1 <= wanted <= last:
        return None
    weekday = date(year, month, wanted).weekday()
    if weekday == calendar.SATURDAY:
        return date(year, month, wanted - 1 if wanted > 1 else wanted + 2)
    if weekday == calendar.SUNDAY:
        return date(year, month, wanted + 1 if wanted < last else wanted - 2)
    return date(year, month, wanted)


def _day_of_week(text: str) -> DayRule:
    """1 is Sunday; `L` is Saturday, `6L` the month's last Friday, `2#1` its first Monday."""
    if "#" in text:
        name, _, nth = text.partition("#")
        number, week = _weekday(name), int(nth)
        return lambda day: _aws_weekday(day) == number and (day.day - 1) // 7 + 1 == week
    if text.endswith("L") and text != "L":
        number = _weekday(text[:-1])
        return lambda day: _aws_weekday(day) == number and _is_in_last_week(day)
    numbers = frozenset({7}) if text == "L" else _values(text, 1, 7, _DAYS, 1)
    return lambda day: _aws_weekday(day) in numbers


def _weekday(text: str) -> int:
    (number,) = _values(text, 1, 7, _DAYS, 1)
    return number


def _aws_weekday(day: date) -> int:
    return day.isoweekday() % 7 + 1


def _is_in_last_week(day: date) -> bool:
    return day.day + 7 > calendar.monthrange(day.year, day.month)[1]
