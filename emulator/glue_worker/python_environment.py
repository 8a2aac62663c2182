"""A Python environment for each run: what AWS Glue has, nothing of tarmac's own, and what the run installs.

A virtual environment made by hand (a millisecond): its own site-packages come first, so that a run which
installs another version of a package gets that; then awsglue, PySpark and Glue's packages from the cache.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import py4j
import pyspark

SDK_DIR = Path(__file__).with_name("sdk")
SITE_PACKAGES = Path("lib", f"python{sys.version_info.major}.{sys.version_info.minor}", "site-packages")
PIP = '#!/bin/sh\nexec "${0%/*}/python" -m pip "$@"\n'


@dataclass(frozen=True)
class PythonEnvironment:
    """One environment's folder."""

    folder: Path

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    @property
    def site_packages(self) -> Path:
        """Where pip installs to."""
        return self.folder / SITE_PACKAGES


@dataclass(frozen=True)
class Libraries:
    """Folders of links to single packages of tarmac's own environment, whose other packages stay unseen."""

    folder: Path

    def make(self) -> None:
        """Makes the links anew."""
        _link(self.folder / "tarmac", Path(__file__).parents[1])
        for package in (pyspark, py4j):
            _link(self.folder / "spark", Path(str(package.__file__)).parent)
        # All that a Python shell has of awsglue.
        _link(self.folder / "shell" / "awsglue", SDK_DIR / "awsglue" / "utils.py")

    def environment(self, folder: Path, packages: Path, with_spark: bool = True) -> PythonEnvironment:
        """A new environment with the packages of that folder; PySpark is not part of a Python shell."""
        made = PythonEnvironment(folder)
        made.python.parent.mkdir(parents=True)
        made.site_packages.mkdir(parents=True)
        base = Path(getattr(sys, "_base_executable", sys.executable)).resolve()
        for name in ("python", "python3"):
            (made.python.parent / name).symlink_to(base)
        for name in ("pip", "pip3"):
            (made.python.parent / name).write_text(PIP)
            (made.python.parent / name).chmod(0o755)
        (folder / "pyvenv.cfg").write_text(f"home = {base.parent}\ninclude-system-site-packages = false\n")
        of_kind = [SDK_DIR, self.folder / "spark"] if with_spark else [self.folder / "shell"]
        paths = [*of_kind, self.folder / "tarmac", packages]
        (made.site_packages / "tarmac.pth").write_text("".join(f"{path}\n" for path in paths))
        return made


def _link(folder: Path, package: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / package.name).unlink(missing_ok=True)
    (folder / package.name).symlink_to(package)
