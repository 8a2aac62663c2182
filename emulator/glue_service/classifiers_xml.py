"""Infers the columns of an XML sample: an element of the row tag is a record; pure.

Attributes become columns `_name`, text beside attributes or children `_VALUE`, children that repeat an
`array<…>`, children with content of their own a `struct<…>`: the names that Glue's XML reader gives them. As
on AWS, an empty element `<row …/>` is no record ("Writing XML custom classifiers").
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast
from xml.etree.ElementTree import Element, ParseError, XMLPullParser

from emulator.glue_service.classifiers_models import FileSchema
from emulator.glue_service.classifiers_types import BOOLEAN, DOUBLE, STRING, value_type
from emulator.glue_service.classifiers_values import SAMPLE_RECORDS, columns_of

_TEXT = "_VALUE"


def classify_xml(
    sample: bytes, truncated: bool, row_tag: str = "", classification: str = "xml"
) -> FileSchema | None:
    """The schema of an XML sample, None if it is no XML or no element of the row tag holds anything.

    Without a row tag the whole document is one record.
    """
    if not sample.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return None
    rows = _rows(sample, truncated, row_tag)
    records = [record for row in rows if _holds_anything(row) and isinstance(record := _value(row), dict)]
    if not records:
        return None
    tag = row_tag or rows[0].tag
    return FileSchema(
        classification=classification,
        columns=columns_of(records),
        serde_parameters={"rowTag": tag},
        parameters={"rowTag": tag},
        record_bytes=len(sample),
        record_count=len(records),
    )


def _rows(sample: bytes, truncated: bool, row_tag: str) -> list[Element]:
    rows: list[Element] = []
    open_elements: list[Element] = []
    for event, element in _events(sample):
        if event == "start":
            open_elements.append(element)
            continue
        open_elements.pop()
        if (element.tag == row_tag if row_tag else not open_elements) and len(rows) < SAMPLE_RECORDS:
            rows.append(element)
    if open_elements and not truncated:
        return []
    return rows if row_tag else rows or open_elements[:1]


def _events(sample: bytes) -> list[tuple[str, Element]]:
    """The starts and ends of elements, none if the sample is no XML."""
    parser: XMLPullParser[Any] = XMLPullParser(["start", "end"])
    try:
        parser.feed(sample)
        return list(cast("Iterable[tuple[str, Element]]", parser.read_events()))
    except ParseError:
        return []


def _holds_anything(row: Element) -> bool:
    return len(row) > 0 or row.text is not None


def _value(element: Element) -> Any:
    """The element as JSON would hold it: a dict, a scalar, or None for an empty one."""
    children: dict[str, Any] = {f"_{name}": _scalar(text) for name, text in element.attrib.items()}
    repeated: dict[str, list[Any]] = {}
    for child in element:
        repeated.setdefault(child.tag, []).append(_value(child))
    children |= {tag: values if len(values) > 1 else values[0] for tag, values in repeated.items()}
    text = (element.text or "").strip()
    if not children:
        return _scalar(text)
    return {**children, _TEXT: _scalar(text)} if text else children


def _scalar(text: str) -> Any:
    """The value that a text stands for, as far as its type goes."""
    kind = value_type(text)
    if kind is None or kind == STRING:
        return text or None
    if kind == BOOLEAN:
        return text.strip().lower() == "true"
    return float(text) if kind == DOUBLE else int(text)
