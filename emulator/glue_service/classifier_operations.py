"""The classifier operations of the Glue API: custom CSV classifiers, kept per account and region."""

from __future__ import annotations

from typing import Any

from localstack.aws.api import RequestContext

from emulator.glue_service.crawler_errors import CrawlFailed
from emulator.glue_service.crawler_models import ClassifierRecord, CrawlerStore, CrawlerStores
from emulator.glue_service.csv_classifier import DELIMITERS, LAZY_SIMPLE_SERDE, OPEN_CSV_SERDE, CsvOptions
from emulator.glue_service.dispatch import operation, scope_of
from emulator.glue_service.errors import AlreadyExists, EntityNotFound, InvalidInput
from emulator.glue_service.models import now
from emulator.glue_service.paging import page

Request = dict[str, Any]
Response = dict[str, Any]

_SERDES = {"OpenCSVSerDe": OPEN_CSV_SERDE, "LazySimpleSerDe": LAZY_SIMPLE_SERDE, "None": LAZY_SIMPLE_SERDE}


class ClassifierOperations:
    """Mixin: its handlers answer for classifiers."""

    def __init__(self) -> None:
        self._crawler_stores = CrawlerStores()

    def _crawler_store(self, context: RequestContext) -> CrawlerStore:
        return self._crawler_stores[scope_of(context)]

    @operation("CreateClassifier")
    def create_classifier(self, context: RequestContext, request: Request) -> Response:
        name, fields = _csv_fields(request)
        known = self._crawler_store(context).classifiers
        if name in known:
            raise AlreadyExists(f"Classifier with name {name} already exists")
        known[name] = ClassifierRecord(name, fields)
        return {}

    @operation("UpdateClassifier")
    def update_classifier(self, context: RequestContext, request: Request) -> Response:
        name, fields = _csv_fields(request)
        record = find_classifier(self._crawler_store(context), name)
        record.fields = {**record.fields, **fields}
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


def csv_options(fields: dict[str, Any]) -> CsvOptions:
    """How a custom classifier reads: its fields, with the built-in classifier's delimiters as default."""
    delimiter = fields.get("Delimiter")
    return CsvOptions(
        delimiters=(delimiter,) if delimiter else DELIMITERS,
        quote=fields.get("QuoteSymbol") or '"',
        quoted=bool(fields.get("QuoteSymbol")),
        header=fields.get("ContainsHeader", "UNKNOWN"),
        names=tuple(fields.get("Header") or ()),
        allow_single_column=bool(fields.get("AllowSingleColumn")),
        trim=not fields.get("DisableValueTrimming"),
        serde=_SERDES[fields.get("Serde", "None")],
        custom=True,
    )


def custom_options(store: CrawlerStore, names: list[str]) -> tuple[CsvOptions, ...]:
    """The options of a crawler's classifiers, in its order. Raises CrawlFailed if one was deleted."""
    if missing := [name for name in names if name not in store.classifiers]:
        raise CrawlFailed(f"Classifier {', '.join(missing)} does not exist any more; update the crawler")
    return tuple(csv_options(store.classifiers[name].fields) for name in names)


def _csv_fields(request: Request) -> tuple[str, dict[str, Any]]:
    kinds = [kind for kind, value in request.items() if value]
    if kinds != ["CsvClassifier"]:
        raise InvalidInput(
            f"{', '.join(kinds) or 'No classifier'} given: tarmac supports CsvClassifier; "
            "JSON and Parquet are recognised without one"
        )
    fields = dict(request["CsvClassifier"])
    if fields.get("CustomDatatypeConfigured"):
        raise InvalidInput("CustomDatatypeConfigured: not supported by tarmac; types are inferred")
    if fields.get("Delimiter") and fields.get("Delimiter") == fields.get("QuoteSymbol"):
        raise InvalidInput("Delimiter and QuoteSymbol must be different")
    return fields.pop("Name"), fields
