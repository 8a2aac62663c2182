"""A script's failure in the words of Glue's ErrorMessage (aws-semantics.md §D). Pure."""

from __future__ import annotations

import signal
import traceback
from types import TracebackType

MAX_LENGTH = 4000


def of_exception(error: BaseException, script_path: str) -> str:
    """`Error Category: <CAT>; [Spark Error Class: X;] [Failed Line Number: N;] <ExcClass>: <msg>`."""
    spark_class = _spark_error_class(error)
    line = failed_line(error.__traceback__, script_path)
    parts = [f"Error Category: {'QUERY_ERROR' if _is_query_error(error) else 'UNCLASSIFIED_ERROR'}"]
    parts += [f"Spark Error Class: {spark_class}"] if spark_class else []
    parts += [f"Failed Line Number: {line}"] if line else []
    parts += [f"{type(error).__name__}: {_text_of(error)}"]
    return "; ".join(parts)[:MAX_LENGTH]


def of_exit_status(status: int) -> str:
    """What Glue says of a process that ended without a word; a negative status is a signal's number."""
    if status >= 0:
        return f"Command failed with exit code {status}"
    return f"Command failed with exit code {128 - status} ({signal.Signals(-status).name})"


def failed_line(trace: TracebackType | None, script_path: str) -> int:
    """The line of the script where the failure passed through it last; 0 if it never did."""
    lines = [frame.lineno or 0 for frame in traceback.extract_tb(trace) if frame.filename == script_path]
    return lines[-1] if lines else 0


def _is_query_error(error: BaseException) -> bool:
    names = {kind.__name__ for kind in type(error).__mro__}
    return bool(names & {"AnalysisException", "ParseException"})


def _spark_error_class(error: BaseException) -> str:
    ask = getattr(error, "getErrorClass", None)
    answer = ask() if callable(ask) else None
    return answer if isinstance(answer, str) else ""


def _text_of(error: BaseException) -> str:
    java_error = getattr(error, "java_exception", None)
    if java_error is None:
        return str(error)
    first_line = str(error).split("\n", 1)[0].rstrip(". :")
    return f"{first_line}. {_java_message(java_error)}"


def _java_message(java_error: object) -> str:
    """The message of the innermost cause: Spark wraps the real one in `Job aborted due to stage failure`."""
    message = ""
    cause = java_error
    while cause is not None:
        message = cause.getMessage() or cause.getClass().getName()  # type: ignore[attr-defined]
        cause = cause.getCause()  # type: ignore[attr-defined]
    return message.split("\nDriver stacktrace", 1)[0]
