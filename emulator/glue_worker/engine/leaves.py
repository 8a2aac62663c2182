"""The leaves of a nested schema, and questions to all values of one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pyspark.sql import types as t

from emulator.glue_worker.engine import choice
from emulator.glue_worker.engine.column_names import quoted
from emulator.glue_worker.engine.rebuilding import ELEMENT, Path


@dataclass(frozen=True)
class Leaf:
    """A field without fields inside: an atomic one, a choice, a map. `[]` in a path is any element."""

    path: Path
    kind: t.DataType


def of(schema: t.StructType) -> list[Leaf]:
    """All leaves, in the order of the schema."""
    return [leaf for field in schema.fields for leaf in _below((field.name,), field.dataType)]


def any_sql(path: Path, test: Callable[[str], str]) -> str:
    """SQL that is true when any value of a leaf in a row passes the test; false for none, never null."""
    return f"coalesce({_any(path, '', test, 0)}, false)"


def _below(path: Path, kind: t.DataType) -> list[Leaf]:
    if isinstance(kind, t.StructType) and not choice.is_choice(kind):
        return [leaf for field in kind.fields for leaf in _below((*path, field.name), field.dataType)]
    if isinstance(kind, t.ArrayType):
        return _below((*path, ELEMENT), kind.elementType)
    return [Leaf(path, kind)]


def _any(path: Path, reference: str, test: Callable[[str], str], depth: int) -> str:
    for index, part in enumerate(path):
        if part == ELEMENT:
            variable = f"x{depth}"
            inner = _any(path[index + 1 :], variable, test, depth + 1)
            return f"exists({reference}, {variable} -> {inner})"
        reference = f"{reference}.{quoted(part)}" if reference else quoted(part)
    return test(reference)
