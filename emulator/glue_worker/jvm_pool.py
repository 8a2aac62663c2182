"""Which JVM a run gets: the warm one, another one when that is busy, or one of its own."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from emulator.glue_worker.errors import JvmEnded
from emulator.glue_worker.spark_jvm import JvmRequest, SparkJvm

log = logging.getLogger(__name__)


class JvmPool:
    """Keeps JVMs between runs; safe to use from several threads.

    Runs that ask for nothing special take an idle JVM, else a new one. At most `keep` idle ones stay.
    A run with jars or options of its own gets a JVM that ends with the run.
    """

    def __init__(self, jars_dir: Path, scratch_dir: Path, heap_mb: int, keep: int = 1) -> None:
        self._jars_dir = jars_dir
        self._scratch_dir = scratch_dir
        self._heap_mb = heap_mb
        self._keep = keep
        self._idle: list[SparkJvm] = []
        self._leased: set[SparkJvm] = set()
        self._lock = threading.Lock()

    def lease(self, extra_jars: tuple[str, ...] = (), java_options: tuple[str, ...] = ()) -> SparkJvm:
        """A JVM for one run; give it back with `give_back`. Raises JvmEnded if none can be started."""
        request = JvmRequest(self._heap_mb, extra_jars, java_options)
        jvm = self._take_idle() if request.is_plain else None
        if jvm is None:
            jvm = SparkJvm.launch(request, self._jars_dir, self._scratch_dir, 2)
        with self._lock:
            self._leased.add(jvm)
        return jvm

    def give_back(self, jvm: SparkJvm, reusable: bool) -> None:
        """Ends a lease; a JVM that can't be cleaned, or isn't to be used again, is ended and replaced."""
        with self._lock:
            self._leased.discard(jvm)
        if not (reusable and _cleaned(jvm)):
            jvm.kill()
            return
        with self._lock:
            kept = len(self._idle) < self._keep
            if kept:
                self._idle.append(jvm)
        if not kept:
            jvm.close()

    def close(self) -> None:
        """Ends all JVMs, also those that runs are using."""
        with self._lock:
            jvms = [*self._idle, *self._leased]
            self._idle.clear()
        for jvm in jvms:
            jvm.kill()

    def has_idle(self) -> bool:
        with self._lock:
            return bool(self._idle)

    def _take_idle(self) -> SparkJvm | None:
        with self._lock:
            while self._idle:
                jvm = self._idle.pop()
                if jvm.is_alive():
                    return jvm
                jvm.kill()
        return None


def _cleaned(jvm: SparkJvm) -> bool:
    try:
        jvm.close_door()
    except JvmEnded as error:
        log.warning("replacing Spark's JVM %d: %s", jvm.pid, error)
        return False
    return True
