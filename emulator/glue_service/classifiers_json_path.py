"""The JSON paths of custom JSON classifiers: `$`, `.name`, `['a','b']`, `[0]`, `[*]` and `.*`; pure.

Source: "Writing JSON custom classifiers" in the Glue developer guide, its table of operators.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from emulator.glue_service.errors import InvalidInput

_STEP = re.compile(
    r"""\.(?P<name>[^.\[\]\s]+)
    | \[\s*(?P<number>\d+)\s*\]
    | \[\s*(?P<any>\*)\s*\]
    | \[\s*(?P<quoted>'[^']*'(?:\s*,\s*'[^']*')*|"[^"]*"(?:\s*,\s*"[^"]*")*)\s*\]""",
    re.VERBOSE,
)
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
ANY = "*"

Step = tuple[str | int, ...]


@dataclass(frozen=True)
class JsonPath:
    """A parsed path; each step names keys or array places, `*` all of either."""

    text: str
    steps: tuple[Step, ...]

    @classmethod
    def parse(cls, text: str) -> JsonPath:
        """Raises InvalidInput for what is no path, or uses an operator that AWS doesn't have."""
        steps: list[Step] = []
        position = 1
        while text.startswith("$") and position < len(text):
            match = _STEP.match(text, position)
            if match is None:
                break
            steps.append(_step(match))
            position = match.end()
        if not text.startswith("$") or position < len(text):
            raise InvalidInput(
                f"JsonPath {text!r} can't be read at character {position}; write $.name or $[*]"
            )
        return cls(text, tuple(steps))

    def find(self, document: Any) -> list[Any]:
        """The values that the path leads to, in the document's order."""
        found = [document]
        for step in self.steps:
            found = [value for parent in found for value in _children(parent, step)]
        return found


def _step(match: re.Match[str]) -> Step:
    if match["number"]:
        return (int(match["number"]),)
    if match["quoted"]:
        return tuple(single or double for single, double in _QUOTED.findall(match["quoted"]))
    return (match["name"] or ANY,)


def _children(parent: Any, step: Step) -> list[Any]:
    if step == (ANY,) and isinstance(parent, list | dict):
        return list(parent.values()) if isinstance(parent, dict) else parent
    if isinstance(parent, dict):
        return [parent[key] for key in step if key in parent]
    if isinstance(parent, list):
        return [parent[place] for place in step if isinstance(place, int) and place < len(parent)]
    return []
