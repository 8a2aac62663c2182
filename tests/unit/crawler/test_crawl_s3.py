"""How an S3 target is listed and sampled."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.glue_service.crawl_store import S3Object
from emulator.glue_service.crawl_targets_s3 import (
    Folder,
    IncludePath,
    S3Crawl,
    S3Target,
    SchemaCache,
    folder_url,
    list_objects,
)
from emulator.glue_service.crawler_errors import CrawlCancelled, CrawlFailed

START = datetime(2026, 1, 1, tzinfo=UTC)
CSV = b"id,name\n1,x\n"


class FakeS3:
    """What a crawl asks of S3, over objects in memory, newest last; counts what is read."""

    def __init__(self, **objects: bytes) -> None:
        self.objects_by_key = {key.replace("__", "/"): content for key, content in objects.items()}
        self.read_keys: list[str] = []
        self.bytes_read = 0
        self.forbidden: set[str] = set()

    def objects(self, bucket: str) -> Iterable[S3Object]:
        assert bucket == "bucket"
        for number, (key, content) in enumerate(self.objects_by_key.items()):
            yield S3Object(key, len(content), str(hash(content)), START + timedelta(seconds=number))

    def read(self, bucket: str, key: str, start: int, length: int) -> bytes:
        assert bucket == "bucket"
        self.read_keys.append(key)
        if key in self.forbidden:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": ""}}, "GetObject")
        content = self.objects_by_key[key][start : start + length]
        self.bytes_read += len(content)
        return content


def crawl(
    s3: FakeS3, path: str = "s3://bucket/raw", cache: SchemaCache | None = None, **target: Any
) -> list[Folder]:
    return S3Crawl(s3, S3Target(path, **target), cache or SchemaCache(), lambda: None).folders()


@pytest.mark.parametrize("path", ["bucket/raw", "http://bucket/raw", "s3://", "s3:///raw"])
def test_a_path_that_is_no_s3_address_fails_the_crawl(path: str) -> None:
    with pytest.raises(CrawlFailed, match="give s3://bucket/folder"):
        IncludePath.parse(path)


def test_a_path_means_the_folder_with_or_without_a_slash() -> None:
    assert IncludePath.parse("s3://bucket/raw") == IncludePath.parse("s3://bucket/raw/")


def test_a_missing_prefix_has_no_folders() -> None:
    assert crawl(FakeS3(raw2__a=CSV)) == []


def test_hidden_and_empty_objects_and_folder_markers_take_no_part() -> None:
    s3 = FakeS3(raw__a=CSV, raw___SUCCESS=b"x", raw__empty=b"", raw___temporary__b=CSV)
    s3.objects_by_key |= {"raw/.hidden": CSV, "raw/": b"", "raw/sub/": b"x"}
    assert [item.key for item in list_objects(s3, S3Target("s3://bucket/raw"))] == ["raw/a"]


def test_exclusions_are_relative_to_the_include_path() -> None:
    s3 = FakeS3(raw__a=CSV, raw__skip__b=CSV)
    assert [f.segments for f in crawl(s3, exclusions=("skip/**",))] == [()]


def test_a_path_to_one_object_is_that_object() -> None:
    (folder,) = crawl(FakeS3(raw__a=CSV, raw__ab=CSV), "s3://bucket/raw/a")
    assert folder.keys == ("raw/a",)


def test_each_folder_is_sampled_and_counted_as_a_whole() -> None:
    s3 = FakeS3(**{f"raw__day__f{i}": CSV + b"%d,y\n" % i for i in range(50)})
    (folder,) = crawl(s3, sample_files=4)
    assert (folder.object_count, len(folder.files)) == (50, 4)
    assert len(set(s3.read_keys)) == 4


def test_the_newest_object_is_always_sampled() -> None:
    s3 = FakeS3(**{f"raw__f{i:03}": CSV + b"%d,y\n" % i for i in range(50)})
    crawl(s3, sample_files=2)
    assert "raw/f049" in s3.read_keys


def test_a_recrawl_reads_new_objects_only() -> None:
    s3, cache = FakeS3(raw__a=CSV), SchemaCache()
    crawl(s3, cache=cache)
    s3.objects_by_key["raw/b"] = CSV + b"2,new\n"
    s3.read_keys.clear()
    crawl(s3, cache=cache)
    assert s3.read_keys == ["raw/b"]


def test_an_object_that_may_not_be_read_does_not_fail_the_crawl() -> None:
    s3 = FakeS3(raw__a=CSV, raw__b=CSV + b"2,y\n")
    s3.forbidden.add("raw/a")
    (folder,) = crawl(s3)
    assert [file.key for file in folder.files] == ["raw/b"]


def test_a_stopped_crawl_ends_between_two_reads() -> None:
    def stopped() -> None:
        raise CrawlCancelled

    with pytest.raises(CrawlCancelled):
        S3Crawl(FakeS3(raw__a=CSV), S3Target("s3://bucket/raw"), SchemaCache(), stopped).folders()


def test_a_whole_bucket_may_be_the_target() -> None:
    s3 = FakeS3(**{"a.csv": CSV, "raw__b.csv": CSV})
    folders = crawl(s3, "s3://bucket")
    include = IncludePath.parse("s3://bucket")
    assert [folder_url(include, item) for item in folders] == ["s3://bucket/", "s3://bucket/raw/"]
    wanted = S3Target("s3://bucket", only=lambda url: url == "s3://bucket/")
    assert [item.key for item in list_objects(s3, wanted)] == ["a.csv"]


def test_a_folder_can_be_read_in_full_and_what_was_read_is_not_read_again() -> None:
    s3 = FakeS3(**{f"raw__f{i:02}": CSV + b"%d,y\n" % i for i in range(30)})
    crawling = S3Crawl(s3, S3Target("s3://bucket/raw"), SchemaCache(), lambda: None)
    (sampled,) = crawling.folders()
    (full,) = crawling.folders(in_full={()})
    assert (len(sampled.files), len(full.files), len(s3.read_keys)) == (10, 30, 30)


def test_of_a_thousand_big_files_in_ten_folders_a_hundred_beginnings_are_read() -> None:
    body = CSV + b"2,some text\n" * 20_000
    s3 = FakeS3(**{f"raw__part={i % 10}__{i}.csv": body + b"%d,x\n" % i for i in range(1_000)})
    folders = crawl(s3)
    assert sum(folder.object_count for folder in folders) == 1_000
    assert len(s3.read_keys) == 100
    assert s3.bytes_read <= 100 * 128_000
