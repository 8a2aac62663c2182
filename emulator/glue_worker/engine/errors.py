"""Errors that a job's script may see.

GlueError                     like the Java exceptions of AWS's library: a plain Exception with its text
├── UnparsableFileError            a file that is not what its format says
├── UnknownSourceError             a table, connection or path that can't be read as asked
└── WriteFailedError               a sink refused the data
NotInTarmacError                   a part of AWS's interface that the emulator does not have
"""

from __future__ import annotations


class GlueError(Exception):
    """A failure that AWS's library would report too."""


class UnparsableFileError(GlueError):
    """A file is not of its table's format; the text names it."""


class UnknownSourceError(GlueError):
    """What should be read is not there, or is of no known kind."""


class WriteFailedError(GlueError):
    """A sink did not take the data."""


class NotInTarmacError(NotImplementedError):
    """AWS has this, the emulator does not."""

    def __init__(self, what: str, instead: str = "") -> None:
        hint = f"; {instead}" if instead else ""
        super().__init__(f"{what} is part of AWS Glue, but not of tarmac{hint} (see docs/fidelity.md)")
