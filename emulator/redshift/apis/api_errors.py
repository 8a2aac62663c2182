"""The errors of Redshift's three APIs: redshift-data, redshift-serverless and redshift."""

from __future__ import annotations


class ApiError(Exception):
    """A refused request; `code` is AWS's error code, `status` the HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


def invalid(message: str) -> ApiError:
    """A ValidationException."""
    return ApiError("ValidationException", message)


def not_found(message: str) -> ApiError:
    """A ResourceNotFoundException."""
    return ApiError("ResourceNotFoundException", message)
