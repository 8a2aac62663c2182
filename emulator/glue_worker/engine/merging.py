"""mergeDynamicFrame: staged records take the place of those with the same primary keys."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from emulator.glue_worker.engine.column_names import path_parts, quoted_path
from emulator.glue_worker.engine.unions import union


def merged(source: DataFrame, staged: DataFrame, keys: Sequence[str]) -> DataFrame:
    """The source's records without a staged one of their keys, and all staged ones; duplicates stay.

    The frames may have different columns ("DynamicFrame class", mergeDynamicFrame).
    """
    if not (source.columns and staged.columns):
        return union(source, staged)
    paths = [quoted_path(path_parts(key)) for key in keys]
    names = [f"__key{index}" for index in range(len(paths))]
    staged_keys = staged.select(
        *[f.col(path).alias(name) for path, name in zip(paths, names, strict=True)]
    ).distinct()
    same = [source[path] == staged_keys[name] for path, name in zip(paths, names, strict=True)]
    return union(source.join(staged_keys, same, "left_anti"), staged)
