"""Arguments of a job, as scripts read them."""

from __future__ import annotations

import argparse
import traceback
from collections.abc import Sequence
from typing import Any, NoReturn

_RESERVED = {
    "job_bookmark_option": ("--job-bookmark-option", "job-bookmark-disable"),
    "job_bookmark_from": ("--job-bookmark-from", None),
    "job_bookmark_to": ("--job-bookmark-to", None),
    "JOB_ID": ("--JOB_ID", None),
    "JOB_RUN_ID": ("--JOB_RUN_ID", None),
    "SECURITY_CONFIGURATION": ("--SECURITY_CONFIGURATION", None),
    "encryption_type": ("--encryption-type", None),
    "enable_data_lineage": ("--enable-data-lineage", None),
    "TempDir": ("--TempDir", None),
    "RedshiftTempDir": ("--RedshiftTempDir", None),
}
_BOOKMARK_OPTIONS = ("job-bookmark-enable", "job-bookmark-disable", "job-bookmark-pause")
_global_args: dict[str, Any] = {}  # what getResolvedOptions found last; Relationalize looks for TempDir here
_BOOKMARK_NAMES = {"job_bookmark_option", "job_bookmark_from", "job_bookmark_to"}


class GlueArgumentError(Exception):
    """A required argument is missing, or one can't be read."""


class GlueArgumentParser(argparse.ArgumentParser):
    """Raises GlueArgumentError instead of ending the process."""

    def error(self, message: str) -> NoReturn:
        raise GlueArgumentError(message)


def getResolvedOptions(args: Sequence[str], options: Sequence[str]) -> dict[str, Any]:
    """The job's arguments by name (aws-semantics.md §C).

    Always holds job_bookmark_option (default job-bookmark-disable), job_bookmark_from and _to, JOB_ID,
    JOB_RUN_ID, SECURITY_CONFIGURATION, encryption_type, enable_data_lineage, TempDir and RedshiftTempDir
    (None when absent), and the requested names with `-` as `_`. Unknown arguments are ignored; a unique
    prefix of a name is enough.

    Raises GlueArgumentError for a requested name that is absent, RuntimeError when a bookmark option is
    requested by name, or when pause has one of from and to, or another option has either.
    """
    requested = [option.lstrip("-") for option in options]
    for name in requested:
        if name.replace("-", "_") in _BOOKMARK_NAMES:
            raise RuntimeError(f"Using reserved arguments {name.replace('-', '_')}")
    known, _ = _parser(requested).parse_known_args(list(args)[1:])
    found = vars(known)
    _check_bookmark(found)
    _global_args.update(found)
    return found


def _parser(requested: Sequence[str]) -> GlueArgumentParser:
    parser = GlueArgumentParser(allow_abbrev=True)
    for name, (flag, default) in _RESERVED.items():
        parser.add_argument(flag, dest=name, default=default)
    for name in requested:
        if name not in ("TempDir", "RedshiftTempDir"):
            parser.add_argument(f"--{name}", dest=name.replace("-", "_"), required=True)
    return parser


def _check_bookmark(found: dict[str, Any]) -> None:
    option = found["job_bookmark_option"]
    window = (found["job_bookmark_from"], found["job_bookmark_to"])
    if option not in _BOOKMARK_OPTIONS:
        raise GlueArgumentError(
            f"argument --job-bookmark-option: {option!r} is not one of {_BOOKMARK_OPTIONS}"
        )
    if option == "job-bookmark-pause" and any(window) and not all(window):
        raise RuntimeError(
            "Invalid job bookmark option(s): job-bookmark-from and job-bookmark-to go together"
        )
    if option != "job-bookmark-pause" and any(window):
        raise RuntimeError(
            f"Invalid job bookmark option(s) job-bookmark-from or job-bookmark-to with {option}"
        )


def makeOptions(sc: Any, py_obj: dict[str, Any]) -> dict[str, Any]:
    """Options as the engine takes them; on AWS a Java object."""
    return dict(py_obj)


def callsite() -> str:
    """The lines of the calls that led here, without the last two."""
    return "".join(traceback.format_list(traceback.extract_stack()[:-2]))
