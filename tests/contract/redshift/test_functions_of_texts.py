"""Redshift's string and hash functions, with values of the Developer Guide's examples."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from tests.contract.redshift.function_facts import Connection, fact, type_of, value_of
from tests.redshift_facts import gap, works

_WORDS = "'passwd7 plain A1234 a1234', '(?=[^ ]*[a-z])(?=[^ ]*[0-9])[^ ]+'"
_SHA2 = "15013dc10bc5b293f1f66ea28d818387f191cafeb26f89639fae0b4acf9c8772"


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        fact("'a' || NULL", None, "||"),
        fact("ASCII('amazon')", 97),
        fact("ASCII('')", 0),
        fact("BPCHARCMP('Rafael', 'Taylor')", -1),
        fact("BPCHARCMP('a', 'a ')", 0),
        fact("SIGN(BTTEXT_PATTERN_CMP('b', 'a'))", 1, "BTTEXT_PATTERN_CMP"),
        fact("BTRIM('xyzaxyzbxyzcxyz', 'xyz')", "axyzbxyzc"),
        fact("BTRIM('     abc    ')", "abc"),
        fact("CHARINDEX('fish', 'dogfish')", 4),
        fact("CHARINDEX('é', 'aéb')", 2),
        fact("CHAR_LENGTH('été ')", 4),
        fact("CHARACTER_LENGTH('abc'::char(10))", 3),
        fact("CHR(65)", "A"),
        fact("CONCAT('December 25, ', '2008')", "December 25, 2008"),
        fact("CONCAT('a', NULL)", None),
        fact("CONCAT('seats ', 5)", "seats 5"),
        fact("CONCAT(5, CONCAT(6, 'x'::varchar))", "56x"),
        fact("CONCAT('2024-01-01'::date, 1.5)", "2024-01-011.5"),
        fact("CRC32('Amazon Redshift')", "f2726906"),
        fact("DIFFERENCE('AC/DC', 'Ay See Dee See')", 4),
        fact("DIFFERENCE('Amazon', '+-*/%')", 0),
        fact("FNV_HASH(1)", -5968735742475085980),
        fact("FNV_HASH('Amazon Redshift')", 7783490368944507294),
        fact("FNV_HASH('Amazon Redshift', FNV_HASH(1))", -2202602717770968555),
        fact("FNV_HASH('cd', FNV_HASH('ab'))", -281581062704388899),
        fact("FNV_HASH(1::smallint)", 589727492704079044),
        fact("FNV_HASH(1::bigint)", -8517097267634966620),
        fact("FUNC_SHA1('Amazon Redshift')", "eeac5ed1e11cda66032c30ad77b25071b5487f55"),
        fact("INITCAP('ab cd-ef')", "Ab Cd-Ef"),
        fact("LEFT('Chicago', 5)", "Chica"),
        fact("RIGHT('Chicago', 5)", "icago"),
        fact("LEN('abc ')", 4),
        fact("LEN('abc '::char(10))", 3),
        fact("LEN(FROM_HEX('6162'))", 2),
        fact("LENGTH('français')", 8),
        fact("LOWER('AbC')", "abc"),
        fact("LPAD('Salome', 10)", "    Salome"),
        fact("LPAD('Gotterdammerung', 5)", "Gotte"),
        fact("RPAD('Salome', 12, '0123')", "Salome012301"),
        fact("LTRIM('2008-01-24', '2008-')", "1-24"),
        fact("RTRIM('abc  ')", "abc"),
        fact("MD5('Amazon Redshift')", "f7415e33f972c03abd4f3fed36748f7a"),
        fact("MURMUR3_32_HASH('test')", -1167338989),
        fact("MURMUR3_32_HASH('Hello, world!', 1234)", -84488781),
        fact("MURMUR3_32_HASH(''::varchar)", 0),
        fact("OCTETINDEX('AWS', 'Amazon AWS')", 8),
        fact("OCTETINDEX('AWS', 'Άμαζον AWS')", 14),
        fact("OCTET_LENGTH('français')", 9),
        fact("POSITION('fish' IN 'dogfish')", 4),
        fact("QUOTE_IDENT('My col')", '"My col"'),
        fact("QUOTE_IDENT('plain')", "plain"),
        fact("QUOTE_LITERAL(10)", "'10'"),
        fact("REGEXP_COUNT('abcdefghijklmnopqrstuvwxyz', '[a-z]{3}')", 8),
        fact("REGEXP_COUNT('the fox', 'FOX', 1, 'i')", 1),
        fact(f"REGEXP_COUNT({_WORDS}, 1, 'p')", 2),
        fact(f"REGEXP_COUNT({_WORDS}, 1, 'ip')", 3),
        fact("REGEXP_INSTR('a@b.c', '@[^.]*')", 2),
        fact("REGEXP_INSTR('the fox', 'FOX', 1, 1, 0, 'i')", 5),
        fact("REGEXP_INSTR('the fox', 'fox', 1, 1, 1)", 8),
        fact("REGEXP_INSTR('the fox', 'cat')", 0),
        fact(f"REGEXP_INSTR({_WORDS}, 1, 2, 0, 'p')", 21),
        fact(f"REGEXP_INSTR({_WORDS}, 1, 2, 0, 'ip')", 15),
        fact("REGEXP_INSTR('ab12', '[a-z]+([0-9]+)', 1, 1, 0, 'e')", 3),
        fact("REGEXP_REPLACE('a1b2', '[0-9]', '-')", "a-b-"),
        fact("REGEXP_REPLACE('x@y.edu', '@.*[.](org|gov|com|edu|ca)$')", "x"),
        fact("REGEXP_REPLACE('a1b2', '[0-9]', '-', 3)", "a1b-"),
        fact("REGEXP_REPLACE('the fox', 'FOX', 'quick brown fox', 1, 'i')", "the quick brown fox"),
        fact(f"REGEXP_REPLACE({_WORDS}, '[hidden]', 1, 'p')", "[hidden] plain A1234 [hidden]"),
        fact(f"REGEXP_REPLACE({_WORDS}, '[hidden]', 1, 'ip')", "[hidden] plain [hidden] [hidden]"),
        fact("REGEXP_REPLACE('ab', '(a)(b)', '$2$1', 1, 'p')", "ba"),
        fact("REGEXP_REPLACE('ab', 'a', NULL)", None),
        fact("REGEXP_SUBSTR('a@sodales.edu', '@[^.]*')", "@sodales"),
        fact("REGEXP_SUBSTR('abc', '[0-9]')", ""),
        fact("REGEXP_SUBSTR(NULL, '[0-9]')", None),
        fact("REGEXP_SUBSTR('a1b2', '[0-9]', 3)", "2"),
        fact("REGEXP_SUBSTR('the fox', 'FOX', 1, 1, 'i')", "fox"),
        fact(f"REGEXP_SUBSTR({_WORDS}, 1, 2, 'p')", "a1234"),
        fact(f"REGEXP_SUBSTR({_WORDS}, 1, 2, 'ip')", "A1234"),
        fact("REGEXP_SUBSTR('This is a cat, this is a dog.', 'this is a ([a-z]+)', 1, 2, 'ie')", "dog"),
        fact("REGEXP_SUBSTR('abc', 'b', 1, 1, 'e')", "b"),
        fact("REPEAT('ab', 3)", "ababab"),
        fact("REPEAT(10, 3)", "101010"),
        fact("REPLICATE(7, 3)", "777"),
        fact("REPLACE('Shows', 'Shows', 'Theatre')", "Theatre"),
        fact("REVERSE('été')", "été"),
        fact("SHA('Amazon Redshift')", "eeac5ed1e11cda66032c30ad77b25071b5487f55"),
        fact("SHA1(REPLICATE('abc', 50))", "84006ce0c85d22dd020fe7052ef1a9bc3c381dde"),
        fact("SHA2('Amazon Redshift', 256)", _SHA2),
        fact("LEN(SHA2('x', 224) || SHA2('x', 384) || SHA2('x', 512) || SHA2('x', 0))", 344, "SHA2"),
        fact("SHA2('x', 7)", ""),
        fact("SOUNDEX('Amazon')", "A525"),
        fact("SOUNDEX('AWS Amazon')", "A252"),
        fact("SOUNDEX('Ashcraft')", "A261"),
        fact("SOUNDEX('+-*/%')", ""),
        fact("SPLIT_PART('2008-03-05', '-', 2)", "03"),
        fact("SPLIT_PART('abc$def$ghi', '$', 4)", ""),
        fact("STRPOS('dogfish', 'fish')", 4),
        fact("STRTOL('0xf', 16)", 15),
        fact("STRTOL('abcd1234', 16)", 2882343476),
        fact("STRTOL('1234567', 8)", 342391),
        fact("STRTOL('110101', 2)", 53),
        fact("STRTOL('-101', 2)", -5),
        fact("STRTOL('', 10)", 0),
        fact("SUBSTRING('caterpillar', 6, 4)", "pill"),
        fact("SUBSTRING('caterpillar', 6, 8)", "pillar"),
        fact("SUBSTRING('caterpillar', -2, 6)", "cat"),
        fact("SUBSTRING('caterpillar', -5, 4)", ""),
        fact("SUBSTRING('caterpillar' FROM 6 FOR 4)", "pill"),
        fact("SUBSTR('amazon', 5)", "on"),
        fact("TEXTLEN('abc ')", 4),
        fact("TRANSLATE('mint tea', 'inea', 'osin')", "most tin"),
        fact("TRIM('\"' FROM '\"dog\"')", "dog"),
        fact("TRIM(BOTH FROM ' a ')", "a"),
        fact("UPPER('été')", "ÉTÉ"),
    ],
)  # fmt: skip
def test_string_functions_give_redshifts_values(leader: Connection, expression: str, value: Any) -> None:
    assert value_of(leader, expression) == value


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        fact("LEN('a')", "int4"),
        fact("CHARINDEX('a', 'a')", "int4"),
        fact("STRTOL('1', 2)", "int8"),
        fact("FNV_HASH(1)", "int8"),
        fact("MURMUR3_32_HASH(1)", "int4"),
        fact("REGEXP_COUNT('a', 'a')", "int4"),
    ],
)
def test_string_functions_give_redshifts_types(leader: Connection, expression: str, kind: str) -> None:
    assert type_of(leader, expression) == kind


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("CONCAT('a', 'b', 'c')", 'function concat("unknown", "unknown", "unknown") does not exist'),
        ("SPLIT_PART('a-b', '-', -1)", "field position must be greater than zero"),
        ("STRTOL('9', 8)", "The input 9 is not valid to be converted to base 8"),
        ("STRTOL('1', 99)", "The base 99 is not between 2 and 36"),
        ("STRTOL('ffffffffffffffffff', 16)", "bigint out of range"),
        ("REGEXP_SUBSTR('a', 'a', 1, 1, 'x')", 'invalid regular expression parameters: "x"'),
        ("REGEXP_COUNT('a', '(')", "parentheses"),
        ("CHR(-1)", "character"),
        ("CHECKSUM('abc'::varchar)", "checksum"),
    ],
)
def test_bad_arguments_of_string_functions_are_refused(
    leader: Connection, expression: str, message: str
) -> None:
    with pytest.raises(psycopg.Error) as refusal:
        value_of(leader, expression)
    assert message in str(refusal.value)


@gap("function", "CHECKSUM (of a text)", why="its algorithm isn't published")
def test_the_checksum_of_a_text_is_not_made_up(leader: Connection) -> None:
    with pytest.raises(psycopg.errors.UndefinedFunction, match="checksum"):
        value_of(leader, "CHECKSUM('abc'::varchar)")


@works("function", "CHECKSUM", "FNV_HASH", "SHA1")
def test_hashes_of_columns_are_those_of_their_types(db: Connection) -> None:
    db.execute("CREATE TABLE t (a SMALLINT, b DECIMAL(8,2), c VARCHAR(9))")
    db.execute("INSERT INTO t VALUES (1, 109.20, 'ab'), (NULL, NULL, NULL)")
    rows = db.execute("SELECT FNV_HASH(a), CHECKSUM(b), FNV_HASH(c, 5), SHA1(c) FROM t ORDER BY a").fetchall()
    assert rows[0][:2] == (589727492704079044, 10920)
    assert rows[0][3] == "da23614e02469a0d7c7bd1bdab5c9c474b1904dc"
    assert rows[1] == (None, None, 5, None)
