"""aws-semantics.md §C, fact by fact."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from awsglue import gluetypes
from awsglue.dynamicframe import DynamicFrame, DynamicFrameCollection, ResolveOption
from awsglue.transforms import (
    ApplyMapping,
    DropFields,
    DropNullFields,
    Filter,
    Join,
    Map,
    MapToCollection,
    Relationalize,
    RenameField,
    ResolveChoice,
    SelectFields,
    SelectFromCollection,
    SplitFields,
    SplitRows,
    Unbox,
    UnnestFrame,
)
from pyspark.errors import AnalysisException
from pyspark.sql.types import LongType

from emulator.glue_worker.engine.errors import GlueError, NotInTarmacError

FrameOf = Callable[[str], Any]
PEOPLE = "SELECT * FROM VALUES (1, 'ann', 30), (2, 'bob', 5), (3, NULL, NULL) AS t(id, name, age)"


def rows(frame: Any) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in frame.toDF().collect()]


def test_apply_mapping_keeps_only_the_mapped_fields_in_their_order(frame_of: FrameOf) -> None:
    frame = ApplyMapping.apply(
        frame=frame_of(PEOPLE), mappings=[("age", "int", "years", "long"), ("id", "int", "id", "string")]
    )
    assert frame.toDF().dtypes == [("years", "bigint"), ("id", "string")]
    assert rows(frame) == [(30, "1"), (5, "2"), (None, "3")]


def test_a_value_of_another_type_than_declared_is_silently_empty(frame_of: FrameOf) -> None:
    frame = frame_of(PEOPLE).apply_mapping([("id", "string", "id", "string")])
    assert rows(frame) == [(None,), (None,), (None,)]


def test_a_choice_gives_the_values_of_the_declared_type(delays: Any) -> None:
    frame = delays.apply_mapping([("delay", "long", "minutes", "int"), ("delay", "string", "text", "string")])
    assert rows(frame) == [(5, None), (None, "x"), (None, None)]


def test_a_source_that_is_not_there_is_left_out(frame_of: FrameOf) -> None:
    frame = frame_of(PEOPLE).apply_mapping([("nope", "int", "x", "int"), ("id", "int", "id", "int")])
    assert frame.toDF().columns == ["id"]


def test_a_value_that_can_not_be_cast_is_null(frame_of: FrameOf) -> None:
    frame = frame_of("SELECT '12' a UNION ALL SELECT 'x'").apply_mapping([("a", "string", "a", "long")])
    assert rows(frame) == [(12,), (None,)]


def test_dots_nest_and_unnest(frame_of: FrameOf) -> None:
    frame = frame_of("SELECT named_struct('x', 1, 'y', named_struct('z', 'deep')) s, 2 flat")
    mapped = frame.apply_mapping([("s.y.z", "string", "z", "string"), ("flat", "int", "o.i.flat", "int")])
    assert mapped.toDF().collect()[0].asDict(recursive=True) == {"z": "deep", "o": {"i": {"flat": 2}}}


def test_back_ticks_keep_a_literal_dot(frame_of: FrameOf) -> None:
    frame = frame_of("SELECT 1 AS `a.b`").apply_mapping([("`a.b`", "int", "`c.d`", "int")])
    assert frame.toDF().columns == ["c.d"]


def test_type_names_are_taken_in_any_case_and_by_hives_name(frame_of: FrameOf) -> None:
    frame = frame_of("SELECT 7L a").apply_mapping([("a", "BigInt", "a", "String")])
    assert rows(frame) == [("7",)]


@pytest.mark.parametrize("spelled", [str.lower, str.upper, str.capitalize])
@pytest.mark.parametrize(
    ("name", "spark_type", "value"),
    [
        ("string", "string", "1"),
        ("int", "int", 1),
        ("long", "bigint", 1),
        ("short", "smallint", 1),
        ("byte", "tinyint", 1),
        ("double", "double", 1.0),
        ("float", "float", 1.0),
        ("decimal", "decimal(10,2)", Decimal(1)),
        ("boolean", "boolean", True),
        ("date", "date", None),
        ("timestamp", "timestamp", None),
        ("binary", "binary", b"1"),
    ],
)
def test_every_type_of_a_mapping_is_known_by_its_name(
    frame_of: FrameOf, name: str, spark_type: str, value: Any, spelled: Callable[[str], str]
) -> None:
    frame = frame_of("SELECT '1' a").apply_mapping([("a", "String", "a", spelled(name))])
    assert frame.toDF().dtypes == [("a", spark_type)]
    assert rows(frame) == [(value,)]


def test_a_frame_without_columns_stays_empty(frame_of: FrameOf, glue_context: Any) -> None:
    from emulator.glue_worker.engine.spark_session import no_columns

    empty = DynamicFrame.fromDF(no_columns(glue_context.spark_session), glue_context, "empty")
    assert empty.count() == 0
    assert empty.toDF().columns == []
    assert empty.apply_mapping([("id", "int", "id", "int")]).toDF().columns == []
    assert Join.apply(empty, frame_of(PEOPLE), ["id"], ["id"]).count() == 0
    assert Filter.apply(empty, lambda _row: True).count() == 0
    with pytest.raises(AnalysisException, match=r"\[UNRESOLVED_COLUMN.WITHOUT_SUGGESTION\].* `created_at`"):
        empty.toDF().filter("created_at > '2026'")


def test_a_joins_equally_named_columns_get_a_leading_dot_on_the_left(frame_of: FrameOf) -> None:
    one, other = frame_of("SELECT 1 a, 'left' b"), frame_of("SELECT 1 a, 'right' b")
    joined = Join.apply(one, other, ["a"], ["a"])
    assert sorted(joined.toDF().columns) == [".a", ".b", "a", "b"]
    assert joined.toDF().collect()[0].asDict() == {".a": 1, ".b": "left", "a": 1, "b": "right"}


def test_a_join_keeps_both_keys_when_they_are_named_differently(frame_of: FrameOf) -> None:
    joined = frame_of("SELECT 1 a").join(["a"], ["b"], frame_of("SELECT 1 b UNION ALL SELECT 2"))
    assert joined.toDF().columns == ["a", "b"]
    assert rows(joined) == [(1, 1)]


def test_a_joins_keys_are_compared_in_their_order(frame_of: FrameOf) -> None:
    """On AWS (1, 2) meets (2, 1), too: a defect that scripts can't rely on."""
    one, other = frame_of("SELECT 1 a, 2 b"), frame_of("SELECT 2 c, 1 d")
    assert Join.apply(one, other, ["a", "b"], ["c", "d"], transformation_ctx="is ignored").count() == 0
    assert Join.apply(one, other, ["a", "b"], ["d", "c"]).count() == 1


def test_a_dotted_column_can_be_dropped_after_a_join(frame_of: FrameOf) -> None:
    joined = Join.apply(frame_of("SELECT 1 a"), frame_of("SELECT 1 a"), ["a"], ["a"])
    assert joined.drop_fields([".a"]).toDF().columns == ["a"]


@pytest.mark.parametrize("function", [lambda r: r["age"] > 10, lambda r: r.age > 10])
def test_filter_drops_rows_for_which_the_function_fails(frame_of: FrameOf, function: Any) -> None:
    frame = Filter.apply(frame=frame_of(PEOPLE), f=function)  # None > 10 is a TypeError
    assert rows(frame) == [(1, "ann", 30)]


def test_map_takes_columns_and_types_from_the_records(frame_of: FrameOf) -> None:
    frame = Map.apply(frame=frame_of(PEOPLE), f=lambda r: {"who": (r.name or "?").upper(), "id": r["id"] * 2})
    assert frame.toDF().dtypes == [("who", "string"), ("id", "int")]
    assert rows(frame) == [("ANN", 2), ("BOB", 4), ("?", 6)]


def test_structs_of_a_record_are_dictionaries_and_only_the_outer_ones_have_attributes(
    frame_of: FrameOf,
) -> None:
    def looked_at(record: Any) -> dict[str, Any]:
        return {"outer": record.s["x"] == record["s"].x, "inner": hasattr(type(record.s.x), "__getattr__")}

    mapped = frame_of("SELECT named_struct('x', named_struct('y', 1)) s").map(looked_at)
    assert rows(mapped) == [(True, False)]


def test_map_counts_records_that_fail(frame_of: FrameOf) -> None:
    frame = frame_of(PEOPLE).map(lambda r: {"n": r.name.upper()})
    assert frame.count() == 2
    assert frame.errorsCount() >= 1


def test_map_fails_past_its_threshold(frame_of: FrameOf) -> None:
    mapped = frame_of(PEOPLE).map(lambda _row: 1 / 0, stageThreshold=1)
    with pytest.raises(GlueError, match="3 error records"):
        mapped.count()


def test_select_and_drop_take_nested_paths(frame_of: FrameOf) -> None:
    frame = frame_of("SELECT named_struct('x', 1, 'y', 2) s, 3 t")
    assert SelectFields.apply(frame, ["s.x"]).toDF().collect()[0].asDict(recursive=True) == {"s": {"x": 1}}
    dropped = DropFields.apply(frame, ["s.x", "t", "nope"])
    assert dropped.toDF().collect()[0].asDict(recursive=True) == {"s": {"y": 2}}


def test_rename_keeps_the_place(frame_of: FrameOf) -> None:
    assert RenameField.apply(frame_of(PEOPLE), "name", "who").toDF().columns == ["id", "who", "age"]


def test_drop_null_fields_drops_what_is_all_null_and_says_so(
    frame_of: FrameOf, capsys: pytest.CaptureFixture[str]
) -> None:
    frame = DropNullFields.apply(frame_of("SELECT 1 a, CAST(NULL AS string) b, NULL c"))
    assert frame.toDF().columns == ["a"]
    assert capsys.readouterr().out == "null_fields ['b', 'c']\n"


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("cast:long", [(1, 5), (2, None), (3, None)]),
        ("cast:string", [(1, "5"), (2, "x"), (3, None)]),
        ("project:long", [(1, 5), (2, None), (3, None)]),
        ("project:string", [(1, None), (2, "x"), (3, None)]),
        ("make_cols", [(1, 5, None), (2, None, "x"), (3, None, None)]),
    ],
)
def test_a_choice_is_resolved_as_asked(delays: Any, action: str, expected: list[Any]) -> None:
    by_spec = ResolveChoice.apply(frame=delays, specs=[("delay", action)])
    assert rows(by_spec) == expected
    assert rows(delays.resolveChoice(choice=action)) == expected


def test_made_columns_are_named_after_their_types(delays: Any) -> None:
    assert delays.resolveChoice(choice="make_cols").toDF().columns == ["id", "delay_long", "delay_string"]


def test_a_made_struct_is_no_choice_any_more(delays: Any) -> None:
    made = delays.resolveChoice(choice="make_struct")
    assert isinstance(made.schema().field_map["delay"].dataType, gluetypes.StructType)


def test_specs_and_choice_exclude_each_other(delays: Any) -> None:
    with pytest.raises(Exception, match="Parameter specs and option are both specified, choose one"):
        delays.resolveChoice(specs=[("delay", "cast:long")], choice="make_cols")
    with pytest.raises(Exception, match="Parameter specs and option are both missing, add one"):
        delays.resolveChoice()


def test_to_df_takes_resolve_options_with_glue_types(delays: Any) -> None:
    frame = delays.toDF([ResolveOption("delay", "Project", gluetypes.LongType())])
    assert frame.dtypes == [("id", "int"), ("delay", "bigint")]
    with pytest.raises(GlueError, match="gluetypes"):
        delays.toDF([ResolveOption("delay", "Project", LongType())])


def test_the_schema_is_printed_in_glues_types(delays: Any, capsys: pytest.CaptureFixture[str]) -> None:
    delays.printSchema()
    assert capsys.readouterr().out.splitlines() == [
        "root",
        "|-- id: int",
        "|-- delay: choice",
        "|    |-- long",
        "|    |-- string",
    ]


def test_unnest_flattens_structs(frame_of: FrameOf) -> None:
    frame = UnnestFrame.apply(frame_of("SELECT named_struct('x', named_struct('y', 1)) s, 2 t"))
    assert frame.toDF().columns == ["s.x.y", "t"]


def test_relationalize_gives_a_frame_per_array(frame_of: FrameOf) -> None:
    frame = frame_of("SELECT 1 k, array(named_struct('v', 'a'), named_struct('v', 'b')) items")
    frames = Relationalize.apply(frame=frame, staging_path="s3://x/", name="root")
    assert list(frames.keys()) == ["root", "root_items"]
    items = SelectFromCollection.apply(dfc=frames, key="root_items").toDF()
    assert items.columns == ["id", "index", "items.val.v"]
    key = frames["root"].toDF().collect()[0]["items"]
    assert [tuple(row) for row in items.collect()] == [(key, 0, "a"), (key, 1, "b")]


def test_split_rows_and_fields(frame_of: FrameOf) -> None:
    parts = SplitRows.apply(frame_of(PEOPLE), {"age": {">": 10, "<": 40}}, "in", "out")
    assert [parts["in"].count(), parts["out"].count()] == [1, 2]
    fields = SplitFields.apply(frame_of(PEOPLE), ["id"], "a", "b")
    assert [fields["a"].toDF().columns, fields["b"].toDF().columns] == [["id"], ["name", "age"]]


def test_unbox_reads_json(frame_of: FrameOf) -> None:
    frame = Unbox.apply(frame_of("SELECT '{\"a\": 1}' doc, 2 x"), "doc", "json")
    assert frame.toDF().select("doc.a", "x").collect()[0] == (1, 2)


def test_a_collection_can_be_mapped(frame_of: FrameOf) -> None:
    frames = DynamicFrameCollection({"one": frame_of(PEOPLE)}, None)
    mapped = MapToCollection.apply(dfc=frames, callable=lambda frame, _ctx: frame.select_fields(["id"]))
    assert mapped["one"].toDF().columns == ["id"]


def test_what_is_missing_is_named(glue_context: Any) -> None:
    with pytest.raises(NotInTarmacError, match="dynamodb"):
        glue_context.create_dynamic_frame.from_options("dynamodb", {})
    with pytest.raises(NotInTarmacError, match="ion"):
        glue_context.create_dynamic_frame.from_options("s3", {"paths": ["s3://b/"]}, "ion")


def test_database_and_its_old_name_exclude_each_other(glue_context: Any) -> None:
    with pytest.raises(Exception, match="Parameter name_space and database are both specified, choose one"):
        glue_context.create_dynamic_frame.from_catalog(database="a", name_space="b", table_name="t")


def test_a_frame_of_a_dataframe_with_two_columns_of_one_name_keeps_the_last(spark: Any) -> None:
    left = spark.sql("SELECT 1 AS id, 'left' AS name")
    right = spark.sql("SELECT 1 AS id, 'right' AS name")

    frame = DynamicFrame.fromDF(left.join(right, left["id"] == right["id"]), None, "joined")

    assert frame.toDF().columns == ["id", "name"]
    assert rows(frame) == [(1, "right")]
