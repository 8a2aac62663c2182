"""Which JVM a run gets: the warm one, another one when that is busy, or one of its own."""

from __future__ import annotations

import logging
import sys
import threading
from dataclasses import replace

from emulator.glue_worker.errors import JvmEndedError
from emulator.glue_worker.jvm_command import JvmInstallation, JvmRequest
from emulator.glue_worker.spark_jvm import SparkJvm

log = logging.getLogger(__name__)

CLEANED_WITHIN_S = 5.0
PLAIN = JvmRequest()


class JvmPool:
    """Keeps JVMs between runs; safe to use from several threads.

    Runs that ask for nothing special take an idle JVM, else a new one. At most `keep` idle ones stay.
    A run with jars or options of its own gets a JVM that ends with the run.
    """

    def __init__(self, installation: JvmInstallation, heap_mb: int, keep: int = 1) -> None:
        self._installation = installation
        self._archive = installation.archive()
        self._heap_mb = heap_mb
        self._keep = keep
        self._idle: list[SparkJvm] = []
        self._leased: set[SparkJvm] = set()
        self._being_cleaned = 0
        self._being_started = 0
        self._changed = threading.Condition()

    def lease(self, request: JvmRequest = PLAIN) -> SparkJvm:
        """A JVM for one run; give it back with `give_back`. Raises JvmEndedError if none can be started."""
        jvm = self._take_idle() if request == PLAIN else None
        return jvm or self._launched(replace(request, heap_mb=request.heap_mb or self._heap_mb))

    def give_back(self, jvm: SparkJvm, reusable: bool) -> None:
        """Ends a lease, and the context in it; a JVM that can't be cleaned or used again is ended."""
        with self._changed:
            self._leased.discard(jvm)
            self._being_cleaned += 1
        cleaned = _cleaned(jvm) and reusable
        with self._changed:
            self._being_cleaned -= 1
            kept = cleaned and len(self._idle) < self._keep
            if kept:
                self._idle.append(jvm)
            self._changed.notify_all()
        if not kept:
            jvm.kill()

    def close(self) -> None:
        """Ends all JVMs, also those that runs are using."""
        with self._changed:
            jvms = [*self._idle, *self._leased]
            self._idle.clear()
        for jvm in jvms:
            jvm.kill()

    def is_cold(self) -> bool:
        """Whether the next run would have to wait for a new JVM."""
        with self._changed:
            return not (self._idle or self._leased or self._being_cleaned or self._being_started)

    def make_class_archive(self) -> None:
        """Makes the archive with which later JVMs start faster, unless it is there."""
        if not self._archive.exists and self._installation.class_list.exists():
            command = self._installation.command(JvmRequest(self._heap_mb))
            self._archive.make(command, self._installation.class_list)

    def _launched(self, request: JvmRequest) -> SparkJvm:
        options = self._archive.options(self._installation.class_list)
        with_archive = replace(request, java_options=(*options, *request.java_options))
        with self._changed:
            self._being_started += 1
        try:
            jvm = SparkJvm.launch(self._installation, with_archive, sys.stderr.fileno())
            with self._changed:
                self._leased.add(jvm)
            return jvm
        finally:
            with self._changed:
                self._being_started -= 1

    def _take_idle(self) -> SparkJvm | None:
        """An idle JVM; waits for one that is being cleaned, which is quicker than starting another."""
        with self._changed:
            self._changed.wait_for(lambda: bool(self._idle) or not self._being_cleaned, CLEANED_WITHIN_S)
            while self._idle:
                jvm = self._idle.pop()
                if jvm.is_alive():
                    self._leased.add(jvm)
                    return jvm
                jvm.kill()
        return None


def _cleaned(jvm: SparkJvm) -> bool:
    try:
        jvm.close_door()
    except JvmEndedError as error:
        log.warning("replacing Spark's JVM %d: %s", jvm.pid, error)
        return False
    return True
