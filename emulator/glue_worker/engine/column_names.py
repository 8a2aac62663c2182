"""Column names that may hold dots, and Glue's paths into nested columns. Pure."""

from __future__ import annotations

import re

_PATH_PARTS = re.compile(r"`([^`]*)`|([^.`]+)")


def quoted(name: str) -> str:
    """The name as Spark SQL takes it literally."""
    return "`" + name.replace("`", "``") + "`"


def path_parts(path: str) -> list[str]:
    """A Glue path as names: dots nest, back-ticks keep a literal dot; a leading dot belongs to the name."""
    lead = "." if path.startswith(".") else ""
    parts = [ticked or plain for ticked, plain in _PATH_PARTS.findall(path)]
    return [lead + parts[0], *parts[1:]] if parts else [path]


def quoted_path(parts: list[str]) -> str:
    """The parts as a Spark SQL reference."""
    return ".".join(quoted(part) for part in parts)
