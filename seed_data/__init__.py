"""Seed data: the airports, three sample days, and a generator for any number of flights.

Raw layout, here and in the bucket: `year=YYYY/month=MM/day=DD/<name>.csv`; the folders give the flight date.
"""

from __future__ import annotations

from pathlib import Path

AIRPORTS_CSV = Path(__file__).parent / "airports.csv"
SAMPLE_DAYS_DIR = Path(__file__).parent / "sample_days"


def sample_days() -> list[Path]:
    """The sample files in the order of their days; relative to SAMPLE_DAYS_DIR they are keys below `raw/`."""
    return sorted(SAMPLE_DAYS_DIR.rglob("*.csv"))
