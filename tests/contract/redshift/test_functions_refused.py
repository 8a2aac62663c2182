"""Functions that Redshift lacks, or has on other nodes than a statement runs on, are refused in its words."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from tests.contract.redshift.function_facts import Connection
from tests.redshift_facts import refused

_LEADER = "Specified types or functions (one per INFO message) not supported on Redshift tables."
_COMPUTE = "One or more of the used functions must be applied on at least one user created tables."
_FRAME = "Aggregate window functions with an ORDER BY clause require a frame clause"


def _lacks(call: str, types: str) -> Any:
    """PostgreSQL's function, and how its arguments' types are told."""
    name = call.split("(")[0]
    message = f"function {name.lower()}({types}) does not exist"
    return pytest.param(f"SELECT {call} FROM winsales", "42883", message, marks=refused("function", name))


def _misplaced(call: str, source: str, message: str) -> Any:
    """A function where tables are read, or where none is."""
    where = "with tables" if message is _LEADER else "without tables"
    mark = refused("function", f"{call.split('(')[0]} ({where})")
    return pytest.param(f"SELECT {call}, 1 FROM {source}", "0A000", message, marks=mark)


def _window(call: str, code: str, message: str, kind: str, name: str) -> Any:
    return pytest.param(f"SELECT {call} FROM winsales", code, message, marks=refused(kind, name))


@pytest.mark.parametrize(
    ("sql", "code", "message"),
    [
        _lacks("STRING_AGG(buyerid::varchar, ',')", 'character varying, "unknown"'),
        _lacks("ARRAY_AGG(qty)", "integer"),
        _lacks("JSON_AGG(qty)", "integer"),
        _lacks("CORR(weight, weight)", "double precision, double precision"),
        _lacks("REGEXP_MATCHES('a', 'b')", '"unknown", "unknown"'),
        _lacks("FORMAT('%s', qty)", '"unknown", integer'),
        _lacks("GEN_RANDOM_UUID()", ""),
        _lacks("TO_TSVECTOR('a')", '"unknown"'),
        _lacks("CONCAT_WS(',', 'a')", '"unknown", "unknown"'),
        _lacks("UNNEST(STRING_TO_ARRAY('a', 'b'))", "text[]"),
        _lacks("JSONB_BUILD_OBJECT('a', 1)", '"unknown", integer'),
        _lacks("WIDTH_BUCKET(1, 1, 2, 3)", "integer, integer, integer, integer"),
        _lacks("NEXTVAL('s')", '"unknown"'),
        _lacks("ENCODE('a'::varchar, 'hex')", 'character varying, "unknown"'),
        _misplaced("NOW()", "winsales", _LEADER),
        _misplaced("AGE(dateid, dateid)", "winsales", _LEADER),
        _misplaced("CURRENT_TIMESTAMP", "winsales", _LEADER),
        _misplaced("CURRENT_SCHEMA()", "winsales", _LEADER),
        _misplaced("GENERATE_SERIES(1, 2)", "winsales", _LEADER),
        _misplaced("LISTAGG(a)", "(SELECT 1 AS a) AS q", _COMPUTE),
        _misplaced("MEDIAN(a)", "(SELECT 1 AS a) AS q", _COMPUTE),
        _window(
            "LISTAGG(qty) WITHIN GROUP (ORDER BY dateid), MEDIAN(qty)",
            "42601", "within group ORDER BY clauses for aggregate functions must be the same",
            "clause", "WITHIN GROUP (ORDER BY …) of different orders",
        ),
        _window(
            "SUM(qty) OVER (ORDER BY dateid)",
            "42601", _FRAME, "clause", "OVER (ORDER BY …) of an aggregate without a frame",
        ),
        _window(
            "SUM(qty) OVER (ORDER BY qty RANGE UNBOUNDED PRECEDING)",
            "42601", 'syntax error at or near "RANGE"', "clause", "OVER (… RANGE …)",
        ),
        _window(
            "LAG(qty, 1, 0) OVER (ORDER BY qty)",
            "0A000", "Default parameter not be supported for window function lag",
            "function", "LAG (with a default)",
        ),
    ],
)  # fmt: skip
def test_what_redshift_lacks_is_refused_in_its_words(
    sales: Connection, sql: str, code: str, message: str
) -> None:
    with pytest.raises(psycopg.Error) as refusal:
        sales.execute(sql)
    assert (refusal.value.sqlstate, message in str(refusal.value)) == (code, True)
