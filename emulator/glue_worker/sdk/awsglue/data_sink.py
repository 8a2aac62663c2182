"""Sinks: files on S3, tables of the catalog, Redshift."""

from __future__ import annotations

from typing import Any

from pyspark.sql import DataFrame

from awsglue.dynamicframe import DynamicFrame, DynamicFrameCollection
from emulator.glue_worker.engine import catalog_update, file_sink, jdbc_address, jdbc_writer, redshift_writer
from emulator.glue_worker.engine.catalog import CatalogTable
from emulator.glue_worker.engine.errors import GlueError, NotInTarmacError
from emulator.glue_worker.engine.java_calls import calling
from emulator.glue_worker.engine.options_source import FILE_TYPES, TYPES_OF_AWS


class DataSink:
    """A place to write to; `write` and `writeFrame` append a frame and return it."""

    def __init__(self, glue_context: Any, options: dict[str, Any]) -> None:
        self._glue_context = glue_context
        self._options = options
        self._format = ""
        self._format_options: dict[str, Any] = {}
        self._database = ""
        self._table = ""

    def setFormat(self, format: str, **options: Any) -> None:
        """How files are written."""
        self._format, self._format_options = format, options

    def setAccumulableSize(self, size: int) -> None:
        """Accepted; sizes of part files are Spark's."""

    def setCatalogInfo(self, catalogDatabase: str, catalogTableName: str, catalogId: str = "") -> None:
        """The catalog table that a sink with enableUpdateCatalog creates or updates."""
        self._database, self._table = catalogDatabase, catalogTableName

    def writeFrame(self, dynamic_frame: Any, info: str = "") -> Any:
        """Appends a DynamicFrame, or a DataFrame."""
        is_dynamic = isinstance(dynamic_frame, DynamicFrame)
        method = "pyWriteDynamicFrame" if is_dynamic else "pyWriteDataFrame"
        with calling(self._glue_context.spark_session, method):
            self._append(dynamic_frame.toDF() if is_dynamic else dynamic_frame)
        return dynamic_frame

    def writeDataFrame(self, data_frame: Any, glue_context: Any, info: str = "") -> Any:
        """Appends a DataFrame."""
        return self.writeFrame(data_frame)

    def write(self, dynamic_frame_or_dfc: Any, info: str = "") -> Any:
        """Appends a frame, or each frame of a collection in a place of its name."""
        if isinstance(dynamic_frame_or_dfc, DynamicFrameCollection):
            for name in list(dynamic_frame_or_dfc.keys()):
                self._named(name).writeFrame(dynamic_frame_or_dfc[name])
            return dynamic_frame_or_dfc
        return self.writeFrame(dynamic_frame_or_dfc)

    def _append(self, frame: DataFrame) -> None:
        raise NotImplementedError

    def _named(self, name: str) -> DataSink:
        """The sink for a collection's frame of that name."""
        return self


class FileSink(DataSink):
    """Files under `path`; with enableUpdateCatalog the catalog's table follows."""

    def _append(self, frame: DataFrame) -> None:
        path = str(self._options.get("path") or "")
        kind = self._format or "parquet"
        file_sink.write(frame, path, kind, self._format_options, self._options)
        if str(self._options.get("enableUpdateCatalog", "false")).lower() == "true" and self._table:
            names = (self._database, self._table)
            catalog_update.after_write(frame, path, kind, *names, self._options, self._format_options)

    def _named(self, name: str) -> DataSink:
        folder = str(self._options.get("path") or "").rstrip("/")
        sink = FileSink(self._glue_context, {**self._options, "path": f"{folder}/{name}/"})
        sink.setFormat(self._format, **self._format_options)
        return sink


class RedshiftSink(DataSink):
    """A Redshift table, by COPY in one transaction."""

    def _append(self, frame: DataFrame) -> None:
        target = jdbc_address.of_options(self._options)
        redshift_writer.write(frame, target, str(self._options.get("redshiftTmpDir") or ""), self._options)


class JdbcSink(DataSink):
    """A table of a PostgreSQL database, by Spark's JDBC writer."""

    def _append(self, frame: DataFrame) -> None:
        jdbc_writer.write(
            frame, jdbc_address.of_options(self._options), str(self._options.get("dbtable", ""))
        )


def sink_for(
    glue_context: Any, connection_type: str, format: str | None, options: dict[str, Any]
) -> DataSink:
    """The sink for a connection type. Raises NotInTarmacError for those that the emulator lacks."""
    kind = connection_type.lower()
    if kind in FILE_TYPES:
        sink: DataSink = FileSink(glue_context, options)
        if format or kind != "s3":
            sink.setFormat(format or kind)
        return sink
    if kind == "redshift":
        return RedshiftSink(glue_context, options)
    if kind in ("postgresql", "jdbc"):
        return JdbcSink(glue_context, options)
    if kind in TYPES_OF_AWS:
        raise NotInTarmacError(f"the connection type {connection_type!r}")
    raise GlueError(f"the connection type {connection_type!r} is not known")


def catalog_sink(
    glue_context: Any, table: CatalogTable, redshift_tmp_dir: str, options: dict[str, Any]
) -> DataSink:
    """The sink for where a catalog table lies; the option partitionKeys says by what the files are parted."""
    if table.is_on_s3:
        sink = FileSink(glue_context, {"path": table.location, **options})
        sink.setFormat(table.classification or "parquet", **catalog_update.format_options(table))
        sink.setCatalogInfo(table.database, table.name)
        return sink
    connection = str(options.get("connectionName") or table.parameters.get("connectionName", ""))
    database, _, name = table.location.partition(".")
    where = {
        "connectionName": connection,
        "database": database,
        "dbtable": name,
        "redshiftTmpDir": redshift_tmp_dir,
    }
    return database_sink(glue_context, {**where, **options})


def database_sink(glue_context: Any, options: dict[str, Any]) -> DataSink:
    """The sink for the database of a Glue connection: COPY for Redshift, JDBC for others."""
    is_redshift = jdbc_address.of_options(options).kind == "redshift"
    return (RedshiftSink if is_redshift else JdbcSink)(glue_context, options)
