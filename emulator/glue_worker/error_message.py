"""A script's failure in the words of Glue's ErrorMessage (aws-semantics.md §D). Pure."""

from __future__ import annotations

import signal
import traceback
from types import TracebackType

from emulator.glue_worker.error_category import category_of

MAX_LENGTH = 4000
# Seen on AWS without a line.
_WITHOUT_LINE = (SystemExit, SyntaxError)
_WITHOUT_CLASS = ("Py4JJavaError",)
JAVA_CALL = "An error occurred while calling "
"""How a note on an exception begins that AWS's library would have from Java."""


def of_exception(error: BaseException, script_path: str) -> str:
    """`Error Category: <CAT>; [Spark Error Class: X;] [Failed Line Number: N;] <ExcClass>: <msg>`.

    Only the first line of the exception's text is part of it, as on AWS: that of a Python function which
    Spark called is empty (seen on Glue 5.0), the rest is in the error log. Java's exceptions have no class,
    but the call that they come from: `An error occurred while calling o122.pyWriteDynamicFrame. <msg>`.
    """
    call = _java_call(error)
    text = _text_of(error, call)
    spark_class = _spark_error_class(error)
    line = 0 if isinstance(error, _WITHOUT_LINE) else failed_line(error.__traceback__, script_path)
    kind = type(error).__name__
    parts = [f"Error Category: {category_of(error, text)}"]
    parts += [f"Spark Error Class: {spark_class}"] if spark_class else []
    parts += [f"Failed Line Number: {line}"] if line else []
    parts += [text if call or kind in _WITHOUT_CLASS else f"{kind}: {text}"]
    return _storable("; ".join(parts))[:MAX_LENGTH]


def of_exit_status(status: int) -> str:
    """What Glue says of a process that ended without a word; a negative status is a signal's number."""
    if status >= 0:
        return f"Command failed with exit code {status}"
    return f"Command failed with exit code {128 - status} ({signal.Signals(-status).name})"


def failed_line(trace: TracebackType | None, script_path: str) -> int:
    """The line of the script where the failure passed through it last; 0 if it never did."""
    found = 0
    for frame, line in traceback.walk_tb(trace):
        if frame.f_code.co_filename == script_path:
            found = line
    return found


def _spark_error_class(error: BaseException) -> str:
    ask = getattr(error, "getErrorClass", None)
    answer = ask() if callable(ask) else None
    return answer if isinstance(answer, str) else ""


def _java_call(error: BaseException) -> str:
    notes: list[str] = getattr(error, "__notes__", [])
    return next((note for note in notes if note.startswith(JAVA_CALL)), "")


def _text_of(error: BaseException, call: str) -> str:
    text = _first_line(_said_by(error))
    java_error = getattr(error, "java_exception", None)
    if java_error is None:
        return f"{call} {text}" if call else text
    return f"{call or _sentence(text)} {_first_line(_java_message(java_error))}"


def _sentence(text: str) -> str:
    return text.rstrip(". :") + "."


def _said_by(error: BaseException) -> str:
    if isinstance(error, SystemExit):
        return str(error.code)
    try:
        return str(error)
    except Exception as failure:  # a script's own exception may do anything
        return f"<its text can't be had: {type(failure).__name__}>"


def _first_line(text: str) -> str:
    return text.split("\n", 1)[0].rstrip()


def _java_message(java_error: object) -> str:
    """The message of the innermost cause: Spark wraps the real one in `Job aborted due to stage failure`."""
    message = ""
    cause = java_error
    while cause is not None:
        message = cause.getMessage() or cause.getClass().getName()  # type: ignore[attr-defined]
        cause = cause.getCause()  # type: ignore[attr-defined]
    return message.split("\nDriver stacktrace", 1)[0]


def _storable(text: str) -> str:
    """Without what no JSON or log can hold: half characters and NUL."""
    return text.replace("\0", "").encode("utf-8", "backslashreplace").decode()
