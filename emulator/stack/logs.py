"""Logs that are files."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TAIL_BYTES = 64_000
FOLLOW_POLL_S = 0.3


@dataclass(frozen=True)
class FileLog:
    """A text file that grows and may be rotated."""

    path: Path

    @property
    def name(self) -> str:
        """Its path."""
        return str(self.path)

    def texts(self, lines: int, follow: bool = False) -> Iterator[str]:
        """The file's last `lines` lines; with `follow`, then each addition, without end."""
        place = _length(self.path)
        yield last_lines(self.path, lines)
        while follow:
            length = _length(self.path)
            place = place if length >= place else 0  # it was rotated
            if length > place:
                yield _between(self.path, place, length)
            place = length
            threading.Event().wait(FOLLOW_POLL_S)


def last_lines(path: Path, count: int) -> str:
    """The end of a text file; empty when there is none."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - TAIL_BYTES))
            return end_of(file.read(), count)
    except OSError:
        return ""


def end_of(data: bytes, count: int) -> str:
    """The last lines of a text."""
    return "\n".join(data.decode(errors="replace").splitlines()[-count:])


def run_log_files(state_dir: Path, run_id: str) -> list[FileLog]:
    """The logs that aren't empty of the job runs whose id begins so."""
    wanted = plain_id(run_id)
    found = sorted((state_dir / "runs").glob(f"{wanted}*/std*.log")) if wanted else []
    return [FileLog(path) for path in found if path.stat().st_size]


def plain_id(run_id: str) -> str:
    """An id without anything that a pattern or a path would understand."""
    return "".join(letter for letter in run_id if letter.isalnum() or letter in "_-")


def _length(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _between(path: Path, place: int, length: int) -> str:
    with path.open("rb") as file:
        file.seek(place)
        return file.read(length - place).decode(errors="replace")
