"""The classifier operations of the Glue API: custom classifiers, kept per account and region."""

from __future__ import annotations

from typing import Any

from localstack.aws.api import RequestContext

from emulator.glue_service.classifiers_custom import KINDS, CustomClassifier, custom_classifier
from emulator.glue_service.crawler_errors import CrawlFailed
from emulator.glue_service.crawler_models import ClassifierRecord, CrawlerStore, CrawlerStores
from emulator.glue_service.dispatch import operation, scope_of
from emulator.glue_service.errors import AlreadyExists, EntityNotFound, InvalidInput
from emulator.glue_service.models import now
from emulator.glue_service.paging import page

Request = dict[str, Any]
Response = dict[str, Any]


class ClassifierOperations:
    """Mixin: its handlers answer for classifiers."""

    def __init__(self) -> None:
        self._crawler_stores = CrawlerStores()

    def _crawler_store(self, context: RequestContext) -> CrawlerStore:
        return self._crawler_stores[scope_of(context)]

    @operation("CreateClassifier")
    def create_classifier(self, context: RequestContext, request: Request) -> Response:
        kind, name, fields = _requested(request)
        known = self._crawler_store(context).classifiers
        if name in known:
            raise AlreadyExists(f"Classifier with name {name} already exists")
        custom_classifier(kind, fields)
        known[name] = ClassifierRecord(name, kind, fields)
        return {}

    @operation("UpdateClassifier")
    def update_classifier(self, context: RequestContext, request: Request) -> Response:
        kind, name, changes = _requested(request)
        record = find_classifier(self._crawler_store(context), name)
        if record.kind != kind:
            raise InvalidInput(f"Classifier {name} is a {record.kind} and can't be updated as a {kind}")
        fields = {**record.fields, **changes}
        custom_classifier(kind, fields)
        record.fields = fields
        record.version += 1
        record.updated_on = now()
        return {}

    @operation("GetClassifier")
    def get_classifier(self, context: RequestContext, request: Request) -> Response:
        return {"Classifier": find_classifier(self._crawler_store(context), request["Name"]).as_response()}

    @operation("GetClassifiers")
    def get_classifiers(self, context: RequestContext, request: Request) -> Response:
        found, following = page(list(self._crawler_store(context).classifiers.values()), request)
        return {"Classifiers": [record.as_response() for record in found], **following}

    @operation("DeleteClassifier")
    def delete_classifier(self, context: RequestContext, request: Request) -> Response:
        store = self._crawler_store(context)
        del store.classifiers[find_classifier(store, request["Name"]).name]
        return {}


def find_classifier(store: CrawlerStore, name: str) -> ClassifierRecord:
    """Raises EntityNotFound."""
    record = store.classifiers.get(name)
    if record is None:
        raise EntityNotFound(f"Classifier entry with name {name} does not exist")
    return record


def custom_classifiers(store: CrawlerStore, names: list[str]) -> tuple[CustomClassifier, ...]:
    """A crawler's classifiers, in its order. Raises CrawlFailed if one was deleted."""
    if missing := [name for name in names if name not in store.classifiers]:
        raise CrawlFailed(f"Classifier {', '.join(missing)} does not exist any more; update the crawler")
    records = (store.classifiers[name] for name in names)
    return tuple(custom_classifier(record.kind, record.fields) for record in records)


def _requested(request: Request) -> tuple[str, str, dict[str, Any]]:
    """Kind, name and members of the one classifier that a request describes. Raises InvalidInput."""
    kinds = [kind for kind in KINDS if request.get(kind)]
    if len(kinds) != 1:
        raise InvalidInput(f"{' and '.join(kinds) or 'No classifier'} given: give one of {', '.join(KINDS)}")
    fields = dict(request[kinds[0]])
    return kinds[0], fields.pop("Name"), fields
