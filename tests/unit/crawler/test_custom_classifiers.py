"""Custom CSV, JSON, XML and grok classifiers: "Writing custom classifiers" in the Glue developer guide."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.glue_service.classifiers import classify
from emulator.glue_service.classifiers_custom import CustomClassifier, custom_classifier
from emulator.glue_service.classifiers_json_path import JsonPath
from emulator.glue_service.classifiers_models import FileSchema
from emulator.glue_service.errors import InvalidInput
from tests.unit.crawler.test_file_classifiers import MemoryFile

CITIES = b"city,size\nAda,1\nAdak,2\n"


def csv(**fields: Any) -> CustomClassifier:
    return custom_classifier("CsvClassifier", fields)


def json_path(path: str) -> CustomClassifier:
    return custom_classifier("JsonClassifier", {"JsonPath": path})


def xml(row_tag: str) -> CustomClassifier:
    return custom_classifier("XMLClassifier", {"Classification": "xml", "RowTag": row_tag})


def grok(pattern: str, custom: str = "") -> CustomClassifier:
    fields = {"Classification": "special-logs", "GrokPattern": pattern, "CustomPatterns": custom}
    return custom_classifier("GrokClassifier", fields)


def schema_of(content: bytes, *custom: CustomClassifier) -> FileSchema:
    return classify(MemoryFile(content), custom)


def types(content: bytes, *custom: CustomClassifier) -> dict[str, str]:
    return {column.name: column.type for column in schema_of(content, *custom).columns}


def test_csv_contains_header_present_forces_the_header_of_an_all_string_file() -> None:
    content = b"city,state\nAda,OK\n"
    assert list(types(content)) == ["col0", "col1"]
    assert list(types(content, csv(ContainsHeader="PRESENT"))) == ["city", "state"]


def test_csv_contains_header_absent_makes_the_first_line_data() -> None:
    assert types(CITIES, csv(ContainsHeader="ABSENT")) == {"col0": "string", "col1": "string"}


def test_csv_header_names_the_columns() -> None:
    assert list(types(CITIES, csv(Header=["Town", "Souls"], ContainsHeader="PRESENT"))) == ["town", "souls"]


def test_csv_delimiter_and_quote_symbol_are_the_only_ones_tried() -> None:
    content = b"'a^b'^2\n'c'^3\n"
    schema = schema_of(content, csv(Delimiter="^", QuoteSymbol="'"))
    assert (schema.delimiter, schema.quoted) == ("^", True)
    assert [column.type for column in schema.columns] == ["string", "bigint"]
    assert schema_of(b"a,1\nb,2\n", csv(Delimiter="^")).delimiter == ","


def test_csv_allow_single_column_lets_one_column_be_csv() -> None:
    assert schema_of(b"id\n1\n2\n").classification == "UNKNOWN"
    assert types(b"id\n1\n2\n", csv(AllowSingleColumn=True)) == {"id": "bigint"}


def test_csv_disable_value_trimming_leaves_padded_numbers_strings() -> None:
    content = b"city,size\nAda, 1\nAdak, 2\n"
    assert types(content, csv(ContainsHeader="PRESENT"))["size"] == "bigint"
    assert types(content, csv(ContainsHeader="PRESENT", DisableValueTrimming=True))["size"] == "string"


def test_csv_custom_datatypes_replace_the_inferred_types_in_order() -> None:
    wanted = csv(CustomDatatypeConfigured=True, CustomDatatypes=["STRING", "LONG"], ContainsHeader="PRESENT")
    assert types(b"a,b,c\n1,2,3\n", wanted) == {"a": "string", "b": "bigint", "c": "bigint"}


def test_csv_custom_datatypes_count_only_when_they_are_configured() -> None:
    assert types(CITIES, csv(CustomDatatypes=["STRING", "STRING"]))["size"] == "bigint"


@pytest.mark.parametrize(
    ("serde", "library"),
    [
        ("OpenCSVSerDe", "org.apache.hadoop.hive.serde2.OpenCSVSerde"),
        ("LazySimpleSerDe", "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"),
        ("None", "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"),
    ],
)
def test_csv_serde_sets_the_library_of_the_table(serde: str, library: str) -> None:
    assert schema_of(CITIES, csv(Serde=serde)).serde_library == library


def test_csv_open_csv_serde_is_told_quote_and_separator() -> None:
    schema = schema_of(b"'a';1\n'b';2\n", csv(Serde="OpenCSVSerDe", Delimiter=";", QuoteSymbol="'"))
    assert schema.serde_parameters == {"quoteChar": "'", "separatorChar": ";"}


def test_json_array_without_a_path_is_one_column_and_with_a_path_its_records() -> None:
    content = b'[{"type": "a", "id": 1}, {"type": "b", "id": 2, "name": "x"}]'
    assert types(content) == {"array": "array<struct<type:string,id:int,name:string>>"}
    assert types(content, json_path("$[*]")) == {"type": "string", "id": "int", "name": "string"}
    assert schema_of(content, json_path("$[*]")).parameters == {"jsonPath": "$[*]"}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("$.id", {"record": "int"}),
        ("$.names[*].name", {"record": "string"}),
        ("$['names'][0]", {"lang": "string", "name": "string"}),
        ("$.names.*", {"lang": "string", "name": "string"}),
        ("$['id','kind']", {"record": "string"}),
    ],
)
def test_json_path_leads_to_the_records(path: str, expected: dict[str, str]) -> None:
    line = b'{"id": 1, "kind": "k", "names": [{"lang": "en", "name": "A"}, {"lang": "fr", "name": "B"}]}\n'
    assert types(line * 3, json_path(path)) == expected


def test_json_path_that_finds_nothing_leaves_the_file_to_the_built_in_classifier() -> None:
    assert types(b'{"id": 1}', json_path("$.rows[*]")) == {"id": "int"}


@pytest.mark.parametrize("path", ["rows", "$..name", "$[", "$.rows[?(@.x)]", "$['a"])
def test_json_path_with_another_operator_is_refused(path: str) -> None:
    with pytest.raises(InvalidInput, match="JsonPath"):
        JsonPath.parse(path)


def test_xml_row_tag_names_the_records() -> None:
    content = b"""<?xml version="1.0"?>
    <catalog>
      <book id="bk101"><AnyCompany><author>Rivera, Martha</author><pages>310</pages></AnyCompany></book>
      <book id="bk102"><AnyCompany><author>Stiles, John</author><price>9.95</price></AnyCompany></book>
    </catalog>"""
    schema = schema_of(content, xml("AnyCompany"))
    assert types(content, xml("AnyCompany")) == {"author": "string", "pages": "int", "price": "double"}
    assert (schema.classification, schema.parameters) == ("xml", {"rowTag": "AnyCompany"})
    assert types(content, xml("book"))["_id"] == "string"


def test_xml_row_as_a_self_closing_element_is_no_record() -> None:
    assert types(b"<rows><row a='1'/><row a='2'/></rows>", xml("row")) == {"row": "array<struct<_a:int>>"}
    assert types(b"<rows><row a='1'> </row></rows>", xml("row")) == {"_a": "int"}


def test_xml_records_of_a_big_file_are_read_from_its_beginning() -> None:
    file = MemoryFile(b"<rows>" + b"<row><n>1</n><t>text</t></row>" * 100_000 + b"</rows>")
    schema = classify(file, [xml("row")])
    assert [column.name for column in schema.columns] == ["n", "t"]
    assert file.bytes_read <= 1_000_000


def test_grok_pattern_makes_a_column_of_each_named_field() -> None:
    line = b"2026-11-23T10:00:00Z [a-b-c-d-e] INFO : 17 files\n"
    fields = ["%{TIMESTAMP_ISO8601:timestamp}", r"\[%{PREFIX:message_prefix}\]", "%{LEVEL:LogLevel}", ":"]
    pattern = " ".join([*fields, "%{INT:n:int}", "%{WORD}"])
    custom = "LEVEL (BENCHMARK|ERROR|INFO)\nPREFIX .*-.*-.*-.*-.*"
    schema = schema_of(line * 2, grok(pattern, custom))
    assert {column.name: column.type for column in schema.columns} == {
        "timestamp": "string",
        "message_prefix": "string",
        "loglevel": "string",
        "n": "int",
    }
    assert (schema.classification, schema.serde_library) == (
        "special-logs",
        "com.amazonaws.glue.serde.GrokSerDe",
    )
    assert schema.serde_parameters == {"input.format": pattern, "input.grokCustomPatterns": custom}


@pytest.mark.parametrize(
    ("cast", "expected"),
    [
        ("byte", "tinyint"),
        ("short", "smallint"),
        ("long", "bigint"),
        ("float", "float"),
        ("boolean", "boolean"),
    ],
)
def test_grok_casts_have_their_catalog_types(cast: str, expected: str) -> None:
    assert types(b"7 x\n8 y\n", grok(f"%{{DATA:v:{cast}}} %{{WORD:w}}")) == {"v": expected, "w": "string"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("IPORHOST", "192.0.2.17"),
        ("IP", "2001:db8::ff00:42:8329"),
        ("HOSTNAME", "host-1.example.com"),
        ("UUID", "123e4567-e89b-12d3-a456-426614174000"),
        ("MAC", "00:1B:44:11:3A:B7"),
        ("URI", "https://user@example.com:8080/a/b?c=d&e=f"),
        ("PATH", "/var/log/app.log"),
        ("QUOTEDSTRING", '"with \\" inside"'),
        ("NUMBER", "-12.5"),
        ("BASE16NUM", "0xFF"),
        ("BOOLEAN", "TRUE"),
        ("HTTPDATE", "10/Oct/2026:13:55:36 -0700"),
        ("SYSLOGTIMESTAMP", "Feb  1 06:25:43"),
        ("DATESTAMP_RFC2822", "Mon, 23 Nov 2026 10:00:00 +0100"),
        ("SYSLOGBASE", "Feb 1 06:25:43 host prog[17]:"),
        ("LOGLEVEL", "WARNING"),
    ],
)
def test_grok_built_in_patterns_match_what_they_are_named_after(name: str, text: str) -> None:
    schema = schema_of(f"<{text}>\n".encode(), grok(f"<%{{{name}:v}}>"))
    assert schema.classification == "special-logs"


def test_grok_that_matches_some_lines_only_yields_to_a_certain_built_in_classifier() -> None:
    assert schema_of(CITIES, grok("Ada.*")).classification == "csv"
    assert schema_of(b"one line\nAda\n", grok("%{DATA:v}da")).classification == "special-logs"


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("%{NOSUCH:x}", "NOSUCH"),
        ("%{INT:x:uuid}", "uuid"),
        ("(%{INT:x}", "no regular expression"),
        ("%{LOOP}", "itself"),
    ],
)
def test_grok_that_can_not_work_is_refused(pattern: str, text: str) -> None:
    with pytest.raises(InvalidInput, match=text):
        grok(pattern, "LOOP a%{LOOP}")


def test_the_first_custom_classifier_that_is_certain_decides() -> None:
    first, second = csv(ContainsHeader="ABSENT"), csv(ContainsHeader="PRESENT")
    assert list(types(CITIES, first, second)) == ["col0", "col1"]
    assert list(types(CITIES, json_path("$"), second, first)) == ["city", "size"]


@pytest.mark.parametrize(
    "fields",
    [
        {"Delimiter": ",", "QuoteSymbol": ","},
        {"CustomDatatypes": ["VARCHAR"], "CustomDatatypeConfigured": True},
    ],
)
def test_csv_members_that_contradict_are_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        csv(**fields)
