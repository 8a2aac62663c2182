"""What is in the way of a stack in containers is told in a line, before anything is built or started."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

from emulator.stack.compose_containers import FOLDER_LABEL, LAYOUT_LABEL, PART_LABEL, PROJECT_LABEL
from emulator.stack.compose_sandboxes import remove_leftovers, sandbox_project
from emulator.stack.engine import Engine, find_engine
from emulator.stack.sandbox_stacks import free_ports
from scripts.tarmac import app
from tests.compose_sandbox import require_engine

WAREHOUSE_IMAGE = "postgres:18"  # any image that is there; it is never started


@pytest.fixture(scope="module")
def engine(request: pytest.FixtureRequest) -> Engine:
    require_engine(request.config)
    return find_engine()


@pytest.fixture
def user(engine: Engine, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The variables of a user who asks for Compose; afterwards nothing of the project may be there."""
    gateway, redshift = free_ports(2)
    name = sandbox_project("bad-input")
    yield {
        "STACK": "compose",
        "TARMAC_NAME": name,
        "TARMAC_STATE_DIR": str(tmp_path),
        "TARMAC_GATEWAY_PORT": str(gateway),
        "TARMAC_REDSHIFT_PORT": str(redshift),
        "TARMAC_IMAGE": f"{name}:none",
    }
    filters = {"label": f"{PROJECT_LABEL}={name}"}
    assert engine.client.containers.list(all=True, filters=filters) == []
    assert engine.client.volumes.list(filters=filters) == []


def lines_of_up(variables: Mapping[str, str]) -> list[str]:
    """What `tarmac up` tells a user before it ends with an error."""
    result = CliRunner().invoke(app, ["up", "--no-pipeline"], env=dict(variables))
    assert result.exit_code == 1, result.output
    assert "Traceback" not in result.output
    return [line for line in result.output.splitlines() if line.startswith("tarmac: ")]


def stand_in_for_docker(folder: Path, script: str) -> str:
    """A PATH on which `docker` is that shell script: real clients of all ages can't be had at once."""
    program = folder / "bin" / "docker"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return str(program.parent)


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("exit 1", "no plug-in `compose`"),
        ("""echo '{"version": "v2.12.2"}'""", "`docker compose` is v2.12.2, but 2.20 or newer is needed"),
    ],
)
def test_a_client_that_cannot_is_told(user: dict[str, str], tmp_path: Path, script: str, words: str) -> None:
    (line,) = lines_of_up({**user, "PATH": stand_in_for_docker(tmp_path, script)})
    assert words in line
    assert "Next: " in line


def test_without_the_docker_command_that_is_told(user: dict[str, str], tmp_path: Path) -> None:
    (line,) = lines_of_up({**user, "PATH": str(tmp_path)})
    assert "the command `docker` is not on the PATH" in line


def test_a_taken_port_is_told_with_who_has_it(user: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", int(user["TARMAC_REDSHIFT_PORT"]))):
        (line,) = lines_of_up(user)
    assert f"Port {user['TARMAC_REDSHIFT_PORT']} (redshift) is in use by pid {os.getpid()}" in line


def test_too_little_memory_is_told_with_what_is_needed(user: dict[str, str], engine: Engine) -> None:
    (line,) = lines_of_up({**user, "TARMAC_GLUE_WORKER_LIMIT": str(4 * engine.memory_bytes)})
    assert f"The Docker engine has {engine.memory_bytes / 1e9:.1f} GB of memory; the parts need" in line
    assert "TARMAC_GLUE_WORKER_LIMIT" in line


def test_a_volume_of_another_version_is_told_and_left_alone(user: dict[str, str], engine: Engine) -> None:
    name = f"{user['TARMAC_NAME']}_state"
    labels = {PROJECT_LABEL: user["TARMAC_NAME"], LAYOUT_LABEL: "0"}
    volume = engine.client.volumes.create(name, labels=labels)
    try:
        (line,) = lines_of_up(user)
        volume.reload()
    finally:
        volume.remove()
    assert f"The volume {name} was made by another version of tarmac" in line
    assert "Next: `make reset STACK=compose`" in line


@pytest.mark.parametrize("verb", [["up", "--no-pipeline"], ["down"], ["reset", "--yes"]])
def test_a_project_of_the_same_name_from_another_folder_is_left_alone(
    user: dict[str, str], engine: Engine, verb: list[str]
) -> None:
    labels = {PROJECT_LABEL: user["TARMAC_NAME"], PART_LABEL: "warehouse", FOLDER_LABEL: "/another/clone"}
    container = engine.client.containers.create(WAREHOUSE_IMAGE, labels=labels)
    try:
        result = CliRunner().invoke(app, verb, env=user)
        container.reload()
    finally:
        container.remove(v=True)
    assert result.exit_code == 1
    assert f"The Compose project {user['TARMAC_NAME']} is of another folder, /another/clone" in result.output


def test_an_image_that_cannot_be_built_is_told_with_the_builds_last_lines(user: dict[str, str]) -> None:
    lines = lines_of_up({**user, "TARMAC_CA_BUNDLE": "/no/such/bundle.pem"})
    assert lines[0] == "tarmac: The image could not be built; nothing was started. The build's last words:"
    assert any("/no/such/bundle.pem" in line for line in lines[1:-1])
    assert lines[-1].startswith("tarmac: Next: ")


def test_what_a_killed_test_session_left_is_removed(engine: Engine, user: dict[str, str]) -> None:
    gone = f"{user['TARMAC_NAME'].rpartition('-')[0]}-{2**22 + 1}"  # above the largest pid of Linux
    labels = {PROJECT_LABEL: gone, PART_LABEL: "warehouse"}
    engine.client.containers.create(WAREHOUSE_IMAGE, labels=labels)
    engine.client.volumes.create(f"{gone}_state", labels={PROJECT_LABEL: gone})
    kept = engine.client.volumes.create(labels={PROJECT_LABEL: user["TARMAC_NAME"]})
    try:
        assert gone in remove_leftovers(engine)
        kept.reload()
    finally:
        kept.remove()
    assert engine.client.containers.list(all=True, filters={"label": f"{PROJECT_LABEL}={gone}"}) == []
    assert engine.client.volumes.list(filters={"label": f"{PROJECT_LABEL}={gone}"}) == []
