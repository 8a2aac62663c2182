"""A job's beginning and end, and with them its bookmark."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.glue_worker import run_context


class Job:
    """`init` says under which name bookmarks are kept, `commit` saves them (aws-semantics.md §A)."""

    _initialized: str = ""

    def __init__(self, glue_context: Any) -> None:
        self.glue_context = glue_context

    def init(self, job_name: str, args: Mapping[str, Any] | None = None) -> None:
        """Loads the bookmark of that name: sources created from now on read what is new to it.

        Raises RefusedByApiError when the run is no longer the job's current attempt.
        """
        Job._initialized = job_name
        run = run_context.current()
        if run is not None:
            run.open_bookmark(job_name)

    @property
    def isInitialized(self) -> bool:
        """Whether `init` has been called."""
        return bool(Job._initialized)

    def commit(self) -> None:
        """Saves what this run has read, in one transaction; without it the next run reads the same again.

        Raises RefusedByApiError when the run is no longer the job's current attempt, or another run has
        committed the same name in between (GLUE_JOB_BOOKMARK_VERSION_MISMATCH_ERROR).
        """
        run = run_context.current()
        if run is not None and Job._initialized:
            run.commit_bookmark()

    @classmethod
    def id_params(cls) -> dict[str, str]:
        """The run's identity as key and value."""
        run = run_context.current()
        if run is None:
            return {}
        return {"jobName": run.assignment.job_name, "jobRunId": run.assignment.run_id}
