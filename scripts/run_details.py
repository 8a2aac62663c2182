"""What a job run read, context by context, as lines for a person. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scripts.console import size

FILES_SHOWN = 20


def reading_lines(run: dict[str, Any]) -> Iterator[str]:
    """For each transformation context: its bookmark, what was read of which source, and the first files.

    `run` is the stack's report on one run. A run that is under way has read nothing yet that is recorded.
    """
    for context in run["contexts"]:
        yield f"{context['transformation_ctx'] or '(no transformation_ctx)'}: {_bookmark(context)}"
        yield f"  {context['source']}: {_extent(context)}"
        files = [one for one in run["files_read"] if _is_of(one, context)]
        yield from (
            f"    s3://{file['bucket']}/{file['key']}  {size(file['size'])}" for file in files[:FILES_SHOWN]
        )
        if len(files) > FILES_SHOWN:
            yield f"    … and {len(files) - FILES_SHOWN:,} more (JSON=1 lists them)"


def _is_of(file: dict[str, Any], context: dict[str, Any]) -> bool:
    return "files" in context and file["transformation_ctx"] == context["transformation_ctx"]


def _bookmark(context: dict[str, Any]) -> str:
    before, after = context["version_before"], context["version_after"]
    if before is None:
        return "no bookmark"
    moved = f"version {before} → {after}" if after is not None else f"version {before}, not committed"
    return f"bookmark {context['bookmark_name']}, {moved}"


def _extent(context: dict[str, Any]) -> str:
    if "files" in context:
        return f"{context['files']:,} of {context['files_listed']:,} files{_window(context)}"
    if not context.get("keys"):
        return "all rows"
    if not context["key_up_to"]:
        return f"no new rows{_after(context)}"
    return f"rows{_after(context)} up to {_key(context, 'key_up_to')}"


def _window(context: dict[str, Any]) -> str:
    until = context.get("modified_until")
    after = f" after {context['modified_after']}" if context.get("modified_after") else ""
    return f", modified{after} up to {until}" if until else ""


def _after(context: dict[str, Any]) -> str:
    return f" after {_key(context, 'key_after')}" if context["key_after"] else ""


def _key(context: dict[str, Any], bound: str) -> str:
    return ", ".join(f"{name} {value}" for name, value in zip(context["keys"], context[bound], strict=True))
