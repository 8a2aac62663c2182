"""Many runs at once: of one job and of several, more than the worker has slots for."""

from __future__ import annotations

import json
from typing import Any

from .conftest import EndedRun, ScriptRunner

SLOTS = 3
RUNS = 12
SCRIPT = """
import json, os, time
began = time.monotonic()
open('mine', 'x').close()
os.environ['MINE'] = str(os.getpid())
time.sleep(0.3)
print(json.dumps([began, time.monotonic(), os.getpid(), os.environ['MINE'], sorted(os.listdir('.'))]))
"""


def test_more_runs_than_slots_wait_and_are_taken_in_the_order_of_their_starts(runner: ScriptRunner) -> None:
    runner.put("job.py", SCRIPT)
    job: dict[str, Any] = {
        "Command": {"Name": "pythonshell", "ScriptLocation": f"s3://{runner.bucket}/job.py"},
        "ExecutionProperty": {"MaxConcurrentRuns": RUNS},
        "DefaultArguments": {"library-set": "none"},
    }
    glue = runner.client("glue")
    runs = [runner.start("pass", None, **job) for _ in range(2)]
    runs += [(name, glue.start_job_run(JobName=name)["JobRunId"]) for name, _ in runs * (RUNS // 2 - 1)]
    found = [facts(runner.ended(*run)) for run in runs]
    taken = sorted(range(RUNS), key=lambda index: found[index][0])
    assert all(abs(index - place) < SLOTS for place, index in enumerate(taken))
    assert 2 <= max(at_once(found)) <= SLOTS
    assert len({pid for _, _, pid, *_ in found}) == RUNS
    for _, _, pid, mine, files in found:
        assert mine == str(pid)
        assert files.count("mine") == 1


def facts(run: EndedRun) -> list[Any]:
    assert run.state == "SUCCEEDED", run.error
    found: list[Any] = json.loads(run.stdout)
    return found


def at_once(found: list[list[Any]]) -> list[int]:
    """How many scripts ran at the moment at which each began."""
    return [sum(one[0] <= begins <= one[1] for one in found) for begins, *_ in found]
