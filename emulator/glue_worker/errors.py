"""What can go wrong in the worker.

    WorkerError
    ├── RefusedByApi       the Glue API answered 4xx: `code` is AWS's error code
    ├── ApiUnreachable     no answer from the gateway; worth another try
    ├── RunCannotStart     the run fails before its script starts; the text is its ErrorMessage
    └── JvmEnded           the Spark JVM is gone, or never came up
"""

from __future__ import annotations


class WorkerError(Exception):
    """Any expected failure of the worker."""


class RefusedByApi(WorkerError):
    """The Glue API refused a request."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class ApiUnreachable(WorkerError):
    """The gateway did not answer."""


class RunCannotStart(WorkerError):
    """The run has to end FAILED with this text before its script starts."""


class JvmEnded(WorkerError):
    """The Spark JVM ended, or did not come up in time."""
