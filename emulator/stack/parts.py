"""The four processes of a stack: how each is started, and the call that it must answer to be ready."""

from __future__ import annotations

import json
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pg8000.dbapi

from emulator.localstack_mends.environment import localstack_environment
from emulator.stack.errors import StackError
from emulator.stack.settings import StackSettings

PROBE_TIMEOUT_S = 2.0

Probe = Callable[[StackSettings], str]  # what is still missing; empty when ready


@dataclass(frozen=True)
class Part:
    """One supervised process. Parts start together and end by `priority`, the highest first."""

    name: str
    module: str
    priority: int
    probe: Probe
    ready_timeout_s: float
    stop_s: float
    port: Callable[[StackSettings], int | None]

    def command(self) -> list[str]:
        """The program and its arguments."""
        return [sys.executable, "-m", self.module]

    def log_path(self, settings: StackSettings) -> Path:
        """Its stdout and stderr, rotated by supervisord."""
        return settings.logs_dir / f"{self.name}.log"

    def starts_path(self, settings: StackSettings) -> Path:
        """A line (epoch seconds) for each start since the last `up`, written by the process guard."""
        return settings.state_dir / "parts" / f"{self.name}.starts"

    def spec_path(self, settings: StackSettings) -> Path:
        """What the process guard reads."""
        return settings.state_dir / "parts" / f"{self.name}.json"

    def environment(self, settings: StackSettings, secret: str) -> dict[str, str]:
        """The process's whole environment; nothing else is inherited."""
        own = localstack_environment(settings) if self.name == "localstack" else {}
        return {**settings.process_environment(secret), **own}

    def spec(self, settings: StackSettings, secret: str) -> dict[str, Any]:
        """What `process_guard` is told to run."""
        return {
            "command": self.command(),
            "environment": self.environment(settings, secret),
            "starts_file": str(self.starts_path(settings)),
            "stop_s": self.stop_s,
        }


def _answers_sql(settings: StackSettings, port: int) -> str:
    try:
        connection = pg8000.dbapi.connect(
            user=settings.user,
            password=settings.password,
            host="127.0.0.1",
            port=port,
            database=settings.database,
            timeout=PROBE_TIMEOUT_S,
        )
    except (pg8000.dbapi.Error, OSError) as error:
        return f"no connection to port {port} yet ({_short(error)})"
    try:
        connection.cursor().execute("SELECT 1")
    except (pg8000.dbapi.Error, OSError) as error:
        return f"no answer to a query on port {port} yet ({_short(error)})"
    finally:
        connection.close()
    return ""


def _warehouse_answers(settings: StackSettings) -> str:
    return _answers_sql(settings, settings.warehouse_port)


def _redshift_answers(settings: StackSettings) -> str:
    return _answers_sql(settings, settings.redshift_port)


def health(settings: StackSettings) -> dict[str, Any]:
    """What `GET /_tarmac/health` says; empty when nothing usable answers."""
    try:
        with urllib.request.urlopen(
            f"{settings.gateway_url}/_tarmac/health", timeout=PROBE_TIMEOUT_S
        ) as answer:
            body = json.load(answer)
    except (OSError, ValueError):
        return {}
    return body if isinstance(body, dict) else {}


def _gateway_answers(settings: StackSettings) -> str:
    state = health(settings).get("glue")
    return (
        ""
        if state == "running"
        else f"{settings.gateway_url}/_tarmac/health says glue is {state or 'not there yet'}"
    )


def _worker_answers(settings: StackSettings) -> str:
    if not worker_ready_file(settings).exists():
        return "the JVM is warming up"
    return "" if health(settings).get("workers", 0) >= 1 else "it has not asked the Glue API for work yet"


def worker_ready_file(settings: StackSettings) -> Path:
    """Written by the worker once its JVM is warm."""
    return settings.state_dir / "worker" / "ready"


def _short(error: BaseException) -> str:
    message = error.args[0] if error.args else error
    return str(message.get("M", message) if isinstance(message, dict) else message)[:120]


PARTS: tuple[Part, ...] = (
    Part(
        "warehouse", "emulator.stack.warehouse", 10, _warehouse_answers, 120, 10, lambda s: s.warehouse_port
    ),
    Part("redshift", "emulator.redshift", 20, _redshift_answers, 120, 5, lambda s: s.redshift_port),
    Part("localstack", "localstack.runtime.main", 30, _gateway_answers, 180, 8, lambda s: s.gateway_port),
    Part("glue-worker", "emulator.glue_worker", 40, _worker_answers, 300, 5, lambda _: None),
)
PART_NAMES = tuple(part.name for part in PARTS)


def part_named(name: str) -> Part:
    """The part of that name; raises StackError naming those that there are."""
    for part in PARTS:
        if part.name == name:
            return part
    raise StackError(f"There is no part {name!r}. Next: use one of {', '.join(PART_NAMES)}.")
