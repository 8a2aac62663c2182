"""Generates flights that look real: `python -m seed_data.generate --rows 3000000 --days 30 --out flights`.

Files are written to `<out>/year=YYYY/month=MM/day=DD/flights.csv` with the columns
Carrier,OriginAirportID,DestAirportID,DepDelay,ArrDelay (delays in whole minutes, negative is early).
The same arguments give the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from seed_data import AIRPORTS_CSV
from seed_data.network import Routes, build_routes

HEADER = "Carrier,OriginAirportID,DestAirportID,DepDelay,ArrDelay"
CHUNK_ROWS = 100_000
DELAY_POOL_SIZE = 50_000
# Monday to Sunday: Saturdays are quiet, Fridays and Sundays busy.
WEEKDAY_TRAFFIC = (1.03, 0.97, 0.99, 1.04, 1.06, 0.86, 1.05)
# share of flights, mean of the exponential delay in minutes; the rest leaves early or on time
LATE_CLASSES = ((0.17, 8.0), (0.14, 35.0), (0.04, 110.0))


@dataclass(frozen=True)
class Request:
    """What to generate: `rows` over `days` from `start` on, of which about `bad_share` can't be loaded."""

    rows: int
    days: int
    out: Path
    bad_share: float = 0.0
    seed: int = 1
    start: dt.date = dt.date(2026, 9, 1)

    def __post_init__(self) -> None:
        if self.rows < 0 or self.days < 1 or not 0 <= self.bad_share <= 1:
            raise ValueError(
                f"Can't generate {self.rows} rows, {self.days} days, a bad share of {self.bad_share}: "
                "rows must be 0 or more, days 1 or more, the share between 0 and 1"
            )


def generate(request: Request) -> list[Path]:
    """Writes the files, one a day, and returns their paths in the order of the days.

    Raises OSError when a file can't be written.
    """
    rng = random.Random(request.seed)
    routes = build_routes(airport_ids())
    delays = [_delay_pair(rng) for _ in range(DELAY_POOL_SIZE)]
    paths = []
    for day, rows in _rows_by_day(request):
        path = request.out / f"year={day:%Y}" / f"month={day:%m}" / f"day={day:%d}" / "flights.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            _write_day(file, rows, request.bad_share, routes, delays, rng)
        paths.append(path)
    return paths


def airport_ids() -> list[int]:
    """The identifiers in airports.csv."""
    with AIRPORTS_CSV.open(encoding="utf-8", newline="") as file:
        return [int(row["airport_id"]) for row in csv.DictReader(file)]


def _rows_by_day(request: Request) -> Iterator[tuple[dt.date, int]]:
    days = [request.start + dt.timedelta(days=number) for number in range(request.days)]
    weights = [WEEKDAY_TRAFFIC[day.weekday()] for day in days]
    total, passed, written = sum(weights), 0.0, 0
    for day, weight in zip(days, weights, strict=True):
        passed += weight
        until = round(request.rows * passed / total)
        yield day, until - written
        written = until


def _delay_pair(rng: random.Random) -> str:
    """`departure,arrival` delay in minutes: most leave early, a few very late; aloft some is made up."""
    departure = rng.gauss(-4.0, 3.0)
    dice = rng.random()
    for share, mean in LATE_CLASSES:
        if dice < share:
            departure = rng.expovariate(1 / mean)
            break
        dice -= share
    arrival = departure - 5.5 + rng.gauss(0.0, 9.0)
    return f"{max(-25, round(departure))},{max(-60, round(arrival))}"


def _write_day(
    file: TextIO, rows: int, bad_share: float, routes: Routes, delays: list[str], rng: random.Random
) -> None:
    file.write(HEADER + "\n")
    for start in range(0, rows, CHUNK_ROWS):
        count = min(CHUNK_ROWS, rows - start)
        chosen = rng.choices(routes.texts, cum_weights=routes.cumulative_weights, k=count)
        lines = [
            f"{route},{delay}" for route, delay in zip(chosen, rng.choices(delays, k=count), strict=True)
        ]
        for index in rng.sample(range(count), k=_whole_number(count * bad_share, rng)):
            lines[index] = _spoil(lines[index], rng)
        file.write("\n".join(lines) + "\n")


def _whole_number(value: float, rng: random.Random) -> int:
    """The value rounded up or down at random, so that small shares of small files are right on average."""
    return int(value) + (rng.random() < value - int(value))


def _spoil(line: str, rng: random.Random) -> str:
    return rng.choice(SPOILERS)(line.split(","))


SPOILERS: tuple[Callable[[list[str]], str], ...] = (
    lambda fields: ",".join([fields[0], "99999", *fields[2:]]),
    lambda fields: ",".join([*fields[:2], "99998", *fields[3:]]),
    lambda fields: ",".join([*fields[:3], "late", fields[4]]),
    lambda fields: ",".join([*fields[:4], "n/a"]),
    lambda fields: ",".join(fields[:4]),
    lambda fields: ",".join([*fields, "extra"]),
    lambda fields: ",".join(["", *fields[1:]]),
)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m seed_data.generate", description="Generate flights as CSV."
    )
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--days", type=int, default=1)
    parser.add_argument(
        "--bad-share", type=float, default=0.0, help="share of rows that can't be loaded, 0 to 1"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=dt.date.fromisoformat, default=dt.date(2026, 9, 1), help="first day")
    parser.add_argument("--out", type=Path, required=True, help="folder for the year=/month=/day= folders")
    try:
        paths = generate(Request(**vars(parser.parse_args())))
    except (ValueError, OSError) as error:
        parser.exit(1, f"{error}\n")
    print("\n".join(map(str, paths)))


if __name__ == "__main__":
    main()
