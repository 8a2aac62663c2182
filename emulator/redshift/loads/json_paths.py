"""JSONPaths files and their expressions (Amazon Redshift Database Developer Guide, "JSONPaths file")."""

from __future__ import annotations

import json
import re

from emulator.redshift.errors import S3CallError
from emulator.redshift.loads.load_errors import RecordError
from emulator.redshift.s3_access import S3, S3Object, split_url

Path = list[str | int]
_DOT = re.compile(r"\$(?:\.[^.'\[\]]+|\[\d+\])+")
_BRACKET = re.compile(r"\$(?:\['[^']+'\]|\[\"[^\"]+\"\]|\[\d+\])+")
_STEP = re.compile(r"\.([^.'\[\]]+)|\['([^']+)'\]|\[\"([^\"]+)\"\]|\[(\d+)\]")
_NO_JSON = "Manifest file is not in correct json format"  # Redshift's words for a JSONPaths file, too


def read_paths(s3: S3, url: str) -> list[Path] | None:
    """The paths that the file lists; None if it has another key than "jsonpaths", which counts as 'auto'.

    Raises S3CallError if it isn't there, is no JSON object, or holds what is no path.
    """
    text = s3.open(S3Object(*split_url(url))).read()
    try:
        document = json.loads(text)
    except ValueError as error:
        raise S3CallError(_NO_JSON, detail=f"{url}: {error}") from error
    if not isinstance(document, dict):
        raise S3CallError("Root must be a json object in the manifest file", detail=url)
    if "jsonpaths" not in document:
        return None
    listed = document["jsonpaths"]
    if not isinstance(listed, list):
        raise S3CallError("Invalid JSONPath format: jsonpaths is not an array", detail=url)
    return [_steps(path, url) for path in listed]


def _steps(path: object, url: str) -> Path:
    text = path if isinstance(path, str) else ""
    if not _DOT.fullmatch(text) and not _BRACKET.fullmatch(text):
        raise S3CallError(
            f"Invalid JSONPath format. Supported notations are 'dot-notation' and 'bracket-notation': {path}",
            detail=url,
        )
    return [
        int(match.group(4)) if match.group(4) else match.group(match.lastindex or 1)
        for match in _STEP.finditer(text)
    ]


def follow(document: object, path: Path) -> object:
    """The value at the end of the path; None if an object on the way lacks it.

    Raises RecordError where a place in an array isn't there.
    """
    for step in path:
        if isinstance(step, int):
            if not isinstance(document, list) or step >= len(document):
                reason = "Invalid JSONPath format: Not an array or index out of range."
                raise RecordError(1216, reason, value=str(document))
            document = document[step]
        elif isinstance(document, dict):
            document = document.get(step)
        else:
            return None
    return document
