"""The manifest of an UNLOAD (Amazon Redshift Database Developer Guide, "UNLOAD", MANIFEST VERBOSE)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from emulator.redshift.unloads.unload_columns import ResultColumn
from emulator.redshift.unloads.unload_sinks import WrittenFile

_SIZED = re.compile(r"(?P<base>[a-z ]+?)\((?P<first>\d+)(?:,(?P<second>\d+))?\)(?P<rest>.*)")


def manifest(files: Sequence[WrittenFile], columns: Sequence[ResultColumn], is_verbose: bool) -> bytes:
    """The document: the files' addresses; verbose, sizes in bytes, record counts, columns."""
    document: dict[str, object] = {"entries": [_entry(file, is_verbose) for file in files]}
    if is_verbose:
        document["schema"] = {"elements": [_element(column) for column in columns]}
        document["meta"] = {
            "content_length": sum(file.size_bytes for file in files),
            "record_count": sum(file.rows for file in files),
        }
        document["author"] = {"name": "Amazon Redshift", "version": "1.0.0"}
    return json.dumps(document, indent=2).encode()


def _entry(file: WrittenFile, is_verbose: bool) -> dict[str, object]:
    meta = {"content_length": file.size_bytes, "record_count": file.rows}
    return {"url": file.item.url} | ({"meta": meta} if is_verbose else {})


def _element(column: ResultColumn) -> dict[str, object]:
    """A column and its type; the names of the sizes are unverified, as the guide's example has none."""
    match = _SIZED.fullmatch(column.full_type)
    if match is None:
        return {"name": column.name, "type": {"base": column.full_type}}
    kind: dict[str, object] = {"base": match["base"] + match["rest"]}
    if match["base"] == "numeric":
        kind |= {"precision": int(match["first"]), "scale": int(match["second"] or 0)}
    elif match["base"].startswith("character"):
        kind["max_length"] = int(match["first"])
    return {"name": column.name, "type": kind}
