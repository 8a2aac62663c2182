"""Infers delimiter, header, column names and types of a CSV sample by AWS's rules; pure.

Source of every rule: aws-semantics.md §B, "CSV classifier", "Types" and "Names". A sample is at most the
first 1,000 records or 1 MB of a file, whichever ends first. Where the rules are silent:

- a header counts as one of the two rows that a file needs;
- a delimiter counts if at least half of the records are split into the same number of fields, two or more;
- a header is also taken if it is narrower or wider than most records below it: a broken first day of data
  would otherwise rename every column;
- header names that are equal once in lower case get `_2`, `_3`… appended;
- text that is no UTF-8 is read as Latin-1, and a byte-order mark is dropped.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice

from emulator.glue_service.classifiers_models import Column, FileSchema
from emulator.glue_service.classifiers_types import STRING, column_type, value_type

SAMPLE_RECORDS = 1_000
DELIMITERS = (",", "|", "\t", ";", "\u0001")
LAZY_SIMPLE_SERDE = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
OPEN_CSV_SERDE = "org.apache.hadoop.hive.serde2.OpenCSVSerde"
CUSTOM_DATATYPES = {
    "BINARY": "binary",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "DECIMAL": "decimal(10,0)",
    "DOUBLE": "double",
    "FLOAT": "float",
    "INT": "int",
    "LONG": "bigint",
    "SHORT": "smallint",
    "STRING": "string",
    "TIMESTAMP": "timestamp",
}
"""The names that a custom classifier's CustomDatatypes may have, and the catalog's."""
_MAX_HEADER_CELL = 150
_COLUMN_NAME = re.compile("[\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff\t]{1,255}\\Z")
_CONTROL = re.compile("[\x00\x02-\x08\x0b\x0c\x0e-\x1f]")

Record = list[str]


@dataclass(frozen=True)
class CsvOptions:
    """What a custom CSV classifier fixes; the defaults are the built-in classifier's.

    `header` is PRESENT, ABSENT or UNKNOWN (infer). `serde` is a SerDe class name, `quoted`
    what the table says about its columns, `types` the catalog types of the first columns.
    """

    delimiters: tuple[str, ...] = DELIMITERS
    quote: str = '"'
    header: str = "UNKNOWN"
    names: tuple[str, ...] = ()
    allow_single_column: bool = False
    trim: bool = True
    serde: str = LAZY_SIMPLE_SERDE
    quoted: bool = False
    types: tuple[str, ...] = ()
    custom: bool = False


BUILT_IN = CsvOptions()


def classify_csv(sample: bytes, truncated: bool, options: CsvOptions = BUILT_IN) -> FileSchema | None:
    """The schema of a CSV sample, or None if it is not CSV.

    `truncated` says that the file goes on behind the sample, so that its last line may be cut.
    """
    text = _decode(sample, truncated)
    if text is None:
        return None
    split = _best_split(text, options)
    if split is None:
        return None
    delimiter, records = split
    has_header = _has_header(records, options)
    return _schema(records, has_header, delimiter, len(text.encode()), options, _lines_sampled(text, records))


def _decode(sample: bytes, truncated: bool) -> str | None:
    if truncated and b"\n" in sample:
        sample = sample[: sample.rindex(b"\n") + 1]
    try:
        text = sample.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = sample.decode("latin-1")
    return None if _CONTROL.search(text) else text


def _best_split(text: str, options: CsvOptions) -> tuple[str, list[Record]] | None:
    """The delimiter under which the records agree best on their width, and the records."""
    found: list[tuple[float, int, str, list[Record]]] = []
    for delimiter in options.delimiters:
        records = _records(text, delimiter, options)
        if records is None or not _enough(records, options):
            continue
        width, count = _usual_width(records)
        share = count / len(records)
        if share >= 0.5 and width >= (1 if options.allow_single_column else 2):
            found.append((share, width, delimiter, records))
    if not found:
        return None
    _, _, delimiter, records = max(found, key=lambda item: item[:2])
    return delimiter, records


def _records(text: str, delimiter: str, options: CsvOptions) -> list[Record] | None:
    if delimiter not in text and not options.allow_single_column:
        return None
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=delimiter,
        quotechar=options.quote or None,
        quoting=csv.QUOTE_MINIMAL if options.quote else csv.QUOTE_NONE,
        skipinitialspace=options.trim,
    )
    try:
        return [record for record in islice(reader, SAMPLE_RECORDS) if any(record)]
    except csv.Error:
        return None


def _enough(records: list[Record], options: CsvOptions) -> bool:
    return len(records) >= (1 if options.custom else 2)


def _usual_width(records: list[Record]) -> tuple[int, int]:
    """The commonest number of fields and how many records have it; the first record's wins a tie."""
    widths = Counter(len(record) for record in records)
    most = max(widths.values())
    first = len(records[0])
    width = first if widths[first] == most else max(w for w, count in widths.items() if count == most)
    return width, widths[width]


def _has_header(records: list[Record], options: CsvOptions) -> bool:
    if options.header == "PRESENT":
        return True
    if options.header == "ABSENT":
        return False
    head, body = records[0], records[1:]
    return _could_be_header(head, body) and _differs(head, body)


def _could_be_header(head: Record, body: list[Record]) -> bool:
    cells = [cell.strip() for cell in head]
    if not cells[-1] and not any(_cell(record, len(cells) - 1).strip() for record in body):
        cells = cells[:-1]
    return (
        bool(cells)
        and all(value_type(cell) == STRING and _COLUMN_NAME.match(cell) for cell in cells)
        and all(len(cell) < _MAX_HEADER_CELL for cell in cells[:-1])
    )


def _differs(head: Record, body: list[Record]) -> bool:
    return any(column_type(_cell(record, i) for record in body) != STRING for i in range(len(head)))


def _schema(
    records: list[Record],
    has_header: bool,
    delimiter: str,
    record_bytes: int,
    options: CsvOptions,
    record_count: int,
) -> FileSchema:
    body = records[1:] if has_header else records
    head = list(options.names) or (records[0] if has_header else [])
    width = len(head) or _usual_width(records)[0]
    inferred = [column_type((_cell(record, i) for record in body), options.trim) for i in range(width)]
    types = [*options.types, *inferred[len(options.types) :]][:width]
    columns = tuple(Column(name, kind) for name, kind in zip(_names(head, width), types, strict=True))
    return FileSchema(
        classification="csv",
        columns=columns,
        named=bool(head),
        has_header=has_header,
        delimiter=delimiter,
        quoted=options.quoted,
        serde_library=options.serde,
        serde_parameters=_serde_parameters(delimiter, options),
        record_bytes=record_bytes,
        record_count=record_count,
        first_record=tuple(records[0]),
    )


def _lines_sampled(text: str, records: list[Record]) -> int:
    """How many records the sample's bytes hold: all of its lines if it was cut at 1,000 records."""
    return text.count("\n") if len(records) >= SAMPLE_RECORDS else len(records)


def _serde_parameters(delimiter: str, options: CsvOptions) -> dict[str, str]:
    if options.serde == OPEN_CSV_SERDE:
        return {"quoteChar": options.quote or '"', "separatorChar": delimiter}
    return {"field.delim": delimiter}


def _names(head: Record, width: int) -> list[str]:
    names: list[str] = []
    seen: Counter[str] = Counter()
    for index in range(width):
        name = _cell(head, index).strip().lower() or f"col{index}"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return names


def _cell(record: Record, index: int) -> str:
    return record[index] if index < len(record) else ""
