"""Custom classifiers as a crawl asks them: each says how a sample reads, and with what certainty; pure.

Built from the members of AWS's CsvClassifier, JsonClassifier, XMLClassifier and GrokClassifier structures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from emulator.glue_service.classifiers_grok import classify_grok, compile_grok
from emulator.glue_service.classifiers_json import classify_json
from emulator.glue_service.classifiers_json_path import JsonPath
from emulator.glue_service.classifiers_models import FileSchema
from emulator.glue_service.classifiers_xml import classify_xml
from emulator.glue_service.csv_classifier import (
    CUSTOM_DATATYPES,
    DELIMITERS,
    LAZY_SIMPLE_SERDE,
    OPEN_CSV_SERDE,
    CsvOptions,
    classify_csv,
)
from emulator.glue_service.errors import InvalidInput

KINDS = ("GrokClassifier", "XMLClassifier", "JsonClassifier", "CsvClassifier")
Answer = tuple[FileSchema | None, float]
_SERDES = {"OpenCSVSerDe": OPEN_CSV_SERDE, "LazySimpleSerDe": LAZY_SIMPLE_SERDE, "None": LAZY_SIMPLE_SERDE}


class CustomClassifier(Protocol):
    """What a crawl asks; hashable, so that answers can be kept by it."""

    def classify(self, sample: bytes, truncated: bool) -> Answer:
        """The schema and the certainty, 0 to 1; 0 for a sample that is not of this format."""
        ...


@dataclass(frozen=True)
class CsvCustom:
    """A custom CSV classifier."""

    options: CsvOptions

    def classify(self, sample: bytes, truncated: bool) -> Answer:
        return _certain(classify_csv(sample, truncated, self.options))


@dataclass(frozen=True)
class JsonCustom:
    """A custom JSON classifier."""

    path: JsonPath

    def classify(self, sample: bytes, truncated: bool) -> Answer:
        return _certain(classify_json(sample, truncated, self.path))


@dataclass(frozen=True)
class XmlCustom:
    """A custom XML classifier."""

    classification: str
    row_tag: str

    def classify(self, sample: bytes, truncated: bool) -> Answer:
        return _certain(classify_xml(sample, truncated, self.row_tag, self.classification))


@dataclass(frozen=True)
class GrokCustom:
    """A custom grok classifier; its certainty is the share of lines that match."""

    classification: str
    pattern: str
    custom_patterns: str

    def classify(self, sample: bytes, truncated: bool) -> Answer:
        found = classify_grok(sample, truncated, self.classification, self.pattern, self.custom_patterns)
        return found or (None, 0.0)


def custom_classifier(kind: str, fields: dict[str, Any]) -> CustomClassifier:
    """The classifier of a structure's members. Raises InvalidInput for members that can't work."""
    if kind == "CsvClassifier":
        return CsvCustom(csv_options(fields))
    if kind == "JsonClassifier":
        return JsonCustom(JsonPath.parse(fields["JsonPath"]))
    if kind == "XMLClassifier":
        return XmlCustom(fields["Classification"], fields.get("RowTag") or "")
    compile_grok(fields["GrokPattern"], fields.get("CustomPatterns") or "")
    return GrokCustom(fields["Classification"], fields["GrokPattern"], fields.get("CustomPatterns") or "")


def csv_options(fields: dict[str, Any]) -> CsvOptions:
    """How a custom CSV classifier reads; the built-in one's delimiters are the default.

    Raises InvalidInput.
    """
    delimiter, quote = fields.get("Delimiter"), fields.get("QuoteSymbol")
    if delimiter and delimiter == quote:
        raise InvalidInput(f"Delimiter and QuoteSymbol are both {quote!r}, but must be different")
    return CsvOptions(
        delimiters=(delimiter,) if delimiter else DELIMITERS,
        quote=quote or '"',
        quoted=bool(quote),
        header=fields.get("ContainsHeader", "UNKNOWN"),
        names=tuple(fields.get("Header") or ()),
        allow_single_column=bool(fields.get("AllowSingleColumn")),
        trim=not fields.get("DisableValueTrimming"),
        serde=_SERDES[fields.get("Serde", "None")],
        types=_custom_types(fields),
        custom=True,
    )


def _custom_types(fields: dict[str, Any]) -> tuple[str, ...]:
    """The types of CustomDatatypes, in the order of the columns; none unless they are switched on."""
    wanted = fields.get("CustomDatatypes") or []
    if unknown := [name for name in wanted if name.upper() not in CUSTOM_DATATYPES]:
        raise InvalidInput(
            f"CustomDatatypes has {', '.join(unknown)}, but must be of {', '.join(CUSTOM_DATATYPES)}"
        )
    if not fields.get("CustomDatatypeConfigured"):
        return ()
    return tuple(CUSTOM_DATATYPES[name.upper()] for name in wanted)


def _certain(schema: FileSchema | None) -> Answer:
    return schema, 1.0 if schema else 0.0
