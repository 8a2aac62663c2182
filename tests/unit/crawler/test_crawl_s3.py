"""How an S3 target is listed and sampled."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.glue_service.crawl_targets_s3 import IncludePath, S3Target, SchemaCache, crawl_s3, list_objects
from emulator.glue_service.crawler_errors import CrawlCancelled, CrawlFailed

START = datetime(2026, 1, 1, tzinfo=UTC)
CSV = b"id,name\n1,x\n"


class FakeS3:
    """The three calls that a crawl makes, over objects in memory, newest last."""

    def __init__(self, **objects: bytes) -> None:
        self.objects = {key.replace("__", "/"): content for key, content in objects.items()}
        self.read: list[str] = []
        self.forbidden: set[str] = set()

    def get_paginator(self, _name: str) -> FakeS3:
        return self

    def paginate(self, Bucket: str, Prefix: str) -> Iterable[dict[str, Any]]:  # noqa: N803 - boto's names
        if Bucket != "bucket":
            error = {"Error": {"Code": "NoSuchBucket", "Message": "The specified bucket does not exist"}}
            raise ClientError(error, "ListObjectsV2")  # type: ignore[arg-type]
        for number, (key, content) in enumerate(self.objects.items()):
            if key.startswith(Prefix):
                moment = START + timedelta(seconds=number)
                yield {
                    "Contents": [
                        {"Key": key, "Size": len(content), "ETag": str(hash(content)), "LastModified": moment}
                    ]
                }

    def get_object(self, Bucket: str, Key: str, Range: str) -> dict[str, Any]:  # noqa: N803 - boto's names
        assert Bucket == "bucket"
        self.read.append(Key)
        if Key in self.forbidden:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": ""}}, "GetObject")
        first, last = (int(part) for part in Range.removeprefix("bytes=").split("-"))
        return {"Body": io.BytesIO(self.objects[Key][first : last + 1])}


def crawl(s3: FakeS3, path: str = "s3://bucket/raw", cache: SchemaCache | None = None, **target: Any) -> Any:
    return crawl_s3(s3, S3Target(path, **target), cache or SchemaCache(), lambda: None)


@pytest.mark.parametrize("path", ["bucket/raw", "http://bucket/raw", "s3://", "s3:///raw"])
def test_a_path_that_is_no_s3_address_fails_the_crawl(path: str) -> None:
    with pytest.raises(CrawlFailed, match="give s3://bucket/folder"):
        IncludePath.parse(path)


def test_a_path_means_the_folder_with_or_without_a_slash() -> None:
    assert IncludePath.parse("s3://bucket/raw") == IncludePath.parse("s3://bucket/raw/")


def test_a_missing_bucket_fails_the_crawl_by_name() -> None:
    with pytest.raises(CrawlFailed, match=r"s3://nowhere/raw/.*NoSuchBucket"):
        crawl(FakeS3(), "s3://nowhere/raw")


def test_a_missing_prefix_has_no_folders() -> None:
    assert crawl(FakeS3(raw2__a=CSV)) == []


def test_hidden_and_empty_objects_and_folder_markers_take_no_part() -> None:
    s3 = FakeS3(raw__a=CSV, raw___SUCCESS=b"x", raw__empty=b"", raw___temporary__b=CSV)
    s3.objects |= {"raw/.hidden": CSV, "raw/": b"", "raw/sub/": b"x"}
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
    assert len(set(s3.read)) == 4


def test_the_newest_object_is_always_sampled() -> None:
    s3 = FakeS3(**{f"raw__f{i:03}": CSV + b"%d,y\n" % i for i in range(50)})
    crawl(s3, sample_files=2)
    assert "raw/f049" in s3.read


def test_a_recrawl_reads_new_objects_only() -> None:
    s3, cache = FakeS3(raw__a=CSV), SchemaCache()
    crawl(s3, cache=cache)
    s3.objects["raw/b"] = CSV + b"2,new\n"
    s3.read.clear()
    crawl(s3, cache=cache)
    assert s3.read == ["raw/b"]


def test_an_object_that_may_not_be_read_does_not_fail_the_crawl() -> None:
    s3 = FakeS3(raw__a=CSV, raw__b=CSV + b"2,y\n")
    s3.forbidden.add("raw/a")
    (folder,) = crawl(s3)
    assert [file.key for file in folder.files] == ["raw/b"]


def test_a_stopped_crawl_ends_between_two_reads() -> None:
    def stopped() -> None:
        raise CrawlCancelled

    with pytest.raises(CrawlCancelled):
        crawl_s3(FakeS3(raw__a=CSV), S3Target("s3://bucket/raw"), SchemaCache(), stopped)
