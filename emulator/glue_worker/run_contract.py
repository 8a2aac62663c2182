"""The messages between the Glue API and the worker: versioned, typed, standard library only.

Routes on the gateway, JSON both ways, the stack's secret in the header `x-tarmac-secret`:

    POST /_tarmac/glue/v1/claim                          Claim        → RunAssignment, or 204
    POST /_tarmac/glue/v1/runs/{run_id}/heartbeat        Heartbeat    → HeartbeatReply
    POST /_tarmac/glue/v1/runs/{run_id}/finish           RunResult    → {}
    POST /_tarmac/glue/v1/runs/{run_id}/bookmark/open    OpenBookmark → {}
    POST /_tarmac/glue/v1/runs/{run_id}/bookmark/select  SelectFiles  → SelectedFiles
    POST /_tarmac/glue/v1/runs/{run_id}/bookmark/rows    SelectRows   → RowWindow
    POST /_tarmac/glue/v1/runs/{run_id}/bookmark/read    RowsRead     → {}
    POST /_tarmac/glue/v1/runs/{run_id}/bookmark/commit  CommitBookmark → {}

A refused request has status 4xx and the body {"code": AWS error code, "message": text}.
"""

from __future__ import annotations

import types
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

CONTRACT_VERSION = 1
ROUTE_PREFIX = f"/_tarmac/glue/v{CONTRACT_VERSION}"
SECRET_HEADER = "x-tarmac-secret"
HEARTBEAT_INTERVAL_S = 1.0
HEARTBEAT_LOST_AFTER_S = 20.0

Action = Literal["continue", "stop", "timeout"]
FinalState = Literal["SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT", "ERROR"]
BookmarkOption = Literal["job-bookmark-enable", "job-bookmark-disable", "job-bookmark-pause"]


@dataclass(frozen=True)
class Claim:
    """A worker asks for the oldest waiting run and waits up to `wait_s` seconds for one.

    `replaces_all`: this process is the Glue API's only worker and has no run yet, so whatever another one
    had is lost. The worker says so until a first claim was answered, before it warms up; it gets no run then.
    """

    worker_id: str
    wait_s: float = 10.0
    replaces_all: bool = False


@dataclass(frozen=True)
class RoleCredentials:
    """Temporary credentials of a role's session, as AssumeRole of STS hands them out."""

    access_key: str
    secret_key: str = field(repr=False)
    session_token: str = field(repr=False)


@dataclass(frozen=True)
class RunAssignment:
    """One attempt of a job run, all that the worker must know to execute it.

    `arguments` are merged already (NonOverridable > run > default), keys with their leading dashes.
    """

    run_id: str
    attempt: int
    job_name: str
    job_id: str
    account_id: str
    region: str
    command: str  # glueetl | pythonshell
    script_location: str
    glue_version: str
    arguments: dict[str, str]
    connections: list[str]
    timeout_s: float
    log_group_output: str
    log_group_error: str
    log_stream: str
    credentials: RoleCredentials | None = None  # of the job's role; None where its account's key counts


@dataclass(frozen=True)
class Heartbeat:
    """`running` is False until the script itself has started (STARTING → RUNNING)."""

    worker_id: str
    running: bool = True


@dataclass(frozen=True)
class HeartbeatReply:
    action: Action = "continue"


@dataclass(frozen=True)
class RunResult:
    """How an attempt ended. `phases_s` names where its seconds went (fork, context, script, …)."""

    worker_id: str
    state: FinalState
    error_message: str = ""
    records_read: int = 0
    records_written: int = 0
    phases_s: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class S3File:
    """One S3 object as a listing shows it; `last_modified` is in epoch milliseconds."""

    bucket: str
    key: str
    etag: str
    last_modified: int
    size_bytes: int


@dataclass(frozen=True)
class OpenBookmark:
    """`job.init()`: the run reads and commits on top of the bookmark's latest state at this moment."""

    bookmark_name: str


@dataclass(frozen=True)
class SelectFiles:
    """Which objects under `paths` must this run read in this transformation context?

    With an empty `transformation_ctx`, or the bookmark option disabled, all of them (aws-semantics.md §A).
    `bookmark_name` is the name given to `job.init`, empty when `job.init` was not called.
    """

    bookmark_name: str
    transformation_ctx: str
    paths: list[str]  # s3://bucket/key-or-prefix
    exclusions: list[str] = field(default_factory=list)  # globs, relative to the path
    recurse: bool = True
    max_band_ms: int = 900_000
    max_files_in_band: int = 1000
    bounded_files: int = 0  # 0 = no bound
    bounded_size_bytes: int = 0


@dataclass(frozen=True)
class SelectedFiles:
    """The files to read. `listed` counts the objects under the paths, read or not."""

    files: list[S3File]
    listed: int


@dataclass(frozen=True)
class SelectRows:
    """Which rows of a database must this run read in this transformation context?

    `source` is what people shall see: a table's name, or a query. Without `keys`, with an empty
    `transformation_ctx` or the bookmark option disabled, all of them (aws-semantics.md §A).
    """

    bookmark_name: str
    transformation_ctx: str
    source: str
    keys: list[str] = field(default_factory=list)
    descending: bool = False


@dataclass(frozen=True)
class RowWindow:
    """The rows to read: those whose keys come after `after`, and not after `up_to`.

    Both hold a text for each key, or nothing where there is no bound. `tracked` is False where no bookmark
    applies, with keys or without; `nothing` says that a pause window holds no rows at all.
    """

    tracked: bool
    after: list[str] = field(default_factory=list)
    up_to: list[str] = field(default_factory=list)
    nothing: bool = False


@dataclass(frozen=True)
class RowsRead:
    """The last key that the run reads in this context; empty when the database has nothing new."""

    bookmark_name: str
    transformation_ctx: str
    up_to: list[str]


@dataclass(frozen=True)
class CommitBookmark:
    """`job.commit()`: saves every context selected by this run under this name, in one transaction."""

    bookmark_name: str


M = TypeVar("M")


def to_json(message: Any) -> dict[str, Any]:
    """A message as a JSON object, with the contract's version."""
    return {"version": CONTRACT_VERSION, **asdict(message)}


def from_json(kind: type[M], body: dict[str, Any]) -> M:
    """The message of that kind in a JSON object.

    Raises ValueError if the version, or the set of fields, is not this contract's.
    """
    if body.get("version") != CONTRACT_VERSION:
        raise ValueError(
            f"{kind.__name__}: version {body.get('version')!r}, this side speaks {CONTRACT_VERSION}"
        )
    return _build(kind, {key: value for key, value in body.items() if key != "version"})


def _build(kind: type[M], body: dict[str, Any]) -> M:
    hints = get_type_hints(kind)
    known = {item.name for item in fields(kind)}  # type: ignore[arg-type]
    if unknown := sorted(body.keys() - known):
        raise ValueError(f"{kind.__name__}: unknown fields {', '.join(unknown)}")
    try:
        return kind(**{name: _value(hints[name], value) for name, value in body.items()})
    except TypeError as error:
        raise ValueError(f"{kind.__name__}: {error}") from error


def _value(hint: Any, value: Any) -> Any:
    if isinstance(hint, type) and is_dataclass(hint):
        return _build(hint, value)
    if get_origin(hint) is list and isinstance(value, list):
        (item,) = get_args(hint)
        return [_value(item, entry) for entry in value]
    if isinstance(hint, types.UnionType) and value is not None:
        return _value(next(kind for kind in get_args(hint) if kind is not types.NoneType), value)
    return value
