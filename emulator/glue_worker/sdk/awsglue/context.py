"""GlueContext: a SQLContext that also reads and writes DynamicFrames."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

from pyspark.sql import DataFrame, SparkSession, SQLContext

from awsglue.context_maintenance import ContextMaintenance
from awsglue.data_sink import DataSink, catalog_sink, database_sink, sink_for
from awsglue.data_source import DataSource
from awsglue.dataframereader import DataFrameReader
from awsglue.dataframewriter import DataFrameWriter
from awsglue.dynamicframe import DynamicFrame, DynamicFrameCollection, DynamicFrameReader, DynamicFrameWriter
from emulator.glue_worker.engine import (
    catalog,
    catalog_source,
    options_source,
)
from emulator.glue_worker.engine.errors import GlueError
from emulator.glue_worker.engine.format_options import applied, is_true
from emulator.glue_worker.engine.java_calls import calling


class GlueContext(ContextMaintenance, SQLContext):
    """The entry point of a Glue script, over one SparkContext.

    `create_dynamic_frame` and `write_dynamic_frame` have from_catalog, from_options and so on.
    """

    Spark_SQL_Formats = frozenset({"parquet", "orc"})

    def __init__(self, sparkContext: Any = None, **options: Any) -> None:
        session = SparkSession.builder.getOrCreate() if sparkContext is None else SparkSession(sparkContext)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            super().__init__(session.sparkContext, session)
        self.spark_session = session
        self.create_dynamic_frame = DynamicFrameReader(self)
        self.create_data_frame = DataFrameReader(self)
        self.write_dynamic_frame = DynamicFrameWriter(self)
        self.write_data_frame = DataFrameWriter(self)

    def get_logger(self) -> Any:
        """A logger with trace, debug, info, warn and error; its lines are in the job's error log."""
        from emulator.glue_worker.engine.job_logger import JobLogger

        return JobLogger()

    def create_dynamic_frame_from_catalog(
        self,
        database: str | None = None,
        table_name: str | None = None,
        redshift_tmp_dir: str = "",
        transformation_ctx: str = "",
        push_down_predicate: str = "",
        additional_options: Mapping[str, Any] | None = None,
        catalog_id: str | None = None,
        **kwargs: Any,
    ) -> DynamicFrame:
        """The rows of a catalog table; a bookmarked read gives only new files (aws-semantics.md §A).

        Raises Exception when `database` and the legacy `name_space` are both given, UnknownSourceError when
        there is no such table.
        """
        names = _names(database, table_name, kwargs)
        with calling(self.spark_session, "getCatalogSource"):
            table = catalog.table(*names)
        temp_dir = redshift_tmp_dir or str(kwargs.get("redshiftTmpDir", ""))
        options = dict(additional_options or {})
        with calling(self.spark_session, "getDynamicFrame"):
            content = catalog_source.read(
                self.spark_session, table, transformation_ctx, push_down_predicate or "", temp_dir, options
            )
        return DynamicFrame(content, self, str(table_name))

    def create_dynamic_frame_from_options(
        self,
        connection_type: str,
        connection_options: Mapping[str, Any] | None = None,
        format: str | None = None,
        format_options: Mapping[str, Any] | None = None,
        transformation_ctx: str = "",
        push_down_predicate: str = "",
        **kwargs: Any,
    ) -> DynamicFrame:
        """The rows of files on S3, of Redshift, or of a JDBC database.

        Raises NotInTarmacError for connection types and formats that the emulator lacks.
        """
        with calling(self.spark_session, "getDynamicFrame"):
            content = options_source.read(
                self.spark_session,
                connection_type,
                dict(connection_options or {}),
                format,
                dict(format_options or {}),
                transformation_ctx,
            )
        return DynamicFrame(content, self, transformation_ctx or connection_type)

    def create_dynamic_frame_from_rdd(
        self,
        data: Any,
        name: str,
        schema: Any = None,
        sample_ratio: float | None = None,
        transformation_ctx: str = "",
    ) -> DynamicFrame:
        """A DynamicFrame of an RDD of rows, tuples or dictionaries."""
        frame = self.spark_session.createDataFrame(data, schema, sample_ratio)
        return DynamicFrame.fromDF(frame, self, name)

    def create_sample_dynamic_frame_from_catalog(
        self,
        database: str | None = None,
        table_name: str | None = None,
        num: int | None = None,
        sample_options: Mapping[str, Any] | None = None,
        redshift_tmp_dir: str = "",
        transformation_ctx: str = "",
        push_down_predicate: str = "",
        additional_options: Mapping[str, Any] | None = None,
        catalog_id: str | None = None,
        erieTxId: str = "",
        asOfTime: str = "",
        **kwargs: Any,
    ) -> DynamicFrame:
        """A DynamicFrame of the first `num` rows of a catalog table.

        `sample_options` (maxSamplePartitions, maxSampleFilesPerPartition) only make it cheaper on AWS.
        """
        frame = self.create_dynamic_frame_from_catalog(
            database,
            table_name,
            redshift_tmp_dir,
            transformation_ctx,
            push_down_predicate,
            additional_options,
            catalog_id,
            **kwargs,
        )
        return self.sample(frame, num)

    def create_sample_dynamic_frame_from_options(
        self,
        connection_type: str,
        connection_options: Mapping[str, Any] | None = None,
        num: int | None = None,
        sample_options: Mapping[str, Any] | None = None,
        format: str | None = None,
        format_options: Mapping[str, Any] | None = None,
        transformation_ctx: str = "",
        push_down_predicate: str = "",
        **kwargs: Any,
    ) -> DynamicFrame:
        """A DynamicFrame of the first `num` rows of a source."""
        frame = self.create_dynamic_frame_from_options(
            connection_type, connection_options, format, format_options, transformation_ctx
        )
        return self.sample(frame, num)

    def sample(self, frame: DynamicFrame, num: int | None) -> DynamicFrame:
        """The first `num` rows. Raises GlueError without a number."""
        if num is None:
            raise GlueError("a sample needs the parameter num: how many rows to take")
        return DynamicFrame.fromDF(frame.toDF().limit(int(num)), self, frame.name)

    def create_data_frame_from_catalog(
        self,
        database: str | None = None,
        table_name: str | None = None,
        redshift_tmp_dir: str = "",
        transformation_ctx: str = "",
        push_down_predicate: str = "",
        additional_options: Mapping[str, Any] | None = None,
        catalog_id: str | None = None,
        **kwargs: Any,
    ) -> DataFrame:
        """The same as create_dynamic_frame_from_catalog, as a DataFrame.

        With the option useSparkDataSource or useCatalogSchema its types are the catalog's, and values that
        don't fit are null.
        """
        frame = self.create_dynamic_frame_from_catalog(
            database,
            table_name,
            redshift_tmp_dir,
            transformation_ctx,
            push_down_predicate,
            additional_options,
            catalog_id,
            **kwargs,
        )
        options = additional_options or {}
        if is_true(options.get("useSparkDataSource")) or is_true(options.get("useCatalogSchema")):
            frame = frame.resolveChoice(choice="match_catalog", database=database, table_name=table_name)
        return frame.toDF()

    def create_data_frame_from_options(
        self,
        connection_type: str,
        connection_options: Mapping[str, Any] | None = None,
        format: str | None = None,
        format_options: Mapping[str, Any] | None = None,
        transformation_ctx: str = "",
        push_down_predicate: str = "",
        **kwargs: Any,
    ) -> DataFrame:
        """The same as create_dynamic_frame_from_options, as a DataFrame."""
        return self.create_dynamic_frame_from_options(
            connection_type,
            connection_options,
            format,
            format_options,
            transformation_ctx,
            push_down_predicate,
        ).toDF()

    def getSource(
        self,
        connection_type: str,
        format: str | None = None,
        transformation_ctx: str = "",
        push_down_predicate: str = "",
        **options: Any,
    ) -> DataSource:
        """A source whose frame comes from `getFrame`."""
        return DataSource(self, connection_type, format, transformation_ctx, options)

    def getSink(
        self, connection_type: str, format: str | None = None, transformation_ctx: str = "", **options: Any
    ) -> DataSink:
        """A sink for `setFormat`, `setCatalogInfo` and `writeFrame`."""
        return sink_for(self, connection_type, format, options)

    def write_dynamic_frame_from_options(
        self,
        frame: Any,
        connection_type: str,
        connection_options: Mapping[str, Any] | None = None,
        format: str | None = None,
        format_options: Mapping[str, Any] | None = None,
        transformation_ctx: str = "",
    ) -> Any:
        """Appends the frame to files on S3, to Redshift, or to a JDBC database; returns the frame."""
        return self.write_from_options(
            frame, connection_type, connection_options, format, format_options, transformation_ctx
        )

    def write_from_options(
        self,
        frame_or_dfc: Any,
        connection_type: str,
        connection_options: Mapping[str, Any] | None = None,
        format: str | None = None,
        format_options: Mapping[str, Any] | None = None,
        transformation_ctx: str = "",
        **kwargs: Any,
    ) -> Any:
        """Like write_dynamic_frame_from_options; takes a collection, too."""
        sink = sink_for(self, connection_type, format, dict(connection_options or {}))
        if format:
            sink.setFormat(format, **applied(format, format_options or {}))
        return sink.write(frame_or_dfc)

    def write_dynamic_frame_from_catalog(
        self,
        frame: Any,
        database: str | None = None,
        table_name: str | None = None,
        redshift_tmp_dir: str = "",
        transformation_ctx: str = "",
        additional_options: Mapping[str, Any] | None = None,
        catalog_id: str | None = None,
        **kwargs: Any,
    ) -> Any:
        """Appends the frame to where a catalog table lies; returns the frame."""
        table = catalog.table(*_names(database, table_name, kwargs))
        sink = catalog_sink(self, table, redshift_tmp_dir, dict(additional_options or {}))
        return sink.write(frame)

    def write_data_frame_from_catalog(
        self,
        frame: DataFrame,
        database: str | None = None,
        table_name: str | None = None,
        redshift_tmp_dir: str = "",
        transformation_ctx: str = "",
        additional_options: Mapping[str, Any] | None = None,
        catalog_id: str | None = None,
        **kwargs: Any,
    ) -> Any:
        """The same for a DataFrame."""
        return self.write_dynamic_frame_from_catalog(
            frame,
            database,
            table_name,
            redshift_tmp_dir,
            transformation_ctx,
            additional_options,
            catalog_id,
            **kwargs,
        )

    def write_dynamic_frame_from_jdbc_conf(
        self,
        frame: Any,
        catalog_connection: str,
        connection_options: Mapping[str, Any] | None = None,
        redshift_tmp_dir: str = "",
        transformation_ctx: str = "",
        catalog_id: str | None = None,
    ) -> Any:
        """Appends the frame to a table of a Glue connection's database; returns the frame.

        connection_options: dbtable, database, preactions, postactions, aws_iam_role, extracopyoptions.
        """
        options = dict(connection_options or {})
        where = {
            "connectionName": catalog_connection,
            "redshiftTmpDir": redshift_tmp_dir or str(options.get("redshiftTmpDir") or ""),
        }
        return database_sink(self, {**options, **where}).write(frame)

    def write_from_jdbc_conf(
        self,
        frame_or_dfc: Any,
        catalog_connection: str,
        connection_options: Mapping[str, Any] | None = None,
        redshift_tmp_dir: str = "",
        transformation_ctx: str = "",
        catalog_id: str | None = None,
    ) -> Any:
        """The same, under its older name."""
        return self.write_dynamic_frame_from_jdbc_conf(
            frame_or_dfc, catalog_connection, connection_options, redshift_tmp_dir, transformation_ctx
        )


def register(sc: Any) -> GlueContext:
    """The GlueContext of a SparkContext."""
    return GlueContext(sc)


def _names(database: str | None, table_name: str | None, kwargs: Mapping[str, Any]) -> tuple[str, str]:
    """The names of a database and a table; `name_space` is the legacy name of `database`."""
    name_space = kwargs.get("name_space")
    if database is not None and name_space is not None:
        raise Exception("Parameter name_space and database are both specified, choose one.")
    if database is None and name_space is None:
        raise Exception("Parameter name_space or database is missing.")
    if table_name is None:
        raise Exception("Parameter table_name is missing.")
    return str(database if database is not None else name_space), str(table_name)


__all__ = ["DynamicFrameCollection", "GlueContext"]
