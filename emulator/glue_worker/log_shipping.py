"""Carries what a run prints from its files to CloudWatch Logs while it runs."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from botocore.exceptions import BotoCoreError, ClientError

log = logging.getLogger(__name__)

SHIP_EVERY_S = 0.5
BATCH_BYTES = 512 * 1024
# LocalStack keeps log events in memory; the file in the state folder has everything.
STREAM_LIMIT_BYTES = 8 * 1024 * 1024
LINE_LIMIT_BYTES = 200_000


@dataclass(frozen=True)
class LogTarget:
    """A file that grows, and the log group and stream that its lines go to."""

    file: Path
    group: str
    stream: str


class LogShipper:
    """Follows a run's files in a thread; `finish` ships the rest and ends it.

    Output never blocks the script: it goes to the file. Past 8 MB per stream only the file has it, and the
    stream's last event says so.
    """

    def __init__(self, client: Any, targets: list[LogTarget]) -> None:
        self._tails = [_Tail(client, target) for target in targets]
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="log-shipper", daemon=True)
        self._thread.start()

    def finish(self, within_s: float) -> None:
        """Ships what is left, for at most `within_s` seconds."""
        self._ended.set()
        self._thread.join(within_s)

    def _follow(self) -> None:
        while not self._ended.wait(SHIP_EVERY_S):
            self._ship(at_end=False)
        self._ship(at_end=True)

    def _ship(self, at_end: bool) -> None:
        for tail in self._tails:
            try:
                tail.ship(at_end)
            except (ClientError, BotoCoreError, OSError) as error:
                log.warning("could not ship %s to CloudWatch Logs: %s", tail.target.file, error)


class _Tail:
    """One file's unshipped end."""

    def __init__(self, client: Any, target: LogTarget) -> None:
        self.target = target
        self._client = client
        self._file: IO[bytes] | None = None
        self._partial = b""
        self._shipped_bytes = 0
        self._created = False

    def ship(self, at_end: bool) -> None:
        for batch in self._batches(at_end):
            self._put(batch)

    def _batches(self, at_end: bool) -> Iterator[list[str]]:
        while (chunk := self._read()) and self._shipped_bytes <= STREAM_LIMIT_BYTES:
            *lines, self._partial = (self._partial + chunk).split(b"\n")
            yield self._within_limit(lines)
        if at_end and self._partial:
            yield self._within_limit([self._partial])
            self._partial = b""

    def _read(self) -> bytes:
        if self._file is None:
            if not self.target.file.exists():
                return b""
            self._file = self.target.file.open("rb")
        return self._file.read(BATCH_BYTES)

    def _within_limit(self, lines: list[bytes]) -> list[str]:
        if self._shipped_bytes > STREAM_LIMIT_BYTES:
            return []
        self._shipped_bytes += sum(map(len, lines))
        texts = [line[:LINE_LIMIT_BYTES].decode("utf-8", "replace") for line in lines if line.strip()]
        if self._shipped_bytes > STREAM_LIMIT_BYTES:
            texts.append(f"[more output than a log stream takes here; all of it is in {self.target.file}]")
        return texts

    def _put(self, texts: list[str]) -> None:
        if not texts:
            return
        self._create_once()
        now_ms = int(time.time() * 1000)
        events = [{"timestamp": now_ms, "message": text} for text in texts]
        for start in range(0, len(events), 5_000):
            self._client.put_log_events(
                logGroupName=self.target.group,
                logStreamName=self.target.stream,
                logEvents=events[start : start + 5_000],
            )

    def _create_once(self) -> None:
        if self._created:
            return
        exists = self._client.exceptions.ResourceAlreadyExistsException
        group = {"logGroupName": self.target.group}
        for create, names in (
            (self._client.create_log_group, group),
            (self._client.create_log_stream, {**group, "logStreamName": self.target.stream}),
        ):
            try:
                create(**names)
            except exists:
                continue
        self._created = True
