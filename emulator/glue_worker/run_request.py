"""What a run's process is told: the assignment, where its files lie, how to reach Spark."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from emulator.glue_worker.run_contract import RunAssignment, from_json, to_json


@dataclass(frozen=True)
class RunRequest:
    """One run, made ready by the worker: script and libraries lie on disk, the JVM's door is open.

    `environment` is the whole environment of the process. `import_paths` go to the front of `sys.path`.
    `python` is the interpreter of the run's own Python environment, `site_packages` where that has what the
    run installs; `fresh` asks for an interpreter that has imported nothing yet.
    """

    assignment: RunAssignment
    gateway_url: str
    stack_secret: str = field(repr=False)
    run_dir: str
    scratch_dir: str
    script_path: str
    argv: list[str]
    environment: dict[str, str] = field(repr=False)
    import_paths: list[str]
    python: str
    site_packages: str
    fresh: bool = False

    def save(self, path: Path) -> None:
        """Writes the request where only this user can read it: it holds the stack's secret."""
        path.touch(mode=0o600)
        body = {**asdict(self), "assignment": to_json(self.assignment)}
        path.write_text(json.dumps(body))

    @classmethod
    def load(cls, path: Path) -> RunRequest:
        """The request that `save` wrote."""
        body: dict[str, Any] = json.loads(path.read_text())
        body["assignment"] = from_json(RunAssignment, body["assignment"])
        return cls(**body)


@dataclass(frozen=True)
class Outcome:
    """What a run's process says of its script; a process that dies says nothing."""

    succeeded: bool
    error_message: str = ""
    records_read: int = 0
    records_written: int = 0
    phases_s: dict[str, float] = field(default_factory=dict)
