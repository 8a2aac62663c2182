"""What a user may well run into is told in a line; a defect of ours keeps its traceback."""

from __future__ import annotations

from pathlib import Path

import botocore.exceptions
import pg8000.dbapi
import pytest
from typer.testing import CliRunner

from emulator.stack.errors import StackNotRunningError
from scripts.expected_errors import explained
from scripts.tarmac import app

DEAD = {
    "STACK": "embedded",
    "TARMAC_STATE_DIR": "/tmp/tarmac-no-such-stack",
    "TARMAC_GATEWAY_PORT": "1",
    "TARMAC_REDSHIFT_PORT": "1",
    "TARMAC_WAREHOUSE_PORT": "2",
}


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (StackNotRunningError(Path("/x")), "Next: `make up`"),
        (
            pg8000.dbapi.DatabaseError({"M": 'relation "t" does not exist', "C": "42P01"}),
            'relation "t" does not',
        ),
        (pg8000.dbapi.InterfaceError("Can't create a connection"), "make status"),
        (botocore.exceptions.EndpointConnectionError(endpoint_url="http://127.0.0.1:1"), "does not answer"),
        (ConnectionRefusedError(111, "refused"), "make up"),
    ],
)
def test_an_expected_error_has_words_and_a_next_step(error: Exception, words: str) -> None:
    assert words in (explained(error) or "")


def test_an_unexpected_error_has_none() -> None:
    assert explained(KeyError("surprise")) is None


@pytest.mark.parametrize(
    "arguments",
    [
        ["status"],
        ["alerts"],
        ["calls"],
        ["runs"],
        ["deploy"],
        ["query", "SELECT 1"],
        ["query"],
        ["drop"],
        ["logs"],
    ],
)
def test_without_a_stack_every_verb_fails_in_a_line_that_says_what_to_do(arguments: list[str]) -> None:
    result = CliRunner().invoke(app, arguments, env=DEAD)
    assert result.exit_code == 1
    assert "Next: " in result.output
    assert "Traceback" not in result.output
    assert len(result.output.strip().splitlines()) == 1


def test_bad_settings_are_all_told_at_once() -> None:
    result = CliRunner().invoke(app, ["env"], env={"TARMAC_GATEWAY_PORT": "x", "TARMAC_REDSHIFT_PORT": "0"})
    assert result.exit_code == 1
    assert "TARMAC_GATEWAY_PORT is 'x'" in result.output
    assert "TARMAC_REDSHIFT_PORT is '0'" in result.output


def test_down_without_a_stack_is_no_error() -> None:
    result = CliRunner().invoke(app, ["down"], env=DEAD)
    assert result.exit_code == 0
    assert "No stack was running" in result.output
