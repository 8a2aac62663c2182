"""The transforms of a DynamicFrame that change its fields."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Self

from pyspark.sql import DataFrame
from pyspark.sql import types as t

from awsglue import glue_schema, gluetypes
from awsglue.frame_base import FrameBase, call_site, listed
from awsglue.frame_collection import DynamicFrameCollection
from emulator.glue_worker.engine import (
    apply_mapping,
    catalog,
    columns,
    ddb_json,
    mapping_tuples,
    nested,
    resolve_choice,
    unboxing,
)
from emulator.glue_worker.engine.lazy_frame import LazyFrame


class FieldTransforms(FrameBase):
    """See "DynamicFrame class" of AWS's documentation; `info` is kept in error records."""

    def apply_mapping(
        self,
        mappings: Sequence[tuple[str, ...]],
        case_sensitive: bool = False,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> Self:
        """Only the mapped fields, renamed and cast; values of another type than declared are empty.

        Raises TypeError for a mapping that is no tuple, ValueError for one of another length than 2, 3 or 4.
        """
        frame = apply_mapping.apply_mapping(self._frame, mapping_tuples.checked(mappings), case_sensitive)
        return self._with(frame, (stageThreshold, totalThreshold))

    def applyMapping(self, *args: Any, **kwargs: Any) -> Self:
        """The same, under its old name; a frame as first argument is passed over."""
        rest = args[1:] if args and isinstance(args[0], FrameBase) else args
        return self.apply_mapping(*rest, **kwargs)

    def select_fields(
        self,
        paths: Sequence[str] | str,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> Self:
        """Only the fields at the paths."""
        return self._with(columns.select_fields(self._frame, listed(paths)), (stageThreshold, totalThreshold))

    def drop_fields(
        self,
        paths: Sequence[str] | str,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> Self:
        """All but the fields at the paths, inside arrays, too."""
        return self._with(columns.drop_fields(self._frame, listed(paths)), (stageThreshold, totalThreshold))

    def rename_field(
        self,
        oldName: str,
        newName: str,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> Self:
        """One field under another name, or at another path."""
        frame = columns.rename_field(self._frame, oldName, newName)
        return self._with(frame, (stageThreshold, totalThreshold))

    def split_fields(
        self,
        paths: Sequence[str] | str,
        name1: str,
        name2: str,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> DynamicFrameCollection:
        """Two frames: the fields at the paths, and the rest."""
        thresholds, chosen = (stageThreshold, totalThreshold), listed(paths)
        parts = {
            name1: self._with(columns.select_fields(self._frame, chosen), thresholds, name1),
            name2: self._with(columns.drop_fields(self._frame, chosen), thresholds, name2),
        }
        return DynamicFrameCollection(parts, self.glue_ctx)

    def resolveChoice(
        self,
        specs: Any = None,
        choice: str = "",
        database: str | None = None,
        table_name: str | None = None,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
        catalog_id: str | None = None,
    ) -> Self:
        """Resolves choices, by `specs` (path, action) or all alike by `choice`.

        Raises Exception when both, or neither, are given, and for match_catalog without a table.
        """
        if specs is None and not choice:
            raise Exception("Parameter specs and option are both missing, add one.")
        if specs is not None and choice:
            raise Exception("Parameter specs and option are both specified, choose one.")
        thresholds = (stageThreshold, totalThreshold)
        if choice:
            return self._with(self._all_resolved(choice, database, table_name), thresholds)
        pairs = [specs] if isinstance(specs, tuple) else list(specs)
        return self._with(resolve_choice.by_specs(self._frame, pairs), thresholds)

    def unbox(
        self,
        path: str,
        format: str,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
        **options: Any,
    ) -> Self:
        """A field of text that holds JSON or CSV, as a struct; text that can't be read is an error record."""
        call, given = call_site(info), dict(options)
        schema = _schema_of(given.pop("withSchema", None))
        content = LazyFrame(lambda: unboxing.unbox(self._frame, path, format, given, schema, call))
        return self._with(content, (stageThreshold, totalThreshold))

    def unnest(
        self, transformation_ctx: str = "", info: str = "", stageThreshold: int = 0, totalThreshold: int = 0
    ) -> Self:
        """Nested fields as columns named `outer.inner`; arrays stay."""
        return self._with(nested.unnest(self._frame), (stageThreshold, totalThreshold))

    def relationalize(
        self,
        root_table_name: str,
        staging_path: str,
        options: Mapping[str, Any] | None = None,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> DynamicFrameCollection:
        """The flat root frame, and one per array; nothing is written to `staging_path` here."""
        frames = nested.relationalize(self._frame, root_table_name)
        thresholds = (stageThreshold, totalThreshold)
        parts = {name: self._with(frame, thresholds, name) for name, frame in frames.items()}
        return DynamicFrameCollection(parts, self.glue_ctx)

    def unnest_ddb_json(
        self, transformation_ctx: str = "", info: str = "", stageThreshold: int = 0, totalThreshold: int = 0
    ) -> Self:
        """DynamoDB's JSON (`Item.<field>.S`) as plain columns; arrays of structs stay as they are."""
        return self._with(ddb_json.unnest(self._frame), (stageThreshold, totalThreshold))

    def simplify_ddb_json(self) -> Self:
        """DynamoDB's JSON as plain nested columns."""
        return self._with(ddb_json.simplify(self._frame))

    def _all_resolved(self, action: str, database: str | None, table_name: str | None) -> DataFrame:
        if action.lower() != "match_catalog":
            return resolve_choice.all_choices(self._frame, action)
        if not (database and table_name):
            raise Exception("match_catalog needs database and table_name")
        table = catalog.table(database, table_name)
        return resolve_choice.match_types(self._frame, dict(table.columns))


def _schema_of(text: str | None) -> t.StructType | None:
    """A struct as JSON, of awsglue.gluetypes or of Spark."""
    if not text:
        return None
    value = json.loads(text)
    if "dataType" not in value:
        return t.StructType.fromJson(value)
    schema = glue_schema.to_spark(gluetypes.StructType.fromJsonValue(value))
    return schema if isinstance(schema, t.StructType) else None
