"""Facts that one run of a script finds out, so that many tests share a single start of Spark."""

from __future__ import annotations

import json
import textwrap
import uuid
from typing import Any

from emulator.stack.sandbox import Sandbox

from . import conftest
from .conftest import EndedRun, ScriptRunner

RUN_ENDS_WITHIN_S = 300.0
# `fact` prints what a function gives, or its error; `rows` makes a frame comparable, whatever its order.
PROLOGUE = """
import json as _json

def fact(name, make):
    try:
        value = make()
    except Exception as error:
        value = f"{type(error).__name__}: {error}"
    print("FACT " + _json.dumps([name, value], default=str))

def rows(frame):
    frame = frame.toDF() if isinstance(frame, DynamicFrame) else frame
    return sorted(([str(value) for value in row] for row in frame.collect()))

def types(frame):
    frame = frame.toDF() if isinstance(frame, DynamicFrame) else frame
    return [list(pair) for pair in frame.dtypes]
"""


def new_runner(sandbox: Sandbox) -> ScriptRunner:
    """A runner with a bucket of its own, for a fixture of any scope."""
    made = ScriptRunner(sandbox, f"t-{uuid.uuid4().hex[:12]}")
    made.client("s3").create_bucket(Bucket=made.bucket)
    return made


def fact_run(
    runner: ScriptRunner, script: str, arguments: dict[str, str] | None = None, **values: Any
) -> EndedRun:
    """A run of the script, which finds `glue`, `spark`, `fact`, `rows`, `types`, BUCKET and these values."""
    named = "".join(f"{name} = {value!r}\n" for name, value in {"BUCKET": runner.bucket, **values}.items())
    whole = named + conftest.PROLOGUE + PROLOGUE + textwrap.dedent(script)
    return runner.ended(*runner.start(whole, arguments), timeout_s=RUN_ENDS_WITHIN_S)


def facts_of(run: EndedRun) -> dict[str, Any]:
    """What the run's script printed by `fact`, by name; fails with its error if it did not succeed."""
    printed = [line.removeprefix("FACT ") for line in run.lines() if line.startswith("FACT ")]
    return dict(map(json.loads, printed))
