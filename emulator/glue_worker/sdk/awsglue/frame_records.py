"""The transforms of a DynamicFrame that work on its records, and on whole frames."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Self

from awsglue.frame_base import FrameBase, call_site, listed
from awsglue.frame_collection import DynamicFrameCollection
from emulator.glue_worker.engine import joining, merging, row_functions, sampling, splitting, unions
from emulator.glue_worker.engine.lazy_frame import LazyFrame

Entry = dict[str, Any]


class RecordTransforms(FrameBase):
    """See "DynamicFrame class" of AWS's documentation; `info` is kept in error records."""

    def filter(
        self,
        f: Callable[[Any], Any],
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> Self:
        """The records for which `f` is true; it fails quietly by KeyError, ValueError and TypeError."""
        call = call_site(info)
        content = LazyFrame(lambda: row_functions.filter_rows(self._frame, f, call))
        return self._with(content, (stageThreshold, totalThreshold))

    def map(
        self,
        f: Callable[[Any], Any],
        preservesPartitioning: bool = False,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> Self:
        """The records that `f` returns; one that it raises for, or returns nothing for, is an error."""
        return self._partitions(row_functions.mapped(f), info, (stageThreshold, totalThreshold))

    def mapPartitions(
        self,
        f: Callable[[Iterator[Entry]], Iterable[Entry]],
        preservesPartitioning: bool = True,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> Self:
        """What `f` makes of a partition's entries `{"record": {...}}`; `isError` in one makes it an error."""
        return self._partitions(lambda _index, entries: f(entries), info, (stageThreshold, totalThreshold))

    def mapPartitionsWithIndex(
        self,
        f: Callable[[int, Iterator[Entry]], Iterable[Entry]],
        preservesPartitioning: bool = False,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> Self:
        """The same with the partition's number as first argument."""
        return self._partitions(f, info, (stageThreshold, totalThreshold))

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
        thresholds = (stageThreshold, totalThreshold)
        parts = {
            name1: self._with(chosen, thresholds, name1),
            name2: self._with(rest, thresholds, name2),
        }
        return DynamicFrameCollection(parts, self.glue_ctx)

    def join(
        self,
        paths1: Sequence[str] | str,
        paths2: Sequence[str] | str,
        frame2: RecordTransforms,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> Self:
        """Inner equi-join; of equally named columns this frame's gets a leading dot."""
        joined = joining.join(self._frame, frame2._frame, listed(paths1), listed(paths2))
        thresholds = (stageThreshold, totalThreshold)
        return self._with(joined, thresholds, self.name + frame2.name, beside=[frame2])

    def union(
        self,
        other_frame: RecordTransforms,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> Self:
        """The records of both; a field that one lacks is null there, one of two types is a choice."""
        both = unions.union(self._frame, other_frame._frame)
        return self._with(both, (stageThreshold, totalThreshold), beside=[other_frame])

    def mergeDynamicFrame(
        self,
        stage_dynamic_frame: RecordTransforms,
        primary_keys: Sequence[str] | str,
        transformation_ctx: str = "",
        options: Any = None,
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> Self:
        """This frame's records, those with a staged record's keys replaced, and the staged records."""
        frame = merging.merged(self._frame, stage_dynamic_frame._frame, listed(primary_keys))
        return self._with(frame, (stageThreshold, totalThreshold), beside=[stage_dynamic_frame])

    def spigot(
        self,
        path: str,
        options: Mapping[str, Any] | None = None,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> Self:
        """Writes sample records as JSON lines under `path` (options: topk, prob); the records stay."""
        sampling.write_sample(self._frame, path, options or {})
        return self._with(self._frame, (stageThreshold, totalThreshold))

    def getNumPartitions(self) -> int:
        return int(self._frame.rdd.getNumPartitions())

    def repartition(
        self,
        num_partitions: int,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> Self:
        """The same records in this many partitions."""
        return self._with(self._frame.repartition(num_partitions), (stageThreshold, totalThreshold))

    def coalesce(
        self,
        num_partitions: int,
        shuffle: bool = False,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
    ) -> Self:
        """The same records in at most this many partitions; with `shuffle`, in just as many."""
        frame = self._frame.repartition(num_partitions) if shuffle else self._frame.coalesce(num_partitions)
        return self._with(frame, (stageThreshold, totalThreshold))

    def _partitions(
        self, f: Callable[[int, Iterator[Entry]], Iterable[Entry]], info: str, thresholds: tuple[int, int]
    ) -> Self:
        call = call_site(info)
        content = LazyFrame(lambda: row_functions.map_partitions(self._frame, f, call))
        return self._with(content, thresholds)
