"""Reads XML files: each element named `rowTag` is a row (spark-xml, on which AWS's reader is modelled)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f

from emulator.glue_worker.engine import readable_files
from emulator.glue_worker.engine.errors import GlueError
from emulator.glue_worker.engine.file_columns import FILE_COLUMN
from emulator.glue_worker.engine.format_options import is_true
from emulator.glue_worker.run_contract import S3File

# spark-xml takes its paths as one text: a list with commas, each a pattern.
_SPECIAL = frozenset(",{}[]*?\\")


def read(
    spark: SparkSession, files: list[S3File], options: Mapping[str, Any], compression: str = ""
) -> DataFrame:
    """The rows, their attributes under names that begin with `attributePrefix`; FILE_COLUMN comes last.

    Options: rowTag, encoding, excludeAttribute, treatEmptyValuesAsNulls, attributePrefix, valueTag,
    ignoreSurroundingSpaces ("Using the XML format in AWS Glue"). Raises GlueError without rowTag.
    """
    if not options.get("rowTag"):
        raise GlueError('the XML format needs the format option "rowTag": the element that is a row')
    readable = readable_files.of(
        spark, files, compression, lambda key: not _SPECIAL & set(key), "input_file_name()"
    )
    frame = spark.read.format("xml").options(**_for_spark(options)).load(",".join(readable.paths))
    return frame.select("*", f.expr(readable.path_sql).alias(FILE_COLUMN)) if frame.columns else frame


def _for_spark(options: Mapping[str, Any]) -> dict[str, str]:
    given = {
        "rowTag": str(options["rowTag"]),
        "charset": str(options.get("encoding", "UTF-8")),
        "excludeAttribute": str(is_true(options.get("excludeAttribute"))).lower(),
        "attributePrefix": str(options.get("attributePrefix", "_")),
        "valueTag": str(options.get("valueTag", "_VALUE")),
        "ignoreSurroundingSpaces": str(is_true(options.get("ignoreSurroundingSpaces"))).lower(),
    }
    return {**given, "nullValue": ""} if is_true(options.get("treatEmptyValuesAsNulls")) else given
