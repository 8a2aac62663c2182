"""Which tables and partitions a path has: aws-semantics.md §B, "Names" and "Partitions & grouping"."""

from __future__ import annotations

from dataclasses import replace

import pytest

from emulator.glue_service.classifiers_models import UNKNOWN, Column, FileSchema
from emulator.glue_service.crawl_tables import (
    Grouping,
    TablePlan,
    partition_key,
    plan_tables,
    split_folders,
    table_name,
)
from emulator.glue_service.crawl_targets_s3 import ClassifiedFile, Folder, IncludePath

INCLUDE = IncludePath("bucket", "data/Raw/")


def csv(*names: str, kind: str = "string", named: bool = True) -> FileSchema:
    columns = tuple(Column(name, kind) for name in names)
    return FileSchema("csv", columns, named=named, has_header=named, delimiter=",")


def folder(path: str, *schemas: FileSchema) -> Folder:
    segments = tuple(part for part in path.split("/") if part)
    keys = tuple(f"data/Raw/{path}f{index}.csv" for index in range(len(schemas)))
    files = tuple(ClassifiedFile(key, 10, schema) for key, schema in zip(keys, schemas, strict=True))
    return Folder(segments, len(schemas), 10 * len(schemas), files, keys)


def plan(
    *folders: Folder, combine: bool = False, level: int = 0, roots: tuple[str, ...] = ()
) -> list[TablePlan]:
    return plan_tables(INCLUDE, folders, Grouping(combine, level), roots)


def test_an_empty_path_has_no_table() -> None:
    assert plan() == []


def test_files_of_one_schema_are_one_table_named_after_the_last_folder() -> None:
    (table,) = plan(folder("", csv("a", "b"), csv("a", "b")))
    assert (table.name, table.location, table.partition_keys) == ("Raw", "s3://bucket/data/Raw/", ())
    assert (table.object_count, table.size_bytes) == (2, 20)


def test_key_value_folders_become_partitions() -> None:
    (table,) = plan(folder("Year=2026/month=01/", csv("a")), folder("Year=2026/month=02/", csv("a")))
    assert table.partition_keys == ("year", "month")
    assert [p.values for p in table.partitions] == [("2026", "01"), ("2026", "02")]
    assert table.partitions[1].location == "s3://bucket/data/Raw/Year=2026/month=02/"


def test_other_folders_become_partition_0_and_partition_1() -> None:
    (table,) = plan(folder("north/x/", csv("a")), folder("south/y/", csv("a")))
    assert table.partition_keys == ("partition_0", "partition_1")
    assert table.partitions[0].values == ("north", "x")


@pytest.mark.parametrize(
    ("segment", "expected"),
    [("Day=1", ("day", "1")), ("day=", ("day", "")), ("=x", ("partition_3", "=x")), ("a=b=c", ("a", "b=c"))],
)
def test_a_folder_name_gives_key_and_value(segment: str, expected: tuple[str, str]) -> None:
    assert partition_key(segment, 3) == expected


def test_unlike_folders_become_tables_of_their_own() -> None:
    tables = plan(folder("orders/", csv("a", "b")), folder("users/", csv("c", "d")))
    assert [(t.name, t.partition_keys) for t in tables] == [("orders", ()), ("users", ())]


def test_unlike_files_in_one_folder_become_a_table_each_with_their_extension() -> None:
    tables = plan(folder("", csv("a", "b"), csv("c", "d")))
    assert [t.name for t in tables] == ["f0.csv", "f1.csv"]
    assert [t.location for t in tables] == ["s3://bucket/data/Raw/f0.csv", "s3://bucket/data/Raw/f1.csv"]


def test_a_folder_that_falls_apart_is_to_be_read_in_full() -> None:
    unlike = replace(folder("x/", csv("a", "b"), csv("c", "d")), object_count=12)
    alike = replace(folder("y/", csv("e", "f"), csv("e", "f")), object_count=12)
    assert split_folders(INCLUDE, [unlike, alike], Grouping()) == {("x",)}


def test_a_folder_that_was_read_in_full_is_not_read_again() -> None:
    assert split_folders(INCLUDE, [folder("x/", csv("a", "b"), csv("c", "d"))], Grouping()) == set()


def test_more_than_70_percent_of_the_names_make_schemas_alike() -> None:
    assert len(plan(folder("a/", csv("1", "2", "3", "4")), folder("b/", csv("1", "2", "3")))) == 1
    assert len(plan(folder("a/", csv("1", "2", "3")), folder("b/", csv("1", "2")))) == 2


def test_more_than_five_schemas_are_not_one_table() -> None:
    base = tuple(str(number) for number in range(40))
    folders = [folder(f"p{i}/", csv(*base, f"extra{i}")) for i in range(6)]
    assert len(plan(*folders)) == 6
    assert len(plan(*folders[:5])) == 1


def test_the_example_of_aws_is_two_tables_by_default_and_one_when_schemas_are_combined() -> None:
    folders = [folder("year=2017/", csv("a", "b")), folder("year=2018/", csv("c", "d"))]
    assert [table_name(table.name) for table in plan(*folders)] == ["year_2017", "year_2018"]
    (table,) = plan(*folders, combine=True)
    assert ([c.name for c in table.schema.columns], table.partition_keys) == (["a", "b", "c", "d"], ("year",))


def test_combine_compatible_schemas_ignores_names() -> None:
    (table,) = plan(folder("a/", csv("x", "y")), folder("b/", csv("z")), combine=True)
    assert {c.name for c in table.schema.columns} == {"x", "y", "z"}


def test_combine_compatible_schemas_still_splits_formats() -> None:
    other = FileSchema("json", (Column("x", "string"),))
    assert len(plan(folder("a/", csv("x")), folder("b/", other), combine=True)) == 2


def test_compressed_and_plain_files_are_not_one_table() -> None:
    packed = FileSchema("csv", (Column("x", "string"),), compression="gzip", delimiter=",")
    assert len(plan(folder("a/", csv("x")), folder("b/", packed))) == 2


def test_folders_of_unlike_depth_are_not_one_table() -> None:
    tables = plan(folder("", csv("x")), folder("day=1/", csv("x")))
    assert [t.name for t in tables] == ["f0.csv", "day=1"]


def test_a_file_that_is_no_csv_follows_the_others() -> None:
    (table,) = plan(folder("day=1/", csv("x", "y")), folder("day=2/", FileSchema(UNKNOWN)))
    assert table.schema.classification == "csv"
    assert [p.schema.classification for p in table.partitions] == ["csv", "csv"]


def test_only_unknown_files_make_a_table_classified_unknown() -> None:
    (table,) = plan(folder("", FileSchema(UNKNOWN)))
    assert (table.schema.classification, table.schema.columns) == (UNKNOWN, ())


def test_a_headerless_day_takes_the_names_of_the_others() -> None:
    nameless = csv("col0", "col1", named=False)
    (table,) = plan(
        folder("day=1/", nameless), folder("day=2/", csv("a", "b")), folder("day=3/", csv("a", "b"))
    )
    assert [c.name for c in table.schema.columns] == ["a", "b"]
    assert [c.name for c in table.partitions[0].schema.columns] == ["a", "b"]


def test_the_table_widens_over_its_partitions_and_each_keeps_its_own_types() -> None:
    (table,) = plan(folder("d=1/", csv("a", kind="bigint")), folder("d=2/", csv("a", kind="double")))
    assert table.schema.columns == (Column("a", "double"),)
    assert [p.schema.columns[0].type for p in table.partitions] == ["bigint", "double"]


def test_the_table_level_sets_where_tables_are_made() -> None:
    folders = (folder("x/d=1/", csv("a")), folder("y/d=1/", csv("a")))
    assert [t.name for t in plan(*folders)] == ["Raw"]
    assert [(t.name, t.partition_keys) for t in plan(*folders, level=4)] == [("x", ("d",)), ("y", ("d",))]


def test_new_folders_below_a_known_table_belong_to_it() -> None:
    (table,) = plan(folder("x/d=2/", csv("new")), roots=("s3://bucket/data/Raw/x/",))
    assert (table.location, table.partitions[0].values) == ("s3://bucket/data/Raw/x/", ("2",))


def test_a_path_to_one_file_is_a_table_named_after_it() -> None:
    include = IncludePath.parse("s3://bucket/data/one.csv")
    file = ClassifiedFile("data/one.csv", 10, csv("a"))
    (table,) = plan_tables(include, [Folder((), 1, 10, (file,), ("data/one.csv",))], Grouping())
    assert (table.name, table.location) == ("one.csv", "s3://bucket/data/one.csv")


def test_a_name_keeps_lower_case_letters_digits_and_underscores() -> None:
    assert table_name("Raw-Data 2026.csv", "p_") == "p_raw_data_2026_csv"
    assert len(table_name("x" * 300)) == 128
