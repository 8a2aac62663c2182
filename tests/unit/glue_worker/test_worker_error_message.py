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


def test_a_syntax_error_names_its_own_line_and_has_a_category(tmp_path: Path) -> None:
    script = tmp_path / "job.py"
    error = raised_by(script, "x = (\n")
    assert error_message.of_exception(error, str(script)) == (
        "Error Category: SYNTAX_ERROR; SyntaxError: '(' was never closed (job.py, line 1)"
    )


def test_only_the_first_line_of_a_text_is_part_of_the_message(tmp_path: Path) -> None:
    script = tmp_path / "job.py"
    error = raised_by(script, "raise ValueError('one\\ntwo')")
    assert error_message.of_exception(error, str(script)).endswith("ValueError: one")


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("raise SystemExit", "SYSTEM_EXIT_ERROR; SystemExit: None"),
        ("raise SystemExit(0)", "SYSTEM_EXIT_ERROR; SystemExit: 0"),
        ("raise SystemExit('no day')", "SYSTEM_EXIT_ERROR; SystemExit: no day"),
        (
            "import nonesuch",
            "IMPORT_ERROR; Failed Line Number: 1; ModuleNotFoundError: No module named 'nonesuch'",
        ),
        ("{}['day']", "INVALID_ARGUMENT_ERROR; Failed Line Number: 1; KeyError: 'day'"),
        ("col", "INVALID_ARGUMENT_ERROR; Failed Line Number: 1; NameError: name 'col' is not defined"),
        ("raise MemoryError", "OUT_OF_MEMORY_ERROR; Failed Line Number: 1; MemoryError: "),
        (
            "open('/nonesuch')",
            "RESOURCE_NOT_FOUND_ERROR; Failed Line Number: 1; FileNotFoundError: [Errno 2] ",
        ),
        ("raise NotImplementedError('x')", "UNSUPPORTED_OPERATION_ERROR; Failed Line Number: 1; "),
    ],
)
def test_an_exception_has_the_category_that_glue_gives_it(tmp_path: Path, statement: str, words: str) -> None:
    error = raised_by(tmp_path / "job.py", statement)
    found = error_message.of_exception(error, str(tmp_path / "job.py"))
    assert found.startswith(f"Error Category: {words}")


def test_an_exception_of_java_has_the_innermost_cause_and_no_class() -> None:
    class JavaError:
        def __init__(self, message: str, cause: JavaError | None = None) -> None:
            self.getMessage, self.getCause = lambda: message, lambda: cause

    class Py4JJavaError(Exception):
        java_exception = JavaError("Job aborted", JavaError("ERROR: duplicate key\n  Detail: 7"))

    error = Py4JJavaError("An error occurred while calling o9.jdbc.\n: java.lang.Exception")
    assert error_message.of_exception(error, "job.py") == (
        "Error Category: UNCLASSIFIED_ERROR; An error occurred while calling o9.jdbc. ERROR: duplicate key"
    )


def test_a_failure_of_a_sink_names_its_call_of_java_instead_of_a_class(tmp_path: Path) -> None:
    statement = "raise ValueError('ERROR: duplicate key')"
    error = raised_by(tmp_path / "job.py", statement)
    error.add_note("An error occurred while calling o122.pyWriteDynamicFrame.")
    assert error_message.of_exception(error, str(tmp_path / "job.py")) == (
        "Error Category: UNCLASSIFIED_ERROR; Failed Line Number: 1; "
        "An error occurred while calling o122.pyWriteDynamicFrame. ERROR: duplicate key"
    )


def test_an_exception_whose_text_can_not_be_had_has_a_message_all_the_same(tmp_path: Path) -> None:
    script = "class Bad(Exception):\n    def __str__(self): raise TypeError\nraise Bad"
    error = raised_by(tmp_path / "job.py", script)
    found = error_message.of_exception(error, str(tmp_path / "job.py"))
    assert found.endswith("Bad: <its text can't be had: TypeError>")


def test_a_message_holds_no_half_characters(tmp_path: Path) -> None:
    error = raised_by(tmp_path / "job.py", "raise ValueError('\\ud800\\0')")
    assert error_message.of_exception(error, "job.py").endswith("ValueError: \\ud800")


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
