"""Job definitions: create, update, delete and look up, with AWS's defaults and errors."""

from __future__ import annotations

from typing import Any

from emulator.glue_service.errors import EntityNotFound, IdempotentParameterMismatch, InvalidInput
from emulator.glue_service.models import Job, Store, now

COMMANDS = ("glueetl", "pythonshell", "gluestreaming", "glueray")
DPU_OF_WORKER = {
    "Standard": 1.0,
    "G.025X": 0.25,
    "G.1X": 1.0,
    "G.2X": 2.0,
    "G.4X": 4.0,
    "G.8X": 8.0,
    "G.12X": 12.0,
    "G.16X": 16.0,
    "R.1X": 1.0,
    "R.2X": 2.0,
    "R.4X": 4.0,
    "R.8X": 8.0,
    "Z.2X": 2.0,
}
_WORKERS_OF_TYPE = {"G.025X": (1, 299), "G.1X": (2, 299), "G.2X": (2, 149), "Z.2X": (1, 1000)}
"""Least and most workers, by type; of the others only the least is known."""
DEFAULT_GLUE_VERSION = "0.9"  # what AWS assumes; the worker runs its one Spark whatever this says
MAX_TIMEOUT_MIN = 10_080


def create_job(store: Store, request: dict[str, Any]) -> Job:
    """A new job; creating an equal one twice is accepted, as on AWS.

    Raises IdempotentParameterMismatch if the name is taken by a different definition, InvalidInput.
    """
    requested = {key: value for key, value in request.items() if key not in ("Name", "Tags")}
    name = request["Name"]
    if existing := store.jobs.get(name):
        if existing.requested != requested:
            raise IdempotentParameterMismatch(name)
        return existing
    job = Job(name=name, fields=with_defaults(requested), requested=requested)
    store.jobs[name] = job
    return job


def update_job(store: Store, name: str, job_update: dict[str, Any]) -> Job:
    """Replaces the whole definition, as AWS does: what the update leaves out goes back to its default.

    Raises EntityNotFound, InvalidInput.
    """
    job = find_job(store, name)
    if not job_update.get("Command") or not job_update.get("Role"):
        raise InvalidInput("Command and Role must be specified in JobUpdate")
    job.fields = with_defaults(job_update)
    job.requested = dict(job_update)
    job.modified_on = now()
    return job


def find_job(store: Store, name: str) -> Job:
    """Raises EntityNotFound."""
    job = store.jobs.get(name)
    if job is None:
        raise EntityNotFound(f"Job with name: {name} not found.")
    return job


def with_defaults(definition: dict[str, Any]) -> dict[str, Any]:
    """The members of a Job structure that AWS fills in when they are not given. Raises InvalidInput."""
    command = _command(definition["Command"])
    glue_version = definition.get("GlueVersion", DEFAULT_GLUE_VERSION)
    timeout_min = checked_timeout(
        definition.get("Timeout", default_timeout_min(glue_version, command["Name"]))
    )
    return {
        "JobMode": "SCRIPT",
        "JobRunQueuingEnabled": False,
        "MaxRetries": 0,
        **definition,
        "Command": command,
        "GlueVersion": glue_version,
        "Timeout": timeout_min,
        "ExecutionProperty": {"MaxConcurrentRuns": 1, **definition.get("ExecutionProperty", {})},
        **capacity(definition, command["Name"]),
    }


def checked_timeout(timeout_min: int) -> int:
    """The minutes themselves. Raises InvalidInput for more than 7 days (aws-semantics.md §D)."""
    if timeout_min > MAX_TIMEOUT_MIN:
        raise InvalidInput(f"Timeout {timeout_min} is more than the {MAX_TIMEOUT_MIN} minutes of 7 days")
    return timeout_min


def default_timeout_min(glue_version: str, command: str) -> int:
    """480 minutes from Glue 5.0 on, 2,880 before (aws-semantics.md §D)."""
    if command == "pythonshell" or not glue_version[:1].isdigit():
        return 2880
    return 480 if int(glue_version.split(".", maxsplit=1)[0]) >= 5 else 2880


def capacity(definition: dict[str, Any], command: str) -> dict[str, Any]:
    """WorkerType, NumberOfWorkers, MaxCapacity and AllocatedCapacity as they follow from each other.

    Raises InvalidInput for combinations that AWS refuses, in its words.
    """
    _check_capacity(definition, command)
    worker_type, workers = definition.get("WorkerType"), definition.get("NumberOfWorkers")
    given = definition.get("MaxCapacity", definition.get("AllocatedCapacity"))
    if command == "pythonshell":
        return _capacity_fields(given if given is not None else 0.0625)
    if given is not None:
        return _capacity_fields(given)
    worker_type, workers = worker_type or "G.1X", workers or 10
    if worker_type not in DPU_OF_WORKER:
        raise InvalidInput(f"Worker Type {worker_type} is not one of {', '.join(DPU_OF_WORKER)}")
    sized = _capacity_fields(DPU_OF_WORKER[worker_type] * workers)
    return {"WorkerType": worker_type, "NumberOfWorkers": workers, **sized}


def check_workers(worker_type: str, workers: int) -> None:
    """What StartJobRun checks; AWS's words, as observed in aws-samples/cql-replicator#98 and #181.

    Raises InvalidInput.
    """
    least, most = _WORKERS_OF_TYPE.get(worker_type, (2, workers))
    if workers < least:
        problem, limit = "minimum", least
    elif workers > most:
        problem, limit = "maximum", most
    else:
        return
    raise InvalidInput(
        f"To use Worker Type {worker_type}, {problem} allowed value of Number of Workers is {limit}."
    )


def _check_capacity(definition: dict[str, Any], command: str) -> None:
    worker_type, workers = definition.get("WorkerType"), definition.get("NumberOfWorkers")
    capacities = {"Max Capacity": "MaxCapacity", "Allocated Capacity": "AllocatedCapacity"}
    given = [text for text, member in capacities.items() if definition.get(member) is not None]
    if given and (worker_type or workers):
        raise InvalidInput(f"Please do not set {given[0]} if using Worker Type and Number of Workers.")
    if len(given) > 1:
        raise InvalidInput("Please set only Allocated Capacity or Max Capacity.")
    if worker_type and command == "pythonshell":
        raise InvalidInput(f"Worker Type is not supported for Job Command {command}")
    if (worker_type is None) != (workers is None):
        raise InvalidInput("Please set both Worker Type and Number of Workers")


def _capacity_fields(dpu: float) -> dict[str, Any]:
    return {"MaxCapacity": float(dpu), "AllocatedCapacity": int(dpu)}


def _command(command: dict[str, Any]) -> dict[str, Any]:
    name = command.get("Name", "glueetl")
    if name not in COMMANDS:
        raise InvalidInput(f"Command name {name} is not one of {', '.join(COMMANDS)}")
    if not command.get("ScriptLocation"):
        raise InvalidInput("Command.ScriptLocation must be specified")
    return {"PythonVersion": "3", **command, "Name": name}
