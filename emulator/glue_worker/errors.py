"""What can go wrong in the worker.

WorkerError
├── RefusedByApiError       the Glue API answered 4xx: `code` is AWS's error code
├── ApiUnreachableError     no answer from the gateway; worth another try
├── RunCannotStartError     the run fails before its script starts; the text is its ErrorMessage
└── JvmEndedError           the Spark JVM is gone, or never came up
"""

from __future__ import annotations


class WorkerError(Exception):
    """Any expected failure of the worker."""


class RefusedByApiError(WorkerError):
    """The Glue API refused a request."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class ApiUnreachableError(WorkerError):
    """The gateway did not answer."""


class RunCannotStartError(WorkerError):
    """The run has to end FAILED with this text before its script starts."""


class JvmEndedError(WorkerError):
    """The Spark JVM ended, or did not come up in time."""
