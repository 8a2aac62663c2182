"""Column functions of AWS's library."""

from __future__ import annotations

from typing import Any

from pyspark.sql import Column
from pyspark.sql import functions as f


def replaceArrayElement(srcCol: Any, replaceCol: Any, idx: int) -> Column:
    """The array with the element at this place (from 0) replaced."""
    new = replaceCol if isinstance(replaceCol, Column) else f.col(replaceCol)
    return f.transform(srcCol, lambda element, index: f.when(index == idx, new).otherwise(element))


def namedStruct(*cols: Any) -> Column:
    """A struct of names and values in turn; one list or set of them will do."""
    given = cols[0] if len(cols) == 1 and isinstance(cols[0], (list, set)) else cols
    return f.named_struct(*given)


def explodeWithIndex(col: Any) -> Column:
    """A row per element, with its place: the columns `index` and `val`."""
    return f.posexplode(col).alias("index", "val")
