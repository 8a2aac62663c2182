"""Which errors a user is told in a line, and in what words."""

from __future__ import annotations

import urllib.error
from collections.abc import Callable

import botocore.exceptions
import pg8000.dbapi

from emulator.environment import SettingsError
from emulator.stack.errors import StackError
from pipeline.errors import DeployError
from pipeline.settings import SettingsError as PipelineSettingsError
from scripts.console import CommandError


def explained(error: Exception) -> str | None:
    """The lines for an expected error; None for one that nobody expected, whose traceback is worth seeing."""
    if isinstance(error, BrokenPipeError):  # the reader of our output has gone; click ends quietly
        return None
    for kinds, words in EXPLANATIONS:
        if isinstance(error, kinds):
            return words(error)
    return None


def _refused(error: Exception) -> str:
    reason = getattr(error, "reason", error)
    return f"The stack does not answer ({reason}). Next: `make status`, or `make up` if it isn't running."


def _of_warehouse(error: Exception) -> str:
    details = error.args[0] if error.args else str(error)
    if not isinstance(details, dict):
        return f"The warehouse: {details}. Next: `make status`."
    hint = f" Hint: {details['H']}" if details.get("H") else ""
    return f"The warehouse refused the statement: {details.get('M')} (SQLSTATE {details.get('C')}).{hint}"


def _of_aws(error: Exception) -> str:
    return f"{error} Next: `make status` shows what is deployed, `make logs PART=localstack` what went wrong."


def _as_is(error: Exception) -> str:
    return str(error)


EXPLANATIONS: tuple[tuple[tuple[type[Exception], ...], Callable[[Exception], str]], ...] = (
    ((StackError, SettingsError, CommandError, DeployError, PipelineSettingsError), _as_is),
    ((pg8000.dbapi.Error,), _of_warehouse),
    ((botocore.exceptions.EndpointConnectionError, botocore.exceptions.ConnectionError), _refused),
    ((urllib.error.URLError, ConnectionError), _refused),
    ((botocore.exceptions.ClientError,), _of_aws),
)
