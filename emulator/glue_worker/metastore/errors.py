"""Errors of the metastore, each named after the exception of Hive that a caller sees."""

from __future__ import annotations

from typing import NoReturn

from botocore.exceptions import ClientError

_KINDS = {
    "EntityNotFoundException": "NoSuchObjectException",
    "AlreadyExistsException": "AlreadyExistsException",
    "InvalidInputException": "InvalidObjectException",
}


class MetastoreError(Exception):
    """A failure with the name of Hive's exception for it, `kind`."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


def refuse(what: str) -> NoReturn:
    """Raises a MetaException for what AWS has, or Hive, and the emulator does not."""
    raise MetastoreError("MetaException", f"{what} is not in tarmac (see docs/fidelity.md)")


def of_glue(error: ClientError) -> MetastoreError:
    """Glue's error as Hive's."""
    answer = error.response["Error"]
    code = str(answer.get("Code", ""))
    text = f"{answer.get('Message', '')} (Service: AWSGlue; Error Code: {code})"
    return MetastoreError(_KINDS.get(code, "MetaException"), text)
