"""Errors of the metastore, each named after the exception of Hive that a caller sees."""

from __future__ import annotations

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


def of_glue(error: ClientError) -> MetastoreError:
    """Glue's error as Hive's."""
    answer = error.response["Error"]
    code = str(answer.get("Code", ""))
    text = f"{answer.get('Message', '')} (Service: AWSGlue; Error Code: {code})"
    return MetastoreError(_KINDS.get(code, "MetaException"), text)
