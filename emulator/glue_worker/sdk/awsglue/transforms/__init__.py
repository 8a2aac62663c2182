"""Transforms, as scripts import them: `from awsglue.transforms import *`."""

from awsglue.transforms.collection_transforms import FlatMap, MapToCollection, SelectFromCollection
from awsglue.transforms.field_transforms import (
    ApplyMapping,
    DropFields,
    DropNullFields,
    Join,
    RenameField,
    ResolveChoice,
    SelectFields,
    SplitFields,
)
from awsglue.transforms.record_transforms import (
    ErrorsAsDynamicFrame,
    Filter,
    Map,
    Relationalize,
    Repartition,
    Spigot,
    SplitRows,
    Unbox,
    UnnestFrame,
)
from awsglue.transforms.transform import GlueTransform, Transform

__all__ = [
    "ApplyMapping",
    "DropFields",
    "DropNullFields",
    "ErrorsAsDynamicFrame",
    "Filter",
    "FlatMap",
    "GlueTransform",
    "Join",
    "Map",
    "MapToCollection",
    "Relationalize",
    "RenameField",
    "Repartition",
    "ResolveChoice",
    "SelectFields",
    "SelectFromCollection",
    "Spigot",
    "SplitFields",
    "SplitRows",
    "Transform",
    "Unbox",
    "UnnestFrame",
]


def __getattr__(name: str) -> object:
    from emulator.glue_worker.engine.errors import NotInTarmacError

    if name in ("FillMissingValues", "FindMatches", "FindIncrementalMatches", "EvaluateDataQuality"):
        raise ImportError(f"cannot import name {name!r} from 'awsglue.transforms': on AWS it is elsewhere")
    if name in ("SimplifyDDBJson", "DetectPII", "EntityDetector"):
        raise NotInTarmacError(f"awsglue.transforms.{name}")
    raise AttributeError(name)
