"""The crawler operations of the Glue API."""

from __future__ import annotations


class CrawlerOperations:
    """Mixin of the provider; its handlers answer for crawlers and classifiers."""
