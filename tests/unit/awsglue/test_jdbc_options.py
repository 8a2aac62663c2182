"""What a script asks of a database source, as SQL."""

from __future__ import annotations

import pytest

from emulator.glue_worker.engine.errors import GlueError, NotInTarmacError, UnknownSourceError
from emulator.glue_worker.engine.jdbc_keys import KeyOrder
from emulator.glue_worker.engine.jdbc_options import DEFAULT_HASH_PARTITIONS, jdbc_read

ID = KeyOrder(("id",))
COMPOUND = KeyOrder(("day", "n"))


def test_a_table_is_read_by_one_query() -> None:
    assert jdbc_read({"dbtable": "s.t"}).queries() == ["SELECT * FROM s.t"]
    assert jdbc_read({}, "catalog.t").queries() == ["SELECT * FROM catalog.t"]


def test_a_condition_narrows_it() -> None:
    assert jdbc_read({"dbtable": "t"}).queries("id > 5") == [
        "SELECT * FROM (SELECT * FROM t) AS source WHERE id > 5"
    ]


def test_a_sample_query_takes_the_place_of_the_table() -> None:
    wanted = jdbc_read({"dbtable": "t", "sampleQuery": " SELECT 1 ; "})
    assert (wanted.queries(), wanted.name, wanted.table) == (["SELECT 1"], "SELECT 1", "")


def test_a_hash_field_splits_a_table_into_seven_queries_unless_told_otherwise() -> None:
    seven = jdbc_read({"dbtable": "t", "hashfield": "city"}).queries()
    assert len(seven) == len(set(seven)) == DEFAULT_HASH_PARTITIONS
    assert len(jdbc_read({"dbtable": "t", "hashexpression": "id", "hashpartitions": "3"}).queries()) == 3


def test_hash_partitions_alone_do_nothing() -> None:
    assert len(jdbc_read({"dbtable": "t", "hashpartitions": "3"}).queries()) == 1


def test_redshift_ignores_the_hash_options() -> None:
    assert len(jdbc_read({"dbtable": "t", "hashfield": "city"}, parallel=False).queries()) == 1


def test_a_closed_sample_query_is_not_split() -> None:
    assert len(jdbc_read({"sampleQuery": "SELECT 1", "hashfield": "city"}).queries()) == 1


def test_an_open_sample_query_is_completed_by_each_part() -> None:
    options = {"enablePartitioningForSampleQuery": True, "hashexpression": "id", "hashpartitions": 2}
    wanted = jdbc_read({"sampleQuery": "SELECT a FROM t WHERE a > 1 AND", **options})
    assert [query.rpartition(" AND ")[2] for query in wanted.queries()] == [
        "COALESCE(abs((id)::bigint % 2), 0) = 0",
        "COALESCE(abs((id)::bigint % 2), 0) = 1",
    ]
    assert wanted.rows == "SELECT a FROM t WHERE a > 1 AND TRUE"


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (
            {"sampleQuery": "SELECT 1", "enablePartitioningForSampleQuery": "true"},
            "must end with WHERE or AND",
        ),
        ({"sampleQuery": "S WHERE", "enablePartitioningForSampleQuery": "true"}, "needs hashfield"),
        ({"dbtable": "t", "hashfield": "a", "hashexpression": "b"}, "both given"),
        ({"dbtable": "t", "hashfield": "a", "hashpartitions": "0"}, "hashpartitions is 0"),
        ({"dbtable": "t", "jobBookmarkKeysSortOrder": "down"}, "'down'"),
    ],
)
def test_options_that_contradict_each_other_are_named(options: dict[str, str], text: str) -> None:
    with pytest.raises(GlueError, match=text):
        jdbc_read(options)


def test_drivers_of_the_jobs_own_are_refused_by_name() -> None:
    with pytest.raises(NotInTarmacError, match="customJdbcDriverClassName"):
        jdbc_read({"dbtable": "t", "customJdbcDriverClassName": "x.Driver"})


def test_nothing_to_read_is_an_error() -> None:
    with pytest.raises(UnknownSourceError, match="neither dbtable nor query"):
        jdbc_read({})


@pytest.mark.parametrize("keys", [["a", "b"], "a, b", "[a,b]"])
def test_bookmark_keys_may_be_a_list_or_a_text(keys: object) -> None:
    assert jdbc_read({"dbtable": "t", "jobBookmarkKeys": keys}).bookmark_keys == ("a", "b")


def test_all_other_options_are_sparks() -> None:
    options = {"dbtable": "t", "user": "u", "password": "p", "hashfield": "x", "fetchsize": 10}
    assert jdbc_read(options).spark_options == {"fetchsize": "10"}


def test_a_first_run_has_no_lower_bound_and_takes_rows_without_a_key() -> None:
    assert ID.within([], ["5"]) == """(("id") > ('5')) IS NOT TRUE"""


def test_a_later_run_reads_between_two_keys() -> None:
    assert ID.within(["5"], ["9"]) == """("id") > ('5') AND (("id") > ('9')) IS NOT TRUE"""


def test_a_falling_key_turns_the_comparison() -> None:
    assert KeyOrder(("id",), descending=True).after(["5"]) == """("id") < ('5')"""


def test_keys_are_compared_as_one_compound_key() -> None:
    assert COMPOUND.after(["2026-01-02", "it's"]) == """("day", "n") > ('2026-01-02', 'it''s')"""


def test_the_last_key_is_looked_for_in_the_columns_own_order() -> None:
    assert COMPOUND.last_of("SELECT 1", "") == (
        'SELECT source."day"::text, source."n"::text FROM (SELECT 1) AS source'
        ' WHERE source."day" IS NOT NULL AND source."n" IS NOT NULL'
        ' ORDER BY source."day" DESC, source."n" DESC LIMIT 1'
    )
