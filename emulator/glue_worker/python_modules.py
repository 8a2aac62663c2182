"""Installs what `--additional-python-modules` names into a run's own Python environment, by pip as on AWS."""

from __future__ import annotations

import os
import signal
import subprocess
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from emulator.glue_worker.errors import RunCannotStartError
from emulator.glue_worker.python_environment import PythonEnvironment
from emulator.glue_worker.python_packages import installer_environment

INSTALLED_WITHIN_S = 600.0
ASK_EVERY_S = 0.2
WHEELS_SUFFIX = ".gluewheels.zip"
# Glue 5.0's words (aws/graph-notebook issue 723), blank and all.
FAILED = (
    "LAUNCH ERROR | Installation of Additional Python Modules failed, please see the logs for more details"
    "Please refer logs for details."
)


@dataclass(frozen=True)
class ModulesWanted:
    """What a job asks for: requirements (`numpy==2.2`) and paths of fetched wheels, zips of wheels and lists.

    `options` are the job's own for pip; with `-r` among them the modules are requirements files (AWS's page
    "Using Python libraries with AWS Glue").
    """

    modules: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class InstallPlace:
    """The environment to install into, a folder to work in, and the file that pip's output is appended to."""

    environment: PythonEnvironment
    work_dir: Path
    log: Path


def install(wanted: ModulesWanted, place: InstallPlace, is_to_end: Callable[[], bool]) -> None:
    """Installs them; what Glue brings already is left alone, another version of it goes before Glue's.

    Raises RunCannotStartError in Glue's words, with pip's errors; also when `is_to_end` or after 600 s.
    """
    pip = [str(place.environment.python), "-P", "-m", "pip", "install", "--no-warn-script-location"]
    arguments = _arguments(wanted, place.work_dir)
    with place.log.open("a+") as log:
        began_at = log.tell()
        process = subprocess.Popen(
            [*pip, *arguments],
            env=installer_environment() | {"PYTHONPATH": ""},
            cwd=place.work_dir,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        code = _ended(process, is_to_end)
        log.seek(began_at)
        if code != 0:
            raise RunCannotStartError(f"{FAILED} {_errors(log.read())}")


def _ended(process: subprocess.Popen[bytes], is_to_end: Callable[[], bool]) -> int:
    """The exit code; a process that takes too long, or whose run is to end, is killed."""
    deadline = time.monotonic() + INSTALLED_WITHIN_S
    while True:
        try:
            return process.wait(ASK_EVERY_S)
        except subprocess.TimeoutExpired:
            if is_to_end() or time.monotonic() > deadline:
                os.killpg(process.pid, signal.SIGKILL)


def _arguments(wanted: ModulesWanted, work_dir: Path) -> list[str]:
    zips = [module for module in wanted.modules if module.endswith(WHEELS_SUFFIX)]
    others = [module for module in wanted.modules if module not in zips]
    wheels = [wheel for path in zips for wheel in _unpacked(Path(path), work_dir)]
    lists = "-r" in wanted.options or "--requirement" in wanted.options
    options = [option for option in wanted.options if option not in ("-r", "--requirement")]
    named = [part for module in others for part in (("-r", module) if lists else (module,))]
    return [*options, *named, *map(str, wheels)]


def _unpacked(path: Path, work_dir: Path) -> list[Path]:
    folder = work_dir / ".files" / path.name.removesuffix(WHEELS_SUFFIX)
    try:
        with zipfile.ZipFile(path) as archive:
            archive.extractall(folder)
    except zipfile.BadZipFile as error:
        raise RunCannotStartError(f"{FAILED} {path.name} is no zip file: {error}") from error
    return sorted(folder.rglob("*.whl"))


def _errors(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR")]
    return " ".join(errors or lines[-1:])[-1000:]
