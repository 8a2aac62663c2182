"""Error records: what `errorsAsDynamicFrame` shows of records that could not be read or handled.

Source: the example of errorsAsDynamicFrame in AWS's "DynamicFrame class": one column `error` with the fields
callsite (site, info), msg, stackTrace, input, bytesread, source and dynamicRecord.
"""

from __future__ import annotations

from dataclasses import dataclass

from pyspark.sql import Column
from pyspark.sql import functions as f

ERROR_COLUMN = "__glue_error"


@dataclass(frozen=True)
class CallSite:
    """Where in the script a frame was made, and the `info` given there."""

    site: str = ""
    info: str = ""


def error_column(message: Column, record: Column, call: CallSite, input_text: Column | None = None) -> Column:
    """The fields of an error record; `input_text` is the line that could not be read."""
    text = f.lit("") if input_text is None else input_text
    return f.struct(
        f.struct(f.lit(call.site).alias("site"), f.lit(call.info).alias("info")).alias("callsite"),
        message.alias("msg"),
        f.lit("").alias("stackTrace"),
        text.alias("input"),
        f.length(text).cast("bigint").alias("bytesread"),
        f.lit("").alias("source"),
        record.alias("dynamicRecord"),
    )
