"""How many records a run read and wrote, from Spark's own status store."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

# Jobs that awsglue starts to look at data (schemas, emptiness); they are not the script's reading.
INSPECTION_GROUP = "awsglue-inspection"


@dataclass(frozen=True)
class RecordCounts:
    """Input and output records of all stages."""

    read: int = 0
    written: int = 0


def collect() -> RecordCounts:
    """The counts of this process's active SparkContext; zeros when there is none, or its JVM is gone."""
    if "pyspark" not in sys.modules:  # a Python shell has none
        return RecordCounts()
    from py4j.protocol import Py4JError
    from pyspark import SparkContext

    context = SparkContext._active_spark_context
    if context is None or context._jsc is None:
        return RecordCounts()
    try:
        return _of_status_store(context)
    except (Py4JError, OSError):
        return RecordCounts()


def _of_status_store(context: Any) -> RecordCounts:
    scala_context = context._jsc.sc()
    scala_context.listenerBus().waitUntilEmpty()
    store = scala_context.statusStore()
    stages = _stages_of_the_script(store)
    read = written = 0
    for stage_id in stages:
        stage = store.lastStageAttempt(stage_id)
        read += stage.inputRecords()
        written += stage.outputRecords()
    return RecordCounts(read, written)


def _stages_of_the_script(store: Any) -> set[int]:
    stages: set[int] = set()
    jobs = store.jobsList(None)
    for index in range(jobs.size()):
        job = jobs.apply(index)
        group = job.jobGroup()
        if group.isDefined() and group.get() == INSPECTION_GROUP:
            continue
        ids = job.stageIds()
        stages.update(ids.apply(position) for position in range(ids.size()))
    return stages
