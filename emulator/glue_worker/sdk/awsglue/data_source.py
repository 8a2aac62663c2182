"""Sources made by `GlueContext.getSource`."""

from __future__ import annotations

from typing import Any


class DataSource:
    """A source to be read by `getFrame`; `setFormat` may come first."""

    def __init__(
        self,
        glue_context: Any,
        connection_type: str,
        format: str | None,
        transformation_ctx: str,
        options: dict[str, Any],
    ) -> None:
        self._glue_context = glue_context
        self._connection_type = connection_type
        self._format = format
        self._format_options: dict[str, Any] = {}
        self._transformation_ctx = transformation_ctx
        self._options = options

    def setFormat(self, format: str, **options: Any) -> None:
        """How the files are written."""
        self._format, self._format_options = format, options

    def getFrame(self, **options: Any) -> Any:
        """The source's rows as a DynamicFrame."""
        return self._glue_context.create_dynamic_frame_from_options(
            self._connection_type,
            {**self._options, **options},
            self._format,
            self._format_options,
            self._transformation_ctx,
        )

    def getDataFrame(self) -> Any:
        """The source's rows as a DataFrame."""
        return self.getFrame().toDF()

    def getSampleFrame(self, num: int, **options: Any) -> Any:
        """A DynamicFrame of the first `num` rows."""
        return self._glue_context.sample(self.getFrame(), num)
