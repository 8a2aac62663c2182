"""Takes one claimed run from its files to its result."""

from __future__ import annotations

import shutil
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emulator.glue_worker import (
    error_message,
    python_modules,
    refusals,
    run_environment,
    run_files,
    run_logs,
    spark_conf,
    spark_event_log,
    stray_processes,
    trusted_certificates,
)
from emulator.glue_worker.aws_clients import AwsClients
from emulator.glue_worker.error_category import OUT_OF_MEMORY, UNCLASSIFIED
from emulator.glue_worker.errors import JvmEndedError, RunCannotStartError
from emulator.glue_worker.heartbeats import Heartbeats
from emulator.glue_worker.jvm_command import JvmRequest
from emulator.glue_worker.jvm_pool import JvmPool
from emulator.glue_worker.log_shipping import LogShipper
from emulator.glue_worker.metastore import glue_metastore
from emulator.glue_worker.metastore.server import MetastoreServer
from emulator.glue_worker.python_environment import Libraries, PythonEnvironment
from emulator.glue_worker.python_packages import GLUE_SPARK, PYTHON_SHELL, PackagesError
from emulator.glue_worker.run_contract import FinalState, RunAssignment, RunResult
from emulator.glue_worker.run_files import RunFiles
from emulator.glue_worker.run_request import Outcome, RunRequest
from emulator.glue_worker.settings import WorkerSettings
from emulator.glue_worker.spark_jvm import Door, SparkJvm
from emulator.glue_worker.zygote_client import RunProcess, ZygoteClient, ZygoteEndedError

LOGS_SHIPPED_WITHIN_S = 10.0
WORKER_STOPPED = "The Glue worker was stopped while it executed this run. Start the run again once it is back"
STATE_OF_ORDER: dict[str, FinalState] = {"stop": "STOPPED", "timeout": "TIMEOUT"}


@dataclass(frozen=True)
class Equipment:
    """What all runs of a worker share."""

    settings: WorkerSettings
    clients: AwsClients
    jvms: JvmPool
    zygote: ZygoteClient
    libraries: Libraries


@dataclass
class RunExecution:
    """One run: fetch its files, lease a JVM, fork its process, wait, and say how it ended.

    `execute` never raises for anything that the run does. `clean_up` must follow it; it takes a moment, so
    that the result can be reported first.
    """

    assignment: RunAssignment
    equipment: Equipment
    heartbeats: Heartbeats | None = None
    _process: RunProcess | None = None
    _jvm: SparkJvm | None = None
    _metastore: MetastoreServer | None = None
    _worker_stops: bool = False
    _phases_s: dict[str, float] = field(default_factory=dict)

    def execute(self) -> RunResult:
        """Runs the script to its end, or to a stop order."""
        began = time.monotonic()
        self.run_dir.mkdir(parents=True, exist_ok=True)
        (self.scratch_dir / run_environment.EVENT_LOG).mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            shipper = self._ship_logs()
            stack.callback(shipper.finish, LOGS_SHIPPED_WITHIN_S)
            outcome = self._outcome()
        self._phases_s["total"] = time.monotonic() - began
        return self._result(outcome)

    def stop(self) -> None:
        """Kills the run's process; `execute` then returns."""
        if self._process is not None:
            self._process.kill()

    def worker_stops(self) -> None:
        """Kills the run's process; `execute` then returns FAILED, unless the script had ended before."""
        self._worker_stops = True
        self.stop()

    def clean_up(self) -> None:
        """Gives the JVM back and deletes what the run left on disk, except its logs."""
        if self._process is not None:
            self._process.kill()
            self._process.channel.close()
            stray_processes.kill_of_run(self.scratch_dir)
        if self._jvm is not None:
            self.equipment.jvms.give_back(self._jvm, reusable=not self._has_own_jvm)
        if self._metastore is not None:
            self._metastore.close()
        self._keep_event_log()
        shutil.rmtree(self.scratch_dir, ignore_errors=True)

    @property
    def run_dir(self) -> Path:
        return self.equipment.settings.run_dir(self.assignment.run_id)

    @property
    def _error_log(self) -> Path:
        return self.run_dir / "stderr.log"

    @property
    def scratch_dir(self) -> Path:
        return self.equipment.settings.worker_dir / "scratch" / self.assignment.run_id

    @property
    def _has_own_jvm(self) -> bool:
        return any(name in self.assignment.arguments for name in ("--conf", "--extra-jars"))

    def _outcome(self) -> Outcome:
        try:
            request = self._prepare()
            return self._wait_for(self._fork(request))
        except (RunCannotStartError, PackagesError, JvmEndedError, ZygoteEndedError) as error:
            with self._error_log.open("a") as log:
                log.write(f"{error}\n")
            return Outcome(False, str(error))

    def _prepare(self) -> RunRequest:
        assignment, settings = self.assignment, self.equipment.settings
        began = time.monotonic()
        refusals.check(assignment)
        files = run_files.fetch(assignment, self._client("s3"), self.scratch_dir)
        python = self._python_environment(files)
        self._phases_s["files"] = time.monotonic() - began
        door = self._open_jvm(files) if assignment.command == "glueetl" else None
        self._phases_s["jvm"] = time.monotonic() - began - self._phases_s["files"]
        return RunRequest(
            assignment=assignment,
            gateway_url=settings.gateway_url,
            stack_secret=settings.stack_secret,
            run_dir=str(self.run_dir),
            scratch_dir=str(self.scratch_dir),
            script_path=str(files.script),
            argv=[str(files.script), *run_environment.script_arguments(assignment)],
            environment=run_environment.run_environment(
                assignment, settings, door, self.scratch_dir, python, files.import_paths
            )
            | trusted_certificates.environment(settings.state_dir, self.run_dir),
            import_paths=files.import_paths,
            python=str(python.python),
            site_packages=str(python.site_packages),
            fresh=bool(files.modules.modules) or door is None,
        )

    def _python_environment(self, files: RunFiles) -> PythonEnvironment:
        is_shell = self.assignment.command == "pythonshell"
        chosen = PYTHON_SHELL[refusals.library_set(self.assignment.arguments)] if is_shell else GLUE_SPARK
        packages = chosen.ensure(self.equipment.settings.cache_dir)
        folder = self.scratch_dir / ".python"
        made = self.equipment.libraries.environment(folder, packages, with_spark=not is_shell)
        if files.modules.modules:
            place = python_modules.InstallPlace(made, self.scratch_dir, self._error_log)
            python_modules.install(files.modules, place, self._is_ordered_to_end)
        return made

    def _open_jvm(self, files: RunFiles) -> Door:
        conf = run_environment.spark_settings(
            self.assignment, self.equipment.settings, self.scratch_dir, files.import_paths
        )
        conf |= self._catalog_settings(conf["spark.sql.warehouse.dir"])
        request = JvmRequest(
            heap_mb=spark_conf.heap_mb(conf),
            extra_jars=files.jars,
            java_options=tuple(conf.get("spark.driver.extraJavaOptions", "").split()),
            user_jars_first=self.assignment.arguments.get("--user-jars-first") == "true",
            of_its_own=self._has_own_jvm,
        )
        self._jvm = self.equipment.jvms.lease(request)
        return self._jvm.open_door(conf, self._error_log)

    def _catalog_settings(self, warehouse: str) -> dict[str, str]:
        """With `--enable-glue-datacatalog`, what makes Spark SQL see the account's Data Catalog."""
        if not glue_metastore.is_wanted(self.assignment.arguments):
            return glue_metastore.local_settings(self.assignment.run_id, str(self.scratch_dir))
        self._metastore = glue_metastore.start(
            self._client("glue"), self._client("s3"), f"file://{warehouse}"
        )
        return glue_metastore.spark_settings(self._metastore.uri, str(self.scratch_dir))

    def _fork(self, request: RunRequest) -> RunProcess:
        path = self.run_dir / "request.json"
        request.save(path)
        self._process = self.equipment.zygote.fork(path)
        return self._process

    def _wait_for(self, process: RunProcess) -> Outcome:
        began = time.monotonic()
        outcome = None
        while True:
            event = process.next_event(timeout_s=1.0)
            if self._is_ordered_to_end():
                process.kill()
            if event is None:
                continue
            if event["event"] == "script_starts":
                self._phases_s["fork"] = time.monotonic() - began
                self._say_script_runs()
            elif event["event"] == "outcome":
                outcome = Outcome(**{name: value for name, value in event.items() if name != "event"})
            elif event["event"] == "exited":
                return outcome or self._of_silent_end(event["status"])

    def _is_ordered_to_end(self) -> bool:
        ordered = self.heartbeats is not None and self.heartbeats.ordered != "continue"
        return ordered or self._worker_stops

    def _say_script_runs(self) -> None:
        if self.heartbeats is not None:
            self.heartbeats.script_runs()

    def _of_silent_end(self, status: int) -> Outcome:
        return Outcome(status == 0, "" if status == 0 else error_message.of_exit_status(status))

    def _result(self, outcome: Outcome) -> RunResult:
        ordered = self.heartbeats.ordered if self.heartbeats is not None else "continue"
        state: FinalState = "SUCCEEDED" if outcome.succeeded else "FAILED"
        phases_s = {**self._phases_s, **outcome.phases_s}
        return RunResult(
            worker_id=self.equipment.settings.worker_id,
            state=STATE_OF_ORDER.get(ordered, state),
            error_message=self._explained(outcome.error_message),
            records_read=outcome.records_read,
            records_written=outcome.records_written,
            phases_s={name: round(seconds, 3) for name, seconds in phases_s.items()},
        )

    def _explained(self, message: str) -> str:
        """Says that the worker stopped, or adds that the JVM died: the script only saw a lost connection."""
        if message and self._worker_stops:
            return WORKER_STOPPED
        if not message or self._jvm is None or (ended := self._jvm.end()) is None:
            return message
        if "OutOfMemoryError" in ended:
            message = message.replace(UNCLASSIFIED, OUT_OF_MEMORY, 1)
        return f"{message} ({ended})"

    def _ship_logs(self) -> LogShipper:
        with suppress(FileNotFoundError):
            (self.run_dir / "request.json").unlink()
        return LogShipper(self._client("logs"), run_logs.targets(self.assignment, self.run_dir))

    def _keep_event_log(self) -> None:
        if spark_conf.wants_event_log(self.assignment.arguments):
            folder = self.scratch_dir / run_environment.EVENT_LOG
            spark_event_log.upload(folder, self.assignment, self._client("s3"))

    def _client(self, service: str) -> Any:
        return self.equipment.clients.of_run(service, self.assignment)
