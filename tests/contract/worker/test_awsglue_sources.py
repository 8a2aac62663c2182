"""What DynamicFrame sources read, and with which types (aws-semantics.md §A, §C)."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable

import pytest

from .conftest import ScriptRunner

SERDE = {
    "SerializationLibrary": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
    "Parameters": {"field.delim": ","},
}
COLUMNS = [
    {"Name": "name", "Type": "string"},
    {"Name": "count", "Type": "bigint"},
    {"Name": "share", "Type": "double"},
]
SHOW = """
frame = {source}
print(frame.toDF().dtypes)
for row in frame.toDF().collect(): print([str(value) if value is not None else None for value in row])
"""


@pytest.fixture
def table(runner: ScriptRunner) -> Callable[..., str]:
    """Makes a CSV table over `raw/`, as a crawler writes it, and gives the database's name."""

    def make(*days: str, header: bool = True, location: str = "raw/") -> str:
        glue, database = runner.client("glue"), runner.bucket.replace("-", "_")
        glue.create_database(DatabaseInput={"Name": database})
        storage = {"Columns": COLUMNS, "SerdeInfo": SERDE, "Location": f"s3://{runner.bucket}/{location}"}
        parameters = {"classification": "csv", "delimiter": ","}
        glue.create_table(
            DatabaseName=database,
            TableInput={
                "Name": "raw",
                "StorageDescriptor": storage,
                "PartitionKeys": [{"Name": "day", "Type": "string"}] if days else [],
                "Parameters": parameters | ({"skip.header.line.count": "1"} if header else {}),
            },
        )
        for day in days:
            location = f"s3://{runner.bucket}/raw/day={day}/"
            glue.create_partition(
                DatabaseName=database,
                TableName="raw",
                PartitionInput={"Values": [day], "StorageDescriptor": {**storage, "Location": location}},
            )
        return database

    return make


def from_catalog(database: str, more: str = "") -> str:
    read = f"glue.create_dynamic_frame.from_catalog(database={database!r}, table_name='raw'{more})"
    return SHOW.format(source=read)


def from_options(more: str = "", kind: str = "csv", options: str = "{'withHeader': True}") -> str:
    paths = "{'paths': [f's3://{BUCKET}/raw/'], 'recurse': True" + more + "}"
    read = f"glue.create_dynamic_frame.from_options('s3', {paths}, {kind!r}, {options})"
    return SHOW.format(source=read)


def test_a_table_has_its_catalog_types_where_all_values_are_of_them(
    runner: ScriptRunner, table: Callable[..., str]
) -> None:
    runner.put("raw/a.csv", "n,c,s\nx,1,0.5\n,,\n")
    assert runner.glue(from_catalog(table())).lines() == [
        "[('name', 'string'), ('count', 'bigint'), ('share', 'double')]",
        "['x', '1', '0.5']",
        "[None, None, None]",
    ]


def test_a_table_whose_location_is_one_object_reads_it(
    runner: ScriptRunner, table: Callable[..., str]
) -> None:
    """A crawl that makes a table per file gives such locations."""
    runner.put("raw/a.csv", "n,c,s\nx,1,0.5\n")
    runner.put("raw/a.csv.old", "n,c,s\ny,2,0.5\n")
    assert runner.glue(from_catalog(table(location="raw/a.csv"))).lines()[1:] == ["['x', '1', '0.5']"]


def test_a_text_among_numbers_makes_a_choice(runner: ScriptRunner, table: Callable[..., str]) -> None:
    runner.put("raw/a.csv", "n,c,s\nx,1,0.5\ny,many,0.5\n")
    script = from_catalog(table()) + "frame.printSchema()"
    assert runner.glue(script).lines() == [
        "[('name', 'string'), ('count', 'struct<long:bigint,string:string>'), ('share', 'double')]",
        "['x', 'Row(long=1, string=None)', '0.5']",
        """['y', "Row(long=None, string='many')", '0.5']""",
        *("root", "|-- name: string", "|-- count: choice", "|    |-- long", "|    |-- string"),
        "|-- share: double",
    ]


def test_a_column_of_texts_is_a_string_whatever_the_catalog_says(
    runner: ScriptRunner, table: Callable[..., str]
) -> None:
    runner.put("raw/a.csv", "n,c,s\nx,few,1\ny,many,2\n")
    assert "('count', 'string')" in runner.glue(from_catalog(table())).lines()[0]


def test_partition_columns_are_strings_and_come_last(runner: ScriptRunner, table: Callable[..., str]) -> None:
    runner.put("raw/day=01/a.csv", "n,c,s\nx,1,1\n")
    runner.put("raw/day=02/a.csv", "n,c,s\ny,2,2\n")
    lines = runner.glue(from_catalog(table("01", "02"))).lines()
    assert lines[0].endswith("('day', 'string')]")
    assert sorted(lines[1:]) == ["['x', '1', '1.0', '01']", "['y', '2', '2.0', '02']"]


def test_a_predicate_over_partition_columns_chooses_partitions(
    runner: ScriptRunner, table: Callable[..., str]
) -> None:
    runner.put("raw/day=01/a.csv", "n,c,s\nx,1,1\n")
    runner.put("raw/day=02/a.csv", "n,c,s\ny,2,2\n")
    database = table("01", "02")
    one = runner.glue(from_catalog(database, ", push_down_predicate=\"day > '01'\""))
    assert one.lines()[1:] == ["['y', '2', '2.0', '02']"]
    none = runner.glue(from_catalog(database, ", push_down_predicate=\"day = '99'\""))
    assert none.lines() == ["[]"]
    wrong = runner.glue(from_catalog(database, ', push_down_predicate="count = 1"'))
    assert "can not be resolved against partition columns: [day]" in wrong.error


def test_a_partition_that_the_catalog_does_not_know_is_not_read(
    runner: ScriptRunner, table: Callable[..., str]
) -> None:
    runner.put("raw/day=01/a.csv", "n,c,s\nx,1,1\n")
    runner.put("raw/day=02/a.csv", "n,c,s\ny,2,2\n")
    assert runner.glue(from_catalog(table("01"))).lines()[1:] == ["['x', '1', '1.0', '01']"]


@pytest.mark.parametrize("name", ["a b", "a+b", "a%20b", "é", "a=b", "[x]{y}*?", "a:b", "&;,$@"])
def test_a_key_of_any_characters_is_read(runner: ScriptRunner, name: str) -> None:
    runner.put(f"raw/{name}.csv", "k\nv\n")
    script = from_options(options="{'withHeader': True, 'attachFilename': 'file'}")
    assert runner.glue(script).lines()[1:] == [str(["v", f"s3://{runner.bucket}/raw/{name}.csv"])]


def test_quotes_commas_line_ends_and_a_byte_order_mark_are_read_rightly(runner: ScriptRunner) -> None:
    runner.put("raw/a.csv", '\ufeffa,b\r\n"1,""x""",2\r\n"3",\r\n')
    assert runner.glue(from_options()).lines() == [
        "[('a', 'string'), ('b', 'string')]",
        "['1,\"x\"', '2']",
        "['3', None]",
    ]


def test_a_quoted_line_break_needs_multi_line(runner: ScriptRunner) -> None:
    runner.put("raw/a.csv", 'a,b\n"1\n2",3\n')
    lines = runner.glue(from_options(options="{'withHeader': True, 'multiLine': True}")).lines()
    assert lines[1:] == ["['1\\n2', '3']"]


def test_a_short_row_ends_in_nulls_and_a_long_ones_fields_have_names_of_their_own(
    runner: ScriptRunner,
) -> None:
    runner.put("raw/a.csv", "a,b\n1\n1,2,3\n")
    assert runner.glue(from_options()).lines() == [
        "[('a', 'string'), ('b', 'string'), ('col2', 'string')]",
        "['1', None, None]",
        "['1', '2', '3']",
    ]


def test_without_a_header_columns_are_numbered(runner: ScriptRunner) -> None:
    runner.put("raw/a.csv", "x,1\ny,2\n")
    lines = runner.glue(from_options(options="{}")).lines()
    assert lines == ["[('col0', 'string'), ('col1', 'string')]", "['x', '1']", "['y', '2']"]


def test_each_files_header_names_its_own_columns(runner: ScriptRunner) -> None:
    runner.put("raw/a.csv", "a,b\n1,2\n")
    runner.put("raw/b.csv", "b,c\n3,4\n")
    assert runner.glue(from_options()).lines() == [
        "[('a', 'string'), ('b', 'string'), ('c', 'string')]",
        "['1', '2', None]",
        "[None, '3', '4']",
    ]


def test_gzipped_files_are_read(runner: ScriptRunner) -> None:
    runner.put("raw/a.csv.gz", gzip.compress(b"a,b\n1,2\n"))
    assert runner.glue(from_options()).lines()[1:] == ["['1', '2']"]


@pytest.mark.parametrize("body", [b"", b"a,b\n"])
def test_a_source_without_rows_has_no_columns(runner: ScriptRunner, body: bytes) -> None:
    runner.put("raw/a.csv", body)
    assert runner.glue(from_options()).lines() == ["[]"]


def test_json_parquet_orc_and_avro_are_written_and_read_back(runner: ScriptRunner) -> None:
    script = """
rows = spark.sql("SELECT 1L id, 'é' name, named_struct('x', 1.5D) s, array(1, 2) list")
frame = DynamicFrame.fromDF(rows, glue, 'f')
for kind in ('json', 'parquet', 'orc', 'avro'):
    path = f's3://{BUCKET}/{kind}/'
    glue.write_dynamic_frame.from_options(frame, 's3', {'path': path}, kind)
    back = glue.create_dynamic_frame.from_options('s3', {'paths': [path]}, kind)
    print(kind, back.toDF().select('id', 'name', 's.x', 'list').collect())
"""
    assert runner.glue(script).lines() == [
        f"{kind} [Row(id=1, name='é', x=1.5, list=[1, 2])]" for kind in ("json", "parquet", "orc", "avro")
    ]


def test_written_files_are_there_in_one_piece_and_nothing_else_is(runner: ScriptRunner) -> None:
    script = """
rows = spark.sql("SELECT 'a,\\"b' x, 'p q' day UNION ALL SELECT '', 'r'").coalesce(1)
frame = DynamicFrame.fromDF(rows, glue, 'f')
options = {'path': f's3://{BUCKET}/out', 'partitionKeys': ['day']}
glue.write_dynamic_frame.from_options(frame, 's3', options, 'csv')
"""
    run = runner.glue(script)
    assert run.state == "SUCCEEDED", run.error
    keys = runner.keys("out")
    assert [key.rsplit("/", 1)[0] for key in keys] == ["out/day=p q", "out/day=r"]
    body = runner.client("s3").get_object(Bucket=runner.bucket, Key=keys[0])["Body"].read()
    assert body.decode() == 'x\n"a,""b"\n'


def test_a_sink_keeps_its_catalog_table_up_to_date(runner: ScriptRunner) -> None:
    database = runner.bucket.replace("-", "_")
    runner.client("glue").create_database(DatabaseInput={"Name": database})
    script = f"""
frame = DynamicFrame.fromDF(spark.sql("SELECT 1L Id, 'x' part"), glue, 'f')
sink = glue.getSink('s3', path=f's3://{{BUCKET}}/sink/', enableUpdateCatalog=True, partitionKeys=['part'])
sink.setFormat('glueparquet')
sink.setCatalogInfo(catalogDatabase={database!r}, catalogTableName='made')
sink.writeFrame(frame)
back = glue.create_dynamic_frame.from_catalog(database={database!r}, table_name='made').toDF()
print(back.dtypes, back.collect())
"""
    assert runner.glue(script).lines() == [
        "[('Id', 'bigint'), ('part', 'string')] [Row(Id=1, part='x')]",
    ]


def test_bookmarks_give_new_files_once_and_a_frame_without_columns_when_there_is_none(
    runner: ScriptRunner, table: Callable[..., str]
) -> None:
    runner.put("raw/a.csv", "n,c,s\nx,1,0.5\n")
    database = table()
    read = from_catalog(database, ", transformation_ctx='raw'")
    script = (
        f"job = Job(glue)\njob.init(getResolvedOptions(sys.argv, ['name'])['name'], {{}})\n{read}job.commit()"
    )
    arguments = {"--job-bookmark-option": "job-bookmark-enable", "--name": "one"}
    name, run_id = runner.start(
        f"BUCKET = {runner.bucket!r}\n" + prologue() + script, arguments, MaxRetries=0
    )
    first = runner.ended(name, run_id)
    assert len(first.lines()) == 2
    again = runner.client("glue").start_job_run(JobName=name, Arguments=arguments)["JobRunId"]
    assert runner.ended(name, again).lines() == ["[]"]
    runner.put("raw/b.csv", "n,c,s\ny,2,0.5\n")
    third = runner.client("glue").start_job_run(JobName=name, Arguments=arguments)["JobRunId"]
    assert runner.ended(name, third).lines()[1:] == ["['y', '2', '0.5']"]


def prologue() -> str:
    from .conftest import PROLOGUE

    return PROLOGUE


def test_a_table_that_is_not_there_is_named(runner: ScriptRunner) -> None:
    run = runner.glue("glue.create_dynamic_frame.from_catalog(database='no', table_name='where')")
    assert "table no.where" in run.error
    assert "EntityNotFoundException" in run.error
    assert re.search(r"; An error occurred while calling o[0-9]+\.getCatalogSource\. ", run.error)


def test_what_can_not_be_read_names_the_call_that_failed(runner: ScriptRunner) -> None:
    read = "glue.create_dynamic_frame.from_options('s3', {'paths': ['s3://no-such-bucket-here/']}, 'csv')"
    run = runner.glue(f"print({read}.count())")
    assert re.search(r"; An error occurred while calling o[0-9]+\.getDynamicFrame\. ", run.error), run.error
    assert "no-such-bucket-here" in run.error


def test_json_lines_have_the_types_of_their_values(runner: ScriptRunner) -> None:
    runner.put("raw/a.json", "\n".join(json.dumps({"a": n, "b": {"c": str(n)}}) for n in range(2)))
    lines = runner.glue(from_options(kind="json", options="{}")).lines()
    assert lines[0] == "[('a', 'int'), ('b', 'struct<c:string>')]"
