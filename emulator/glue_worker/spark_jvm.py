"""A Spark JVM that outlives job runs: start it once, let one run after the other use it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from py4j.clientserver import ClientServer, JavaParameters, PythonParameters
from py4j.protocol import Py4JError
from pyspark.serializers import UTF8Deserializer, read_int

from emulator.glue_worker.errors import JvmEndedError
from emulator.glue_worker.jvm_command import SPARK_HOME, JvmInstallation, JvmRequest
from emulator.glue_worker.jvm_state import JvmState

STARTS_WITHIN_S = 60.0
ENDS_WITHIN_S = 5.0
OUT_OF_MEMORY_EXIT_CODE = 3  # of -XX:+ExitOnOutOfMemoryError


@dataclass(frozen=True)
class Door:
    """Where a run's process attaches to the JVM (PYSPARK_GATEWAY_PORT and PYSPARK_GATEWAY_SECRET)."""

    port: int
    secret: str = field(repr=False)


class SparkJvm:
    """One JVM process with Spark on its class path, and a management connection to it.

    Life: `SparkJvm.launch` → (`open_door` → a run attaches → `close_door`)* → `close`.
    Every method but `close` raises JvmEndedError when the process is gone.
    """

    def __init__(self, process: subprocess.Popen[bytes], port: int, secret: str) -> None:
        self._process = process
        self._gateway = ClientServer(
            java_parameters=JavaParameters(port=port, auth_token=secret, auto_convert=True),
            python_parameters=PythonParameters(port=0, eager_load=False),
        )
        self._state = JvmState(self._gateway.jvm)
        self._server: Any = None

    @classmethod
    def launch(cls, installation: JvmInstallation, request: JvmRequest, log: IO[bytes] | int) -> SparkJvm:
        """Starts a JVM and waits until it listens.

        `log` takes its stdout and stderr. Raises JvmEndedError if it does not come up within 60 s.
        """
        installation.scratch_dir.mkdir(parents=True, exist_ok=True)
        answer_dir = Path(tempfile.mkdtemp(dir=installation.scratch_dir))
        try:
            answer = answer_dir / "door"
            process = _start(installation, request, answer, log)
            _wait_for(answer, process)
            with answer.open("rb") as stream:
                return cls(process, read_int(stream), UTF8Deserializer().loads(stream))
        finally:
            shutil.rmtree(answer_dir, ignore_errors=True)

    @property
    def pid(self) -> int:
        return self._process.pid

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def end(self) -> str | None:
        """How the process ended, in words; None while it lives."""
        code = self._process.poll()
        if code == OUT_OF_MEMORY_EXIT_CODE:
            return "Spark's JVM ended during the run: java.lang.OutOfMemoryError: Java heap space"
        return None if code is None else f"Spark's JVM ended during the run, exit code {code}"

    def open_door(self, spark_conf: dict[str, str], error_log: Path) -> Door:
        """Lets one run in: sets its Spark settings as system properties and opens a port for it alone.

        What Spark's Python workers print is appended to `error_log`.
        """
        with _explained("open a port for a run"):
            self._state.write_errors_to(error_log)
            self._state.set_properties(spark_conf)
            jvm = self._gateway.jvm
            self._server = jvm.org.apache.spark.api.python.Py4JServer(jvm.org.apache.spark.SparkConf())
            self._server.start()
            return Door(self._server.getListeningPort(), self._server.secret())

    def close_door(self) -> None:
        """Ends what the run left: its context, its connections and objects, and all changed JVM state."""
        with _explained("clean up after a run"):
            self._state.stop_context()
            if self._server is not None:
                self._server.shutdown()
                self._server = None
            self._state.restore()

    def close(self) -> None:
        """Ends the JVM; a second call does nothing."""
        self._gateway.close()
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def kill(self) -> None:
        """Ends the JVM at once, whatever it is doing."""
        self._process.kill()
        self.close()


@contextmanager
def _explained(attempt: str) -> Iterator[None]:
    """Turns py4j's errors into JvmEndedError that says what was attempted."""
    try:
        yield
    except (Py4JError, OSError) as error:
        raise JvmEndedError(f"could not {attempt}: {error}") from error


def _start(
    installation: JvmInstallation, request: JvmRequest, answer: Path, log: IO[bytes] | int
) -> subprocess.Popen[bytes]:
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": os.environ.get("HOME", str(installation.scratch_dir)),
        "LANG": "C.UTF-8",
        "SPARK_HOME": str(SPARK_HOME),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "_PYSPARK_DRIVER_CONN_INFO_PATH": str(answer),
    }
    # The JVM ends when its stdin does, and so with this process, however this one ends.
    return subprocess.Popen(
        installation.command(request),
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=log,
        env=environment,
        cwd=installation.scratch_dir,
        start_new_session=True,
    )


def _wait_for(answer: Path, process: subprocess.Popen[bytes]) -> None:
    pause = threading.Event()
    deadline = time.monotonic() + STARTS_WITHIN_S
    while not answer.exists():
        if process.poll() is not None:
            raise JvmEndedError(
                f"Spark's JVM ended with code {process.returncode} while starting; see the worker's log"
            )
        if time.monotonic() > deadline:
            process.kill()
            raise JvmEndedError(
                f"Spark's JVM did not come up within {STARTS_WITHIN_S:.0f} s; see the worker's log"
            )
        pause.wait(0.02)
