"""An archive of the JVM's loaded classes (CDS), which halves the time that a Spark JVM needs to get going.

The JRE that we use brings no archive. The first worker of an environment lists the classes that its warm-up
loads, and makes the archive while it is idle; later ones map it. It lies in the cache folder, named after
the Java version and the jars, as it is valid for exactly these.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger(__name__)

KEPT_ARCHIVES = 2
BACKGROUND = (sys.executable, "-m", "emulator.glue_worker.background")


@dataclass(frozen=True)
class ClassArchive:
    """The archive for one Java and one class path, there or yet to be made."""

    path: Path

    @classmethod
    def of(cls, cache_dir: Path, java: str, class_path: list[Path]) -> ClassArchive:
        """The archive for these; jars are told apart as by the JVM: by order, path, size and second."""
        jars = [jar for entry in class_path for jar in jars_of(entry)]
        facts = [java, *(f"{jar} {jar.stat().st_size} {int(jar.stat().st_mtime)}" for jar in jars)]
        name = hashlib.sha256("\n".join(facts).encode()).hexdigest()[:16]
        return cls(cache_dir / "jvm" / f"spark-{name}.jsa")

    @property
    def exists(self) -> bool:
        return self.path.exists()

    def options(self, class_list: Path) -> list[str]:
        """Options for a JVM: use the archive, or (the first JVM) list what it would have to hold."""
        if self.exists:
            return [f"-XX:SharedArchiveFile={self.path}", "-Xshare:auto", "-Xlog:cds=off"]
        return [] if class_list.exists() else [f"-XX:DumpLoadedClassList={class_list}"]

    def make(self, command: list[str], class_list: Path, in_background: bool = True) -> None:
        """Makes the archive from a list of classes; a failure is only logged.

        `command` is the JVM's command line, from `java` to the main class; in the background it has the
        lowest priority.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.with_suffix(".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return  # another stack's worker is making it
            self._dump(command, class_list, BACKGROUND if in_background else ())

    def _dump(self, command: list[str], class_list: Path, started_by: tuple[str, ...]) -> None:
        unfinished = self.path.with_suffix(f".{os.getpid()}.tmp")
        options = [
            "-Xshare:dump",
            f"-XX:SharedClassListFile={class_list}",
            f"-XX:SharedArchiveFile={unfinished}",
            "-Xlog:disable",
        ]
        made = subprocess.run(
            [*started_by, command[0], *options, *command[1:]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        if made.returncode != 0 or not unfinished.exists():
            log.warning("no class archive (code %d): %s", made.returncode, made.stderr[-500:])
            unfinished.unlink(missing_ok=True)
            return
        unfinished.rename(self.path)
        self._remove_old()

    def _remove_old(self) -> None:
        archives = sorted(self.path.parent.glob("spark-*.jsa"), key=lambda path: path.stat().st_mtime)
        for archive in archives[:-KEPT_ARCHIVES]:
            archive.unlink(missing_ok=True)


def jars_of(entry: Path) -> list[Path]:
    """The jars of an entry of a class path, those of `folder/*` by name.

    Java itself takes them as the folder has them, which differs from one copy of it to the next; an archive
    is valid for one order only.
    """
    return sorted(entry.parent.glob("*.jar")) if entry.name == "*" else [entry]
