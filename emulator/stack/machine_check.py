"""Looks, before anything starts, for what would keep a stack from running here."""

from __future__ import annotations

import shutil
import socket
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import psutil

from emulator.stack.errors import MachineError
from emulator.stack.jars import missing_jars, wanted_jars
from emulator.stack.parts import PART_NAMES, PARTS
from emulator.stack.settings import StackSettings

WANTED_PYTHON = (3, 11)
LEAST_FREE_BYTES = 1_000_000_000
PORT_VARIABLES = {
    "localstack": "TARMAC_GATEWAY_PORT",
    "redshift": "TARMAC_REDSHIFT_PORT",
    "warehouse": "TARMAC_WAREHOUSE_PORT",
}


def check_machine(settings: StackSettings) -> None:
    """Raises MachineError with one line for each thing that is in the way."""
    problems = [
        *python_problems(sys.version_info[:2], sys.platform),
        *folder_problems(settings.state_dir, LEAST_FREE_BYTES),
        *jar_problems(settings),
        *port_problems(settings),
    ]
    if problems:
        raise MachineError(problems)


def python_problems(version: tuple[int, ...], platform: str) -> list[str]:
    """The interpreter and the operating system."""
    problems = []
    if version != WANTED_PYTHON:
        found = ".".join(map(str, version))
        problems.append(
            f"This is Python {found}, but tarmac needs 3.11. Next: `make env-python PYTHON=python3.11`."
        )
    if platform not in ("linux", "darwin"):
        problems.append(
            f"{platform} is not supported: tarmac runs on Linux and macOS. Next: use WSL 2 on Windows."
        )
    return problems


def folder_problems(state_dir: Path, least_free_bytes: int) -> list[str]:
    """The state folder: can it be written, and is there room?"""
    try:
        state_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=state_dir):
            pass
    except OSError as error:
        reason = error.strerror or str(error)
        return [f"The state folder {state_dir} can't be written ({reason}). Next: set TARMAC_STATE_DIR."]
    free = shutil.disk_usage(state_dir).free
    if free < least_free_bytes:
        return [
            f"Only {free / 1e9:.1f} GB of disk are free for the state folder {state_dir}; "
            f"{least_free_bytes / 1e9:.1f} GB are needed. Next: free some, or set TARMAC_STATE_DIR."
        ]
    return []


def jar_problems(settings: StackSettings) -> list[str]:
    """The jars of the lock: are they all in the cache?"""
    missing = missing_jars(settings.cache_dir, wanted_jars(settings.lineage))
    if not missing:
        return []
    named = ", ".join(jar.file_name for jar in missing[:3]) + (", …" if len(missing) > 3 else "")
    return [
        f"{len(missing)} jars are missing from {settings.cache_dir / 'jars'}: {named}. Next: `make jars`."
    ]


def port_problems(settings: StackSettings, names: Sequence[str] = PART_NAMES) -> list[str]:
    """The ports of these parts: are they distinct and free?"""
    ports = {part.name: part.port(settings) for part in PARTS if part.name in names}
    wanted = {name: port for name, port in ports.items() if port is not None}
    uses = Counter(wanted.values())
    twice = [port for port, count in uses.items() if count > 1]
    problems = [
        f"Port {port} is set for more than one part. Next: set {_variables(wanted, port)} apart."
        for port in twice
    ]
    for name, port in wanted.items():
        if port not in twice and not is_free(port):
            user = _user_of(port)
            problems.append(
                f"Port {port} ({name}) is in use{user}. Next: end that, or set {PORT_VARIABLES[name]}."
            )
    return problems


def is_free(port: int) -> bool:
    """Could a server bind this port on loopback now?"""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _variables(wanted: dict[str, int], port: int) -> str:
    return " and ".join(PORT_VARIABLES[name] for name, used in wanted.items() if used == port)


def _user_of(port: int) -> str:
    """ " by pid … (name)", or nothing where the system doesn't tell."""
    try:
        connections = psutil.net_connections(kind="tcp")
        pids = [
            c.pid for c in connections if c.status == psutil.CONN_LISTEN and c.laddr.port == port and c.pid
        ]
        return f" by pid {pids[0]} ({psutil.Process(pids[0]).name()})" if pids else ""
    except (psutil.Error, OSError):
        return ""
