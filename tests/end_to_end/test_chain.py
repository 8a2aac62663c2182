"""From a put to rows in the warehouse and a message on the topic."""

from __future__ import annotations

from .flight_pipeline import ATLANTA, CHICAGO, DENVER, FlightPipeline, csv_file


def _day(day: int, name: str = "flights.csv") -> str:
    return f"raw/year=2026/month=10/day={day:02d}/{name}"


def test_a_dropped_file_becomes_enriched_rows_and_one_alert(flights: FlightPipeline) -> None:
    key = _day(1)
    alerts_before = len(flights.alerts())

    execution = flights.drop(key, csv_file(f"DL,{ATLANTA},{DENVER},5,-3", f"UA,{DENVER},{CHICAGO},-2,40"))

    assert execution.status == "SUCCEEDED"
    rows = flights.query(
        "select carrier, dep_delay, arr_delay, dep_city, arr_city, flight_date::varchar"
        " from airlines.daily_flights_processed where source_file = %s order by carrier",
        flights.source(key),
    )
    assert [(c, int(d), int(a), dep, arr, day) for c, d, a, dep, arr, day in rows] == [
        ("DL", 5, -3, "Atlanta", "Denver", "2026-10-01"),
        ("UA", -2, 40, "Denver", "Chicago", "2026-10-01"),
    ]
    (alert,) = flights.alerts()[alerts_before:]
    assert alert["message"].startswith("1 file: 2 rows loaded, 0 rejected, in ")


def test_the_second_day_reads_only_its_own_file(flights: FlightPipeline) -> None:
    first, second = _day(2), _day(3)
    flights.drop(first, csv_file(f"DL,{ATLANTA},{DENVER},1,1"))

    execution = flights.drop(second, csv_file(f"AA,{DENVER},{ATLANTA},2,2"))

    assert execution.status == "SUCCEEDED"
    assert [file["key"] for file in flights.newest_run()["files_read"]] == [second]
    assert (flights.loaded(first), flights.loaded(second)) == (1, 1)


def test_a_rerun_without_new_files_succeeds_and_loads_nothing(flights: FlightPipeline) -> None:
    key = _day(4)
    execution = flights.drop(key, csv_file(f"DL,{ATLANTA},{DENVER},1,1"))
    total = flights.query("select count(*) from airlines.daily_flights_processed")

    again = flights.start_again(execution)

    assert again.status == "SUCCEEDED"
    assert flights.newest_run()["files_read"] == []
    assert flights.query("select count(*) from airlines.daily_flights_processed") == total


def test_an_overwritten_file_replaces_its_rows(flights: FlightPipeline) -> None:
    key = _day(5)
    flights.drop(key, csv_file(f"DL,{ATLANTA},{DENVER},1,1", f"DL,{ATLANTA},99999,1,1"))

    flights.drop(
        key,
        csv_file(f"UA,{ATLANTA},{DENVER},1,1", f"WN,{ATLANTA},{DENVER},1,1", f"B6,{DENVER},{ATLANTA},1,1"),
    )

    carriers = flights.query(
        "select carrier from airlines.daily_flights_processed where source_file = %s order by 1",
        flights.source(key),
    )
    assert carriers == [("B6",), ("UA",), ("WN",)]
    assert flights.quarantined(key) == []


def test_files_dropped_at_once_are_each_loaded_once(flights: FlightPipeline) -> None:
    keys = [_day(6, f"part-{number}.csv") for number in range(6)]
    for key in keys[:-1]:
        flights.put(key, csv_file(f"DL,{ATLANTA},{DENVER},1,1", f"AA,{DENVER},{ATLANTA},2,2"))

    flights.drop(keys[-1], csv_file(f"DL,{ATLANTA},{DENVER},1,1", f"AA,{DENVER},{ATLANTA},2,2"))
    flights.wait_until_idle()

    assert {key: flights.loaded(key) for key in keys} == dict.fromkeys(keys, 2)


def test_the_jobs_own_output_starts_no_execution(flights: FlightPipeline) -> None:
    flights.drop(_day(7), csv_file(f"DL,{ATLANTA},{DENVER},1,1"))
    flights.wait_until_idle()

    starters = flights.keys_of_all_executions()

    assert all(key.startswith("raw/") and key.endswith(".csv") for key in starters)
