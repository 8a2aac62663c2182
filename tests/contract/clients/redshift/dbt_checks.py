"""What a dbt project for Redshift does, step by step: each check goes on where the one before it ended."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import redshift_connector
from dbt.cli.main import dbtRunner

SCHEMA = os.environ["CHECK_SCHEMA"]
READER = os.environ["CHECK_READER"]
BATCHES = ("--event-time-start", "2024-01-01", "--event-time-end", "2024-03-01")
PROJECT = Path(tempfile.mkdtemp(prefix="tarmac-dbt-"))


@contextmanager
def opened() -> Iterator[Any]:
    """A cursor in the schema that the project builds."""
    with redshift_connector.connect(
        host=os.environ["PGHOST"],
        port=int(os.environ["PGPORT"]),
        database=os.environ["PGDATABASE"],
        user=os.environ["PGUSER"],
        password=os.environ["PGPASSWORD"],
    ) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute(f"SET search_path TO {SCHEMA}")
        yield cursor


def _dbt(*command: str) -> Any:
    """Runs a command of dbt's in the project; AssertionError with what failed."""
    place = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--quiet"]
    done = dbtRunner().invoke([*command, *place])
    failed = [
        f"{one.node.name}: {one.message}" for one in getattr(done.result, "results", []) if _is_bad(one)
    ]
    assert done.success, failed or done.exception or done.result
    return done.result


def _is_bad(result: Any) -> bool:
    return str(result.status) in ("error", "fail", "runtime error")


def _rows(cursor: Any, sql: str) -> list[tuple[Any, ...]]:
    cursor.execute(sql)
    return [tuple(row) for row in cursor.fetchall()]


def _append_to_orders(*lines: str) -> None:
    with (PROJECT / "seeds" / "raw_orders.csv").open("a") as seed:
        seed.writelines(line + "\n" for line in lines)


def seed_loads_all_types(cursor: Any) -> None:
    """Inferred and given types, quotes, empty fields as NULL."""
    shutil.copytree(os.environ["CHECK_PROJECT"], PROJECT, dirs_exist_ok=True)
    _dbt("seed")
    assert _rows(cursor, "SELECT note FROM raw_orders ORDER BY id") == [
        ("first",),
        (None,),
        ('with, comma and "quotes"',),
    ]
    assert _rows(cursor, "SELECT name, rating FROM raw_customers ORDER BY id")[2] == ("O'Neil, C.", None)


def run_builds_every_model(cursor: Any) -> None:
    """Tables, views, incremental models of all strategies, with four threads."""
    _dbt("run", *BATCHES)
    assert _rows(cursor, "SELECT customer_id, orders, total, days FROM customers ORDER BY 1") == [
        (1, 2, 13.5, 2),
        (2, 1, 7.25, 1),
        (3, 0, 0, None),
    ]
    assert _rows(cursor, "SELECT COUNT(*) FROM buyers") == [(2,)]


def snapshot_keeps_the_first_state(cursor: Any) -> None:
    """Both strategies."""
    _dbt("snapshot")
    for table in ("orders_by_time", "orders_by_check"):
        assert _rows(cursor, f"SELECT COUNT(*) FROM {table} WHERE dbt_valid_to IS NULL") == [(3,)]


def generic_singular_and_unit_tests_pass(_cursor: Any) -> None:
    """unique, not_null, accepted_values, relationships, a query, a unit test."""
    assert len(_dbt("test").results) == 6


def a_second_run_changes_what_changed(cursor: Any) -> None:
    """New and changed rows come in by delete+insert, merge, append; a column is added."""
    _append_to_orders("13,3,5.00,2024-01-04 09:00:00,placed,", "12,1,2.00,2024-01-05 09:00:00,returned,back")
    text = (PROJECT / "seeds" / "raw_orders.csv").read_text()
    (PROJECT / "seeds" / "raw_orders.csv").write_text(
        "".join(line for line in text.splitlines(keepends=True) if "with, comma" not in line)
    )
    _dbt("seed", "--full-refresh")
    _dbt("run", "--vars", "{wider: true}", *BATCHES)
    for table in ("by_delete", "by_merge", "by_batch"):
        found = _rows(cursor, f"SELECT order_id, amount FROM {table} ORDER BY 1")
        assert [(row[0], float(row[1])) for row in found] == [(10, 12.5), (11, 7.25), (12, 2.0), (13, 5.0)], (
            table,
            found,
        )
    assert _rows(cursor, "SELECT COUNT(*) FROM by_append") == [(7,)]
    assert _rows(cursor, "SELECT note FROM by_delete WHERE order_id = 12") == [("back",)]


def a_second_snapshot_ends_what_changed(cursor: Any) -> None:
    """The old row's end is the new row's beginning."""
    _dbt("snapshot")
    for table in ("orders_by_time", "orders_by_check"):
        sql = f"SELECT COUNT(*), COUNT(dbt_valid_to) FROM {table} WHERE id = 12"
        assert _rows(cursor, sql) == [(2, 1)], table


def build_with_a_full_refresh_leaves_the_same(cursor: Any) -> None:
    """Seeds, models, snapshots and tests in order; views and tables are replaced while others need them."""
    before = _rows(cursor, "SELECT order_id, amount, status FROM by_merge ORDER BY order_id")
    # One at a time: dbt doesn't know that the source is a seed, which is gone while it is made anew.
    _dbt("build", "--full-refresh", "--threads", "1", *BATCHES)
    # A text of its own: the driver keeps the plan of the table that is gone.
    after = _rows(cursor, "SELECT order_id, amount, status FROM by_merge ORDER BY 1")
    assert after == before, (before, after)


def docs_generate_finds_the_tables_and_columns(_cursor: Any) -> None:
    """catalog.json has types, comments and owners."""
    _dbt("docs", "generate")
    catalog = json.loads((PROJECT / "target" / "catalog.json").read_text())
    assert not catalog["errors"]
    customers = catalog["nodes"]["model.shop.customers"]
    assert customers["metadata"]["type"] == "BASE TABLE"
    assert customers["metadata"]["comment"] == "Customers with what they've bought"
    assert customers["metadata"]["owner"] == os.environ["PGUSER"]
    types = {name: column["type"] for name, column in customers["columns"].items()}
    assert types["total"] == "numeric(12,2)", types
    assert customers["columns"]["name"]["comment"] == "A name; it's free text"
    assert "model.shop.stg_orders" in catalog["nodes"]
    assert "source.shop.raw.raw_orders" in catalog["sources"]


def docs_generate_shows_distribution_and_sort_keys(_cursor: Any) -> None:
    """As the catalogue's statistics."""
    catalog = json.loads((PROJECT / "target" / "catalog.json").read_text())
    stats = catalog["nodes"]["model.shop.customers"]["stats"]
    assert stats["diststyle"]["value"] == "KEY(customer_id)"
    assert stats["sortkey1"]["value"] == "customer_id"


def grants_are_given(cursor: Any) -> None:
    """To the user that the project names."""
    sql = f"SELECT has_table_privilege('{READER}', '{SCHEMA}.customers', 'select')"
    assert _rows(cursor, sql) == [(True,)]


def sources_are_fresh(_cursor: Any) -> None:
    """The newest row's age is known."""
    results = _dbt("source", "freshness").results
    assert [str(result.status) for result in results] == ["pass"]


def show_previews_rows(_cursor: Any) -> None:
    """Of a model, and of a query."""
    shown = _dbt("show", "--inline", "select name from {{ ref('customers') }} order by name")
    assert shown.results[0].agate_table.rows[0][0] == "Ann"
    assert len(_dbt("show", "--select", "customers", "--limit", "2").results[0].agate_table.rows) == 2


def a_macro_queries(_cursor: Any) -> None:
    """run-operation."""
    _dbt("run-operation", "count_rows", "--args", "{table: customers}")


def the_connection_is_tried(_cursor: Any) -> None:
    """dbt debug, apart from a search for git."""
    _dbt("debug", "--connection")
    shutil.rmtree(PROJECT)
