"""Formats beside CSV and JSON, and compressions: "Built-in classifiers" in the Glue developer guide."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from typing import Any

import pyarrow
import pyarrow.orc
import pytest

from emulator.glue_service.classifiers import classify
from emulator.glue_service.classifiers_models import UNKNOWN, FileSchema
from tests.unit.crawler.test_file_classifiers import MemoryFile

CSV = b"id,name\n1,x\n2,y\n"
APACHE = b'192.0.2.7 - frank [10/Oct/2026:13:55:36 -0700] "GET /a.gif HTTP/1.0" 200 2326'


def schema_of(content: bytes) -> FileSchema:
    return classify(MemoryFile(content))


def types(content: bytes) -> dict[str, str]:
    return {column.name: column.type for column in schema_of(content).columns}


def long(value: int) -> bytes:
    """An Avro long: zig-zag, seven bits a byte."""
    value = (value << 1) ^ (value >> 63)
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def avro(schema: Any, records: int = 3, padding: bytes = b"") -> bytes:
    """An Avro object container file whose block is opaque: the crawler reads the header only."""
    literal = json.dumps(schema).encode()
    pairs = [(b"avro.schema", literal), (b"avro.codec", b"null"), (b"note", padding)]
    metadata = b"".join(long(len(key)) + key + long(len(value)) + value for key, value in pairs)
    block = b"\x00" * 30
    sync = b"s" * 16
    return b"Obj\x01" + long(3) + metadata + long(0) + sync + long(records) + long(30) + block + sync


def record(**fields: Any) -> dict[str, Any]:
    return {"type": "record", "name": "r", "fields": [{"name": n, "type": t} for n, t in fields.items()]}


def test_avro_has_the_columns_of_its_header_and_the_schema_among_its_parameters() -> None:
    content = avro(
        record(Id="long", ratio=["null", "float"], at={"type": "long", "logicalType": "timestamp-millis"})
    )
    schema = schema_of(content)
    assert (schema.classification, schema.record_count, schema.record_bytes) == ("avro", 3, 30)
    assert types(content) == {"id": "bigint", "ratio": "float", "at": "timestamp"}
    assert json.loads(schema.parameters["avro.schema.literal"])["name"] == "r"


@pytest.mark.parametrize(
    ("avro_type", "expected"),
    [
        ("int", "int"),
        ("bytes", "binary"),
        ({"type": "array", "items": "string"}, "array<string>"),
        ({"type": "map", "values": "double"}, "map<string,double>"),
        ({"type": "enum", "name": "e", "symbols": ["A"]}, "string"),
        ({"type": "fixed", "name": "f", "size": 4}, "binary"),
        ({"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}, "decimal(9,2)"),
        ({"type": "int", "logicalType": "date"}, "date"),
        ({"type": "record", "name": "n", "fields": [{"name": "x", "type": "int"}]}, "struct<x:int>"),
        (["null", "int", "string"], "union<int,string>"),
        (["null", "r"], "string"),
    ],
)
def test_avro_types_get_their_catalog_names(avro_type: Any, expected: str) -> None:
    assert types(avro(record(v=avro_type))) == {"v": expected}


@pytest.mark.parametrize(
    "content", [b"Obj\x01", b"Obj\x01\xff\xff", avro("int"), avro(record(v="long"))[:40]]
)
def test_a_damaged_avro_header_is_unknown(content: bytes) -> None:
    assert schema_of(content).classification == UNKNOWN


def test_an_avro_header_longer_than_the_first_read_is_read_on() -> None:
    assert types(avro(record(v="long"), padding=b"x" * 200_000)) == {"v": "bigint"}


def test_orc_is_read_from_its_footer_only() -> None:
    rows = 100_000
    table = pyarrow.table({"Id": range(rows), "text": [f"{i * 7919}" for i in range(rows)]})
    buffer = io.BytesIO()
    pyarrow.orc.write_table(table, buffer, compression="uncompressed")
    file = MemoryFile(buffer.getvalue())
    schema = classify(file)
    assert (schema.classification, schema.record_count) == ("orc", rows)
    assert [(column.name, column.type) for column in schema.columns] == [("id", "bigint"), ("text", "string")]
    assert file.bytes_read < file.size_bytes / 2


def test_a_damaged_orc_file_is_unknown() -> None:
    assert schema_of(b"ORC and nothing of the kind").classification == UNKNOWN


def test_xml_without_a_row_tag_is_one_record_of_its_root() -> None:
    content = b"<?xml version='1.0'?><order id='7'><item>a</item><item>b</item><sum>1.5</sum></order>"
    assert schema_of(content).classification == "xml"
    assert types(content) == {"_id": "int", "item": "array<string>", "sum": "double"}


@pytest.mark.parametrize("content", [b"<a><b></a>", b"<p>never closed", b"<>"])
def test_broken_xml_is_unknown(content: bytes) -> None:
    assert schema_of(content).classification == UNKNOWN


def test_a_web_server_log_is_recognised_by_its_grok_pattern() -> None:
    common = schema_of(b"\n".join([APACHE] * 3))
    combined = schema_of(b"\n".join([APACHE + b' "http://example.com/" "Mozilla/4.08"'] * 3))
    names = ["clientip", "ident", "auth", "timestamp", "verb", "request", "httpversion", "rawrequest"]
    assert (common.classification, combined.classification) == ("apache", "combined_apache")
    assert [column.name for column in common.columns] == [*names, "response", "bytes"]
    assert [column.name for column in combined.columns][-2:] == ["referrer", "agent"]
    assert common.serde_parameters == {"input.format": "%{COMMONAPACHELOG}"}


def zipped(*names: str, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name in names:
            archive.writestr(name, CSV)
    return buffer.getvalue()


def lz4(content: bytes) -> bytes:
    sink = pyarrow.BufferOutputStream()
    with pyarrow.CompressedOutputStream(sink, "lz4") as stream:
        stream.write(content)
    return bytes(sink.getvalue())


def raw_snappy(content: bytes) -> bytes:
    return bytes(pyarrow.Codec("snappy").compress(content, asbytes=True))


def framed_snappy(content: bytes) -> bytes:
    body = b"\x00" * 4 + raw_snappy(content)
    plain = b"\x00" * 4 + b"3,z\n"
    chunks = (
        b"\x00" + len(body).to_bytes(3, "little") + body + b"\x01" + len(plain).to_bytes(3, "little") + plain
    )
    return b"\xff\x06\x00\x00sNaPpY" + chunks


def hadoop_snappy(content: bytes) -> bytes:
    body = raw_snappy(content)
    return struct.pack(">II", len(content), len(body)) + body


@pytest.mark.parametrize(
    ("content", "compression"),
    [
        (zipped("a.csv"), "zip"),
        (zipped("a.csv", method=zipfile.ZIP_STORED), "zip"),
        (lz4(CSV), "lz4"),
        (framed_snappy(CSV), "snappy"),
        (hadoop_snappy(CSV), "snappy"),
    ],
)
def test_a_compressed_file_is_classified_by_its_content(content: bytes, compression: str) -> None:
    schema = schema_of(content)
    assert (schema.classification, schema.compression) == ("csv", compression)
    assert [column.name for column in schema.columns] == ["id", "name"]


def test_a_zip_archive_of_several_files_is_unknown() -> None:
    assert schema_of(zipped("a.csv", "b.csv")).classification == UNKNOWN


@pytest.mark.parametrize("pack", [lz4, hadoop_snappy, framed_snappy])
def test_a_big_compressed_file_is_classified_by_a_bounded_beginning(pack: Any) -> None:
    lines = b"id,name\n" + b"".join(b"%d,%x\n" % (i, i * 2654435761 % 2**64) for i in range(400_000))
    content = pack(lines) if pack is lz4 else pack(lines[:60_000]) * 60
    file = MemoryFile(content)
    schema = classify(file)
    assert schema.classification == "csv"
    assert file.bytes_read <= 1_000_000
    assert schema.record_bytes <= 1_000_000


@pytest.mark.parametrize(
    "content", [b"\x04\x22\x4d\x18broken", b"\xff\x06\x00\x00sNaPpY\x00\xff\xff\xffxx", b"PK\x03\x04broken"]
)
def test_a_damaged_compressed_file_is_unknown(content: bytes) -> None:
    assert schema_of(content).classification == UNKNOWN
