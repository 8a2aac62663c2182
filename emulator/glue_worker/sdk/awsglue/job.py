"""A job's beginning and end, and with them its bookmark."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyspark.sql import SparkSession, SQLContext

from emulator.glue_worker import run_context


class Job:
    """`init` says under which name bookmarks are kept, `commit` saves them (aws-semantics.md §A)."""

    _initialized: str = ""

    def __init__(self, glue_context_or_spark_session: Any) -> None:
        if not isinstance(glue_context_or_spark_session, (SQLContext, SparkSession)):
            kind = type(glue_context_or_spark_session)
            raise Exception(f"cannot init Job instance given input parameter type: {kind}")

    def init(self, job_name: str, args: Mapping[str, Any] | None = None) -> None:
        """Loads the bookmark of that name: sources created from now on read what is new to it.

        Raises RefusedByApiError when the run is no longer the job's current attempt.
        """
        Job._initialized = job_name
        run = run_context.current()
        if run is not None:
            run.open_bookmark(job_name)

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
    def continuation_options(cls) -> list[str]:
        return [
            "--continuation-option",
            "continuation-enabled",
            "continuation-readonly",
            "continuation-ignore",
        ]

    @classmethod
    def job_bookmark_options(cls) -> list[str]:
        return ["--job-bookmark-option", "job-bookmark-enable", "job-bookmark-pause", "job-bookmark-disable"]

    @classmethod
    def job_bookmark_range_options(cls) -> list[str]:
        return ["--job-bookmark-from", "--job-bookmark-to"]

    @classmethod
    def id_params(cls) -> list[str]:
        """The arguments that say which job and run this is."""
        return ["--JOB_NAME", "--JOB_ID", "--JOB_RUN_ID", "--SECURITY_CONFIGURATION"]

    @classmethod
    def encryption_type_options(cls) -> list[str]:
        return ["--encryption-type", "sse-s3"]

    @classmethod
    def data_lineage_options(cls) -> list[str]:
        return ["--enable-data-lineage"]
