"""One crawl from start to end: its thread, LastCrawl, its events and its log; the work is `crawl_work`'s."""

from __future__ import annotations

import logging
from threading import Thread

from emulator.glue_service.crawl_work import CrawlContext, CrawlWork
from emulator.glue_service.crawler_errors import CrawlCancelled, CrawlFailed
from emulator.glue_service.crawler_events import ended_event, publish_event, started_event
from emulator.glue_service.crawler_log import write_log
from emulator.glue_service.crawler_models import Crawl, CrawlerRecord, CrawlStatus

LOG = logging.getLogger(__name__)


def start_crawl(record: CrawlerRecord, context: CrawlContext) -> Crawl:
    """Begins a crawl in a thread of its own. Raises CrawlerRunning."""
    crawl = record.start()
    name = f"crawler-{record.name}"
    Thread(target=run_crawl, args=(record, crawl, context), name=name, daemon=True).start()
    return crawl


def run_crawl(record: CrawlerRecord, crawl: Crawl, context: CrawlContext) -> None:
    """Crawls and ends READY whatever happens; the outcome is in the crawl."""
    crawl.log("BENCHMARK", f"Running Start Crawl for Crawler {record.name}")
    announcing = _announce(record, crawl, context)
    try:
        CrawlWork(record, crawl, context).run()
        record.finish(CrawlStatus.SUCCEEDED)
    except CrawlCancelled:
        record.finish(CrawlStatus.CANCELLED)
    except CrawlFailed as error:
        crawl.log("ERROR", str(error))
        if crawl.cancelled.is_set():
            record.finish(CrawlStatus.CANCELLED)
        else:
            record.finish(CrawlStatus.FAILED, str(error))
    except Exception as error:  # a crawler must not stay RUNNING because of a defect of ours
        LOG.exception("crawl %s of %s", crawl.crawl_id, record.name)
        crawl.log("ERROR", f"Internal Service Exception: {error!r}")
        record.finish(CrawlStatus.FAILED, f"Internal Service Exception: {error!r}")
    crawl.log("BENCHMARK", "Crawler has finished running and is in state READY")
    announcing.join()
    publish_event(context.client, ended_event(record.scope, crawl))
    write_log(crawl, context.client)


def _announce(record: CrawlerRecord, crawl: Crawl, context: CrawlContext) -> Thread:
    """Sends the Started event beside the crawl, which need not wait for it."""
    event = started_event(record.scope, crawl)
    thread = Thread(target=publish_event, args=(context.client, event), daemon=True)
    thread.start()
    return thread
