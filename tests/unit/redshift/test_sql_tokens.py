"""SQL is cut into tokens without loss."""

from __future__ import annotations

import pytest

from emulator.redshift.dialect.sql_tokens import split_at, text_of, tokens_of


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 'it''s; --', \"a;b\", $$x;y$$, $t$ $$ $t$, E'\\';', 1.5e-3",
        "SELECT a::int -- end; \n FROM #t /* ; */",
        "",
        ";;",
        "'unterminated",
        '"unterminated',
        "/* unterminated",
        "$$ unterminated",
        "SELECT 'ü', \u00fcber FROM \u540d",
        "\x00\x01 ~!@#%^&*()",
    ],
)
def test_the_tokens_joined_are_the_text(sql: str) -> None:
    assert text_of(tokens_of(sql)) == sql


def test_only_semicolons_between_statements_split_them() -> None:
    sql = "SELECT ';' ; SELECT $$;$$, (1;2) -- ;\n; /* ; */ SELECT \";\""
    assert [text_of(part).strip() for part in split_at(tokens_of(sql), ";")] == [
        "SELECT ';'",
        "SELECT $$;$$, (1;2) -- ;",
        '/* ; */ SELECT ";"',
    ]


@pytest.mark.parametrize(
    ("literal", "value"), [("'it''s'", "it's"), ("$$it's$$", "it's"), ("$q$a$$b$q$", "a$$b"), ("''", "")]
)
def test_a_string_token_knows_what_it_stands_for(literal: str, value: str) -> None:
    (token,) = tokens_of(literal)
    assert (token.kind, token.value) == ("string", value)
