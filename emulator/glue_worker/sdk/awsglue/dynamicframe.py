"""DynamicFrame: a DataFrame, and what a DataFrame can't say (choice types, errors, lazy types)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

from pyspark.sql import DataFrame

from awsglue import glue_schema, gluetypes
from awsglue.frame_collection import DynamicFrameCollection
from awsglue.frame_fields import FieldTransforms
from awsglue.frame_io import DynamicFrameReader, DynamicFrameWriter
from awsglue.frame_records import RecordTransforms
from emulator.glue_worker.engine import choice, columns, frame_schema, record_json, resolve_choice
from emulator.glue_worker.engine.errors import GlueError


class ResolveOption:
    """How `toDF` resolves a choice at a path: Project, Cast (with a type as target) or KeepAsStruct."""

    def __init__(self, path: str, action: str, target: Any = None) -> None:
        self.path, self.action, self.target = path, action, target


class DynamicFrame(FieldTransforms, RecordTransforms):
    """Records whose types come from their values; see aws-semantics.md §C for what the transforms do.

    A column of several types is a choice until it is resolved; `toDF` gives it as a struct. A source without
    rows has no columns. Transforms give new frames; only the bookmarks of sources use `transformation_ctx`.
    """

    @classmethod
    def fromDF(cls, dataframe: DataFrame, glue_ctx: Any, name: str = "") -> Self:
        """A DynamicFrame of a DataFrame; a record maps names: of columns with one name the last is kept."""
        return cls(columns.with_unique_names(dataframe), glue_ctx, name)

    def toDF(self, options: Sequence[ResolveOption] | None = None) -> DataFrame:
        """The DataFrame; a choice that is not resolved becomes a struct with a field per type.

        Raises Exception for an action that lacks its target, GlueError for a target of Spark's types.
        """
        frame = self._frame
        if options:
            frame = resolve_choice.by_specs(frame, [_spec(option) for option in options])
        return frame_schema.without_choices(frame)

    def with_frame_schema(self, schema: gluetypes.StructType) -> Self:
        """The same records with a schema that is given, not computed."""
        wanted = glue_schema.to_spark(schema)
        return self._with(frame_schema.with_schema(self._frame, wanted))

    def schema(self) -> gluetypes.StructType:
        """The columns in Glue's types."""
        return glue_schema.from_spark(self._frame.schema)

    def printSchema(self) -> None:
        print(glue_schema.tree(self.schema()))

    def show(self, num_rows: int = 20) -> None:
        """Prints records as JSON, one a line; a choice shows the value that it holds."""
        print("\n".join(record_json.lines(self._frame, num_rows)))

    def count(self) -> int:
        return int(self._frame.count())

    def write(
        self,
        connection_type: str,
        connection_options: Mapping[str, Any] | None = None,
        format: str | None = None,
        format_options: Mapping[str, Any] | None = None,
        accumulator_size: int = 0,
    ) -> Any:
        """Writes the frame as `glueContext.write_from_options` does, and returns it."""
        return self.glue_ctx.write_from_options(
            frame_or_dfc=self,
            connection_type=connection_type,
            connection_options=dict(connection_options or {}),
            format=format,
            format_options=dict(format_options or {}),
        )


def _spec(option: ResolveOption) -> tuple[str, str]:
    action = option.action.lower()
    if action == "keepasstruct":
        return option.path, "make_struct"
    if option.target is None:
        raise Exception(f"Missing target type for resolve action {option.action}.")
    if not isinstance(option.target, gluetypes.DataType):
        raise GlueError(
            f"ResolveOption's target is {option.target!r}, but must be a type of awsglue.gluetypes"
        )
    return option.path, f"{action}:{choice.glue_type(glue_schema.to_spark(option.target))}"


__all__ = [
    "DynamicFrame",
    "DynamicFrameCollection",
    "DynamicFrameReader",
    "DynamicFrameWriter",
    "ResolveOption",
]
