"""FindMatches, FindIncrementalMatches, FillMissingValues and their like: each name is refused."""

from __future__ import annotations

from emulator.glue_worker.engine.errors import NotInTarmacError


def __getattr__(name: str) -> object:
    if name.startswith("__"):
        raise AttributeError(name)
    raise NotInTarmacError(f"awsglueml.transforms.{name}")
