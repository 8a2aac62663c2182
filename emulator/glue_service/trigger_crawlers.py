"""Crawlers as triggers start and stop them: by the operations that users call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from localstack.aws.api import RequestContext

from emulator.glue_service.crawler_models import Crawl
from emulator.glue_service.crawler_operations import CrawlerOperations
from emulator.glue_service.models import Scope


@dataclass(frozen=True)
class _Caller:
    """The part of a request's context that the operations read."""

    account_id: str
    region: str


class TriggeredCrawlers(CrawlerOperations):
    """Mixin of the provider: `trigger_engine.Crawlers`, and who asks whether a crawler exists."""

    def begin_crawl(self, scope: Scope, name: str) -> Crawl:
        """Raises EntityNotFound, CrawlerRunning."""
        context = _context_of(scope)
        self.start_crawler(context, {"Name": name})
        return self._crawler_store(context).crawlers[name].crawls[-1]

    def cancel_crawl(self, scope: Scope, name: str) -> None:
        """Raises EntityNotFound, CrawlerNotRunning, CrawlerStopping."""
        self.stop_crawler(_context_of(scope), {"Name": name})

    def has_crawler(self, scope: Scope, name: str) -> bool:
        return name in self._crawler_store(_context_of(scope)).crawlers


def _context_of(scope: Scope) -> RequestContext:
    return cast(RequestContext, _Caller(scope.account_id, scope.region))
