"""DynamicFrame: a DataFrame, and what a DataFrame can't say (choice types, errors, lazy types)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pyspark.sql import DataFrame

from awsglue import gluetypes
from awsglue.frame_collection import DynamicFrameCollection
from awsglue.frame_io import DynamicFrameReader, DynamicFrameWriter
from emulator.glue_worker.engine import (
    apply_mapping,
    catalog,
    columns,
    nested,
    resolve_choice,
    row_functions,
    splitting,
    unboxing,
)
from emulator.glue_worker.engine.errors import GlueError, NotInTarmacError
from emulator.glue_worker.engine.lazy_frame import LazyFrame
from emulator.glue_worker.engine.row_functions import ErrorCount
from emulator.glue_worker.engine.spark_session import no_columns


class ResolveOption:
    """How `toDF` resolves a choice at a path."""

    def __init__(self, path: str, action: str, target: Any = None) -> None:
        self.path, self.action, self.target = path, action, target


class DynamicFrame:
    """Rows whose types come from their values; see aws-semantics.md §C for what the transforms do.

    A column of several types is a choice until it is resolved; `toDF` gives it as a struct. A source without
    rows has no columns. Transforms give new frames; `transformation_ctx`, `info` and the thresholds are
    accepted as on AWS, where only the bookmarks of sources use the context.
    """

    def __init__(self, content: Any, glue_ctx: Any, name: str = "") -> None:
        self._content = content if isinstance(content, LazyFrame) else LazyFrame.of(content)
        self.glue_ctx = glue_ctx
        self._ssql_ctx = glue_ctx
        self.name = name
        self._errors: list[ErrorCount] = []

    @classmethod
    def fromDF(cls, dataframe: DataFrame, glue_ctx: Any, name: str) -> DynamicFrame:
        """A DynamicFrame of a DataFrame; a record maps names: of columns with one name the last is kept."""
        return cls(columns.with_unique_names(dataframe), glue_ctx, name)

    def toDF(self, options: Sequence[ResolveOption] | None = None) -> DataFrame:
        """The DataFrame; a choice that is not resolved becomes a struct with a field per type."""
        if not options:
            return self._frame
        specs = [(option.path, f"{option.action.lower()}:{_type_name(option.target)}") for option in options]
        return resolve_choice.by_specs(self._frame, specs)

    def schema(self) -> gluetypes.StructType:
        """The columns in Glue's types."""
        return gluetypes.from_spark(self._frame.schema)

    def printSchema(self) -> None:
        print(gluetypes.tree(self.schema()))

    def show(self, num_rows: int = 20) -> None:
        """Prints rows as JSON, one a line."""
        for line in self._frame.limit(num_rows).toJSON().collect():
            print(line)

    def count(self) -> int:
        return int(self._frame.count())

    def toJSON(self, *_options: Any) -> Any:
        return self._frame.toJSON()

    def rdd(self) -> Any:
        return self._frame.rdd

    def getNumPartitions(self) -> int:
        return int(self._frame.rdd.getNumPartitions())

    def repartition(
        self,
        num_partitions: int,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> DynamicFrame:
        return self._with(self._frame.repartition(num_partitions), transformation_ctx)

    def coalesce(
        self,
        num_partitions: int,
        shuffle: bool = False,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> DynamicFrame:
        frame = self._frame.repartition(num_partitions) if shuffle else self._frame.coalesce(num_partitions)
        return self._with(frame, transformation_ctx)

    def apply_mapping(
        self,
        mappings: Sequence[Sequence[str]],
        case_sensitive: bool = False,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> DynamicFrame:
        """Only the mapped fields, renamed and cast; values of another type than declared are empty."""
        return self._with(
            apply_mapping.apply_mapping(self._frame, mappings, case_sensitive), transformation_ctx
        )

    def select_fields(
        self,
        paths: Sequence[str],
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> DynamicFrame:
        return self._with(columns.select_fields(self._frame, _listed(paths)), transformation_ctx)

    def drop_fields(
        self,
        paths: Sequence[str],
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> DynamicFrame:
        return self._with(columns.drop_fields(self._frame, _listed(paths)), transformation_ctx)

    def rename_field(
        self,
        oldName: str,
        newName: str,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
        **options: Any,
    ) -> DynamicFrame:
        return self._with(columns.rename_field(self._frame, oldName, newName), transformation_ctx)

    def join(
        self,
        paths1: Sequence[str],
        paths2: Sequence[str],
        frame2: DynamicFrame,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> DynamicFrame:
        """Inner equi-join; of equally named columns this frame's gets a leading dot."""
        joined = columns.join(self._frame, frame2.toDF(), _listed(paths1), _listed(paths2))
        return self._with(joined, transformation_ctx)

    def filter(
        self,
        f: Callable[[Any], Any],
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> DynamicFrame:
        """The rows for which `f`, a function of a record, is true."""
        frame, errors = row_functions.filter_rows(self._frame, f)
        return self._with(frame, transformation_ctx, errors)

    def map(
        self,
        f: Callable[[Any], Any],
        preservesPartitioning: bool = False,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> DynamicFrame:
        """The records that `f` returns; one that it raises for, or returns None for, is an error."""
        frame, errors = row_functions.map_rows(self._frame, f)
        result = self._with(frame, transformation_ctx, errors)
        if stageThreshold or totalThreshold:
            result.assertErrorThreshold(stageThreshold, totalThreshold)
        return result

    def mapPartitions(self, f: Any, *args: Any, **options: Any) -> DynamicFrame:
        raise NotInTarmacError("DynamicFrame.mapPartitions", "use map, or toDF().rdd.mapPartitions")

    def resolveChoice(
        self,
        specs: Sequence[tuple[str, str]] | None = None,
        choice: str = "",
        database: str | None = None,
        table_name: str | None = None,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
        catalog_id: str | None = None,
    ) -> DynamicFrame:
        """Resolves choice columns, by `specs` (path, action) or all alike by `choice`.

        Raises Exception when both, or neither, are given.
        """
        if bool(specs) == bool(choice):
            raise Exception("specs or choice must be specified, but not both")
        return self._with(self._resolved(specs, choice, database, table_name), transformation_ctx)

    def unnest(
        self, transformation_ctx: str = "", info: str = "", stageThreshold: int = 0, totalThreshold: int = 0
    ) -> DynamicFrame:
        """Nested fields as columns named `outer.inner`."""
        return self._with(nested.unnest(self._frame), transformation_ctx)

    def relationalize(
        self,
        root_table_name: str,
        staging_path: str = "",
        options: Mapping[str, Any] | None = None,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> DynamicFrameCollection:
        """The flat root frame, and one per array."""
        frames = nested.relationalize(self._frame, root_table_name)
        return DynamicFrameCollection(
            {name: self._with(frame, name) for name, frame in frames.items()}, self.glue_ctx
        )

    def split_fields(
        self,
        paths: Sequence[str],
        name1: str,
        name2: str,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> DynamicFrameCollection:
        """Two frames: the fields at the paths, and the rest."""
        listed = _listed(paths)
        parts = {
            name1: self._with(columns.select_fields(self._frame, listed), name1),
            name2: self._with(columns.drop_fields(self._frame, listed), name2),
        }
        return DynamicFrameCollection(parts, self.glue_ctx)

    def split_rows(
        self,
        comparison_dict: Mapping[str, Mapping[str, Any]],
        name1: str,
        name2: str,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> DynamicFrameCollection:
        """Two frames: the rows for which all comparisons hold, and the rest."""
        chosen, rest = splitting.split_rows(self._frame, comparison_dict)
        parts = {name1: self._with(chosen, name1), name2: self._with(rest, name2)}
        return DynamicFrameCollection(parts, self.glue_ctx)

    def unbox(
        self,
        path: str,
        format: str,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
        **options: Any,
    ) -> DynamicFrame:
        """A string column that holds JSON, as a struct."""
        return self._with(unboxing.unbox(self._frame, path, format), transformation_ctx)

    def spigot(
        self,
        path: str,
        options: Mapping[str, Any] | None = None,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> DynamicFrame:
        """Writes sample rows as JSON under `path`; options: topk, prob. Returns this frame's rows."""
        given = dict(options or {})
        sample = self._frame.sample(float(given["prob"])) if "prob" in given else self._frame
        sample = sample.limit(int(given["topk"])) if "topk" in given else sample
        if sample.columns:
            sample.write.mode("append").json(path)
        return self._with(self._frame, transformation_ctx)

    def union(
        self,
        frame2: DynamicFrame,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> DynamicFrame:
        """The rows of both; a column that one lacks is null there."""
        return self._with(
            self._frame.unionByName(frame2.toDF(), allowMissingColumns=True), transformation_ctx
        )

    def mergeDynamicFrame(
        self,
        stage_dynamic_frame: DynamicFrame,
        primary_keys: Sequence[str],
        transformation_ctx: str = "",
        options: Any = None,
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> DynamicFrame:
        """This frame's rows, those with a staged row's keys replaced, and the staged rows."""
        staged = stage_dynamic_frame.toDF()
        kept = self._frame.join(staged.select(*primary_keys).distinct(), list(primary_keys), "left_anti")
        return self._with(kept.unionByName(staged, allowMissingColumns=True), transformation_ctx)

    def errorsCount(self) -> int:
        """How many records a function could not handle; computes the frame."""
        if self._errors:
            self._frame.count()
        return max((error.value for error in self._errors), default=0)

    def stageErrorsCount(self) -> int:
        return self.errorsCount()

    def errorsAsDynamicFrame(self) -> DynamicFrame:
        """Error records; only their number is kept, so that this is an empty frame."""
        if self.errorsCount():
            raise NotInTarmacError("DynamicFrame.errorsAsDynamicFrame", "errorsCount() has their number")
        return self._with(no_columns(self._frame.sparkSession), "errors")

    def assertErrorThreshold(self, stageThreshold: int = 0, totalThreshold: int = 0) -> None:
        """Raises GlueError when more records failed than a threshold (0 = any number) allows."""
        limit = min((bound for bound in (stageThreshold, totalThreshold) if bound), default=0)
        if limit and self.errorsCount() > limit:
            raise GlueError(f"{self.errorsCount()} error records in {self.name!r}, {limit} are allowed")

    @property
    def write(self) -> Callable[..., Any]:
        """`frame.write(connection_type, connection_options, format, format_options)`."""
        return lambda connection_type, connection_options=None, format=None, format_options=None, **_rest: (
            self.glue_ctx.write_from_options(
                self, connection_type, connection_options, format, format_options
            )
        )

    def simplify_ddb_json(self, *args: Any, **options: Any) -> DynamicFrame:
        raise NotInTarmacError("DynamicFrame.simplify_ddb_json")

    def __getattr__(self, name: str) -> Any:
        if name in ("with_frame_schema", "update_frame_schema", "pivot", "format_case"):
            raise NotInTarmacError(f"DynamicFrame.{name}")
        raise AttributeError(f"'DynamicFrame' object has no attribute {name!r}")

    @property
    def _frame(self) -> DataFrame:
        return self._content.frame

    def _with(self, frame: DataFrame, name: str, errors: ErrorCount | None = None) -> DynamicFrame:
        result = DynamicFrame(frame, self.glue_ctx, name or self.name)
        result._errors = [*self._errors, *([errors] if errors else [])]
        return result

    def _resolved(
        self,
        specs: Sequence[tuple[str, str]] | None,
        action: str,
        database: str | None,
        table_name: str | None,
    ) -> DataFrame:
        if specs:
            return resolve_choice.by_specs(self._frame, specs)
        if action.lower() != "match_catalog":
            return resolve_choice.all_choices(self._frame, action)
        if not (database and table_name):
            raise Exception("match_catalog needs database and table_name")
        table = catalog.table(database, table_name)
        return resolve_choice.match_types(self._frame, dict(table.columns))


def _listed(paths: Sequence[str] | str) -> list[str]:
    return [paths] if isinstance(paths, str) else [str(path) for path in paths]


def _type_name(target: Any) -> str:
    if isinstance(target, gluetypes.DataType):
        name: str = target.typeName()
        return name
    raise GlueError(f"ResolveOption's target is {target!r}, but must be a type of awsglue.gluetypes")


__all__ = [
    "DynamicFrame",
    "DynamicFrameCollection",
    "DynamicFrameReader",
    "DynamicFrameWriter",
    "ResolveOption",
]
