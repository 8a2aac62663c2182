"""The warehouse: a PostgreSQL of the stack's own, on loopback only (`python -m emulator.stack.warehouse`).

It survives the kill of any of its processes with every committed row: a commit waits until its log is with
the operating system (synchronous_commit), which a process's death can't undo. It does not wait for the disk
(fsync is off), so a power cut may cost the whole folder; `make reset` starts anew then.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from threading import Event
from types import FrameType

from emulator.environment import SettingsError
from emulator.stack.warehouse_account import (
    Runner,
    WarehouseError,
    find_programs,
    program_environment,
    visible_path,
)
from emulator.stack.warehouse_cluster import WarehouseSettings, prepare_data

PREVIOUS_END_S = 20.0
PR_SET_PDEATHSIG = 1
FAST_SHUTDOWN = signal.SIGINT  # PostgreSQL's: ends sessions, writes everything, stops

SERVER_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "500",  # Redshift's quota of a cluster
    "password_encryption": "md5",  # redshift_connector knows no SCRAM
    "md5_password_warnings": "off",
    "fsync": "off",
    "synchronous_commit": "on",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "1GB",
    "shared_buffers": "64MB",
    "maintenance_work_mem": "64MB",
    "io_method": "sync",
    "autovacuum_naptime": "30s",
    "log_destination": "stderr",
    "logging_collector": "off",
    "log_line_prefix": "%m [%p] ",
    "timezone": "UTC",  # Redshift's
    "log_timezone": "UTC",
}


def server_arguments(settings: WarehouseSettings, data_path: str) -> list[str]:
    """The arguments of `postgres` for these settings."""
    options = {**SERVER_OPTIONS, "port": str(settings.port)}
    return ["-D", data_path, *(part for name, value in options.items() for part in ("-c", f"{name}={value}"))]


def clear_lock(data_dir: Path) -> None:
    """Makes way for a new server: waits for a dying one, removes the lock of one that no longer exists.

    PostgreSQL itself takes any living process of its account for the lock's owner, also one that merely got
    the same process id after a reboot. Raises WarehouseError when another server still runs on the folder.
    """
    lock = data_dir / "postmaster.pid"
    deadline = time.monotonic() + PREVIOUS_END_S
    pause = Event()
    while pids := _processes_in(data_dir):
        if time.monotonic() > deadline:
            listed = " ".join(map(str, pids))
            raise WarehouseError(f"{data_dir} is still in use: end process {listed}, then start again")
        if _lock_holder(lock) not in pids:
            _end_orphans(pids)
        pause.wait(0.1)
    if Path("/proc/self/cwd").exists():
        lock.unlink(missing_ok=True)


def _lock_holder(lock: Path) -> int | None:
    try:
        return int(lock.read_text().splitlines()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None


def _processes_in(data_dir: Path) -> list[int]:
    """The processes that work in the data folder, as those of a PostgreSQL server all do."""
    facts = data_dir.stat()
    found = []
    for link in Path("/proc").glob("[0-9]*/cwd"):
        with suppress(OSError):
            seen = link.stat()
            if (seen.st_ino, seen.st_dev) == (facts.st_ino, facts.st_dev):
                found.append(int(link.parent.name))
    return found


def _end_orphans(pids: list[int]) -> None:
    """Ends what a killed server left running; its shared memory is lost, so they can finish nothing."""
    for pid in pids:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGQUIT)


def _stop_with_parent() -> None:
    """In the child, before it becomes postgres: a fast shutdown when its parent dies, however it does."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(FAST_SHUTDOWN))


def serve(settings: WarehouseSettings) -> int:
    """Runs the server in the foreground until it ends or we are told to; returns its exit status."""
    runner = Runner.choose(settings.data_dir)
    programs = find_programs(runner)
    prepare_or_wait(settings, programs, runner)
    with visible_path(settings.data_dir, runner) as (path, descriptors):
        server = subprocess.Popen(
            [str(programs / "postgres"), *server_arguments(settings, path)],
            pass_fds=descriptors,
            env=program_environment(),
            preexec_fn=_stop_with_parent,
            **runner.popen_options(),  # type: ignore[call-overload]
        )
        return _watch(server)


def prepare_or_wait(settings: WarehouseSettings, programs: Path, runner: Runner) -> None:
    """Leaves a data folder that is complete and that no other server uses."""
    if settings.data_dir.exists():
        clear_lock(settings.data_dir)
    prepare_data(settings, programs, runner)


def _watch(server: subprocess.Popen[bytes]) -> int:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        server.send_signal(FAST_SHUTDOWN)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
        signal.signal(number, stop)
    return server.wait()


def main() -> int:
    """The process's entry point; returns its exit status."""
    try:
        return serve(WarehouseSettings.from_environment())
    except (WarehouseError, SettingsError) as error:
        print(f"warehouse: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
