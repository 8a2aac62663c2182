"""What the unit tests of the Glue API share: a clock turned by hand, a job, a worker without HTTP."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emulator.glue_service.bookmark_keeper import BookmarkKeeper
from emulator.glue_service.job_runs import JobRun
from emulator.glue_service.jobs import create_job
from emulator.glue_service.ledger import Ledger
from emulator.glue_service.live_runs import Clock, LiveRuns
from emulator.glue_service.models import Job, Scope, Store
from emulator.glue_service.run_control import RunControl
from emulator.glue_service.run_watch import RunWatch
from emulator.glue_worker.run_contract import (
    Claim,
    FinalState,
    Heartbeat,
    RowsRead,
    RowWindow,
    RunAssignment,
    RunResult,
    S3File,
    SelectFiles,
    SelectRows,
)

SCOPE = Scope("000000000000", "us-east-1")
WORKER = "w1"


@dataclass
class HandTurnedClock:
    """Starts at one million seconds; `turn` moves both of its times."""

    seconds: float = 1_000_000.0

    def turn(self, seconds: float) -> None:
        self.seconds += seconds

    def read(self) -> float:
        return self.seconds

    def as_clock(self) -> Clock:
        return Clock(epoch_s=self.read, monotonic_s=self.read)


def make_job(name: str = "job", **fields: Any) -> Job:
    command = {"Name": "glueetl", "ScriptLocation": "s3://scripts/job.py"}
    return create_job(Store(), {"Name": name, "Role": "role", "Command": command, **fields})


@dataclass
class Bench:
    """A run control with its ledger, a bookmark keeper over a listing that tests change, and one worker."""

    folder: Path
    clock: HandTurnedClock = field(default_factory=HandTurnedClock)
    listing: list[S3File] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.start_api()

    def start_api(self) -> None:
        """Makes the API anew on the same file, as after a restart of its process."""
        self.ledger = Ledger(self.folder / "glue.sqlite")
        self.live_runs = LiveRuns(self.ledger, self.clock.as_clock())
        self.watch = RunWatch(self.live_runs)
        self.runs = RunControl(self.ledger, self.live_runs)
        self.keeper = BookmarkKeeper(self.ledger, self.runs, lambda _scope, _wanted: list(self.listing))
        self.live_runs.on_end.append(self.keeper.run_ended)

    def put(self, key: str, etag: str = "e", size: int = 10) -> None:
        """An object as it would be listed if it were written now."""
        self.listing = [one for one in self.listing if one.key != key]
        self.listing.append(S3File("b", key, etag, int(self.clock.read() * 1000), size))

    def start(self, job: Job, **request: Any) -> JobRun:
        return self.runs.start(SCOPE, job, request)

    def claim(self, worker_id: str = WORKER, replaces_all: bool = False) -> RunAssignment | None:
        return self.runs.claim(Claim(worker_id, wait_s=0, replaces_all=replaces_all))

    def run(self, job: Job, **request: Any) -> JobRun:
        """A run that the worker has and whose script runs."""
        run = self.start(job, **request)
        self.claim()
        self.runs.heartbeat(run.run_id, Heartbeat(WORKER))
        return run

    def beat(self, run: JobRun) -> None:
        self.runs.heartbeat(run.run_id, Heartbeat(WORKER))

    def finish(self, run: JobRun, state: FinalState = "SUCCEEDED", **result: Any) -> None:
        self.runs.finish(run.run_id, RunResult(WORKER, state, **result))

    def kept(self, run: JobRun) -> JobRun:
        found = self.ledger.find_run(run.run_id)
        assert found is not None
        return found

    def select(self, run: JobRun, ctx: str = "src", **options: Any) -> list[str]:
        wanted = SelectFiles(options.pop("name", "job"), ctx, ["s3://b/raw/"], **options)
        return [one.key for one in self.keeper.select(run.run_id, wanted).files]

    def select_rows(
        self, run: JobRun, *keys: str, ctx: str = "src", name: str = "job", descending: bool = False
    ) -> RowWindow:
        return self.keeper.select_rows(run.run_id, SelectRows(name, ctx, "public.t", list(keys), descending))

    def read_rows(self, job: Job, up_to: list[str], *keys: str, **request: Any) -> RowWindow:
        """A whole run that reads the rows up to a key, by the key `id` if none is named, and commits."""
        run = self.run(job, **request)
        window = self.select_rows(run, *(keys or ("id",)))
        self.keeper.rows_read(run.run_id, RowsRead("job", "src", up_to))
        self.keeper.commit(run.run_id, "job")
        self.finish(run)
        return window

    def read_all(self, job: Job, **request: Any) -> list[str]:
        """A whole run: select, commit, succeed. The keys that it read; time passes before and after."""
        self.clock.turn(1)
        run = self.run(job, **request)
        keys = self.select(run)
        self.keeper.commit(run.run_id, "job")
        self.finish(run)
        self.clock.turn(1)
        return keys
