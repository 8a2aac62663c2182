"""Lines become fact rows or quarantined rows, each with the right reason."""

from __future__ import annotations

import datetime as dt

from pyspark.sql import DataFrame, SparkSession

from pipeline import flight_transforms, rejections

AIRPORTS = [(10397, "Atlanta", "GA", "Hartsfield"), (12892, "Los Angeles", "CA", "LA International")]
HEADER = "Carrier,OriginAirportID,DestAirportID,DepDelay,ArrDelay"
FILE = "s3://raw/raw/a.csv"


def airports(spark: SparkSession, rows: list[tuple[int, str, str, str]] | None = None) -> DataFrame:
    return spark.createDataFrame(
        rows or AIRPORTS, "airport_id bigint, city string, state string, name string"
    )


def classified(spark: SparkSession, lines: list[str], file: str = FILE) -> DataFrame:
    raw = spark.createDataFrame([(line, file) for line in lines], "line string, source_file string")
    return flight_transforms.classify(flight_transforms.parse_lines(raw), airports(spark))


def reasons(spark: SparkSession, lines: list[str]) -> list[str | None]:
    return [row["reason"] for row in classified(spark, lines).collect()]


def test_a_good_row_is_joined_with_both_airports(spark: SparkSession) -> None:
    row = classified(spark, ["DL,10397,12892,-3,12"]).first()
    assert row is not None
    assert row["reason"] is None
    assert [row[name] for name in flight_transforms.FACT_COLUMNS[:9]] == [
        *("DL", -3, 12, "Hartsfield", "LA International", "Atlanta", "Los Angeles", "GA", "CA")
    ]


def test_quality_rules_look_at_every_row_of_the_files_with_a_header(spark: SparkSession) -> None:
    lines = classified(spark, [HEADER, "DL,10397,12892,-3,12", "DL,99999,12892,,1"])
    rows = flight_transforms.quality_rows(lines.union(classified(spark, ["x"], "stray.csv")), ["stray.csv"])
    assert sorted((r["dep_airport"] or "", r["dep_delay"]) for r in rows.collect()) == [
        ("", None),
        ("Hartsfield", -3),
    ]
    assert "line" not in rows.columns


REASONS = [
    (HEADER, rejections.HEADER_LINE),
    (HEADER.upper(), rejections.HEADER_LINE),
    ('"Carrier","OriginAirportID","DestAirportID","DepDelay","ArrDelay"', rejections.HEADER_LINE),
    ("DL,10397,12892,-3", rejections.WRONG_COLUMN_COUNT),
    ("DL,10397,12892,-3,1,extra", rejections.WRONG_COLUMN_COUNT),
    ('"DL,10397,12892,-3,1', rejections.WRONG_COLUMN_COUNT),
    ('"DL",10397,12892,-3', rejections.WRONG_COLUMN_COUNT),
    ("no csv at all", rejections.WRONG_COLUMN_COUNT),
    ("D\ufffd,10397,12892,-3,1", rejections.NOT_UTF8),
    (",10397,12892,-3,1", rejections.BAD_CARRIER),
    ("é" * 51 + ",10397,12892,-3,1", rejections.BAD_CARRIER),
    ("DL,ATL,12892,-3,1", rejections.BAD_ORIGIN),
    ("DL,10397,,-3,1", rejections.BAD_DESTINATION),
    ("DL,10397,12892,late,1", rejections.BAD_DEPARTURE_DELAY),
    ("DL,10397,12892,1.5,1", rejections.BAD_DEPARTURE_DELAY),
    ("DL,10397,12892,3,1e3", rejections.BAD_ARRIVAL_DELAY),
    ("DL,99999,12892,3,1", rejections.UNKNOWN_ORIGIN),
    ("DL,10397,99999,3,1", rejections.UNKNOWN_DESTINATION),
    ("DL,99999999999999999999,12892,3,1", rejections.BAD_ORIGIN),
]
CARRIERS = [
    ('"Delta, ""Inc""",10397,12892,-3,12', 'Delta, "Inc"'),
    ("\ufeffDL,10397,12892,-3,12", "DL"),
    ("DL,10397,12892,-3,12\r", "DL"),
    (" DL , 10397, 12892 ,-3, 12", "DL"),
    ("Société,10397,12892,-3.0,12.00", "Société"),
    ("é" * 50 + ",10397,12892,-3,12", "é" * 50),
]


def test_a_line_that_is_no_good_row_says_why(spark: SparkSession) -> None:
    # One frame for all: each Spark job costs more than all of these lines.
    found = reasons(spark, [line for line, _ in REASONS])
    assert dict(zip(REASONS, found, strict=True)) == {case: case[1] for case in REASONS}


def test_an_unusual_line_loads_as_it_is_meant(spark: SparkSession) -> None:
    rows = classified(spark, [line for line, _ in CARRIERS]).collect()
    assert [(row["reason"], row["carrier"], row["dep_delay"], row["arr_delay"]) for row in rows] == [
        (None, carrier, -3, 12) for _, carrier in CARRIERS
    ]


def test_a_missing_delay_is_null(spark: SparkSession) -> None:
    row = classified(spark, ["DL,10397,12892,,"]).first()
    assert row is not None
    assert (row["reason"], row["dep_delay"], row["arr_delay"]) == (None, None, None)


def test_blank_lines_are_no_rows(spark: SparkSession) -> None:
    assert reasons(spark, ["", "  ", "\r", "DL,10397,12892,1,1"]) == [None]


def test_an_airport_listed_twice_does_not_double_rows(spark: SparkSession) -> None:
    raw = spark.createDataFrame([("DL,10397,12892,1,1", FILE)], "line string, source_file string")
    twice = flight_transforms.one_per_identifier(airports(spark, [*AIRPORTS, *AIRPORTS]))
    assert flight_transforms.classify(flight_transforms.parse_lines(raw), twice).count() == 1


def test_fact_rows_have_the_columns_in_order_and_the_marks_of_the_run(spark: SparkSession) -> None:
    files = spark.createDataFrame([(FILE, dt.date(2026, 9, 1))], "source_file string, flight_date date")
    rows = classified(spark, [HEADER, "DL,10397,12892,-3,12", "DL,1,12892,-3,12"])
    facts = flight_transforms.fact_rows(rows, files, "jr_1", "2026-09-02 03:04:05")
    assert tuple(facts.columns) == flight_transforms.FACT_COLUMNS
    (row,) = facts.collect()
    assert row["flight_date"] == dt.date(2026, 9, 1)
    assert (row["source_file"], row["job_run_id"]) == (FILE, "jr_1")
    assert row["loaded_at"] == dt.datetime(2026, 9, 2, 3, 4, 5)


def test_rows_of_a_file_without_header_are_no_facts(spark: SparkSession) -> None:
    none = spark.createDataFrame([], "source_file string, flight_date date")
    rows = classified(spark, ["DL,10397,12892,-3,12"])
    assert flight_transforms.fact_rows(rows, none, "jr_1", "2026-09-02 03:04:05").count() == 0


def test_rejected_rows_keep_their_line_and_reason(spark: SparkSession) -> None:
    rows = classified(spark, [HEADER, "DL,10397,12892,-3,12", "DL,1,12892,-3,12"])
    rejected = flight_transforms.rejected_rows(rows, [], "jr_1", "2026-09-02 03:04:05")
    assert tuple(rejected.columns) == flight_transforms.QUARANTINE_COLUMNS
    found = [(row["line"], row["reason"]) for row in rejected.collect()]
    assert found == [("DL,1,12892,-3,12", rejections.UNKNOWN_ORIGIN)]


def test_every_line_of_a_file_without_header_is_rejected(spark: SparkSession) -> None:
    lines = ["carrier;origin", "DL,10397,12892,-3,12", "x" * 5000]
    rejected = flight_transforms.rejected_rows(
        classified(spark, lines), [FILE], "jr_1", "2026-09-02 03:04:05"
    )
    rows = rejected.collect()
    assert [row["reason"] for row in rows] == [rejections.WRONG_HEADER] * 3
    assert len(rows[2]["line"]) == flight_transforms.LONGEST_LINE_CHARS
