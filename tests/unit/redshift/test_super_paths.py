"""Paths into a SUPER become steps, and names of tables and schemas stay."""

from __future__ import annotations

import pytest

from emulator.redshift.dialect.columns import Column, Columns
from emulator.redshift.dialect.dialect import needs_translation, translate

TABLE: dict[str, Columns] = {"SELECT * FROM t": (Column("id"), Column("c", is_super=True), Column("d"))}


def plain(sql: str) -> str:
    """The translation with single spaces, where the table t has the columns id, c (SUPER) and d."""
    translation = translate(sql, answers=TABLE)
    assert translation.refusal is None
    assert not translation.question
    return " ".join(translation.sql.split())


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("c.a", "(c -> 'a'::text)"),
        ("t.c.a", "(t.c -> 'a'::text)"),
        ("c[0].a", "(pg_catalog.tarmac_super_item(c, 0) -> 'a'::text)"),
        ("c.a[d + 1]", "pg_catalog.tarmac_super_item((c -> 'a'::text), d + 1)"),
        ('c."A b"', "(c -> 'a b'::text)"),
        ("c.a::INT", "((c -> 'a'::text) #>> '{}')::INT"),
        ("CAST(c.a AS INT)", "CAST(((c -> 'a'::text) #>> '{}') AS INT)"),
        ("c.a = 'x'", "(c -> 'a'::text) = 'x'::text"),
        ("c.a = 1", "(c -> 'a'::text) = 1"),
        ("c.a + 1", "pg_catalog.tarmac_super_number((c -> 'a'::text)) + 1"),
        ("c.a LIKE 'x'", "((c -> 'a'::text) #>> '{}') LIKE 'x'"),
        ("d.x, t.id, t.d", "d.x, t.id, t.d"),
        ("f(c.a), s.f(1), c.f(2)", "f((c -> 'a'::text)), s.f(1), c.f(2)"),
        ("'c.a', $$c.a$$ /* c.a */", "'c.a', $$c.a$$ /* c.a */"),
        ("t.*, c", "t.*, c"),
    ],
)
def test_a_path_into_a_super_is_a_chain_of_steps(expression: str, expected: str) -> None:
    assert plain(f"SELECT {expression}, NVL(1, 2) FROM t") == f"SELECT {expected}, COALESCE(1, 2) FROM t"


def test_values_in_from_are_subqueries_of_the_tables_before() -> None:
    assert plain("SELECT x.a, x, i FROM t, t.c.list AS x AT i") == (
        "SELECT (x.x -> 'a'::text), x, i FROM t, LATERAL (SELECT e.item AS x, e.place AS i"
        " FROM pg_catalog.tarmac_super_items((t.c -> 'list'::text)) AS e) AS x"
    )
    assert plain("SELECT v FROM t, UNPIVOT t.c AS v AT k") == (
        "SELECT v FROM t, LATERAL (SELECT e.item AS v, e.name AS k"
        " FROM pg_catalog.tarmac_super_pairs(t.c) AS e) AS v"
    )
    assert plain("SELECT s.b.x, NVL(1, 2) FROM s.a, s.b") == "SELECT s.b.x, COALESCE(1, 2) FROM s.a, s.b"
    assert plain("SELECT s.b.x.y FROM s.a, s.b") == "SELECT (s.b.x -> 'y'::text) FROM s.a, s.b"


def test_a_record_of_a_procedure_is_no_document() -> None:
    body = "BEGIN SELECT NVL(r.a, 0) INTO x FROM t WHERE t.id = r.id; END"
    sql = plain(f"CREATE PROCEDURE p() AS $$ {body} $$ LANGUAGE plpgsql")
    assert "COALESCE(r.a, 0) INTO x FROM t WHERE t.id = r.id" in sql


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT o.id FROM orders o JOIN s.items AS i ON i.o = o.id WHERE o.x > 1.5",
        "SELECT orders.id FROM s.orders JOIN s.items ON items.id = orders.id",
        "INSERT INTO s.t VALUES ('host.example.com', 'a.b.c')",
        "UPDATE s.t SET a = u.b FROM s.u WHERE u.id = t.id",
        "SELECT a FROM s.t",
        "WITH q AS (SELECT 1 FROM s.t) SELECT q.a FROM q",
    ],
)
def test_paths_of_tables_and_schemas_cost_no_parse(sql: str) -> None:
    assert not needs_translation(sql.encode())


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT c.a FROM t",
        "SELECT t.c.a FROM t",
        "SELECT c[0] FROM t",
        "SELECT o.a FROM t x, x.list o",
        'SELECT c."A" FROM s.t',
        "SELECT v FROM t x, UNPIVOT x.c AS v AT k",
    ],
)
def test_what_may_be_a_path_is_seen_without_a_parse(sql: str) -> None:
    assert needs_translation(sql.encode())
