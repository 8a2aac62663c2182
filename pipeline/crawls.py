"""Runs a crawler once and waits for its end."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import boto3

from pipeline.errors import DeployError

CRAWL_DEADLINE_S = 900.0


def run_crawler(session: boto3.Session, name: str) -> None:
    """Runs the crawler and waits for its end. Raises DeployError if the crawl fails."""
    glue = session.client("glue")
    # If someone else started it, waiting for its end will do: the tables exist by now.
    with suppress(glue.exceptions.CrawlerRunningException):
        glue.start_crawler(Name=name)
    deadline, wait_s = time.monotonic() + CRAWL_DEADLINE_S, 0.05
    while time.monotonic() < deadline:
        crawler = glue.get_crawler(Name=name)["Crawler"]
        if crawler["State"] == "READY":
            return _check_crawl(name, crawler.get("LastCrawl", {}))
        time.sleep(wait_s)
        wait_s = min(wait_s * 1.5, 5.0)
    raise DeployError(
        f"Crawler {name} is still {crawler['State']} after {CRAWL_DEADLINE_S:.0f} s. "
        "Next: look at its log /aws-glue/crawlers, then deploy again."
    )


def _check_crawl(name: str, last_crawl: Mapping[str, Any]) -> None:
    if last_crawl.get("Status") != "SUCCEEDED":
        cause = last_crawl.get("ErrorMessage", "it gave no reason").rstrip(".")
        raise DeployError(
            f"Crawler {name} ended {last_crawl.get('Status', 'without a result')}: {cause}. "
            "Next: look at its log /aws-glue/crawlers, then deploy again."
        )
