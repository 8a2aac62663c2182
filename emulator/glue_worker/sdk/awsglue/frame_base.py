"""What all parts of DynamicFrame stand on: a frame made when it is needed, its name, its errors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from pyspark.sql import DataFrame

from awsglue.utils import callsite
from emulator.glue_worker.engine.error_records import CallSite
from emulator.glue_worker.engine.errors import GlueError
from emulator.glue_worker.engine.lazy_frame import LazyFrame, Parted
from emulator.glue_worker.engine.spark_session import inspecting, no_columns
from emulator.glue_worker.engine.unions import union


class FrameBase:
    """A frame and the errors on the way to it.

    A threshold (0 = any number) is looked at when rows or columns are first asked for: more error records of
    this stage than `stageThreshold`, or of all stages than `totalThreshold`, are a GlueError.
    """

    def __init__(self, jdf: Any, glue_ctx: Any, name: str = "") -> None:
        self._content = jdf if isinstance(jdf, LazyFrame) else LazyFrame.of(jdf)
        self.glue_ctx = glue_ctx
        self._ssql_ctx = glue_ctx
        self.name = name
        self._earlier: tuple[LazyFrame, ...] = ()
        self._thresholds = (0, 0)

    def errorsCount(self) -> int:
        """How many records failed in all stages; computes those stages that can fail."""
        return sum(self._counted(content) for content in (*self._earlier, self._content))

    def stageErrorsCount(self) -> int:
        """How many records failed in the transform, or the source, that made this frame."""
        return self._counted(self._content)

    def errorsAsDynamicFrame(self) -> Self:
        """The error records of all stages in one column, see engine/error_records.py; none: no columns."""
        found = [content.errors for content in (*self._earlier, self._content) if self._counted(content)]
        result = no_columns(self._content.frame.sparkSession)
        for errors in found:
            if errors is not None:
                result = union(result, errors)
        return type(self)(result, self.glue_ctx, self.name)

    def assertErrorThreshold(self) -> None:
        """Raises GlueError when more records failed than the thresholds of this frame's transform allow."""
        stage, total = self._thresholds
        if stage and self.stageErrorsCount() > stage:
            raise GlueError(self._too_many(self.stageErrorsCount(), "stageThreshold", stage))
        if total and self.errorsCount() > total:
            raise GlueError(self._too_many(self.errorsCount(), "totalThreshold", total))

    @property
    def _frame(self) -> DataFrame:
        if any(self._thresholds):
            self.assertErrorThreshold()
            self._thresholds = (0, 0)
        return self._content.frame

    def _with(
        self,
        content: DataFrame | LazyFrame,
        thresholds: tuple[int, int] = (0, 0),
        name: str | None = None,
        beside: Sequence[FrameBase] = (),
    ) -> Self:
        """A frame made of this one, and of those beside it, with the errors of all."""
        result = type(self)(content, self.glue_ctx, self.name if name is None else name)
        sources: list[FrameBase] = [self, *beside]
        result._earlier = tuple(dict.fromkeys(one for frame in sources for one in frame._stages))
        result._thresholds = thresholds
        return result

    @property
    def _stages(self) -> tuple[LazyFrame, ...]:
        return (*self._earlier, self._content)

    def _counted(self, content: LazyFrame) -> int:
        if content.errors is None:
            return 0
        with inspecting(content.frame.sparkSession):
            return content.error_count

    def _too_many(self, count: int, threshold: str, limit: int) -> str:
        return f"{count} error records in the frame {self.name!r}, {threshold} allows {limit}"


def call_site(info: str) -> CallSite:
    """Where the script is, with its `info`."""
    return CallSite(callsite(), info or "")


def listed(paths: Sequence[str] | str) -> list[str]:
    """One path, or several, as a list."""
    return [paths] if isinstance(paths, str) else [str(path) for path in paths]


__all__ = ["FrameBase", "LazyFrame", "Parted", "call_site", "listed"]
