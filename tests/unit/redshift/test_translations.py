"""What needs no translation is never parsed; what does is parsed once, and kept within bounds."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.redshift.dialect.dialect import Translation, translate
from emulator.redshift.errors import NotSupportedError
from emulator.redshift.relay import translations
from emulator.redshift.relay.statement_message import gist
from emulator.redshift.relay.translations import Translations


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that were translated, and not found among the kept ones."""
    found: list[str] = []

    def noted(sql: str, *arguments: Any) -> Translation:
        found.append(sql)
        return translate(sql, *arguments)

    monkeypatch.setattr(translations, "translate", noted)
    return found


@pytest.mark.parametrize(
    "sql",
    [
        b"BEGIN",
        b"COMMIT",
        b"SET search_path TO mine, public",
        b"SELECT a, b FROM t WHERE c = 5",
        b"SELECT count(*), sum(a) FROM t GROUP BY b",
        b"INSERT INTO t VALUES (1, 'x'), (2, 'y')",
        b"UPDATE t SET a = 5 WHERE b = 'x'",
        b"DELETE FROM t WHERE a = 1",
    ],
)
def test_a_statement_that_needs_no_rewriting_costs_no_parse(parsed: list[str], sql: bytes) -> None:
    assert Translations().of(sql) is None
    assert parsed == []


def test_a_repeated_statement_is_parsed_once(parsed: list[str]) -> None:
    kept = Translations()
    first = kept.of(b"SELECT NVL($1, 0)")
    assert first is not None
    assert kept.of(b"SELECT NVL($1, 0)") is first
    assert kept.of(b"SELECT NVL($1, 1)") is not first
    assert parsed == ["SELECT NVL($1, 0)", "SELECT NVL($1, 1)"]


def test_a_refusal_is_kept_too(parsed: list[str]) -> None:
    kept = Translations()
    for _ in range(3):
        translation = kept.of(b"CREATE INDEX i ON t (a)")
        assert translation is not None
        assert isinstance(translation.refusal, NotSupportedError)
    assert len(parsed) == 1


def test_the_least_recently_used_goes_when_there_are_too_many(parsed: list[str]) -> None:
    kept = Translations(max_entries=2)
    for number in (1, 2, 1, 3, 1, 2):
        kept.of(f"SELECT NVL(a, {number})".encode())
    assert [sql[-2] for sql in parsed] == ["1", "2", "3", "2"]


def test_what_is_kept_is_bounded_in_bytes_and_long_statements_are_not_kept(parsed: list[str]) -> None:
    kept = Translations(max_bytes=1000)
    for _ in range(2):
        kept.of(b"SELECT NVL(a, '" + b"x" * 900 + b"')")
    long = b"SELECT NVL(a, '" + b"x" * 100_000 + b"')"
    assert Translations().of(long) == Translations().of(long)
    assert len(parsed) == 4


def test_what_is_no_utf8_passes_as_it_is(parsed: list[str]) -> None:
    assert Translations().of(b"SELECT NVL('\xff', '')") is None
    assert parsed == []


def test_a_failure_of_the_translation_is_an_error_of_the_statement(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Translation:
        raise IndexError("a mistake of ours")

    monkeypatch.setattr(translations, "translate", broken)
    translation = Translations().of(b"SELECT NVL(1, 2)")
    assert translation is not None
    assert translation.refusal is not None
    assert translation.refusal.code == "XX000"


@pytest.mark.parametrize(
    ("sql", "left"),
    [
        ("INSERT INTO t VALUES (1, 'NVL', NULL), (-2.5, 'it''s', null)", "INSERT INTO t VALUES , "),
        ("SELECT REPLACE(a, '(', NVL(b, ')'))", "SELECT REPLACE(a, , NVL(b, ))"),
        ("SELECT 1 -- it's\n, NVL(a, 'b')", "SELECT 1 -- it's\n, NVL(a, )"),
        ("SELECT /* it's */ NVL(a, 'b')", "SELECT /* it's */ NVL(a, )"),
        ("""SELECT "it's", NVL(a, 'b')""", """SELECT "it's", NVL(a, )"""),
        ("SELECT NVL('\\\\', 'b')", "SELECT NVL('\\\\', 'b')"),
        ("SELECT $$'$$, NVL(1, '')", "SELECT $$'$$, NVL(1, '')"),
        ("SELECT NVL(a, 'never ends", "SELECT NVL(a, 'never ends"),
    ],
)
def test_of_a_long_statement_only_literals_are_not_looked_at(sql: str, left: str) -> None:
    padding = " " * 70_000
    assert gist((sql + padding).encode()) == (left + padding).encode()
    assert gist(sql.encode()) == sql.encode()
