"""Runs `docker compose` on the project's file, with a stack's settings as its variables."""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import subprocess
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emulator.stack.errors import ComposeUnavailableError, StackError
from emulator.stack.settings import StackSettings

ROOT = Path(__file__).resolve().parents[2]
FILE_NAME = "docker-compose.yml"
OLDEST = (2, 20)  # `--profile`, `up --wait`, JSON of `config` as they are used here
NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
LAST_LINES = 15
INSTALL = "see https://docs.docker.com/compose/install, or STACK=embedded, which needs none"


def check_compose(root: Path = ROOT) -> str:
    """The version of a Compose that can be used, here with a project file.

    Raises ComposeUnavailableError for no `docker` command, no plug-in, an old one, or no project file.
    """
    if not (root / FILE_NAME).exists():
        raise ComposeUnavailableError(
            f"there is no {FILE_NAME} in {root} (tarmac was installed without its sources)",
            "clone the repository, or STACK=embedded",
        )
    if shutil.which("docker") is None:
        raise ComposeUnavailableError("the command `docker` is not on the PATH", INSTALL)
    version = _version()
    numbers = tuple(int(number) for number in re.findall(r"\d+", version)[:2])
    if numbers and "dev" not in version and numbers < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        raise ComposeUnavailableError(
            f"`docker compose` is {version}, but {oldest} or newer is needed", INSTALL
        )
    return version


def _version() -> str:
    try:
        done = subprocess.run(
            ["docker", "compose", "version", "--format", "json"],
            capture_output=True,
            text=True,
            check=True,
            stdin=subprocess.DEVNULL,
        )
        return str(json.loads(done.stdout)["version"])
    except (OSError, subprocess.CalledProcessError, ValueError, KeyError) as error:
        raise ComposeUnavailableError(
            "`docker` has no plug-in `compose` (docker-compose 1.29 is too old to stand in for it)", INSTALL
        ) from error


def _unheard(_: str) -> None:
    pass


@dataclass(frozen=True)
class ComposeCli:
    """`docker compose` for one stack: its name is the project's, its settings are the file's variables."""

    settings: StackSettings
    root: Path = ROOT

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.settings.name):
            raise ComposeUnavailableError(
                f"TARMAC_NAME is {self.settings.name!r}, which can't name a Compose project",
                "use small letters, digits, - and _ only, a letter or digit first",
            )

    def run(self, *arguments: str, on_line: Callable[[str], None] = _unheard) -> None:
        """Runs to the end; `on_line` is shown what it says. Raises ComposeFailedError with its last lines.

        When this process is interrupted, so is Compose, and it is waited for.
        """
        last: deque[str] = deque(maxlen=LAST_LINES)
        with subprocess.Popen(
            self._command("--progress", "plain", *arguments),
            cwd=self.root,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as process:
            try:
                for line in filter(str.strip, process.stdout or ()):
                    last.append(line.rstrip())
                    on_line(line.strip())
            except BaseException:  # Ctrl-C: what follows must not meet a Compose that is still at work
                process.terminate()
                process.wait()
                raise
        if process.returncode != 0:
            raise ComposeFailedError(arguments[0], process.returncode, list(last))

    @functools.cached_property
    def config(self) -> dict[str, Any]:
        """The project's file as Compose understands it with these settings."""
        done = subprocess.run(
            self._command("config", "--format", "json"),
            cwd=self.root,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise ComposeFailedError(
                "config", done.returncode, done.stderr.strip().splitlines()[-LAST_LINES:]
            )
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def _command(self, *arguments: str) -> list[str]:
        project = ("--project-directory", str(self.root), "--project-name", self.settings.name)
        return ["docker", "compose", *project, *arguments]

    def _environment(self) -> dict[str, str]:
        """The user's, without what would make Compose take another file or project, plus the settings."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("COMPOSE_")}
        s = self.settings
        return {
            **kept,
            "TARMAC_NAME": s.name,
            "TARMAC_GATEWAY_PORT": str(s.gateway_port),
            "TARMAC_REDSHIFT_PORT": str(s.redshift_port),
            "TARMAC_DATABASE": s.database,
            "TARMAC_USER": s.user,
            "TARMAC_PASSWORD": s.password,
            "TARMAC_ACCESS_KEY": s.access_key,
            "TARMAC_SECRET_KEY": s.secret_key,
            "TARMAC_REGION": s.region,
            "TARMAC_SPARK_MASTER": s.spark_master,
            "TARMAC_LINEAGE": s.lineage,
        }


class ComposeFailedError(StackError):
    """`docker compose` ended with an error; `last_lines` is what it said at the end."""

    def __init__(self, verb: str, status: int, last_lines: list[str]) -> None:
        self.last_lines = last_lines
        said = "\n".join(last_lines) or "(it said nothing)"
        super().__init__(
            f"`docker compose {verb}` ended with status {status}. Next: see what it said last:\n{said}"
        )
