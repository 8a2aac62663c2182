"""Redshift's date and time functions, with values of the Developer Guide's examples."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Any

import psycopg
import pytest

from emulator.stack.sandbox import Sandbox
from tests.contract.redshift.conftest import connect
from tests.contract.redshift.function_facts import Connection, fact, type_of, value_of
from tests.redshift_facts import works

_A = "timestamp '2009-09-21 11:10:03.189717'"


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        fact("ADD_MONTHS('2008-03-31', 1)", datetime(2008, 4, 30)),
        fact("ADD_MONTHS('2008-04-30', 1)", datetime(2008, 5, 31)),
        fact("ADD_MONTHS('2008-05-31 10:20'::timestamp, -3)", datetime(2008, 2, 29, 10, 20)),
        fact("CONVERT_TIMEZONE('PST', '2008-08-24 09:36:12')", datetime(2008, 8, 24, 1, 36, 12)),
        fact("CONVERT_TIMEZONE('US/Pacific', '2008-08-24 09:36:12')", datetime(2008, 8, 24, 2, 36, 12)),
        fact("CONVERT_TIMEZONE('EST', 'PST', '20080305 12:25:29')", datetime(2008, 3, 5, 9, 25, 29)),
        fact("CONVERT_TIMEZONE('GMT', 'NEWZONE +2', '2014-05-17 12:00:00')", datetime(2014, 5, 17, 10)),
        fact("CONVERT_TIMEZONE('GMT', 'NEWZONE-2:15', '2014-05-17 12:00:00')", datetime(2014, 5, 17, 14, 15)),
        fact("CONVERT_TIMEZONE('GMT', 'GMT+2', '2014-05-17 12:00:00')", datetime(2014, 5, 17, 10)),
        fact("CURRENT_DATE - TRUNC(SYSDATE)", 0, "CURRENT_DATE", "SYSDATE"),
        fact("DATEADD(month, 18, '2008-02-28')", datetime(2009, 8, 28)),
        fact("DATEADD(m, 30, '2008-02-28')", datetime(2008, 2, 28, 0, 30)),
        fact("DATEADD(month, 1, '2008-04-30')", datetime(2008, 5, 30)),
        fact("DATEADD(month, 1, '2024-01-31'::date)", datetime(2024, 2, 29)),
        fact("DATEADD(month, 12, '2016-02-29')", datetime(2017, 2, 28)),
        fact("DATEADD(year, 1, '2016-02-29')", datetime(2017, 3, 1)),
        fact("DATEADD(year, 4, '2016-02-29')", datetime(2020, 2, 29)),
        fact("DATEADD(hr, -2, '2024-01-01 01:00'::timestamp)", datetime(2023, 12, 31, 23)),
        fact("DATEADD(qtr, 1, '2024-01-15'::date)", datetime(2024, 4, 15)),
        fact("DATEADD(w, 1, '2024-02-26'::date)", datetime(2024, 3, 4)),
        fact("DATEADD('ms', 1500, '2024-01-01'::timestamp)", datetime(2024, 1, 1, 0, 0, 1, 500000)),
        fact("DATEADD(usecond, 5, '2024-01-01')", datetime(2024, 1, 1, 0, 0, 0, 5)),
        fact("DATEADD(cent, 1, '2001-01-01')", datetime(2101, 1, 1)),
        fact("DATEADD(hour, 8, time '13:24:55')", time(21, 24, 55)),
        fact("DATEADD(hour, 12, time '13:24:55')", time(1, 24, 55)),
        fact("DATEADD(hour, 2, timetz '13:24:55 PST')::varchar", "23:24:55+00"),
        fact("DATEADD(day, 1, '2024-01-01 12:00+00'::timestamptz)", datetime(2024, 1, 2, 12, tzinfo=UTC)),
        fact("DATEDIFF(week, '2009-01-01', '2009-12-31')", 52),
        fact("DATEDIFF(hour, '2023-01-01', '2023-01-03 05:04:03')", 53),
        fact("DATEDIFF(qtr, '1998-07-01', '2008-06-05'::date)", 39),
        fact("DATEDIFF(day, '2009-01-01'::date, '2009-03-23'::date)", 81),
        fact("DATEDIFF(year, '2008-12-31'::date, '2009-01-01'::date)", 1),
        fact("DATEDIFF(day, '2024-01-01 23:59'::timestamp, '2024-01-02 00:01'::timestamp)", 1),
        fact("DATEDIFF(day, '2024-01-03'::timestamp, '2024-01-01'::date)", -2),
        fact("DATEDIFF(hour, '2024-01-01'::date, '2024-01-01 05:00')", 5),
        fact("DATEDIFF(mons, '2024-01-31'::date, '2024-02-01'::date)", 1),
        fact("DATEDIFF(hour, '2024-01-01 10:59'::timestamp, '2024-01-01 11:01'::timestamp)", 1),
        fact("DATEDIFF(min, '1969-12-31 23:59:59'::timestamp, '1970-01-01'::timestamp)", 1),
        fact("DATEDIFF(s, '2024-01-01'::timestamp, '2024-01-01 00:00:59.9'::timestamp)", 59),
        fact("DATEDIFF(ms, '2024-01-01'::timestamp, '2024-01-01 00:00:01.2345'::timestamp)", 1234),
        fact("DATEDIFF(us, '2024-01-01'::timestamp, '2024-01-01 00:00:01.000007'::timestamp)", 1000007),
        fact("DATEDIFF(decade, '1999-12-31', '2000-01-01')", 1),
        fact("DATEDIFF(hour, time '20:00:00', time '15:24:45')", -5),
        fact("DATEDIFF(minute, time '20:00:00', time '21:00:00')", 60),
        fact("DATEDIFF(hours, timetz '20:00:00 PST', timetz '00:58:00 EST')", 1),
        fact("DATE_CMP('2008-01-01', '2008-01-04')", -1),
        fact("DATE_CMP_TIMESTAMP('2008-06-18', '2008-01-24 06:43:29')", 1),
        fact("DATE_CMP_TIMESTAMPTZ('2008-06-18', '2008-06-18 00:00+00')", 0),
        fact("DATE_PART(minute, timestamp '20230104 04:05:06.789')", 5),
        fact("DATE_PART(week, timestamp '20220502 04:05:06.789')", 18),
        fact("DATE_PART(dayofweek, timestamp '20220502 04:05:06.789')", 1),
        fact("DATE_PART(century, timestamp '20220502 04:05:06.789')", 21),
        fact("DATE_PART(millennium, timestamp '20220502 04:05:06.789')", 3),
        fact("DATE_PART(microsecond, timestamp '20220502 04:05:06.789')", 789000),
        fact("DATE_PART(month, date '20220502')", 5),
        fact(f"DATE_PART(sec, {_A})", 3.189717),
        fact("DATE_PART('yearday', '2024-02-01'::date)", 32),
        fact("PGDATE_PART(epoch, '2008-01-01 20:00')", 1199217600, "PGDATE_PART"),
        fact("DATE_PART_YEAR(date '20220502 04:05:06.789')", 2022),
        fact("DATE_TRUNC('month', TIMESTAMP '20200430 04:05:06.789')", datetime(2020, 4, 1)),
        fact("DATE_TRUNC('millennium', TIMESTAMP '20200430 04:05:06.789')", datetime(2001, 1, 1)),
        fact("DATE_TRUNC('week', '2022-04-30'::date)", datetime(2022, 4, 25)),
        fact("DATE_TRUNC('qtr', '2020-05-30 04:05')", datetime(2020, 4, 1)),
        fact("EXTRACT(minute FROM timestamp '2009-09-09 12:08:43')", 8),
        fact("EXTRACT(ms FROM timestamp '2009-09-09 12:08:43.101')", 101),
        fact(f"EXTRACT(sec FROM {_A})", 3),
        fact("EXTRACT(century FROM timestamp '2000-12-16 12:21:13')", 20),
        fact("EXTRACT(year FROM timestamptz '1.12.1997 07:37:16.00 PST')", 1997),
        fact("EXTRACT(ms FROM time '18:25:33.123456')", 123),
        fact("EXTRACT(hour FROM timetz '04:00:00+00')", 4),
        fact("EXTRACT('epoch' FROM '9999-12-31'::date)", 253402214400),
        fact("EXTRACT(dow FROM '2024-01-07'::date)", 0),
        fact("EXTRACT(epoch FROM '2024-01-02'::timestamp - '2024-01-01'::timestamp)", 86400),
        fact("GETDATE() <= SYSDATE", True),
        fact("DATEDIFF(us, DATE_TRUNC('second', GETDATE()), GETDATE())", 0, "GETDATE"),
        fact("INTERVAL_CMP('3 days', '1 year')", -1),
        fact("INTERVAL_CMP('7 days', '1 week')", 0),
        fact("LAST_DAY('2024-02-03'::date)", date(2024, 2, 29)),
        fact("MONTHS_BETWEEN('1969-01-18', '1969-03-18')", -2),
        fact("MONTHS_BETWEEN('2014-09-30', '2014-08-31')", 1),
        fact("NEXT_DAY('2014-08-20', 'Tuesday')", date(2014, 8, 26)),
        fact("NEXT_DAY('2008-07-06'::date, 'mon')", date(2008, 7, 7)),
        fact("NEXT_DAY('2008-07-07'::date, 'M')", date(2008, 7, 14)),
        fact("TIMEOFDAY() LIKE '% UTC'", True),
        fact("TIMESTAMP_CMP('2008-01-24 06:43:29', '2008-02-18 02:36:48')", -1),
        fact("TIMESTAMP_CMP_DATE('2008-06-19 00:00:01', '2008-06-18')", 1),
        fact("TIMESTAMP_CMP_TIMESTAMPTZ('2008-01-24 06:43:29', '2008-01-24 06:43:29+00')", 0),
        fact("TIMESTAMPTZ_CMP('2008-01-24 06:43:29+00', '2008-01-24 06:43:29+00')", 0),
        fact("TIMESTAMPTZ_CMP_DATE('2008-06-17 23:00+00', '2008-06-18')", -1),
        fact("TIMESTAMPTZ_CMP_TIMESTAMP('2008-01-24 06:43:30+00', '2008-01-24 06:43:29')", 1),
        fact("TIMEZONE('US/Pacific', timestamptz '2008-06-17 12:00+00')", datetime(2008, 6, 17, 5)),
        fact(
            "TIMESTAMP WITH TIME ZONE '2001-02-16 20:38:40-05' AT TIME ZONE 'MST'",
            datetime(2001, 2, 16, 18, 38, 40),
            "AT TIME ZONE",
        ),
        fact("TRUNC('2011-07-21 10:32:38.248109'::timestamp)", date(2011, 7, 21), "TRUNC (date)"),
        fact("date '2000-01-02' + time '20:00:00'", datetime(2000, 1, 2, 20), "+ (date and time)"),
        fact(
            "TO_CHAR(timestamp '2009-12-31 23:15:59', 'MONTH-DY-DD-YYYY HH12:MIPM')",
            "DECEMBER -THU-31-2009 11:15PM",
        ),
        fact("TO_CHAR(timestamp '2009-12-31 23:15:59', 'DDD')", "365"),
        fact("TO_CHAR(timestamp '2022-05-16 23:15:59', 'ID')", "1"),
        fact("TO_CHAR(date '2009-12-31', 'MON-DD-YYYY')", "DEC-31-2009"),
        fact("TO_CHAR(-125.8, '999D99S')", "125.80-"),
        fact("TO_CHAR(125, 'FMRN')", "CXXV"),
        fact("TO_CHAR(125, 'FMrn')", "cxxv"),
        fact("TO_CHAR(1234.5, '9,999.99')", " 1,234.50"),
        fact("TO_CHAR(-7, 'FM099MI')", "007-"),
        fact("TO_CHAR(618.80, 'l99999D99')", "$   618.80"),
        fact("TO_CHAR(-125.88, '$S999D99')", "$-125.88"),
        fact("TO_CHAR(7, 'PL9')", "+ 7"),
        fact("TO_CHAR(2.5::float8, '9D99')", " 2.50"),
        fact("TO_CHAR(timestamp '2008-01-01 14:30', 'HH12:MI:SS TZ')", "02:30:00 UTC"),
        fact("TO_CHAR(5, 'FM9th')", "5th"),
        fact("TO_CHAR(-125.88, 'FM999D99PR')", "<125.88>"),
        fact("TO_CHAR(timestamp '2009-12-31 23:15:59.5', 'YYYYMMDDHH24MISSMS')", "20091231231559500"),
        fact("TO_CHAR(date '2009-12-31', 'Q WW IW D J CC y,yyy')", "4 53 53 5 2455197 21 2,009"),
        fact("TO_CHAR(date '2009-03-05', 'FMDay, FMDDth \"of\" FMMonth')", "Thursday, 5th of March"),
        fact("TO_DATE('02 Oct 2001', 'DD Mon YYYY')", date(2001, 10, 2)),
        fact("TO_DATE('20010631', 'YYYYMMDD', FALSE)", date(2001, 7, 1)),
        fact("TO_DATE('2001-13-01', 'YYYY-MM-DD')", date(2002, 1, 1)),
        fact("TO_TIMESTAMP('2017', 'YYYY')", datetime(2017, 1, 1, tzinfo=UTC)),
        fact(
            "TO_TIMESTAMP('2011-12-18 24:38:15', 'YYYY-MM-DD HH24:MI:SS')",
            datetime(2011, 12, 19, 0, 38, 15, tzinfo=UTC),
        ),
        fact("TO_TIMESTAMP(SYSDATE, 'YYYY-MM-DD') = TRUNC(SYSDATE)", True),
    ],
)  # fmt: skip
def test_date_functions_give_redshifts_values(leader: Connection, expression: str, value: Any) -> None:
    assert value_of(leader, expression) == value


_SPELLINGS = {
    "millennium millennia mil mils": 0, "century centuries c cent cents": 0, "decade decades dec decs": 0,
    "year years y yr yrs": 1, "quarter quarters qtr qtrs": 4, "month months mon mons": 14, "week weeks w": 61,
    "day days d": 426, "hour hours h hr hrs": 10227, "minute minutes m min mins": 613624,
    "second seconds s sec secs": 36817445,
    "millisecond milliseconds ms msec msecs msecond mseconds millisec millisecs millisecon": 36817445678,
    "microsecond microseconds microsec microsecs usecond useconds us usec usecs": 36817445678901,
}  # fmt: skip


@works("function", "DATEDIFF", "DATEADD", "DATE_PART", "EXTRACT")
@pytest.mark.parametrize(("spellings", "count"), list(_SPELLINGS.items()))
def test_every_spelling_of_a_date_part_is_understood(leader: Connection, spellings: str, count: int) -> None:
    a, b = "'2024-01-15'::timestamp", "'2025-03-16 03:04:05.678901'::timestamp"
    for part in spellings.split():
        sql = f"DATEDIFF({part}, {a}, {b})"
        assert value_of(leader, sql) == count, part
        same = f"DATEDIFF({part}, {a}, DATEADD({part}, 3, {a})) = 3 AND DATE_PART({part}, {b}) >= 0"
        assert value_of(leader, f"{same} AND EXTRACT({part} FROM {b}) >= 0"), part


@works("function", "DATE_PART", "EXTRACT")
@pytest.mark.parametrize(
    ("spellings", "value"), [("dow dayofweek dw weekday", 0), ("doy dayofyear dy yearday", 75)]
)
def test_days_of_weeks_and_years_are_parts(leader: Connection, spellings: str, value: int) -> None:
    for part in spellings.split():
        assert value_of(leader, f"DATE_PART({part}, '2025-03-16'::date)") == value
        assert value_of(leader, f"EXTRACT({part} FROM '2025-03-16'::timestamp)") == value


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        fact("DATEADD(day, 1, '2024-01-01'::date)", "timestamp"),
        fact("DATEDIFF(day, SYSDATE, SYSDATE)", "int8"),
        fact("DATE_PART(day, SYSDATE)", "float8"),
        fact("EXTRACT(day FROM SYSDATE)", "int8"),
        fact("EXTRACT(day FROM SYSDATE::timestamptz)", "float8"),
        fact("DATE_TRUNC('day', CURRENT_DATE)", "timestamp"),
        fact("ADD_MONTHS(CURRENT_DATE, 1)", "timestamp"),
        fact("LAST_DAY(SYSDATE)", "date"),
        fact("MONTHS_BETWEEN(SYSDATE, SYSDATE)", "float8"),
        fact("TO_TIMESTAMP('2017', 'YYYY')", "timestamptz"),
        fact("GETDATE()", "timestamp"),
    ],
)
def test_date_functions_give_redshifts_types(leader: Connection, expression: str, kind: str) -> None:
    assert type_of(leader, expression) == kind


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("TO_DATE('20010631', 'YYYYMMDD', TRUE)", "date/time field date value out of range: 2001-6-31"),
        (
            "TO_TIMESTAMP('2011-12-18 24:38:15', 'YYYY-MM-DD HH24:MI:SS', TRUE)",
            "date/time field time value out of range: 24:38:15.0",
        ),
        ("DATEADD(fortnight, 1, SYSDATE)", 'Invalid datepart "fortnight" for DATEADD'),
        ("DATEDIFF(dow, SYSDATE, SYSDATE)", 'Invalid datepart "dow" for DATEDIFF'),
        (
            "DATEDIFF(day, SYSDATE::timestamptz, SYSDATE::timestamptz)",
            'pg_catalog.date_diff("unknown", timestamp with time zone, timestamp with time zone) does not',
        ),
        (
            "DATEDIFF(day, '2024-01-01'::varchar, SYSDATE)",
            'pg_catalog.date_diff("unknown", character varying, timestamp without time zone) does not exist',
        ),
        (
            "DATEADD(day, 1.5, CURRENT_DATE)",
            'function pg_catalog.date_add("unknown", numeric, date) does not exist',
        ),
        ("NEXT_DAY(SYSDATE, 'someday')", 'Invalid day of week "someday" for NEXT_DAY'),
        ("TO_DATE('nothing', 'YYYYMMDD')", "invalid value"),
    ],
)
def test_bad_arguments_of_date_functions_are_refused(
    leader: Connection, expression: str, message: str
) -> None:
    with pytest.raises(psycopg.Error, match="(?i)" + re.escape(message)):
        value_of(leader, expression)


@works("function", "DATEADD", "DATEDIFF", "DATE_PART", "EXTRACT", "NVL", "GETDATE")
def test_columns_are_named_as_redshift_names_them(leader: Connection) -> None:
    cursor = leader.execute(
        "SELECT DATEADD(day, 1, SYSDATE), DATEDIFF(day, SYSDATE, SYSDATE), DATE_PART(day, SYSDATE),"
        " EXTRACT(day FROM SYSDATE), NVL(1, 2), GETDATE(), TRIM(' a '), DECODE(1, 1, 2)"
    )
    names = [column.name for column in cursor.description or []]
    expected = ["date_add", "date_diff", "pgdate_part", "date_part", "coalesce", "getdate", "btrim", "case"]
    assert names == expected


@works("function", "DATEADD", "DATEDIFF", "NVL2")
def test_functions_take_parameters_of_prepared_statements(leader: Connection) -> None:
    sql = (
        "SELECT DATEADD(day, %s, %s), DATEDIFF(hour, %s, %s), NVL2(%s::varchar, 1, 2), DATE_TRUNC('day', %s)"
    )
    day = datetime(2024, 1, 1, 5)
    row = leader.execute(sql, (3, date(2024, 1, 1), day, datetime(2024, 1, 2), None, day), prepare=True)
    assert row.fetchone() == (datetime(2024, 1, 4), 19, 2, datetime(2024, 1, 1))


_OF_NO_TYPE = [
    ("DATEADD(day, $1, $2)", ["3", "2024-01-01"], "2024-01-04 00:00:00"),
    ("DATEDIFF(hour, $1, $2)", ["2024-01-01", "2024-01-02"], "24"),
    ("EXTRACT(year FROM $1)", ["2024-01-01"], "2024"),
    ("DATE_TRUNC('month', $1)", ["2024-01-05"], "2024-01-01 00:00:00"),
    ("TO_DATE($1, 'YYYYMMDD')", ["20240101"], "2024-01-01"),
    ("CONVERT_TIMEZONE($1, $2, $3)", ["UTC", "EST", "2024-01-01"], "2023-12-31 19:00:00"),
    ("NVL2($1, 1, 2)", ["x"], "1"),
    ("DECODE($1, 'a', 1, 2)", ["a"], "1"),
    ("CONCAT($1, $2)", ["a", "b"], "ab"),
    ("REGEXP_REPLACE($1, $2, $3)", ["abc", "b", "x"], "axc"),
    ("JSON_EXTRACT_PATH_TEXT($1, $2, TRUE)", ['{"a":1}', "a"], "1"),
    ("FNV_HASH($1)", ["abcd"], "-281581062704388899"),
]


@pytest.mark.parametrize(("expression", "values", "result"), _OF_NO_TYPE)
def test_parameters_of_no_type_are_understood(
    leader: Connection, expression: str, values: list[str], result: str
) -> None:
    sent = leader.pgconn.exec_params(f"SELECT {expression}".encode(), [value.encode() for value in values])
    assert sent.get_value(0, 0) == result.encode()


@works("function", "DATEADD", "LISTAGG", "EXTRACT")
def test_functions_work_in_views_tables_updates_and_conditions(db: Connection) -> None:
    db.execute(
        "CREATE TABLE base (d DATE, n INT); INSERT INTO base VALUES ('2024-01-31', 1), ('2024-02-15', 2)"
    )
    db.execute("CREATE VIEW later AS SELECT DATEADD(month, n, d) AS at, n FROM base")
    db.execute("CREATE TABLE copied AS SELECT NVL(EXTRACT(month FROM at), 0) AS m, at FROM later")
    db.execute(
        "UPDATE copied SET at = DATEADD(day, CAST(m AS INT), at) WHERE DATEDIFF(day, '2024-01-01', at) > 70"
    )
    rows = db.execute("SELECT m, at FROM copied ORDER BY m").fetchall()
    assert rows == [(2, datetime(2024, 2, 29)), (4, datetime(2024, 4, 19))]
    listed = "SELECT LISTAGG(m, '+') WITHIN GROUP (ORDER BY m) FROM copied HAVING MAX(DATE_PART(day, at)) > 1"
    assert db.execute(listed).fetchone() == ("2+4",)


def test_queries_with_functions_run_in_parallel(sandbox: Sandbox) -> None:
    with (
        connect(sandbox, sandbox.settings.warehouse_port) as warehouse,
        warehouse.transaction(force_rollback=True),
    ):
        warehouse.execute(
            "CREATE TABLE public.many AS SELECT current_date AS d FROM generate_series(1, 100000)"
        )
        for setting in ("min_parallel_table_scan_size", "parallel_setup_cost", "parallel_tuple_cost"):
            warehouse.execute(f"SET LOCAL {setting} = 0")
        last = "max(date_add('day', date_diff('day', d, getdate()), d))"
        plan = warehouse.execute(f"EXPLAIN SELECT {last} FROM public.many").fetchall()
    assert "Gather" in str(plan)
