"""Crawls of S3 against a running sandbox: aws-semantics.md §B."""

from __future__ import annotations

import gzip
import io
import json

import pyarrow
import pyarrow.orc
import pyarrow.parquet
import pytest

from emulator.stack.sandbox import Sandbox
from tests.contract.crawling import Crawling, columns

DAY = b"Code,OriginID,DepDelay\nDL,11433,-3\nAA,1,2\n"


@pytest.fixture
def crawling(sandbox: Sandbox) -> Crawling:
    return Crawling(sandbox)


def configuration(**sections: object) -> str:
    return json.dumps({"Version": 1.0, **sections})


COMBINE = configuration(Grouping={"TableGroupingPolicy": "CombineCompatibleSchemas"})


def test_a_crawl_writes_database_table_and_partitions(crawling: Crawling) -> None:
    crawling.put({"raw/year=2026/day=1/a.csv": DAY, "raw/year=2026/day=2/a.csv": DAY})
    crawler = crawling.crawl(crawling.create())
    assert crawler["LastCrawl"]["Status"] == "SUCCEEDED"
    table = crawling.table()
    assert columns(table) == {"code": "string", "originid": "bigint", "depdelay": "bigint"}
    assert [key["Name"] for key in table["PartitionKeys"]] == ["year", "day"]
    assert {key["Type"] for key in table["PartitionKeys"]} == {"string"}
    assert set(crawling.partitions()) == {("2026", "1"), ("2026", "2")}
    assert table["StorageDescriptor"]["Location"] == f"s3://{crawling.bucket}/raw/"
    assert table["VersionId"] == "0"


def test_partitions_can_be_asked_for_by_expression(crawling: Crawling) -> None:
    crawling.put({f"raw/day={day}/a.csv": DAY for day in (1, 2, 3)})
    crawling.crawl(crawling.create())
    found = crawling.glue.get_partitions(
        DatabaseName=crawling.database, TableName="raw", Expression="day >= '2'"
    )["Partitions"]
    assert [partition["Values"] for partition in found] == [["2"], ["3"]]


def test_a_new_day_becomes_a_partition_on_the_next_crawl(crawling: Crawling) -> None:
    name = crawling.create()
    crawling.put({"raw/day=1/a.csv": DAY})
    crawling.crawl(name)
    crawling.put({"raw/day=2/a.csv": DAY})
    crawling.crawl(name)
    assert set(crawling.partitions()) == {("1",), ("2",)}
    assert crawling.table()["VersionId"] == "1"
    assert crawling.table()["Parameters"]["objectCount"] == "2"


def test_old_versions_of_a_table_are_archived(crawling: Crawling) -> None:
    name = crawling.create()
    crawling.put({"raw/a.csv": DAY})
    crawling.crawl(name)
    crawling.put({"raw/a.csv": b"id,extra\n1,2\n"})
    crawling.crawl(name)
    versions = crawling.glue.get_table_versions(DatabaseName=crawling.database, TableName="raw")[
        "TableVersions"
    ]
    by_id = {version["VersionId"]: columns(version["Table"]) for version in versions}
    assert set(by_id) == {"0", "1"}
    assert set(by_id["1"]) == {"id", "extra"}
    assert "code" in by_id["0"]


def test_a_missing_prefix_succeeds_without_a_table(crawling: Crawling) -> None:
    assert crawling.crawl(crawling.create("nothing/"))["LastCrawl"]["Status"] == "SUCCEEDED"
    assert crawling.tables() == {}


def test_a_missing_bucket_fails_and_says_so_and_the_next_crawl_works(crawling: Crawling) -> None:
    name = crawling.create(Targets={"S3Targets": [{"Path": "s3://no-such-bucket-of-ours/raw/"}]})
    last = crawling.crawl(name)["LastCrawl"]
    assert last["Status"] == "FAILED"
    assert "no-such-bucket-of-ours" in last["ErrorMessage"]
    crawling.put({"raw/a.csv": DAY})
    crawling.glue.update_crawler(Name=name, Targets={"S3Targets": [{"Path": f"s3://{crawling.bucket}/raw/"}]})
    assert crawling.crawl(name)["LastCrawl"]["Status"] == "SUCCEEDED"


def test_unlike_folders_become_tables_with_the_prefix(crawling: Crawling) -> None:
    crawling.put({"raw/orders/a.csv": b"id,n\n1,2\n", "raw/users/a.csv": b"who,age\nx,2\n"})
    crawling.crawl(crawling.create(TablePrefix="p_"))
    assert set(crawling.tables()) == {"p_orders", "p_users"}


def test_unlike_files_become_a_table_each_extension_included(crawling: Crawling) -> None:
    crawling.put({"raw/products_1.csv": b"id,n\n1,2\n", "raw/products_2.csv": b"who,age\nx,2\n"})
    crawling.crawl(crawling.create())
    assert set(crawling.tables()) == {"products_1_csv", "products_2_csv"}


def test_combining_compatible_schemas_makes_one_table_of_them(crawling: Crawling) -> None:
    crawling.put({"raw/d=1/a.csv": b"id,n\n1,2\n", "raw/d=2/a.csv": b"who,age\nx,2\n"})
    crawling.crawl(crawling.create(Configuration=COMBINE))
    assert set(columns(crawling.table())) == {"id", "n", "who", "age"}


@pytest.mark.parametrize(
    "broken",
    [
        b"Code,OriginID,DepDelay\n",
        b"\x89PNG\x00\x01",
        b"Code,OriginID,DepDelay\nx,y,z\n",
        b"\xef\xbb\xbf" + DAY,
    ],
)
def test_one_bad_day_does_not_split_a_combined_table(crawling: Crawling, broken: bytes) -> None:
    crawling.put({"raw/day=1/a.csv": DAY, "raw/day=2/a.csv": DAY, "raw/day=3/a.csv": broken})
    crawling.crawl(crawling.create(Configuration=COMBINE))
    assert set(crawling.tables()) == {"raw"}
    assert list(columns(crawling.table())) == ["code", "originid", "depdelay"]
    assert set(crawling.partitions()) == {("1",), ("2",), ("3",)}


def test_exclusions_are_honoured_and_stored(crawling: Crawling) -> None:
    crawling.put({"raw/a.csv": DAY, "raw/skip/b.json": b'{"x": 1}'})
    crawling.crawl(crawling.create(Exclusions=["skip/**"]))
    assert set(crawling.tables()) == {"raw"}
    assert json.loads(crawling.table()["Parameters"]["exclusions"]) == [f"s3://{crawling.bucket}/raw/skip/**"]


def test_keys_with_spaces_signs_and_unicode_are_crawled(crawling: Crawling) -> None:
    crawling.put({"raw/day=a b+c%20ü/file + ü%.csv": DAY})
    crawling.crawl(crawling.create())
    assert set(crawling.partitions()) == {("a b+c%20ü",)}


def test_gzip_json_and_parquet_are_recognised(crawling: Crawling) -> None:
    parquet = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table({"Id": [1], "amount": [1.5]}), parquet)
    crawling.put(
        {
            "raw/packed/a.csv.gz": gzip.compress(DAY),
            "raw/lines/a.json": b'{"id": 1, "name": "x"}\n{"id": 2}\n',
            "raw/columnar/a.parquet": parquet.getvalue(),
            "raw/prose/a.txt": b"nothing of the kind\n",
        }
    )
    crawling.crawl(crawling.create())
    kinds = {name: table["Parameters"]["classification"] for name, table in crawling.tables().items()}
    assert kinds == {"packed": "csv", "lines": "json", "columnar": "parquet", "prose": "UNKNOWN"}
    assert crawling.table("packed")["Parameters"]["compressionType"] == "gzip"
    assert columns(crawling.table("lines")) == {"id": "int", "name": "string"}
    assert columns(crawling.table("columnar")) == {"id": "bigint", "amount": "double"}


def test_log_behaviour_adds_partitions_and_changes_no_schema(crawling: Crawling) -> None:
    policy = {"UpdateBehavior": "LOG", "DeleteBehavior": "LOG"}
    name = crawling.create(SchemaChangePolicy=policy, Configuration=COMBINE)
    crawling.put({"raw/day=1/a.csv": DAY})
    crawling.crawl(name)
    crawling.put({"raw/day=2/a.csv": b"code,originid,depdelay,new\nx,1,2,3\n"})
    crawling.crawl(name)
    assert "new" not in columns(crawling.table())
    assert set(crawling.partitions()) == {("1",), ("2",)}


def test_new_folders_only_does_not_see_a_new_file_in_an_old_folder(crawling: Crawling) -> None:
    name = crawling.create(
        RecrawlPolicy={"RecrawlBehavior": "CRAWL_NEW_FOLDERS_ONLY"},
        SchemaChangePolicy={"UpdateBehavior": "LOG", "DeleteBehavior": "LOG"},
    )
    crawling.put({"raw/day=1/a.csv": DAY})
    crawling.crawl(name)
    crawling.put({"raw/day=1/b.csv": b"other,kind\n1,2\n", "raw/day=2/a.csv": DAY})
    crawling.crawl(name)
    assert set(crawling.tables()) == {"raw"}
    assert set(crawling.partitions()) == {("1",), ("2",)}


@pytest.mark.parametrize(
    ("behavior", "left"), [("DELETE_FROM_DATABASE", {("1",)}), ("DEPRECATE_IN_DATABASE", {("1",), ("2",)})]
)
def test_a_folder_that_is_gone_follows_the_delete_behaviour(
    crawling: Crawling, behavior: str, left: set[tuple[str, ...]]
) -> None:
    name = crawling.create(SchemaChangePolicy={"DeleteBehavior": behavior})
    crawling.put({"raw/day=1/a.csv": DAY, "raw/day=2/a.csv": DAY})
    crawling.crawl(name)
    crawling.s3.delete_object(Bucket=crawling.bucket, Key="raw/day=2/a.csv")
    crawling.crawl(name)
    assert set(crawling.partitions()) == left


def test_a_custom_csv_classifier_gives_an_all_string_file_its_header(crawling: Crawling) -> None:
    classifier = f"with-header-{crawling.bucket}"
    crawling.glue.create_classifier(
        CsvClassifier={"Name": classifier, "Delimiter": ",", "QuoteSymbol": '"', "ContainsHeader": "PRESENT"}
    )
    crawling.put({"raw/a.csv": b"city,state\nAda,OK\nAdak,AK\n"})
    crawling.crawl(crawling.create())
    assert list(columns(crawling.table())) == ["col0", "col1"]
    crawling.crawl(crawling.create(Classifiers=[classifier]))
    assert list(columns(crawling.table())) == ["city", "state"]


def test_a_custom_classifier_is_the_crawlers_and_hits_every_target(crawling: Crawling) -> None:
    classifier = f"with-header-{crawling.bucket}"
    crawling.glue.create_classifier(CsvClassifier={"Name": classifier, "ContainsHeader": "PRESENT"})
    crawling.put({"named/a.csv": b"city,state\nAda,OK\n", "bare/a.csv": b"1,2\n3,4\n"})
    targets = [{"Path": f"s3://{crawling.bucket}/{folder}/"} for folder in ("named", "bare")]
    crawling.crawl(crawling.create(Classifiers=[classifier], Targets={"S3Targets": targets}))
    assert {name: list(columns(table)) for name, table in crawling.tables().items()} == {
        "named": ["city", "state"],
        "bare": ["1", "2"],
    }


def test_custom_classifiers_of_every_kind_decide_in_one_crawl(crawling: Crawling) -> None:
    names = [f"{kind}-{crawling.bucket}" for kind in ("json", "xml", "grok")]
    glue = crawling.glue
    glue.create_classifier(JsonClassifier={"Name": names[0], "JsonPath": "$[*]"})
    glue.create_classifier(XMLClassifier={"Name": names[1], "Classification": "xml", "RowTag": "row"})
    pattern = "%{TIMESTAMP_ISO8601:at} %{LEVEL:level} %{INT:n:int}"
    glue.create_classifier(
        GrokClassifier={
            "Name": names[2],
            "Classification": "my-logs",
            "GrokPattern": pattern,
            "CustomPatterns": "LEVEL (INFO|WARN)",
        }
    )
    orc = io.BytesIO()
    pyarrow.orc.write_table(pyarrow.table({"Id": [1], "at": ["x"]}), orc)
    crawling.put(
        {
            "raw/array/a.json": b'[{"id": 1, "name": "x"}, {"id": 2.5}]',
            "raw/rows/a.xml": b"<rows><row><id>1</id></row><row><id>2</id></row></rows>",
            "raw/logs/a.log": b"2026-11-23T10:00:00Z INFO 17\n2026-11-23T10:00:01Z WARN 18\n",
            "raw/orc/a.orc": orc.getvalue(),
        }
    )
    crawling.crawl(crawling.create(Classifiers=names))
    tables = crawling.tables()
    assert {name: columns(table) for name, table in tables.items()} == {
        "array": {"id": "double", "name": "string"},
        "rows": {"id": "int"},
        "logs": {"at": "string", "level": "string", "n": "int"},
        "orc": {"id": "bigint", "at": "string"},
    }
    assert tables["array"]["Parameters"]["jsonPath"] == "$[*]"
    assert tables["rows"]["Parameters"]["rowTag"] == "row"
    assert tables["logs"]["Parameters"]["classification"] == "my-logs"
    assert tables["logs"]["StorageDescriptor"]["SerdeInfo"]["Parameters"]["input.format"] == pattern
    assert tables["orc"]["StorageDescriptor"]["InputFormat"].endswith("OrcInputFormat")


def test_accounts_share_no_crawlers_and_no_catalog(sandbox: Sandbox) -> None:
    ours, theirs = Crawling(sandbox), Crawling(sandbox, account_id="111122223333")
    ours.put({"raw/a.csv": DAY})
    theirs.put({"raw/a.csv": DAY})
    name = theirs.create()
    theirs.crawl(name)
    assert set(theirs.tables()) == {"raw"}
    assert "111122223333" in theirs.table()["CreatedBy"]
    with pytest.raises(ours.glue.exceptions.EntityNotFoundException):
        ours.glue.get_crawler(Name=name)
    with pytest.raises(ours.glue.exceptions.EntityNotFoundException):
        ours.tables()


def test_a_crawl_leaves_its_log_in_cloudwatch_in_the_words_of_aws(crawling: Crawling) -> None:
    crawling.put({"raw/day=1/a.csv": DAY})
    name = crawling.create()
    last = crawling.crawl(name)["LastCrawl"]
    logs = crawling.sandbox.client("logs")

    def messages() -> list[str]:
        try:
            events = logs.get_log_events(logGroupName=last["LogGroup"], logStreamName=last["LogStream"])[
                "events"
            ]
        except logs.exceptions.ResourceNotFoundException:
            return []
        return [event["message"] for event in events if last["MessagePrefix"] in event["message"]]

    lines = crawling.sandbox.wait_until(messages, 10, "the crawl's log")
    assert lines is not None
    policy = '{"UpdateBehavior":"UPDATE_IN_DATABASE","DeleteBehavior":"DEPRECATE_IN_DATABASE"}'
    assert [line.removeprefix(f"[{last['MessagePrefix']}] ") for line in lines] == [
        f"BENCHMARK : Running Start Crawl for Crawler {name}",
        f"BENCHMARK : Classification complete, writing results to database {crawling.database}",
        f"INFO : Crawler configured with SchemaChangePolicy {policy}.",
        f"INFO : Created database {crawling.database}",
        f"INFO : Created table raw in database {crawling.database}",
        "BENCHMARK : Finished writing to Catalog",
        "INFO : Run Summary For PARTITION:",
        "INFO : ADD: 1",
        "INFO : Run Summary For TABLE:",
        "INFO : ADD: 1",
        "BENCHMARK : Crawler has finished running and is in state READY",
    ]
