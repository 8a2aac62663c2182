"""Records that a function fails for become error records (aws-semantics.md §C; "DynamicFrame class")."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from awsglue.gluetypes import DynamicRecord
from awsglue.transforms import ErrorsAsDynamicFrame, Filter, Map

from emulator.glue_worker.engine.errors import GlueError

FrameOf = Callable[[str], Any]
NUMBERS = "SELECT id, named_struct('n', id * 10) s FROM VALUES (1), (2), (3), (4) AS t(id)"


Function = Callable[[Any], Any]


@pytest.fixture
def fails_on_two() -> Function:
    def same(record: Any) -> Any:
        if record["id"] == 2:
            raise RuntimeError("two is not wanted")
        return record

    return same


def ids(frame: Any) -> list[int]:
    return [row["id"] for row in frame.toDF().collect()]


def error_of(frame: Any) -> Any:
    return frame.errorsAsDynamicFrame().toDF().head()["error"]


def test_a_record_that_map_fails_for_leaves_the_frame_and_is_an_error_record(
    frame_of: FrameOf, fails_on_two: Function
) -> None:
    mapped = Map.apply(frame_of(NUMBERS), fails_on_two, info="doubling")
    assert ids(mapped) == [1, 3, 4]
    assert (mapped.count(), mapped.errorsCount(), mapped.stageErrorsCount()) == (3, 1, 1)
    error = error_of(mapped)
    assert (error["msg"], error["callsite"]["info"]) == ("two is not wanted", "doubling")
    assert "test_error_records.py" in error["callsite"]["site"]
    assert error["dynamicRecord"].asDict(recursive=True) == {"id": 2, "s": {"n": 20}}
    assert ErrorsAsDynamicFrame.apply(mapped).count() == 1


def test_a_map_that_returns_nothing_is_an_error(frame_of: FrameOf) -> None:
    mapped = frame_of(NUMBERS).map(lambda record: record if record["id"] > 1 else None)
    assert mapped.errorsCount() == 1
    assert error_of(mapped)["msg"] == "User-specified function returned None instead of DynamicRecord"


def test_filter_turns_other_exceptions_than_three_into_errors(frame_of: FrameOf) -> None:
    def wanted(record: Any) -> bool:
        if record["id"] == 4:
            raise LookupError("lost")
        return bool(record["missing"] if record["id"] == 3 else record.s.n > 10)

    filtered = Filter.apply(frame_of(NUMBERS), wanted)
    assert ids(filtered) == [2]
    assert filtered.errorsCount() == 1
    assert error_of(filtered)["msg"] == "lost"


def test_later_frames_count_earlier_errors_too(frame_of: FrameOf, fails_on_two: Function) -> None:
    mapped = frame_of(NUMBERS).map(fails_on_two)
    selected = mapped.select_fields(["id"])
    joined = selected.join(["id"], ["id"], frame_of(NUMBERS).map(fails_on_two))
    assert (selected.errorsCount(), selected.stageErrorsCount()) == (1, 0)
    assert joined.errorsCount() == 2


def test_no_errors_are_an_empty_frame(frame_of: FrameOf) -> None:
    frame = frame_of(NUMBERS).select_fields(["id"])
    assert (frame.errorsCount(), frame.errorsAsDynamicFrame().count()) == (0, 0)


def test_thresholds_are_looked_at_when_rows_are_asked_for(frame_of: FrameOf, fails_on_two: Function) -> None:
    once = frame_of(NUMBERS).map(fails_on_two, stageThreshold=1, totalThreshold=1)
    assert once.count() == 3
    twice = once.map(lambda record: None if record["id"] == 3 else record, totalThreshold=1)
    with pytest.raises(GlueError, match="2 error records in the frame 'frame', totalThreshold allows 1"):
        twice.toDF()
    with pytest.raises(GlueError, match="stageThreshold allows 2"):
        frame_of(NUMBERS).map(lambda _record: None, stageThreshold=2).assertErrorThreshold()


def test_map_partitions_sees_entries_with_a_record_and_may_mark_errors(frame_of: FrameOf) -> None:
    def numbered(index: int, entries: Any) -> Any:
        for entry in entries:
            if entry["record"]["id"] == 1:
                entry |= {"isError": True, "errorMessage": "first"}
            yield {**entry, "record": {**entry["record"], "partition": index}}

    frame = frame_of(NUMBERS).mapPartitionsWithIndex(numbered)
    assert frame.toDF().columns == ["id", "s", "partition"]
    assert (frame.count(), frame.errorsCount()) == (3, 1)
    halved = frame_of(NUMBERS).mapPartitions(lambda entries: (e for e in entries if e["record"]["id"] % 2))
    assert ids(halved) == [1, 3]


def test_a_function_runs_once_for_each_record(frame_of: FrameOf, spark: Any) -> None:
    calls = spark.sparkContext.accumulator(0)

    def counted(record: Any) -> Any:
        calls.add(1)
        return record

    mapped = frame_of(NUMBERS).map(counted)
    assert (mapped.count(), len(mapped.toDF().collect()), mapped.errorsCount()) == (4, 4, 0)
    assert calls.value == 4


def test_records_that_disagree_on_a_type_make_a_choice(frame_of: FrameOf, capsys: Any) -> None:
    mapped = frame_of(NUMBERS).map(lambda r: {"v": "odd" if r["id"] % 2 else r["id"], "l": [{"a": r["id"]}]})
    mapped.printSchema()
    assert capsys.readouterr().out.splitlines() == [
        "root",
        "|-- v: choice",
        "|    |-- string",
        "|    |-- int",
        "|-- l: array",
        "|    |-- element: struct",
        "|    |    |-- a: int",
    ]
    assert [row["v"] for row in mapped.resolveChoice(choice="cast:string").toDF().collect()] == [
        *("odd", "2", "odd", "4"),
    ]


def test_a_map_keeps_the_types_that_columns_had(frame_of: FrameOf) -> None:
    sql = (
        "SELECT 1S AS s, 2Y AS y, 3L AS l, 4.5BD AS d, CAST(1.5 AS float) AS f, DATE'2020-01-02' AS day, "
        "TIMESTAMP'2020-01-02 03:04:05' AS at, X'01' AS b, array(1L) AS a, map('k', 1) AS m, "
        "CAST(NULL AS bigint) AS n"
    )
    frame = frame_of(sql)
    mapped = frame.map(lambda record: record)
    assert mapped.toDF().dtypes == frame.toDF().dtypes
    assert mapped.toDF().collect() == frame.toDF().collect()


def test_a_record_has_its_fields_as_attributes_and_a_missing_one_is_a_key_error() -> None:
    record = DynamicRecord({"a": 1})
    record.b = 2
    assert (record.a, record["b"]) == (1, 2)
    with pytest.raises(KeyError):
        _ = record.c
