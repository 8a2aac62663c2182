"""Installs what `--additional-python-modules` names, for one run, into a folder of that run's own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from emulator.glue_worker.errors import RunCannotStartError

INSTALLED_WITHIN_S = 300.0


def install(modules: list[str], options: list[str], folder: Path) -> None:
    """Installs requirements (`pandas==2.2`) and wheels (paths) with uv; `options` are the job's own for pip.

    Raises RunCannotStartError with the installer's own words.
    """
    names = ", ".join(modules)
    command = [_uv(), "pip", "install", "--quiet", "--python", sys.executable, "--target", str(folder)]
    try:
        done = subprocess.run(
            [*command, *options, *modules],
            capture_output=True,
            text=True,
            timeout=INSTALLED_WITHIN_S,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired as error:
        raise RunCannotStartError(f"installing {names} took over {error.timeout:.0f} s") from error
    if done.returncode != 0:
        words = " ".join(done.stderr.split())[-1000:]
        raise RunCannotStartError(f"could not install --additional-python-modules {names}: {words}")


def _uv() -> str:
    beside = Path(sys.executable).with_name("uv")
    found = str(beside) if beside.exists() else shutil.which("uv")
    if found is None:
        raise RunCannotStartError(
            f"--additional-python-modules needs uv, which is neither beside {sys.executable} nor on the PATH"
        )
    return found
