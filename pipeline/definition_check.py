"""Is the state machine's definition one? Asked before anything is changed."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from pipeline.errors import ArtifactError

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

SUBSTITUTION = re.compile(r"\$\{(\w+)\}")
LONGEST = 1_048_576  # characters that ValidateStateMachineDefinition takes


def check_definition(client: SFNClient, text: str, name: str) -> None:
    """Asks Step Functions (ValidateStateMachineDefinition) about the definition with its values filled in.

    Raises ArtifactError, with a line for every mistake, if it is no JSON or no Amazon States Language.
    """
    filled = SUBSTITUTION.sub(_plausible, text)
    try:
        json.loads(filled)
    except json.JSONDecodeError as error:
        raise ArtifactError(
            f"{name} is no JSON: {error.msg} in line {error.lineno}, column {error.colno}. "
            "Next: mend that line."
        ) from error
    found = client.validate_state_machine_definition(definition=filled, type="STANDARD")
    if found["result"] == "OK":
        return
    mistakes = [
        f"  {item.get('location', '')} {item['message']}".replace("   ", "  ")
        for item in found["diagnostics"]
        if item["severity"] == "ERROR"
    ]
    raise ArtifactError(
        "\n".join([f"{name} is no state machine. Next: mend what Step Functions names:", *mistakes])
    )


def _plausible(found: re.Match[str]) -> str:
    """A value of the kind that the template will substitute; names tell which."""
    name = found.group(1)
    if name.endswith("Arn"):
        return f"arn:aws:sns:us-east-1:123456789012:{name}"
    return "1" if name.endswith("Seconds") else name
