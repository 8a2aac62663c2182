"""Which format options count, and which have no effect on AWS either ("Data format options", AWS Glue)."""

from __future__ import annotations

import pytest

from emulator.glue_worker.engine import file_source, format_options
from emulator.glue_worker.engine.errors import GlueError, NotInTarmacError
from emulator.glue_worker.engine.file_selection import compression_of


def test_an_option_that_aws_does_not_document_has_no_effect() -> None:
    given = {"withHeader": True, "attachFilename": "f", "tpyo": 1, "rowTag": "r"}
    assert format_options.without_effect("csv", given) == ["tpyo", "rowTag"]


@pytest.mark.parametrize("name", ["parquet", "orc", "Parquet"])
def test_parquet_and_orc_are_read_and_written_without_their_format_options(name: str) -> None:
    assert format_options.applied(name, {"compression": "gzip"}) == {}


def test_glueparquet_and_csv_have_their_format_options() -> None:
    for name in ("glueparquet", "csv"):
        assert format_options.applied(name, {"compression": "gzip"}) == {"compression": "gzip"}


@pytest.mark.parametrize("name", ["ion", "grokLog", "hudi", "delta", "iceberg"])
def test_a_format_that_tarmac_lacks_is_refused_by_name(name: str) -> None:
    with pytest.raises(NotInTarmacError, match=name):
        file_source.file_format(name, {})


def test_a_format_that_nobody_knows_is_refused() -> None:
    with pytest.raises(GlueError, match="known are csv, json, xml, parquet, orc and avro"):
        file_source.file_format("cvs", {})


def test_a_schema_given_for_csv_names_the_columns_and_their_types() -> None:
    schema = '{"dataType": "struct", "fields": [{"name": "a", "container": {"dataType": "long"}}]}'
    kind = file_source.file_format("csv", {"withSchema": schema, "optimizePerformance": True})
    assert kind.columns is not None
    assert (kind.columns.names, kind.columns.hints) == (("a",), ("bigint",))


@pytest.mark.parametrize(("given", "kind"), [("gzip", "gzip"), ("bzip2", "bzip2"), ("none", ""), (None, "")])
def test_the_compression_type_counts_where_a_files_name_does_not_tell(given: str | None, kind: str) -> None:
    assert compression_of({"compressionType": given}) == kind


def test_a_compression_type_that_nobody_knows_is_refused() -> None:
    with pytest.raises(GlueError, match="zip"):
        compression_of({"compressionType": "zip"})
