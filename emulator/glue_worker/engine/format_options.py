"""The `format_options` that AWS documents for each format. Pure.

An option that AWS does not know has no effect there, so it has none here; the job's error log names it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ATTACHED = frozenset({"attachFilename", "attachTimestamp"})
DOCUMENTED = {
    "csv": {
        "separator", "escaper", "quoteChar", "multiLine", "multiline", "withHeader", "writeHeader",
        "skipFirst", "optimizePerformance", "strictCheckForQuoting", "withSchema", "encoding", "inferSchema",
    },
    "json": {"jsonPath", "multiLine", "multiline", "optimizePerformance", "withSchema", "encoding"},
    "xml": {
        "rowTag", "encoding", "excludeAttribute", "treatEmptyValuesAsNulls", "attributePrefix", "valueTag",
        "ignoreSurroundingSpaces", "withSchema",
    },
    "parquet": {"useGlueParquetWriter", "compression", "blockSize", "pageSize"},
    "avro": {"version"},
    "orc": {"compression"},
}  # fmt: skip
# AWS's library gives these to Spark's own sources, without their format options (aws-semantics.md §C).
SPARK_FORMATS = ("parquet", "orc")


def without_effect(format_name: str, options: Mapping[str, Any]) -> list[str]:
    """The options that AWS does not document for the format, in their order."""
    kind = "parquet" if format_name == "glueparquet" else format_name
    known = DOCUMENTED.get(kind, set()) | ATTACHED
    return [name for name in options if name not in known]


def applied(format_name: str, options: Mapping[str, Any]) -> Mapping[str, Any]:
    """The options that count in `from_options`."""
    return {} if format_name.lower() in SPARK_FORMATS else options


def is_true(value: object) -> bool:
    """Whether an option, a boolean or its text, is on."""
    return str(value).strip().lower() == "true"
