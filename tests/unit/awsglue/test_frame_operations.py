"""Whole-frame operations of a DynamicFrame ("DynamicFrame class", "PySpark transforms reference")."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from awsglue import gluetypes as g
from awsglue.dynamicframe import DynamicFrame, DynamicFrameCollection
from awsglue.transforms import (
    DropNullFields,
    FlatMap,
    Join,
    Relationalize,
    RenameField,
    SelectFromCollection,
    Spigot,
    SplitFields,
    Unbox,
    Union,
)

from emulator.glue_worker.engine.errors import GlueError, NotInTarmacError

FrameOf = Callable[[str], Any]


def rows(frame: Any) -> list[Any]:
    return [row.asDict(recursive=True) for row in frame.toDF().collect()]


def printed(frame: Any, capsys: pytest.CaptureFixture[str]) -> list[str]:
    capsys.readouterr()
    frame.printSchema()
    return capsys.readouterr().out.splitlines()[1:]


def test_all_types_of_spark_survive_a_round_trip(frame_of: FrameOf, glue_context: Any, capsys: Any) -> None:
    frame = frame_of(
        "SELECT 1S AS s, 2Y AS y, 3L AS l, 4 AS i, 4.5BD AS d, 1.5F AS f, 2.5D AS x, true AS o, "
        "DATE'2020-01-02' AS day, TIMESTAMP'2020-01-02 03:04:05' AS at, "
        "TIMESTAMP_NTZ'2020-01-02 03:04:05' AS ntz, X'01' AS b, array(named_struct('z', 1)) AS a, "
        "map('k', 1) AS m, NULL AS n"
    )
    assert printed(frame, capsys) == [
        "|-- s: short", "|-- y: byte", "|-- l: long", "|-- i: int", "|-- d: decimal", "|-- f: float",
        "|-- x: double", "|-- o: boolean", "|-- day: date", "|-- at: timestamp", "|-- ntz: timestampntz",
        "|-- b: binary", "|-- a: array", "|    |-- element: struct", "|    |    |-- z: int", "|-- m: map",
        "|    |-- keyType: string", "|    |-- valueType: int", "|-- n: null",
    ]  # fmt: skip
    again = DynamicFrame.fromDF(frame.toDF(), glue_context, "again")
    assert again.toDF().schema == frame.toDF().schema
    assert again.toDF().collect() == frame.toDF().collect()


def test_a_choice_that_became_a_struct_stays_one(delays: Any, glue_context: Any, capsys: Any) -> None:
    again = DynamicFrame.fromDF(delays.toDF(), glue_context, "again")
    assert printed(again, capsys)[1:] == [
        "|-- delay: struct",
        "|    |-- long: long",
        "|    |-- string: string",
    ]


def test_show_prints_records_as_json(delays: Any, capsys: Any) -> None:
    capsys.readouterr()
    delays.show(2)
    assert capsys.readouterr().out.splitlines() == ['{"id": 1, "delay": 5}', '{"id": 2, "delay": "x"}']


def test_a_union_of_two_types_is_a_choice_and_missing_fields_are_null(frame_of: FrameOf, capsys: Any) -> None:
    both = frame_of("SELECT 1 AS a, named_struct('x', 1) AS s").union(
        frame_of("SELECT 'two' AS a, named_struct('x', 2, 'y', 'z') AS s, 3 AS c")
    )
    assert printed(both, capsys) == [
        "|-- a: choice", "|    |-- int", "|    |-- string", "|-- s: struct", "|    |-- x: int",
        "|    |-- y: string", "|-- c: int",
    ]  # fmt: skip
    assert rows(both) == [
        {"a": {"int": 1, "string": None}, "s": {"x": 1, "y": None}, "c": None},
        {"a": {"int": None, "string": "two"}, "s": {"x": 2, "y": "z"}, "c": 3},
    ]


def test_the_transform_union_fails_as_aws_library_does(frame_of: FrameOf) -> None:
    with pytest.raises(NameError, match="name 'mappings' is not defined"):
        Union.apply(frame_of("SELECT 1 a"), frame_of("SELECT 1 a"))


def test_a_merge_replaces_records_of_the_same_keys_and_keeps_duplicates(frame_of: FrameOf) -> None:
    source = frame_of("SELECT * FROM VALUES (1, 'a'), (1, 'b'), (2, 'c'), (2, 'd') AS t(id, v)")
    staged = frame_of("SELECT * FROM VALUES (2, 'new', true), (3, 'more', false) AS t(id, v, w)")
    merged = source.mergeDynamicFrame(staged, ["id"])
    found = [(row["id"], row["v"], row["w"]) for row in rows(merged)]
    assert sorted(found, key=str) == [
        *((1, "a", None), (1, "b", None), (2, "new", True), (3, "more", False)),
    ]


def test_drops_and_selections_reach_into_arrays(frame_of: FrameOf) -> None:
    frame = frame_of(
        "SELECT 1 AS age, named_struct('state', 'WY', 'county', 'F') AS location, "
        "array(named_struct('name', 'Arjun', 'age', 3)) AS friends"
    )
    dropped = frame.drop_fields(["age", "location.county", "friends.age"])
    assert rows(dropped) == [{"location": {"state": "WY"}, "friends": [{"name": "Arjun"}]}]
    assert rows(frame.select_fields("friends.name")) == [{"friends": [{"name": "Arjun"}]}]
    assert rows(frame.select_fields(["location.state", "nope"])) == [{"location": {"state": "WY"}}]


def test_a_field_may_be_renamed_inside_and_moved(frame_of: FrameOf) -> None:
    frame = frame_of("SELECT named_struct('a', 1, 'b', 2) AS s, 3 AS t, 4 AS `x.y`")
    assert rows(frame.rename_field("s.a", "s.c"))[0]["s"] == {"c": 1, "b": 2}
    assert rows(frame.rename_field("s.a", "top")) == [{"s": {"b": 2}, "t": 3, "x.y": 4, "top": 1}]
    assert rows(frame.rename_field("t", "s.t"))[0]["s"] == {"a": 1, "b": 2, "t": 3}
    assert "z" in RenameField.apply(frame, "`x.y`", "z").toDF().columns


def test_null_fields_are_found_inside_structs_and_arrays(frame_of: FrameOf, capsys: Any) -> None:
    sql = (
        "SELECT named_struct('a', 1, 'b', NULL) AS s, array(named_struct('c', NULL, 'd', 1)) AS l, NULL AS n"
    )
    dropped = DropNullFields.apply(frame_of(sql))
    assert capsys.readouterr().out == "null_fields ['s.b', 'l.c', 'n']\n"
    assert rows(dropped) == [{"s": {"a": 1}, "l": [{"d": 1}]}]


def test_a_join_takes_several_keys_one_key_as_text_and_nested_ones(frame_of: FrameOf) -> None:
    one = frame_of("SELECT * FROM VALUES (1, 'a', 10), (1, 'b', 20) AS t(k1, k2, v)")
    other = frame_of("SELECT * FROM VALUES (1, 'b', 'x') AS t(j1, j2, w)")
    assert [row["v"] for row in rows(Join.apply(one, other, ["k1", "k2"], ["j1", "j2"]))] == [20]
    assert Join.apply(one, other, "k1", "j1").count() == 2
    nested = frame_of("SELECT named_struct('id', 1) AS s, 2 AS `p.q`")
    assert rows(nested.join("s.id", "j1", other)) == [
        {"s": {"id": 1}, "p.q": 2, "j1": 1, "j2": "b", "w": "x"}
    ]
    assert nested.join("`p.q`", "j1", other).count() == 0
    with pytest.raises(GlueError, match="no field 'nope'"):
        one.join(["nope"], ["j1"], other)


def test_a_frame_may_be_joined_with_itself(frame_of: FrameOf) -> None:
    frame = frame_of("SELECT 1 AS a, 2 AS b")
    assert rows(frame.join(["a"], ["a"], frame)) == [{".a": 1, ".b": 2, "a": 1, "b": 2}]


def test_relationalize_names_nested_arrays_by_their_whole_path(frame_of: FrameOf, capsys: Any) -> None:
    frame = frame_of(
        "SELECT 7 AS k, named_struct('list', array(1, 2)) AS s, "
        "array(named_struct('v', 'a', 'sub', array('x', 'y')), named_struct('v', 'b', 'sub', NULL)) AS items"
    )
    frames = Relationalize.apply(frame=frame, staging_path="s3://tmp/", name="root", transformation_ctx="r")
    assert list(frames.keys()) == ["root", "root_s.list", "root_items", "root_items.val.sub"]
    root = rows(frames["root"])[0]
    assert list(root) == ["k", "s.list", "items"]
    assert printed(frames.select("root_items"), capsys) == [
        *("|-- id: long", "|-- index: int", "|-- items.val.v: string", "|-- items.val.sub: long"),
    ]
    items = rows(frames["root_items"])
    assert [(item["id"], item["index"], item["items.val.v"]) for item in items] == [
        (root["items"], 0, "a"),
        (root["items"], 1, "b"),
    ]
    subs = rows(frames["root_items.val.sub"])
    assert [(sub["id"], sub["items.val.sub.val"]) for sub in subs] == [
        (items[0]["items.val.sub"], "x"),
        (items[0]["items.val.sub"], "y"),
    ]
    assert items[1]["items.val.sub"] is None


def test_relationalize_needs_a_staging_path_or_a_temp_dir(frame_of: FrameOf) -> None:
    with pytest.raises(RuntimeError, match="Unable to set staging_path using args"):
        Relationalize.apply(frame_of("SELECT 1 a"))


def test_unbox_takes_nested_paths_and_makes_errors_of_what_it_can_not_read(frame_of: FrameOf) -> None:
    frame = frame_of(
        "SELECT named_struct('doc', d) AS s FROM VALUES ('{\"a\": 1}'), ('{oops'), (NULL) AS t(d)"
    )
    unboxed = Unbox.apply(frame, "s.doc", "json")
    assert rows(unboxed) == [{"s": {"doc": {"a": 1}}}, {"s": {"doc": None}}]
    assert unboxed.errorsCount() == 1


def test_unbox_reads_csv_and_takes_a_schema(frame_of: FrameOf) -> None:
    frame = frame_of("SELECT 'x|1' AS line, '{\"a\": 5}' AS doc")
    assert rows(frame.unbox("line", "csv", separator="|"))[0]["line"] == {"col0": "x", "col1": "1"}
    schema = '{"type": "struct", "fields": [{"name": "a", "type": "long", "nullable": true, "metadata": {}}]}'
    assert frame.unbox("doc", "json", withSchema=schema).toDF().schema["doc"].dataType.simpleString() == (
        "struct<a:bigint>"
    )
    with pytest.raises(NotInTarmacError, match="'avro'"):
        frame.unbox("doc", "avro").count()
    with pytest.raises(GlueError, match="no text field 'nope'"):
        frame.unbox("nope", "json").count()


def test_spigot_writes_sample_records_and_passes_all_on(frame_of: FrameOf, tmp_path: Path) -> None:
    frame = frame_of("SELECT id, 'n' AS name FROM range(5)")
    passed = Spigot.apply(frame, str(tmp_path / "sample"), {"topk": 2})
    assert passed.count() == 5
    lines = [line for part in tmp_path.glob("sample/part-*") for line in part.read_text().splitlines()]
    assert lines == ['{"id":0,"name":"n"}', '{"id":1,"name":"n"}']
    with pytest.raises(GlueError, match="prob is 2, but must be between 0 and 1"):
        frame.spigot(str(tmp_path), {"prob": 2})


def test_dynamodbs_json_becomes_plain_columns(frame_of: FrameOf, capsys: Any) -> None:
    sql = (
        "SELECT named_struct('a', named_struct('S', 'x'), 'n', named_struct('N', '1'), "
        "'m', named_struct('M', named_struct('c', named_struct('BOOL', true))), "
        "'l', named_struct('SS', array('p')), 'z', named_struct('NULL', true)) AS Item"
    )
    simple = frame_of(sql).simplify_ddb_json()
    assert printed(simple, capsys) == [
        "|-- a: string", "|-- n: string", "|-- m: struct", "|    |-- c: boolean", "|-- l: array",
        "|    |-- element: string", "|-- z: null",
    ]  # fmt: skip
    assert rows(simple) == [{"a": "x", "n": "1", "m": {"c": True}, "l": ["p"], "z": None}]
    assert rows(frame_of(sql).unnest_ddb_json())[0]["a"] == "x"
    with pytest.raises(GlueError, match="a struct 'Item' per record"):
        frame_of("SELECT 1 a").simplify_ddb_json()


def test_partitions_are_counted_and_changed(frame_of: FrameOf) -> None:
    frame = frame_of("SELECT id FROM range(10)").repartition(3)
    assert frame.getNumPartitions() == 3
    assert frame.coalesce(2).getNumPartitions() == 2
    assert frame.coalesce(5, shuffle=True).getNumPartitions() == 5


def test_a_schema_may_be_given(frame_of: FrameOf) -> None:
    schema = g.StructType([g.Field("a", g.LongType()), g.Field("b", g.StringType())])
    frame = frame_of("SELECT 1 AS a").with_frame_schema(schema)
    assert frame.schema() == schema
    assert rows(frame) == [{"a": 1, "b": None}]


def test_split_fields_are_named_after_the_frame(frame_of: FrameOf) -> None:
    parts = SplitFields.apply(frame_of("SELECT 1 AS a, 2 AS b"), ["a"])
    assert list(parts.keys()) == ["frame1", "frame2"]
    assert [part.name for part in parts.values()] == ["frame1", "frame2"]


def test_a_collection_is_a_dictionary_or_list_of_frames(frame_of: FrameOf, glue_context: Any) -> None:
    frame = frame_of("SELECT 1 AS a")
    named = DynamicFrameCollection({"CustomTransform0": frame}, glue_context)
    assert SelectFromCollection.apply(dfc=named, key=list(named.keys())[0]) is frame  # noqa: RUF015
    assert list(DynamicFrameCollection([frame], glue_context).keys()) == ["frame"]
    assert named.select("nope").count() == 0
    with pytest.raises(TypeError, match="dynamic_frames must be list or dict"):
        DynamicFrameCollection("frames", glue_context)
    with pytest.raises(TypeError, match="callable must return a DynamicFrame"):
        named.map(lambda _frame, _ctx: 1)


def test_a_collection_is_mapped_flat(frame_of: FrameOf, glue_context: Any) -> None:
    frames = DynamicFrameCollection({"one": frame_of("SELECT 1 AS a, 2 AS b")}, glue_context)
    split = FlatMap.apply(frames, SplitFields, "frame", paths=["a"], transformation_ctx="ctx")
    assert sorted(split.keys()) == ["frame1", "frame2"]


def test_to_df_needs_a_target_but_to_keep_a_struct(delays: Any) -> None:
    from awsglue.dynamicframe import ResolveOption

    with pytest.raises(Exception, match="Missing target type for resolve action Cast"):
        delays.toDF([ResolveOption("delay", "Cast")])
    assert delays.toDF([ResolveOption("delay", "KeepAsStruct")]).schema["delay"].dataType.names == [
        *("long", "string"),
    ]


def test_a_mapping_is_a_tuple_of_two_to_four(frame_of: FrameOf) -> None:
    frame = frame_of("SELECT 1 AS a, 'x' AS b")
    assert rows(frame.apply_mapping([("a", "id"), ("b", "text", "string")])) == [{"id": 1, "text": "x"}]
    assert rows(frame.apply_mapping(("a", "int", "id", "long"))) == [{"id": 1}]
    assert rows(frame.applyMapping(frame, [("a", "id")])) == [{"id": 1}]
    with pytest.raises(TypeError, match="Mapping must be specified as a tuple"):
        frame.apply_mapping([["a", "b"]])
    with pytest.raises(ValueError, match="Mapping tuple must be of length 2, 3, or 4"):
        frame.apply_mapping([("a",)])


def test_mappings_may_move_whole_structs_arrays_and_maps(frame_of: FrameOf) -> None:
    frame = frame_of(
        "SELECT named_struct('x', 1) AS s, array(1, 2) AS l, map('k', 1) AS m, "
        "array(named_struct('v', 1)) AS d"
    )
    mapped = frame.apply_mapping(
        [
            ("s", "struct", "o.s", "struct"),
            ("l", "array", "l", "array"),
            ("m", "map", "m", "map"),
            ("d.v", "int", "dv", "int"),
        ]
    )
    assert rows(mapped) == [{"o": {"s": {"x": 1}}, "l": [1, 2], "m": {"k": 1}}]


def test_mapping_is_case_sensitive_only_when_asked(frame_of: FrameOf) -> None:
    frame = frame_of("SELECT 1 AS Id")
    assert rows(frame.apply_mapping([("id", "int", "x", "int")])) == [{"x": 1}]
    assert frame.apply_mapping([("id", "int", "x", "int")], case_sensitive=True).toDF().columns == []
