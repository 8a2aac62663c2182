"""Redshift's conditional, math, VARBYTE, type and system functions, with the Developer Guide's values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from tests.contract.redshift.function_facts import Connection, fact, type_of, value_of
from tests.redshift_facts import gap, works


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        fact("NVL(NULL, NULL, 2)", 2),
        fact("NVL(NULL::date, '2008-12-31')", date(2008, 12, 31)),
        fact("COALESCE(NULL, 12, NULL)", 12),
        fact("ISNULL(NULL, 5)", 5),
        fact("NVL2('x', 1, 2)", 1),
        fact("NVL2(NULL, NULL, 2)", 2),
        fact("NULLIF(1, 1)", None),
        fact("DECODE(2, 1, 'one', 2, 'two', 'many')", "two"),
        fact("DECODE(NULL, NULL, 'nothing', 'else')", "nothing"),
        fact("DECODE(3, 1, 'one')", None),
        fact("GREATEST(1, NULL, 3)", 3),
        fact("LEAST(NULL, 2, 5)", 2),
        fact("LEAST(NULL::int, NULL)", None),
        fact("CASE 2 WHEN 1 THEN 'a' WHEN 2 THEN 'b' END", "b"),
        fact("CAST('1.005' AS NUMERIC(5,2))", Decimal("1.01")),
        fact("CAST(12 AS VARCHAR)", "12"),
        fact("CONVERT(INTEGER, '12')", 12),
        fact("CONVERT(VARCHAR(MAX), 12) || 'x'", "12x"),
        fact("TRY_CAST('12' AS INT)", 12),
        fact("TRY_CAST('twelve' AS INT)", None),
        fact("TRY_CAST('2024-02-30' AS DATE)", None),
        fact("ABS(14-76)", 62),
        fact("ACOS(-1) = PI()", True),
        fact("ASIN(1) * 2 = PI()", True),
        fact("ATAN(1) * 4 = PI()", True),
        fact("ATAN2(2, 2) * 4 = PI()", True),
        fact("ROUND(CBRT(28.05), 10)", 3.0383953905, "CBRT"),
        fact("CEIL(28.05)", 29),
        fact("CEILING(-1.5)", -1),
        fact("FLOOR(28.05)", 28),
        fact("ROUND(COS(1), 10)", 0.5403023059, "COS"),
        fact("ROUND(COT(1), 10)", 0.6420926159, "COT"),
        fact("DEGREES(PI())", 180),
        fact("DEXP(0)", 1),
        fact("DLOG1(EXP(2))", 2, "DLOG1", "EXP"),
        fact("DLOG10(100)", 2),
        fact("ROUND(LN(2.718281828), 12)", 0.999999999831, "LN"),
        fact("LOG(100)", 2),
        fact("MOD(10, 4)", 2),
        fact("MOD(10.5, 4)", Decimal("2.5")),
        fact("MOD(CAST(16.4 AS INTEGER), 5)", 1),
        fact("PI()", 3.141592653589793),
        fact("POWER(2, 3)", 8),
        fact("POW(2.5, 2)", 6.25),
        fact("RADIANS(180) = PI()", True),
        fact("RANDOM() < 1", True),
        fact("ROUND(28.05, 1)", Decimal("28.1")),
        fact("ROUND(28.05, -1)", 30),
        fact("ROUND(2.345::float8, 2)", 2.35),
        fact("SIGN(-4.25)", -1),
        fact("ROUND(SIN(-90), 10)", -0.8939966636, "SIN"),
        fact("SQRT('16')", 4),
        fact("SQRT(ROUND(16.4))", 4),
        fact("ROUND(TAN(1), 10)", 1.5574077247, "TAN"),
        fact("TRUNC(111.15, 1)", Decimal("111.1")),
        fact("TRUNC(111.15::float8, -1)", 110),
        fact("TO_HEX(2147676847)", "8002f2af"),
        fact("TO_NUMBER('12,454.8-', '99G999D9S')", Decimal("-12454.8")),
        fact("TO_NUMBER('$ 12,454.88', 'L 99G999D99')", Decimal("12454.88")),
        fact("FROM_HEX('6162')", b"ab"),
        fact("TO_HEX(FROM_HEX('616263'))", "616263"),
        fact("FROM_VARBYTE(TO_VARBYTE('ab', 'utf8'), 'hex')", "6162", "FROM_VARBYTE"),
        fact("FROM_VARBYTE(FROM_HEX('4d'), 'binary')", "01001101"),
        fact("FROM_VARBYTE(FROM_HEX('c3a9'), 'UTF-8')", "é"),
        fact("TO_VARBYTE('01001101', 'binary')", b"M"),
        fact("TO_VARBYTE('4', 'hex')", b"\x04"),
        fact("GETBIT(FROM_HEX('4d'), 2)", 1),
        fact("GETBIT(FROM_HEX('4d00'), 15)", 0),
        fact("GETBIT(FROM_HEX('4d00'), 14)", 1),
        fact("CONCAT(FROM_HEX('61'), FROM_HEX('62'))", b"ab"),
        fact("SUBSTRING(FROM_HEX('616263'), 2, 1)", b"b"),
        fact("CURRENT_DATABASE()", "dev"),
        fact("CURRENT_SCHEMA()", "public"),
        fact("CURRENT_USER = USER", True, "CURRENT_USER", "USER"),
        fact("SESSION_USER", "awsuser"),
        fact("CURRENT_USER_ID > 0", True),
        fact("CURRENT_AWS_ACCOUNT", 0),
        fact("DEFAULT_IAM_ROLE()", "none"),
        fact("HAS_SCHEMA_PRIVILEGE('public', 'usage')", True),
        fact("HAS_DATABASE_PRIVILEGE('dev', 'temp')", True),
        fact("HAS_TABLE_PRIVILEGE('pg_class', 'select')", True),
        fact("PG_BACKEND_PID() > 0", True),
        fact("SLICE_NUM()", 10000),
        fact("USER_IS_MEMBER_OF('awsuser', 'awsuser')", True),
        fact("ROLE_IS_MEMBER_OF('awsuser', 'awsuser')", True),
        fact("NOW() = CURRENT_TIMESTAMP", True, "NOW (without tables)", "CURRENT_TIMESTAMP (without tables)"),
        fact("LOCALTIMESTAMP - SYSDATE < INTERVAL '1 minute'", True, "LOCALTIMESTAMP (without tables)"),
        fact("LOCALTIME IS NOT NULL", True, "LOCALTIME (without tables)"),
        fact("AGE('2024-01-03'::timestamp, '2024-01-01') = INTERVAL '2 days'", True, "AGE (without tables)"),
        fact("ISFINITE('2024-01-03'::date)", True, "ISFINITE (without tables)"),
        fact("GET_BYTE(FROM_HEX('0aff'), 1)", 255, "GET_BYTE (without tables)"),
        fact("SET_BYTE(FROM_HEX('0a'), 0, 97)", b"a", "SET_BYTE (without tables)"),
        fact("CURRENT_SCHEMAS(false)", ["public"], "CURRENT_SCHEMAS"),
        fact("COUNT(*) FROM GENERATE_SERIES(1, 3)", 3, "GENERATE_SERIES (without tables)"),
        fact("SET_CONFIG('statement_timeout', '0', true)", "0"),
        fact("CURRENT_SETTING('statement_timeout')", "0"),
        fact("VERSION() LIKE '%Redshift%'", True),
        fact("7 / 2", 3, "/ (of whole numbers)"),
    ],
)
def test_functions_give_redshifts_values(leader: Connection, expression: str, value: Any) -> None:
    assert value_of(leader, expression) == value


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        fact("CEIL(5)", "int4"),
        fact("FLOOR(5.5)", "numeric"),
        fact("LOG(2.5)", "float8"),
        fact("EXP(1.5)", "float8"),
        fact("SQRT(2.5)", "float8"),
        fact("POWER(2, 3)", "float8"),
        fact("ROUND(1.5)", "numeric"),
        fact("MOD(5::bigint, 2)", "int8"),
    ],
)
def test_math_functions_give_redshifts_types(leader: Connection, expression: str, kind: str) -> None:
    assert type_of(leader, expression) == kind


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("COALESCE(NULL, 'Amazon Redshift', 12)", 'invalid input syntax for type integer: "Amazon Redshift"'),
        ("TO_VARBYTE('a', 'base64')", 'unknown format "base64"'),
        ("FROM_HEX('xy')", "hexadecimal"),
        ("SQRT(-1)", "square root"),
        ("LN(0)", "logarithm"),
        ("COT(0)", ""),
        ("CONVERT(INTEGER, 'x')", "invalid input syntax"),
        ("NVL2(1)", "NVL2 needs 3 arguments"),
    ],
)
def test_bad_arguments_are_refused(leader: Connection, expression: str, message: str) -> None:
    if expression == "COT(0)":
        assert value_of(leader, expression) == float("inf")
        return
    with pytest.raises(psycopg.Error, match=message):
        value_of(leader, expression)


_UNKNOWABLE = [
    "HLL_CREATE_SKETCH", "HLL_CARDINALITY", "HLL_COMBINE", "HLL_COMBINE_SKETCHES", "FARMFINGERPRINT64",
    "SIZE",    "IS_FLOAT", "OBJECT_TRANSFORM", "EXPLAIN_MODEL", "COLLATE", "CHANGE_QUERY_PRIORITY",
    "CHANGE_SESSION_PRIORITY", "CHANGE_USER_PRIORITY", "REBOOT_CLUSTER", "HAS_ASSUMEROLE_PRIVILEGE",
    "PG_GET_GRANTEE_BY_IAM_ROLE", "PG_GET_IAM_ROLE_BY_USER", "TEXT_TO_INT_ALT", "TEXT_TO_NUMERIC_ALT",
]  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=gap("function", name, why="")) for name in _UNKNOWABLE]
    + [
        pytest.param(
            "ST_DISTANCE", marks=gap("function", "ST_* and other spatial functions", why="no GEOMETRY")
        ),
        pytest.param("H3_CENTER", marks=gap("function", "H3_*", why="no GEOMETRY")),
    ],
)
def test_functions_that_are_gaps_are_refused_by_name(leader: Connection, name: str) -> None:
    with pytest.raises(
        psycopg.errors.FeatureNotSupported, match=f"function {name} is not supported"
    ) as refusal:
        value_of(leader, f"{name}('a')")
    assert refusal.value.diag.message_hint == "a known gap of tarmac"


@gap("function", "CURRENT_NAMESPACE", why="no cluster's id is known to the warehouse")
def test_the_namespace_is_not_made_up(leader: Connection) -> None:
    with pytest.raises(psycopg.errors.FeatureNotSupported, match="CURRENT_NAMESPACE"):
        value_of(leader, "CURRENT_NAMESPACE")


@works("function", "SLICE_NUM")
def test_rows_of_tables_are_on_the_one_slice(db: Connection) -> None:
    db.execute("CREATE TABLE t (a INT); INSERT INTO t VALUES (1)")
    assert db.execute("SELECT a, SLICE_NUM() FROM t").fetchall() == [(1, 0)]
