"""The containers and volumes of a Compose project, as the engine tells of them."""

from __future__ import annotations

import io
import tarfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from emulator.stack.engine import Engine
from emulator.stack.errors import StackError
from emulator.stack.logs import end_of, plain_id
from emulator.stack.parts import PART_NAMES

if TYPE_CHECKING:
    from docker.models.containers import Container
    from docker.models.volumes import Volume

PART_LABEL = "tarmac.part"
LAYOUT_LABEL = "tarmac.layout"
LAYOUT = "1"
PROJECT_LABEL = "com.docker.compose.project"
FOLDER_LABEL = "com.docker.compose.project.working_dir"
RUNNING = ("running", "restarting", "paused")
STATE_DIR = PurePosixPath("/var/lib/tarmac")
POLL_S = 1.0

# All children of process 1 (the container's own little init) are its program, and what that left behind.
KILLED = 137
KILL_PROGRAM = (
    'for d in /proc/[0-9]*; do read -r s <"$d/stat" || continue; set -- ${s##*) }; '
    '[ "$2" = 1 ] && kill -9 "${d#/proc/}"; done; true'
)


class ComposeProject:
    """The containers and volumes of the project `name`, made from the files in `folder`."""

    def __init__(self, engine: Engine, name: str, folder: Path) -> None:
        self._engine = engine
        self.name = name
        self._folder = folder.resolve()

    def containers(self) -> dict[str, Container]:
        """The container of each part that has one, whatever its state."""
        return {item.labels[PART_LABEL]: item for item in self._listed() if self._is_ours(item)}

    def refuse_foreign(self) -> None:
        """Raises StackError if a project of this name was made from the files of another folder."""
        for container in self._listed():
            if not self._is_ours(container):
                folder = container.labels.get(FOLDER_LABEL, "unknown")
                raise StackError(
                    f"The Compose project {self.name} is of another folder, {folder}. "
                    "Next: `make down` there, or set TARMAC_NAME and ports to run a second stack beside it."
                )

    def _listed(self) -> list[Container]:
        labels = [f"{PROJECT_LABEL}={self.name}", PART_LABEL]
        listed = self._engine.client.containers.list(all=True, filters={"label": labels}, ignore_removed=True)
        return [item for item in listed if item.labels[PART_LABEL] in PART_NAMES]

    def _is_ours(self, container: Container) -> bool:
        return Path(container.labels.get(FOLDER_LABEL, "")).resolve() == self._folder

    def volumes(self) -> list[Volume]:
        """What outlives the containers."""
        found: list[Volume] = self._engine.client.volumes.list(
            filters={"label": f"{PROJECT_LABEL}={self.name}"}
        )
        return found

    def old_volumes(self) -> list[str]:
        """The names of volumes that another version of tarmac laid out."""
        volumes = [(volume.name, (volume.attrs.get("Labels") or {})) for volume in self.volumes()]
        return [name for name, labels in volumes if labels.get(LAYOUT_LABEL) != LAYOUT]


def is_up(container: Container) -> bool:
    """Does it run, or wait to be started again?"""
    return container.status in RUNNING


def health_problem(container: Container) -> str:
    """What its health check, or its end, tells; empty when it is healthy."""
    container.reload()
    state = container.attrs["State"]
    if not state["Running"]:
        why = ", out of memory" if state.get("OOMKilled") else ""
        return f"its container is {state['Status']} (exit code {state['ExitCode']}{why})"
    health = state.get("Health", {})
    if health.get("Status", "healthy") == "healthy":
        return ""
    said = (health.get("Log") or [{}])[-1].get("Output", "").strip().splitlines()
    return f"its health check says {health['Status']}" + (f": {said[-1][:120]}" if said else "")


def kill_program(container: Container) -> None:
    """SIGKILL to the container's program from inside: `docker kill` would count as a stop on order."""
    status, said = container.exec_run(["sh", "-c", KILL_PROGRAM])
    if status not in (0, KILLED):  # the shell may go with the container before it can say so
        raise StackError(
            f"The program in {container.name} could not be killed (status {status}: "
            f"{said.decode(errors='replace').strip()}). Next: `make status`."
        )


def memory_bytes(container: Container) -> int:
    """What the container uses, without the cache of files, which the kernel takes back when it is needed."""
    usage = container.client.api.stats(container.id, stream=False, one_shot=True).get("memory_stats", {})
    details = usage.get("stats", {})
    cache = details.get("total_inactive_file", details.get("inactive_file", 0))  # cgroup v1, v2
    return max(0, int(usage.get("usage", 0)) - int(cache))


def started_at(container: Container) -> float:
    """When its program was started last (epoch seconds)."""
    text = container.attrs["State"]["StartedAt"]
    return datetime.fromisoformat(text[:19] + "+00:00").timestamp()


@dataclass(frozen=True)
class ContainerLog:
    """What a container has printed since it was made."""

    container: Container

    @property
    def name(self) -> str:
        """The container's."""
        return str(self.container.name)

    def texts(self, lines: int, follow: bool = False) -> Iterator[str]:
        """Its last lines; with `follow`, then each addition, until the container is removed."""
        seen_until = time.time()
        yield end_of(self.container.logs(tail=lines), lines)
        while follow and self._is_there():
            for data in self.container.logs(stream=True, follow=True, since=seen_until):
                yield data.decode(errors="replace")
            seen_until = time.time()  # the program ended; Docker may start it again
            threading.Event().wait(POLL_S)

    def _is_there(self) -> bool:
        import docker.errors

        try:
            self.container.reload()
        except docker.errors.NotFound:
            return False
        return True


@dataclass(frozen=True)
class ArchivedLog:
    """A file in the stack's state volume, read through a container, even one that has ended."""

    container: Container
    path: PurePosixPath

    @property
    def name(self) -> str:
        """As `docker cp` would name it."""
        return f"{self.container.name}:{self.path}"

    def texts(self, lines: int, follow: bool = False) -> Iterator[str]:
        """Its last lines; with `follow`, then each addition, without end."""
        data = self._content()
        yield end_of(data, lines)
        place = len(data)
        while follow:
            threading.Event().wait(POLL_S)
            data = self._content()
            if len(data) > place:
                yield data[place:].decode(errors="replace")
            place = len(data)

    def _content(self) -> bytes:
        return files_in(self.container, self.path).get(self.path, b"")


def run_logs(container: Container, run_id: str) -> list[ArchivedLog]:
    """The logs that aren't empty of the job runs whose id begins so, read through a container."""
    runs, wanted = STATE_DIR / "runs", plain_id(run_id)
    if not wanted:
        return []
    files = files_in(container, runs / wanted) or files_in(container, runs)
    return [
        ArchivedLog(container, path)
        for path, data in sorted(files.items())
        if data and path.name in ("stdout.log", "stderr.log") and path.parent.name.startswith(wanted)
    ]


def files_in(container: Container, path: PurePosixPath) -> dict[PurePosixPath, bytes]:
    """The files at or below a path of a container, which may have ended; none if the path isn't there."""
    import docker.errors

    try:
        chunks, _ = container.get_archive(str(path))
    except docker.errors.NotFound:
        return {}
    with tarfile.open(fileobj=io.BytesIO(b"".join(chunks))) as archive:
        files = [(member.name, archive.extractfile(member)) for member in archive if member.isfile()]
        return {path.parent / name: file.read() for name, file in files if file is not None}
