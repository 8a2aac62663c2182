"""How a crawl lists a bucket of LocalStack, and reads ranges of its objects."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from localstack.services.s3.models import s3_stores

from emulator.glue_service.crawl_store import LocalStackObjects
from emulator.glue_service.crawler_errors import CrawlFailed
from emulator.glue_service.models import Scope

OWNER, OTHER = "111111111111", "222222222222"
MOMENT = datetime(2026, 11, 23, tzinfo=UTC)


class Ranges:
    """An S3 client that answers every object with the same bytes, and remembers what was asked for."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []

    def get_object(self, **request: str) -> dict[str, Any]:
        self.asked.append(request)
        return {"Body": io.BytesIO(b"content")}


@pytest.fixture
def keys() -> list[str]:
    """A bucket of 2,500 objects, among them keys that URL-encoding changes, in no order."""
    names = [f"raw/a b{number}.csv" for number in range(2_500)]
    items = [SimpleNamespace(key=key, size=7, etag="e", last_modified=MOMENT) for key in reversed(names)]
    store = s3_stores[OWNER]["us-east-1"]
    store.buckets["crawled-here"] = SimpleNamespace(objects=SimpleNamespace(values=lambda: items))
    store.global_bucket_map["crawled-here"] = OWNER
    return names


def objects(account_id: str, s3: Any = None) -> LocalStackObjects:
    return LocalStackObjects(Scope(account_id, "us-east-1"), s3)


@pytest.mark.parametrize("account_id", [OWNER, OTHER])
def test_every_object_is_listed_in_the_order_of_keys_whoever_asks(account_id: str, keys: list[str]) -> None:
    assert [item.key for item in objects(account_id).objects("crawled-here")] == sorted(keys)


def test_a_missing_bucket_fails_the_crawl_by_name() -> None:
    with pytest.raises(CrawlFailed, match=r"s3://nowhere/.*NoSuchBucket"):
        objects(OWNER).objects("nowhere")


def test_only_the_range_that_is_wanted_is_asked_for() -> None:
    s3 = Ranges()
    assert objects(OWNER, s3).read("b", "k", 100, 50) == b"content"
    assert s3.asked == [{"Bucket": "b", "Key": "k", "Range": "bytes=100-149"}]
