"""The Docker engine that the `docker` command would use: found as that finds it, asked through the SDK."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from emulator.stack.errors import ComposeUnavailableError

if TYPE_CHECKING:
    import docker

TIMEOUT_S = 60
KNOCK_TIMEOUT_S = 3.0
DEFAULT_HOST = "unix:///var/run/docker.sock"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
START_ENGINE = "start Docker, or set DOCKER_HOST; STACK=embedded needs none"


@dataclass(frozen=True)
class Engine:
    """An engine that answers: its SDK client, version, and how much memory its containers can have."""

    client: docker.DockerClient
    host: str
    version: str
    memory_bytes: int


def find_engine(environ: Mapping[str, str] | None = None) -> Engine:
    """The engine of DOCKER_HOST, else of the current Docker context, if it answers.

    Raises ComposeUnavailableError for none, for one that refuses us, and for one on another machine, whose
    ports can't be reached at 127.0.0.1. Takes milliseconds where there is none.
    """
    source = os.environ if environ is None else environ
    host = engine_host(source)
    _knock(host)
    import docker  # 0.3 s, for nothing where no engine is

    try:
        client = docker.DockerClient(base_url=host, version="auto", timeout=TIMEOUT_S, tls=_tls(source))
        info = client.info()
    except (docker.errors.DockerException, OSError) as error:
        raise ComposeUnavailableError(
            f"the engine at {host} gave no answer ({error})", START_ENGINE
        ) from error
    return Engine(client, host, info["ServerVersion"], int(info["MemTotal"]))


def engine_host(environ: Mapping[str, str]) -> str:
    """Where the engine listens: DOCKER_HOST, else the host of the context that is in use."""
    if environ.get("DOCKER_HOST"):
        return environ["DOCKER_HOST"]
    if not environ.get("DOCKER_CONTEXT") and not _has_configuration(environ):
        return DEFAULT_HOST
    from docker.context import ContextAPI

    context = ContextAPI.get_context(environ.get("DOCKER_CONTEXT") or None)
    return str(context.Host if context else DEFAULT_HOST).removeprefix("http+")


def _has_configuration(environ: Mapping[str, str]) -> bool:
    folder = Path(environ.get("DOCKER_CONFIG") or "~/.docker").expanduser()
    return (folder / "config.json").exists()


def _tls(environ: Mapping[str, str]) -> docker.tls.TLSConfig | bool:
    from docker.context import ContextAPI
    from docker.utils import kwargs_from_env

    if environ.get("DOCKER_HOST"):
        return kwargs_from_env(environment=dict(environ)).get("tls", False)
    context = ContextAPI.get_context(environ.get("DOCKER_CONTEXT") or None)
    return (context.TLSConfig if context else None) or False


def _knock(host: str) -> None:
    """Raises ComposeUnavailableError unless something listens there and lets us in."""
    parts = urlsplit(host)
    if parts.scheme not in ("unix", "npipe") and parts.hostname not in LOOPBACK:
        raise ComposeUnavailableError(
            f"the engine {host} is on another machine, and its ports can't be reached at 127.0.0.1",
            "unset DOCKER_HOST, or STACK=embedded",
        )
    if parts.scheme != "unix":
        return
    try:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(KNOCK_TIMEOUT_S)
            probe.connect(parts.path)
    except PermissionError as error:
        raise ComposeUnavailableError(
            f"the engine at {host} lets only others in (permission denied)",
            "join the group docker (`sudo usermod -aG docker $USER`) and log in anew, or STACK=embedded",
        ) from error
    except OSError as error:
        raise ComposeUnavailableError(f"no Docker engine answers at {host}", START_ENGINE) from error
