"""The crawler operations of the Glue API; each method only translates request and response."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from localstack.aws.api import RequestContext
from localstack.aws.connect import connect_to

from emulator.glue_service.api_operations import drop_tags, set_tags, with_tags
from emulator.glue_service.classifier_operations import (
    ClassifierOperations,
    custom_classifiers,
)
from emulator.glue_service.crawl_targets_s3 import SchemaCache
from emulator.glue_service.crawl_work import CrawlContext
from emulator.glue_service.crawler import start_crawl
from emulator.glue_service.crawler_clock import CrawlerClock
from emulator.glue_service.crawler_errors import NoSchedule, SchedulerNotRunning, SchedulerRunning
from emulator.glue_service.crawler_history import fits, metrics
from emulator.glue_service.crawler_models import (
    CrawlerRecord,
    CrawlerStore,
    crawl_response,
)
from emulator.glue_service.crawler_references import check_references
from emulator.glue_service.crawler_requests import crawler_fields, updated_fields
from emulator.glue_service.dispatch import operation, scope_of
from emulator.glue_service.errors import AlreadyExists, EntityNotFound
from emulator.glue_service.models import Scope, now
from emulator.glue_service.paging import page
from emulator.glue_service.role_sessions import CRAWLER_SESSION, RoleSessions

Request = dict[str, Any]
Response = dict[str, Any]

_ANSWER_AFTER_S = 0.3


class CrawlerOperations(ClassifierOperations):
    """Mixin of the provider; its handlers answer for crawlers and classifiers."""

    def __init__(self) -> None:
        super().__init__()
        self._schema_cache = SchemaCache()
        self._role_sessions = RoleSessions()
        self._crawler_clock = CrawlerClock(self._crawler_stores.crawlers, self._start)

    @operation("CreateCrawler")
    def create_crawler(self, context: RequestContext, request: Request) -> Response:
        scope, store = scope_of(context), self._crawler_store(context)
        name = request["Name"]
        record = CrawlerRecord(name, scope, crawler_fields(request))
        if name not in store.crawlers:
            check_references(store, _client_factory(scope), record.fields)
        if store.crawlers.setdefault(name, record) is not record:
            raise AlreadyExists(f"Crawler with name {name} already exists")
        self._crawler_clock.changed(record)
        set_tags(scope, "crawler", name, request.get("Tags"))
        return {}

    @operation("UpdateCrawler")
    def update_crawler(self, context: RequestContext, request: Request) -> Response:
        store = self._crawler_store(context)
        record = find_crawler(store, request["Name"])
        record.require_ready()
        fields = updated_fields(record.fields, request)
        check_references(store, _client_factory(record.scope), fields)
        if fields["Targets"] != record.fields["Targets"]:
            record.crawled_folders.clear()
        self._change(record, fields)
        return {}

    @operation("DeleteCrawler")
    def delete_crawler(self, context: RequestContext, request: Request) -> Response:
        store = self._crawler_store(context)
        record = find_crawler(store, request["Name"])
        record.require_ready()
        del store.crawlers[record.name]
        drop_tags(record.scope, "crawler", record.name)
        return {}

    @operation("GetCrawler")
    def get_crawler(self, context: RequestContext, request: Request) -> Response:
        """The true state, a moment late: a small crawl ends within the time that a call to AWS takes anyway.

        Who polls right after StartCrawler then needs no second poll, which saves a state machine its whole
        pause between polls. The other operations that show crawlers answer at once.
        """
        record = find_crawler(self._crawler_store(context), request["Name"])
        record.await_fresh_crawl(_ANSWER_AFTER_S)
        return {"Crawler": record.as_response()}

    @operation("GetCrawlers")
    def get_crawlers(self, context: RequestContext, request: Request) -> Response:
        found, following = page(list(self._crawler_store(context).crawlers.values()), request)
        return {"Crawlers": [record.as_response() for record in found], **following}

    @operation("BatchGetCrawlers")
    def batch_get_crawlers(self, context: RequestContext, request: Request) -> Response:
        known, names = self._crawler_store(context).crawlers, request["CrawlerNames"]
        return {
            "Crawlers": [known[name].as_response() for name in names if name in known],
            "CrawlersNotFound": [name for name in names if name not in known],
        }

    @operation("ListCrawlers")
    def list_crawlers(self, context: RequestContext, request: Request) -> Response:
        names = list(self._crawler_store(context).crawlers)
        found, following = page(with_tags(scope_of(context), "crawler", names, request.get("Tags")), request)
        return {"CrawlerNames": found, **following}

    @operation("StartCrawler")
    def start_crawler(self, context: RequestContext, request: Request) -> Response:
        store = self._crawler_store(context)
        self._start(find_crawler(store, request["Name"], "Crawler with name"))
        return {}

    def _start(self, record: CrawlerRecord) -> None:
        store = self._crawler_stores[record.scope]
        custom = partial(custom_classifiers, store, record.fields["Classifiers"])
        client = self._role_sessions.clients(record.scope, record.fields["Role"], CRAWLER_SESSION)
        start_crawl(record, CrawlContext(client, self._schema_cache, custom))

    def _change(self, record: CrawlerRecord, fields: dict[str, Any]) -> None:
        record.fields = fields
        record.version += 1
        record.updated_on = now()
        self._crawler_clock.changed(record)

    @operation("StopCrawler")
    def stop_crawler(self, context: RequestContext, request: Request) -> Response:
        find_crawler(self._crawler_store(context), request["Name"], "Crawler with name").stop()
        return {}

    @operation("ListCrawls")
    def list_crawls(self, context: RequestContext, request: Request) -> Response:
        record = find_crawler(self._crawler_store(context), request["CrawlerName"])
        newest_first = [crawl_response(crawl) for crawl in reversed(record.crawls)]
        for condition in request.get("Filters") or []:
            newest_first = [crawl for crawl in newest_first if fits(crawl, condition)]
        found, following = page(newest_first, request, default_size=20)
        return {"Crawls": found, **following}

    @operation("GetCrawlerMetrics")
    def get_crawler_metrics(self, context: RequestContext, request: Request) -> Response:
        known = self._crawler_store(context).crawlers
        names = request.get("CrawlerNameList") or list(known)
        found, following = page([known[name] for name in names if name in known], request)
        return {"CrawlerMetricsList": [metrics(record) for record in found], **following}

    @operation("UpdateCrawlerSchedule")
    def update_crawler_schedule(self, context: RequestContext, request: Request) -> Response:
        record = find_crawler(self._crawler_store(context), request["CrawlerName"])
        self._change(record, updated_fields(record.fields, {"Schedule": request.get("Schedule", "")}))
        return {}

    @operation("StartCrawlerSchedule")
    def start_crawler_schedule(self, context: RequestContext, request: Request) -> Response:
        record = find_crawler(self._crawler_store(context), request["CrawlerName"])
        schedule = _schedule(record)
        if schedule["State"] == "SCHEDULED":
            raise SchedulerRunning(record.name)
        self._change(record, {**record.fields, "Schedule": {**schedule, "State": "SCHEDULED"}})
        return {}

    @operation("StopCrawlerSchedule")
    def stop_crawler_schedule(self, context: RequestContext, request: Request) -> Response:
        record = find_crawler(self._crawler_store(context), request["CrawlerName"])
        schedule = record.fields.get("Schedule", {})
        if schedule.get("State") != "SCHEDULED":
            raise SchedulerNotRunning(record.name)
        self._change(record, {**record.fields, "Schedule": {**schedule, "State": "NOT_SCHEDULED"}})
        return {}


def find_crawler(store: CrawlerStore, name: str, wording: str = "Crawler entry with name") -> CrawlerRecord:
    """Raises EntityNotFound; AWS words it differently for starting and stopping than for the rest."""
    record = store.crawlers.get(name)
    if record is None:
        raise EntityNotFound(f"{wording} {name} does not exist")
    return record


def _schedule(record: CrawlerRecord) -> dict[str, str]:
    schedule: dict[str, str] = record.fields.get("Schedule", {})
    if not schedule.get("ScheduleExpression"):
        raise NoSchedule(record.name)
    return schedule


def _client_factory(scope: Scope) -> Callable[[str], Any]:
    clients = connect_to(aws_access_key_id=scope.account_id, region_name=scope.region)
    return lambda service: getattr(clients, service)
