"""How long a crawl takes: a few small files, and how it grows over 100, 1,000 and 10,000 of them."""

from __future__ import annotations

import statistics
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from tests.benchmarks import BenchRow

if TYPE_CHECKING:
    from emulator.stack.sandbox import Sandbox

SMALL_AIM_S = 0.15
THOUSAND_AIM_S = 2.0
REPEATS = 5
GROWTH = (100, 1_000, 10_000)
PARTITIONS = 10
FILES_IN_A_GROWING_PARTITION = 100


def bench(sandbox: Sandbox) -> list[BenchRow]:
    """Seconds from StartCrawler's acceptance to READY, as the crawler's own metrics count them.

    Two curves: files in ten partitions, of which a sample is read, and partitions of a hundred files each, of
    which ten times the sample's files are read.
    """
    small = _Crawled(sandbox, files=3, partitions=3)
    small.crawl()
    rows = [
        BenchRow("crawl of 3 small files", small.median(), "s", SMALL_AIM_S, f"median of {REPEATS}, again")
    ]
    for files in GROWTH:
        rows += _rows(sandbox, files)
    partitions = GROWTH[-1] // FILES_IN_A_GROWING_PARTITION
    wide = _Crawled(sandbox, GROWTH[-1], partitions).crawl()
    return [
        *rows,
        BenchRow(f"crawl of {GROWTH[-1]:,} files in {partitions} partitions", wide, "s", None, "first"),
    ]


def _rows(sandbox: Sandbox, files: int) -> list[BenchRow]:
    crawled = _Crawled(sandbox, files, PARTITIONS)
    first = crawled.crawl()
    aim = THOUSAND_AIM_S if files == 1_000 else None
    note = f"{PARTITIONS} partitions"
    return [
        BenchRow(f"crawl of {files:,} files", first, "s", aim, f"{note}, first crawl"),
        BenchRow(
            f"crawl of {files:,} files, again", crawled.median(), "s", aim, f"{note}, median of {REPEATS}"
        ),
    ]


class _Crawled:
    """A bucket of small CSV files, each of its own content, and its crawler."""

    def __init__(self, sandbox: Sandbox, files: int, partitions: int) -> None:
        self._sandbox = sandbox
        self._glue: Any = sandbox.client("glue")
        self._name = f"bench-{uuid.uuid4().hex[:12]}"
        s3 = sandbox.client("s3")
        s3.create_bucket(Bucket=self._name)

        def put(number: int) -> None:
            key = f"raw/part={number % partitions}/{number}.csv"
            s3.put_object(Bucket=self._name, Key=key, Body=b"id,name\n%d,x\n" % number)

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(put, range(files)))
        targets = {"S3Targets": [{"Path": f"s3://{self._name}/raw/"}]}
        self._glue.create_crawler(Name=self._name, Role="R", DatabaseName=self._name, Targets=targets)

    def crawl(self) -> float:
        """One crawl's seconds."""
        self._glue.start_crawler(Name=self._name)
        self._sandbox.wait_until(self._ready, 120, f"crawler {self._name} to be READY")
        metrics = self._glue.get_crawler_metrics(CrawlerNameList=[self._name])["CrawlerMetricsList"]
        return float(metrics[0]["LastRuntimeSeconds"])

    def median(self) -> float:
        """The median of several crawls."""
        return statistics.median(self.crawl() for _ in range(REPEATS))

    def _ready(self) -> bool:
        crawler = self._glue.get_crawler(Name=self._name)["Crawler"]
        if crawler["State"] != "READY":
            return False
        assert crawler["LastCrawl"]["Status"] == "SUCCEEDED", crawler["LastCrawl"]
        return True
