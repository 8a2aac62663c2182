"""Would a run's own files and packages replace modules that its process has imported already?"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import PathFinder

# The engine's own, which a run has no say in.
KEPT = {"emulator", "awsglue", "pyspark", "py4j"}


def shadows_imported(paths: Sequence[str]) -> bool:
    """Whether one of the paths (folders, zips) has a top-level module of the name of an imported one."""
    imported = {name.partition(".")[0] for name in sys.modules} - sys.stdlib_module_names - KEPT
    return any(_is_real(name, paths) for name in imported if not name.startswith("_"))


def _is_real(name: str, paths: Sequence[str]) -> bool:
    """A folder without `__init__.py` has no loader: it would only be found where no module is."""
    found = PathFinder.find_spec(name, list(paths))
    return found is not None and found.loader is not None and found.origin is not None
