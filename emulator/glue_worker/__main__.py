"""`python -m emulator.glue_worker`: the worker process."""

from __future__ import annotations

import logging
import shutil
import signal
import sys
import threading
from types import FrameType

from emulator.environment import SettingsError
from emulator.glue_worker import warm_up
from emulator.glue_worker.api_client import GlueApiClient
from emulator.glue_worker.aws_clients import AwsClients
from emulator.glue_worker.errors import WorkerError
from emulator.glue_worker.jvm_command import JvmInstallation
from emulator.glue_worker.jvm_pool import JvmPool
from emulator.glue_worker.python_environment import Libraries
from emulator.glue_worker.python_packages import GLUE_SPARK, PackagesError
from emulator.glue_worker.run_execution import Equipment
from emulator.glue_worker.settings import WorkerSettings
from emulator.glue_worker.worker import Worker
from emulator.glue_worker.zygote_client import ZygoteClient

ARCHIVE_AFTER_S = 15.0
RUNS_STOPPED_WITHIN_S = 2.0


def main() -> int:
    """Warms up, says so in `<state>/worker/ready`, and serves until SIGTERM, which ends its runs FAILED."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("py4j").setLevel(logging.ERROR)
    try:
        settings = WorkerSettings.from_environment()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, _exit_on_signal)
    _empty_worker_dir(settings)
    try:
        equipment = _equipment(settings)
    except PackagesError as error:
        print(f"the worker can't start: {error}", file=sys.stderr)
        return 1
    try:
        _serve(equipment)
    except WorkerError as error:
        print(f"the worker can't start: {error}", file=sys.stderr)
        return 1
    finally:
        (settings.worker_dir / "ready").unlink(missing_ok=True)
        equipment.zygote.close()
        equipment.jvms.close()
    return 0


def _serve(equipment: Equipment) -> None:
    settings = equipment.settings
    worker = Worker(GlueApiClient(settings.gateway_url, settings.stack_secret), equipment)
    worker.introduce()
    equipment.zygote.start()
    warm_up.run(equipment)
    (settings.worker_dir / "ready").touch()
    archiving = threading.Timer(ARCHIVE_AFTER_S, equipment.jvms.make_class_archive)
    archiving.daemon = True
    archiving.start()
    try:
        worker.serve()
    finally:
        worker.stop_runs(RUNS_STOPPED_WITHIN_S)


def _equipment(settings: WorkerSettings) -> Equipment:
    installation = JvmInstallation(
        settings.spark_jars_dir, settings.worker_dir / "jvm", settings.cache_dir, settings.lineage_jars_dir
    )
    jvms = JvmPool(installation, settings.jvm_heap_mb)
    libraries = Libraries(settings.worker_dir / "python" / "libraries")
    libraries.make()
    packages = GLUE_SPARK.ensure(settings.cache_dir)
    zygote = ZygoteClient(libraries.environment(settings.worker_dir / "python" / "zygote", packages))
    return Equipment(settings, AwsClients(settings), jvms, zygote, libraries)


def _empty_worker_dir(settings: WorkerSettings) -> None:
    """Removes what a worker that was killed left behind."""
    shutil.rmtree(settings.worker_dir, ignore_errors=True)
    settings.worker_dir.mkdir(parents=True)
    if settings.lineage == "file":
        settings.lineage_dir.mkdir(exist_ok=True)


def _exit_on_signal(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    sys.exit(main())
