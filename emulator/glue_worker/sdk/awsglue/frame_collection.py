"""Several DynamicFrames under names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from awsglue.frame_base import FrameBase
from emulator.glue_worker.engine.spark_session import no_columns


class DynamicFrameCollection:
    """DynamicFrames by name, in their order; a list of frames goes by the frames' own names."""

    def __init__(self, dynamic_frames: Mapping[str, Any] | Sequence[Any], glue_ctx: Any) -> None:
        self._glue_ctx = glue_ctx
        if isinstance(dynamic_frames, list):
            self._df_dict: dict[str, Any] = {frame.name: frame for frame in dynamic_frames}
        elif isinstance(dynamic_frames, dict):
            self._df_dict = dynamic_frames
        else:
            raise TypeError("dynamic_frames must be list or dict.")

    def __getitem__(self, key: str) -> Any:
        return self._df_dict[key]

    def __len__(self) -> int:
        return len(self._df_dict)

    def keys(self) -> Any:
        return self._df_dict.keys()

    def values(self) -> Any:
        return self._df_dict.values()

    def select(self, key: str, transformation_ctx: str = "") -> Any:
        """The frame of that name; an empty one where there is none."""
        if key in self._df_dict:
            return self._df_dict[key]
        from awsglue.dynamicframe import DynamicFrame

        return DynamicFrame(no_columns(self._glue_ctx.spark_session), self._glue_ctx, key)

    def map(self, callable: Callable[[Any, str], Any], transformation_ctx: str = "") -> Any:
        """The collection of what the function makes of each frame. Raises TypeError for anything else."""
        made = {}
        for name, frame in self._df_dict.items():
            result = callable(frame, f"{transformation_ctx}:{name}")
            if not isinstance(result, FrameBase):
                raise TypeError(f"callable must return a DynamicFrame. Got {type(result)}")
            made[name] = result
        return DynamicFrameCollection(made, self._glue_ctx)

    def flatmap(self, f: Callable[[Any, str], Any], transformation_ctx: str = "") -> Any:
        """What the function makes of each frame, frames or collections, in one collection."""
        made: dict[str, Any] = {}
        for frame in self._df_dict.values():
            result = f(frame, f"{transformation_ctx}:{frame.name}")
            if isinstance(result, FrameBase):
                made[result.name] = result
            elif isinstance(result, DynamicFrameCollection):
                made |= {name: result[name] for name in list(result.keys())}
            else:
                raise TypeError(
                    "Function argument to flatmap must return DynamicFrame or DynamicFrameCollection. "
                    f"Got {type(result)}"
                )
        return DynamicFrameCollection(made, self._glue_ctx)
