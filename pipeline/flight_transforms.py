"""Raw flight lines to fact rows and quarantined rows: pure DataFrame functions.

Every line of a file is one row: quoted fields may hold commas, not line breaks. A row that can't be loaded
keeps its line and gets the first reason of `rejections.py` that applies.
"""

from __future__ import annotations

from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as fn

from pipeline.rejections import (
    BAD_ARRIVAL_DELAY,
    BAD_CARRIER,
    BAD_DEPARTURE_DELAY,
    BAD_DESTINATION,
    BAD_ORIGIN,
    HEADER_LINE,
    NOT_UTF8,
    UNKNOWN_DESTINATION,
    UNKNOWN_ORIGIN,
    WRONG_COLUMN_COUNT,
    WRONG_HEADER,
)

RAW_COLUMNS = ("Carrier", "OriginAirportID", "DestAirportID", "DepDelay", "ArrDelay")
FACT_COLUMNS = (
    *("carrier", "dep_delay", "arr_delay", "dep_airport", "arr_airport", "dep_city", "arr_city"),
    *("dep_state", "arr_state", "flight_date", "source_file", "job_run_id", "loaded_at"),
)
QUARANTINE_COLUMNS = ("source_file", "line", "reason", "job_run_id", "loaded_at")

SIDES = ("dep", "arr")
AIRPORT_FACTS = (
    ("airport", "name"),
    ("city", "city"),
    ("state", "state"),
)  # in the fact table, in the dimension
LONGEST_CARRIER_BYTES = 100
LONGEST_LINE_CHARS = 1000  # at most 4,000 bytes of the quarantine table's VARCHAR(4096)
IDENTIFIER = r"^\d{1,9}$"
WHOLE_MINUTES = r"^-?\d{1,6}(\.0{1,6})?$"  # no text at all is NULL: a cancelled flight has no delay
DROPPED_CHARACTERS = "\ufeff\r\0"
CSV_OPTIONS = {"escape": '"', "columnNameOfCorruptRecord": "malformed"}


def parse_lines(lines: DataFrame) -> DataFrame:
    """Splits each line into its fields.

    In: `line`, `source_file` (strings). Out: both, and `fields` (array of strings; any length).
    Blank lines and a byte-order mark are dropped, and so are NUL characters.
    """
    # Looking for each character is far cheaper than translating every line, and few lines have one.
    dropped = [fn.col("line").contains(character) for character in DROPPED_CHARACTERS]
    translated = fn.translate(fn.col("line"), DROPPED_CHARACTERS, "")
    text = fn.when(reduce(Column.__or__, dropped), translated).otherwise(fn.col("line"))
    cleaned = lines.select(text.alias("line"), "source_file").where(fn.trim("line") != "")
    return cleaned.select("line", "source_file", _fields(fn.col("line")).alias("fields"))


def _fields(line: Column) -> Column:
    """The fields of a CSV line; an empty array when quotes don't match. Only quoted lines need a parser."""
    names = [f"f{number}" for number in range(len(RAW_COLUMNS))]
    schema = ", ".join(f"{name} string" for name in [*names, "malformed"])
    parsed = fn.from_csv(line, schema, CSV_OPTIONS)
    quoted = fn.when(
        parsed["malformed"].isNull(), fn.array(*[fn.coalesce(parsed[name], fn.lit("")) for name in names])
    ).otherwise(fn.array().cast("array<string>"))
    return fn.when(fn.instr(line, '"') > 0, quoted).otherwise(fn.split(line, ",", -1))


def one_per_identifier(airports: DataFrame) -> DataFrame:
    """The airports with an identifier that is met twice counted once."""
    return airports.coalesce(1).dropDuplicates(["airport_id"])


def classify(parsed: DataFrame, airports: DataFrame) -> DataFrame:
    """Joins the airports twice and gives each row that can't be loaded its reason.

    In: the columns of `parse_lines`; airports with `airport_id, city, state, name`, one row an identifier.
    Out: `line, source_file, reason` (NULL for a good row, HEADER_LINE for a header) and the fact columns from
    `carrier` to `arr_state`; delays are whole minutes (bigint).
    """
    # Both joins read the same plan, so that Spark broadcasts the airports once.
    known = fn.broadcast(airports)
    joined = (
        _typed(parsed)
        .join(known.alias("dep"), fn.col("origin_id") == fn.col("dep.airport_id"), "left")
        .join(known.alias("arr"), fn.col("destination_id") == fn.col("arr.airport_id"), "left")
    )
    return joined.select(
        "line",
        "source_file",
        _reason().alias("reason"),
        *("carrier", "dep_delay", "arr_delay"),
        *(fn.col(f"{side}.{fact}").alias(f"{side}_{name}") for name, fact in AIRPORT_FACTS for side in SIDES),
    )


def _typed(parsed: DataFrame) -> DataFrame:
    """The fields in their types, NULL where they can't have it, and what the later checks ask for.

    Out: `line, source_file, carrier, origin_id, destination_id, dep_delay, arr_delay`, `field_count`,
    `is_header`, and `has_dep_delay, has_arr_delay` (whether there was any text).
    """
    carrier, *numbers = (fn.trim(fn.get("fields", fn.lit(number))) for number in range(len(RAW_COLUMNS)))
    origin, destination, departure, arrival = numbers
    return parsed.select(
        "line",
        "source_file",
        carrier.alias("carrier"),
        _whole_number(origin, IDENTIFIER).alias("origin_id"),
        _whole_number(destination, IDENTIFIER).alias("destination_id"),
        _whole_number(departure, WHOLE_MINUTES).alias("dep_delay"),
        _whole_number(arrival, WHOLE_MINUTES).alias("arr_delay"),
        (departure != "").alias("has_dep_delay"),
        (arrival != "").alias("has_arr_delay"),
        fn.size("fields").alias("field_count"),
        _is_header().alias("is_header"),
    )


def _whole_number(text: Column, pattern: str) -> Column:
    return fn.when(text.rlike(pattern), text.cast("bigint"))


def _reason() -> Column:
    """The first of these checks that a row fails; the airports' come last."""
    carrier_bytes = fn.octet_length("carrier")
    checks = [
        (fn.col("is_header"), HEADER_LINE),
        (fn.col("line").contains("\ufffd"), NOT_UTF8),
        (fn.col("field_count") != len(RAW_COLUMNS), WRONG_COLUMN_COUNT),
        ((carrier_bytes == 0) | (carrier_bytes > LONGEST_CARRIER_BYTES), BAD_CARRIER),
        (fn.col("origin_id").isNull(), BAD_ORIGIN),
        (fn.col("destination_id").isNull(), BAD_DESTINATION),
        (fn.col("dep_delay").isNull() & fn.col("has_dep_delay"), BAD_DEPARTURE_DELAY),
        (fn.col("arr_delay").isNull() & fn.col("has_arr_delay"), BAD_ARRIVAL_DELAY),
        (fn.col("dep.airport_id").isNull(), UNKNOWN_ORIGIN),
        (fn.col("arr.airport_id").isNull(), UNKNOWN_DESTINATION),
    ]
    none: Column = fn.lit(None).cast("string")
    return reduce(
        lambda rest, check: fn.when(check[0], fn.lit(check[1])).otherwise(rest), reversed(checks), none
    )


def _is_header() -> Column:
    """Whether the fields are the expected names, in any case, and no more."""
    fields = (fn.lower(fn.trim(fn.get("fields", fn.lit(number)))) for number in range(len(RAW_COLUMNS)))
    matches = [field == name.lower() for field, name in zip(fields, RAW_COLUMNS, strict=True)]
    return reduce(Column.__and__, matches) & (fn.size("fields") == len(RAW_COLUMNS))


def fact_rows(classified: DataFrame, files: DataFrame, job_run_id: str, loaded_at: str) -> DataFrame:
    """The rows to load, with FACT_COLUMNS in that order.

    In: the columns of `classify`; files with `source_file, flight_date` (one row a file whose header is
    right; other files' rows are left out). `loaded_at` is UTC, `YYYY-MM-DD HH:MM:SS`.
    """
    good = classified.where(fn.col("reason").isNull()).join(fn.broadcast(files), "source_file")
    return good.select(*FACT_COLUMNS[:11], *_run_columns(job_run_id, loaded_at))


def rejected_rows(
    classified: DataFrame, headless_files: list[str], job_run_id: str, loaded_at: str
) -> DataFrame:
    """The rows for the quarantine table, with QUARANTINE_COLUMNS in that order.

    Every line of a file without the right header is rejected as WRONG_HEADER. Lines are cut after
    LONGEST_LINE_CHARS characters.
    """
    headless = fn.col("source_file").isin(headless_files)
    reason = fn.when(headless, fn.lit(WRONG_HEADER)).otherwise(fn.col("reason"))
    line = fn.substring("line", 1, LONGEST_LINE_CHARS).alias("line")
    rows = classified.select("source_file", line, reason.alias("reason"))
    rejected = rows.where(fn.col("reason").isNotNull() & (fn.col("reason") != HEADER_LINE))
    return rejected.select("*", *_run_columns(job_run_id, loaded_at))


def quality_rows(classified: DataFrame, headless_files: list[str]) -> DataFrame:
    """The rows that data quality rules look at: every row of the files with a right header, loaded or not.

    In: the columns of `classify`. Out: the same without `line`; header lines are left out.
    """
    is_row = fn.col("reason").isNull() | (fn.col("reason") != HEADER_LINE)
    return classified.where(is_row & ~fn.col("source_file").isin(headless_files)).drop("line")


def _run_columns(job_run_id: str, loaded_at: str) -> tuple[Column, Column]:
    return fn.lit(job_run_id).alias("job_run_id"), fn.lit(loaded_at).cast("timestamp").alias("loaded_at")
