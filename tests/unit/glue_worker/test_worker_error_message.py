from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from emulator.glue_worker import error_message


class AnalysisException(Exception):  # noqa: N818 (PySpark's name)
    def getErrorClass(self) -> str:  # noqa: N802 (PySpark's name)
        return "UNRESOLVED_COLUMN"


def raised_by(script: Path, text: str) -> BaseException:
    script.write_text(text)
    try:
        exec(compile(text, str(script), "exec"), {"AnalysisException": AnalysisException})
    except BaseException as error:
        return error
    raise AssertionError("the script raised nothing")


def test_an_exception_has_category_line_class_and_text(tmp_path: Path) -> None:
    script = tmp_path / "job.py"
    error = raised_by(script, "x = 1\ndef f():\n    raise ValueError('boom')\nf()\n")
    expected = "Error Category: UNCLASSIFIED_ERROR; Failed Line Number: 3; ValueError: boom"
    assert error_message.of_exception(error, str(script)) == expected


def test_an_analysis_exception_is_a_query_error_with_sparks_class(tmp_path: Path) -> None:
    script = tmp_path / "job.py"
    error = raised_by(script, "raise AnalysisException('no column')")
    assert error_message.of_exception(error, str(script)) == (
        "Error Category: QUERY_ERROR; Spark Error Class: UNRESOLVED_COLUMN; Failed Line Number: 1; "
        "AnalysisException: no column"
    )


def test_a_syntax_error_names_its_own_line(tmp_path: Path) -> None:
    script = tmp_path / "job.py"
    error = raised_by(script, "x = (\n")
    message = error_message.of_exception(error, str(script))
    assert message.startswith("Error Category: UNCLASSIFIED_ERROR; SyntaxError: ")
    assert "job.py, line 1" in message


def test_an_exit_code_reads_as_on_aws() -> None:
    assert error_message.of_exit_status(3) == "Command failed with exit code 3"


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_signal_is_named() -> None:
    expected = "Command failed with exit code 137 (SIGKILL)"
    assert error_message.of_exit_status(-signal.SIGKILL) == expected


def test_a_message_is_bounded(tmp_path: Path) -> None:
    script = tmp_path / "job.py"
    error = raised_by(script, "raise ValueError('x' * 100_000)")
    assert len(error_message.of_exception(error, str(script))) == error_message.MAX_LENGTH
