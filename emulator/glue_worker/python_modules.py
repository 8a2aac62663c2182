"""Installs what `--additional-python-modules` names into a run's own Python environment, by pip as on AWS."""

from __future__ import annotations

import subprocess
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from emulator.glue_worker.errors import RunCannotStartError
from emulator.glue_worker.python_environment import PythonEnvironment
from emulator.glue_worker.python_packages import installer_environment

INSTALLED_WITHIN_S = 600.0
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


def install(wanted: ModulesWanted, environment: PythonEnvironment, work_dir: Path, log: Path) -> None:
    """Installs them; what Glue brings already is left alone, another version of it goes before Glue's.

    pip's output is appended to `log`. Raises RunCannotStartError in Glue's words, with pip's errors.
    """
    pip = [str(environment.python), "-P", "-m", "pip", "install", "--no-warn-script-location"]
    try:
        done = subprocess.run(
            [*pip, *_arguments(wanted, work_dir)],
            env=installer_environment() | {"PYTHONPATH": ""},
            cwd=work_dir,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=INSTALLED_WITHIN_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise RunCannotStartError(f"{FAILED} pip took over {error.timeout:.0f} s") from error
    with log.open("a") as file:
        file.write(done.stdout)
    if done.returncode != 0:
        raise RunCannotStartError(f"{FAILED} {_errors(done.stdout)}")


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
