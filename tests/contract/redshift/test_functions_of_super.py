"""Redshift's functions of JSON in texts and of SUPER, with values of the Developer Guide's examples."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from tests.contract.redshift.function_facts import Connection, fact, type_of, value_of
from tests.redshift_facts import works

_F = '{"f2":{"f3":1},"f4":{"f5":99,"f6":"star"}}'
_A = '[11,12,13,{"f1":21,"f2":[25,26]},14]'
_DEEP = '{"a":{"b":{"c":{"d":{"e":5}}}}}'


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        fact(f"JSON_EXTRACT_PATH_TEXT('{_F}', 'f4', 'f6')", "star"),
        fact(f"JSON_EXTRACT_PATH_TEXT('{_F[:-1]}', 'f4', 'f6', true)", None),
        fact(f"JSON_EXTRACT_PATH_TEXT('{_F}', 'f4', 'f6', TRUE)", "star"),
        fact(f"JSON_EXTRACT_PATH_TEXT('{_F}', 'f2')", '{"f3":1}'),
        fact(f"JSON_EXTRACT_PATH_TEXT('{_F}', 'nothing')", None),
        fact(f"JSON_EXTRACT_PATH_TEXT('{_DEEP}', 'a', 'b', 'c', 'd', 'e', false)", "5"),
        fact(f"JSON_ARRAY_LENGTH('{_A}')", 5),
        fact(f"JSON_ARRAY_LENGTH('{_A[:-1]}', true)", None),
        fact("JSON_EXTRACT_ARRAY_ELEMENT_TEXT('[111,112,113]', 2)", "113"),
        fact("JSON_EXTRACT_ARRAY_ELEMENT_TEXT('[111,112,113]', -1)", None),
        fact("JSON_EXTRACT_ARRAY_ELEMENT_TEXT('[1, {\"b\" : 2}]', 1)", '{"b" : 2}'),
        fact('JSON_EXTRACT_ARRAY_ELEMENT_TEXT(\'["a",["b",1,["c",2,3,null,]]]\', 1, true)', None),
        fact('IS_VALID_JSON(\'{"a":{"b":{"c":1}}}\')', True),
        fact("IS_VALID_JSON('[1,2,3]')", False),
        fact("IS_VALID_JSON('{1:\"a\"}')", False),
        fact("IS_VALID_JSON_ARRAY('[]')", True),
        fact("IS_VALID_JSON_ARRAY('[1,2,]')", False),
        fact("IS_VALID_JSON_ARRAY('{\"a\":1}')", False),
        fact("CAN_JSON_PARSE('[10001,10002,\"abc\"]')", True),
        fact("CAN_JSON_PARSE('abc')", False),
        fact("JSON_PARSE('[10001,10002,\"abc\"]')", [10001, 10002, "abc"]),
        fact("JSON_SERIALIZE(JSON_PARSE('[10001, 10002, {\"a\" : null}]'))", '[10001,10002,{"a":null}]'),
        fact("JSON_SERIALIZE_TO_VARBYTE(JSON_PARSE('[1, 2]'))", b"[1,2]"),
        fact("JSON_SIZE(JSON_PARSE('[10001,10002,\"⬤\"]'))", 19),
        fact('JSON_TYPEOF(JSON_PARSE(\'{"name":"Joe"}\'))', "object"),
        fact("JSON_TYPEOF(ARRAY(1,2))", "array"),
        fact("ARRAY(1,50,null,100)", [1, 50, None, 100]),
        fact("ARRAY(1,'abc',true,3.14)", [1, "abc", True, 3.14]),
        fact("ARRAY()", []),
        fact("ARRAY_CONCAT(ARRAY(10001,10002),ARRAY('ab','cd'))", [10001, 10002, "ab", "cd"]),
        fact("ARRAY_FLATTEN(ARRAY(ARRAY(1,2,3,4),ARRAY(5,6),7))", [1, 2, 3, 4, 5, 6, 7]),
        fact("GET_ARRAY_LENGTH(ARRAY(1,2,3,4,5,6,7,8,9,10))", 10),
        fact("GET_ARRAY_LENGTH(OBJECT())", None),
        fact("SPLIT_TO_ARRAY('12|345|6789', '|')", ["12", "345", "6789"]),
        fact("SPLIT_TO_ARRAY('a,b')", ["a", "b"]),
        fact("SUBARRAY(ARRAY('a', 'b', 'c', 'd', 'e', 'f'), 2, 3)", ["c", "d", "e"]),
        fact("SUBARRAY(ARRAY('a', 'b', 'c'), -2, 1)", ["b"]),
        fact("OBJECT()", {}),
        fact("OBJECT('a', 1, 'b', true, 'c', 3.14)", {"a": 1, "b": True, "c": 3.14}),
        fact("OBJECT('a', object('aa', 1), 'b', array(2,3))", {"a": {"aa": 1}, "b": [2, 3]}),
        fact("LOWER_ATTRIBUTE_NAMES(OBJECT('A', ARRAY(OBJECT('B', 1))))", {"a": [{"b": 1}]}),
        fact("UPPER_ATTRIBUTE_NAMES(OBJECT('a', 1))", {"A": 1}),
        fact("IS_ARRAY(JSON_PARSE('[1,2]'))", True),
        fact("IS_ARRAY(NULL::super)", False),
        fact("IS_OBJECT(OBJECT())", True),
        fact("IS_SCALAR(JSON_PARSE('\"Joe\"'))", True),
        fact("IS_SCALAR(JSON_PARSE('null'))", False),
        fact("IS_BOOLEAN(JSON_PARSE('true'))", True),
        fact("IS_VARCHAR(JSON_PARSE('\"é\"'))", True),
        fact("IS_CHAR(JSON_PARSE('\"é\"'))", False),
        fact("IS_CHAR(JSON_PARSE('\"t\"'))", True),
        fact("IS_DECIMAL(JSON_PARSE('1.22'))", True),
        fact("IS_BIGINT(JSON_PARSE('3000000000'))", True),
        fact("IS_INTEGER(JSON_PARSE('3000000000'))", False),
        fact("IS_INTEGER(JSON_PARSE('5.5'))", False),
        fact("IS_SMALLINT(JSON_PARSE('5'))", True),
        fact("DECIMAL_PRECISION(JSON_PARSE('3.14159'))", 6),
        fact("DECIMAL_SCALE(JSON_PARSE('3.14159'))", 5),
    ],
)
def test_json_functions_give_redshifts_values(leader: Connection, expression: str, value: Any) -> None:
    assert value_of(leader, expression) == value


@pytest.mark.parametrize(
    ("expression", "kind"),
    [fact("GET_ARRAY_LENGTH(ARRAY(1))", "int8"), fact("JSON_ARRAY_LENGTH('[]')", "int4")],
)
def test_json_functions_give_redshifts_types(leader: Connection, expression: str, kind: str) -> None:
    assert type_of(leader, expression) == kind


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (f"JSON_EXTRACT_PATH_TEXT('{_F[:-1]}', 'f4', 'f6')", "JSON parsing error"),
        (f"JSON_ARRAY_LENGTH('{_A[:-1]}')", "JSON parsing error"),
        ("JSON_EXTRACT_ARRAY_ELEMENT_TEXT('[1,]', 0)", "JSON parsing error"),
        ("JSON_PARSE('{')", "JSON parsing error"),
        ("ARRAY_CONCAT(OBJECT(), ARRAY(1))", "ARRAY_CONCAT needs an array, not object"),
        ("OBJECT('a')", "argument list must have even number of elements"),
    ],
)
def test_bad_documents_are_refused(leader: Connection, expression: str, message: str) -> None:
    with pytest.raises(psycopg.Error, match=message):
        value_of(leader, expression)


@works("function", "JSON_EXTRACT_PATH_TEXT", "JSON_PARSE", "IS_VALID_JSON")
def test_documents_in_columns_are_read_row_by_row(db: Connection) -> None:
    db.execute(
        "CREATE TABLE t (id INT, d VARCHAR(99));"
        "INSERT INTO t VALUES (1, '{\"a\": 5}'), (2, 'broken'), (3, NULL)"
    )
    sql = "SELECT JSON_EXTRACT_PATH_TEXT(d, 'a', TRUE), IS_VALID_JSON(d) FROM t ORDER BY id"
    assert db.execute(sql).fetchall() == [("5", True), (None, False), (None, None)]
    parsed = "SELECT SUM(JSON_EXTRACT_PATH_TEXT(d, 'a')::int) FROM t WHERE IS_VALID_JSON(d)"
    assert db.execute(parsed).fetchone() == (5,)
