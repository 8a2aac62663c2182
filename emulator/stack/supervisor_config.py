"""Writes what supervisord and the process guards need into the state folder."""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import secrets
import shlex
import sys
import tempfile
from pathlib import Path
from typing import Any

from emulator.stack import process_guard
from emulator.stack.clean_environment import clean_environment
from emulator.stack.errors import StackError
from emulator.stack.parts import PARTS, Part
from emulator.stack.settings import StackSettings

LONGEST_SOCKET_PATH = 90  # of 104 (macOS) or 107 (Linux); supervisord binds "<path>.<pid>" first

# Paths are relative to the state folder, where supervisord is started: it expands some of them twice, so that
# no escape is right for a folder with a % in its name.
HEAD = """\
[unix_http_server]
file={socket}
chmod=0700

[supervisord]
logfile=supervisor.log
logfile_maxbytes=5MB
logfile_backups=1
pidfile=supervisor.pid
childlogdir=logs
nodaemon=true
silent=true
identifier={name}
{user}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface

"""

# A part that dies within 2 s is tried again after 1, 2, 3… s; one that lived longer at once.
PROGRAM = """\
[program:{name}]
command={command}
priority={priority}
autostart=true
autorestart=true
startsecs=2
startretries=8
stopsignal=TERM
stopwaitsecs={stop_s}
killasgroup=true
redirect_stderr=true
stdout_logfile=logs/{name}.log
stdout_logfile_maxbytes=20MB
stdout_logfile_backups=2

"""


def socket_path(settings: StackSettings) -> Path:
    """Where supervisord listens: in the state folder, or in a short private one if that path is too long."""
    path = settings.state_dir / "supervisor.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    digest = hashlib.sha256(os.fsencode(settings.state_dir)).hexdigest()[:16]
    return _short_folder() / f"{digest}.sock"


def _short_folder() -> Path:
    candidates = [Path(base) / f"tarmac-{os.getuid()}" for base in (tempfile.gettempdir(), "/tmp")]
    fitting = [path for path in candidates if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH - 21]
    folder = fitting[0]
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.lstat().st_uid != os.getuid() or folder.is_symlink():
        raise StackError(f"{folder} belongs to another user. Next: set TMPDIR to a folder of your own.")
    return folder


def config_path(settings: StackSettings) -> Path:
    """supervisord's configuration."""
    return settings.state_dir / "supervisor.conf"


def pid_path(settings: StackSettings) -> Path:
    """supervisord's pid file."""
    return settings.state_dir / "supervisor.pid"


def supervisor_command(settings: StackSettings) -> list[str]:
    """The command line of supervisord; also what tells it from a process with a recycled pid."""
    return [sys.executable, "-m", "supervisor.supervisord", "-c", str(config_path(settings))]


def guard_command(spec: Path) -> list[str]:
    """Runs the program of a spec file under the process guard, without site packages (fast and small)."""
    return [sys.executable, "-IS", process_guard.__file__, str(spec)]


def bound_command(settings: StackSettings) -> list[str]:
    """supervisord under a guard: it ends with the process that starts this command."""
    return guard_command(settings.state_dir / "parts" / "supervisord.json")


def write_stack_files(settings: StackSettings) -> None:
    """The secret, supervisord's configuration, and one spec for each part; readable by their owner only."""
    settings.logs_dir.mkdir(parents=True, exist_ok=True)
    (settings.state_dir / "parts").mkdir(exist_ok=True)
    secret = stack_secret(settings)
    for part in PARTS:
        part.starts_path(settings).unlink(missing_ok=True)
        write_private(part.spec_path(settings), json.dumps(part.spec(settings, secret), indent=1))
    write_private(config_path(settings), config_text(settings))
    write_private(settings.state_dir / "parts" / "supervisord.json", json.dumps(_supervisor_spec(settings)))


def _supervisor_spec(settings: StackSettings) -> dict[str, Any]:
    return {
        "command": supervisor_command(settings),
        "environment": clean_environment(),
        "starts_file": str(settings.state_dir / "parts" / "supervisord.starts"),
        "stop_s": 30,
    }


def changed_settings(settings: StackSettings) -> list[str]:
    """The `TARMAC_*` variables that differ from those that the stack of this folder was started with."""
    spec = json.loads(PARTS[0].spec_path(settings).read_text())
    now = settings.process_environment(stack_secret(settings))
    names = sorted(name for name in now if name.startswith("TARMAC_") and name in spec["environment"])
    return [name for name in names if spec["environment"][name] != now[name]]


def stack_secret(settings: StackSettings) -> str:
    """The secret between the Glue API and its workers: made once per state folder."""
    path = settings.state_dir / "secret"
    if not path.exists():
        write_private(path, secrets.token_hex(24))
    return path.read_text().strip()


def write_private(path: Path, text: str) -> None:
    """Replaces a file at once, mode 0600."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.touch(mode=0o600)
    partial.write_text(text)
    partial.replace(path)


def config_text(settings: StackSettings) -> str:
    """supervisord's configuration."""
    head = HEAD.format(
        socket=_escaped(socket_path(settings)),
        name=_escaped(settings.name),
        user=f"user={getpass.getuser()}\n" if os.getuid() == 0 else "",
    )
    return head + "".join(_program(part, settings) for part in PARTS)


def _program(part: Part, settings: StackSettings) -> str:
    return PROGRAM.format(
        name=part.name,
        command=_escaped(shlex.join(guard_command(part.spec_path(settings)))),
        priority=part.priority,
        stop_s=int(part.stop_s) + 5,
    )


def _escaped(value: Any) -> str:
    return str(value).replace("%", "%%")
