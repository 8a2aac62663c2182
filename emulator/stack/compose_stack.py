"""The stack in containers: its four parts are services of a Docker Compose project."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from emulator.redshift.relay.tls import TlsFiles
from emulator.stack import compose_containers as containers
from emulator.stack.compose_check import check_engine
from emulator.stack.compose_cli import ROOT, ComposeCli, ComposeFailedError, check_compose
from emulator.stack.compose_containers import STATE_DIR, ComposeProject, ContainerLog, is_up
from emulator.stack.compose_watch import part_status, watched_part
from emulator.stack.engine import Engine
from emulator.stack.errors import ImageBuildError, StackError, StackNotRunningError
from emulator.stack.interface import Log, PartStatus, StartResult, Tell
from emulator.stack.parts import PART_NAMES, PARTS, part_named
from emulator.stack.readiness import Report, silent, wait_until_ready
from emulator.stack.settings import StackSettings
from emulator.stack.state_folder import clear_state
from emulator.stack.state_lock import state_lock

if TYPE_CHECKING:
    from docker.models.containers import Container

POLL_S = 0.3  # each look is a request to the engine
BUILD_HINT = (
    "Next: see the lines above; behind a proxy with its own certificate authority, set TARMAC_CA_BUNDLE to "
    "its file (docs/compose.md); STACK=embedded needs no image."
)


class ComposeStack:
    """The Compose project of one name; what its methods promise stands in `interface.AnyStack`.

    `settings.state_dir` is a folder of this machine for the little that is kept outside of the volumes: a
    lock, and the certificate that clients of the Redshift endpoint verify with.
    """

    kind: Literal["compose"] = "compose"

    def __init__(self, settings: StackSettings, engine: Engine) -> None:
        self.settings = replace(settings, state_dir=settings.state_dir / "compose")
        self._engine = engine
        self._cli = ComposeCli(settings)
        self._project = ComposeProject(engine, settings.name, ROOT)

    @property
    def home(self) -> str:
        """The project's volumes."""
        return f"the volumes {self.settings.name}_state and {self.settings.name}_warehouse"

    def is_running(self) -> bool:
        """Does any of the project's containers run?"""
        return any(is_up(container) for container in self._project.containers().values())

    def prepare(self, tell: Tell) -> None:
        """Builds the image, from Docker's cache if nothing changed.

        Raises ImageBuildError with the build's last lines, and first of all what `launch` would raise: nobody
        shall wait minutes to be told that a port is in use.
        """
        self._check()
        tell("image", "building (minutes the first time, a second when nothing changed)", False)
        began = time.monotonic()
        try:
            self._cli.run("build", on_line=lambda line: tell("image", line, False))
        except ComposeFailedError as error:
            raise ImageBuildError("\n".join(error.last_lines), BUILD_HINT) from error
        tell("image", f"built in {time.monotonic() - began:.1f} s", True)

    def launch(self) -> StartResult:
        """Makes and starts what isn't running, without waiting until it is ready."""
        with state_lock(self.settings):
            before = self._project.containers()
            if any(is_up(container) for container in before.values()):
                return StartResult(was_running=True, repaired=self._start_dead_parts(before))
            self._check()
            self._up()
            return StartResult(was_running=False)

    def wait_until_ready(self, names: tuple[str, ...] = PART_NAMES, report: Report = silent) -> None:
        """Raises PartNotReadyError, with the end of its log, for a part that doesn't come up in time."""
        parts = [watched_part(part_named(name), self._container(name), self.settings) for name in names]
        wait_until_ready(parts, report, POLL_S)
        if "redshift" in names:
            self._copy_authority()

    def start(self, report: Report = silent) -> StartResult:
        """Starts the stack and waits until all of it is ready; if it fails, no container is left."""
        result = self.launch()
        try:
            self.wait_until_ready(report=report)
        except BaseException:
            if not result.was_running:
                self.stop()
            raise
        return result

    def stop(self) -> bool:
        """Stops and removes the containers, in order; the volumes stay. False if there was none."""
        with state_lock(self.settings):
            return self._down()

    def reset(self) -> None:
        """Removes the containers and the volumes, with all that the stack kept."""
        with state_lock(self.settings):
            self._down("--volumes")
            clear_state(self.settings)

    def stop_part(self, name: str) -> None:
        """Stops one part in order; it stays down until `start` or `restart`."""
        self._container(name).stop()

    def restart(self, name: str) -> None:
        """Stops one part in order, starts it again and waits until it is ready."""
        container = self._container(name)
        container.stop()
        container.start()
        self.wait_until_ready((name,))

    def kill(self, name: str) -> Callable[[], bool]:
        """Kills one part's program; the answer is true once Docker has started another."""
        container = self._container(name)
        before = container.attrs["State"]["StartedAt"]
        containers.kill_program(container)

        def started_again() -> bool:
            container.reload()
            state = container.attrs["State"]
            return bool(state["Running"]) and bool(state["StartedAt"] != before)

        return started_again

    def status(self) -> list[PartStatus]:
        """Each part's status, in order of start; raises StackNotRunningError if there is no container."""
        found = self._project.containers()
        if not found:
            raise StackNotRunningError(self.home)
        return [part_status(part, found.get(part.name), self.settings) for part in PARTS]

    def part_logs(self, names: Sequence[str] = PART_NAMES) -> list[Log]:
        """What the containers printed since they were made; `stop` removes it with them."""
        found = self._project.containers()
        wanted = [part_named(name).name for name in names]
        return [ContainerLog(found[name]) for name in wanted if name in found]

    def run_logs(self, run_id: str) -> list[Log]:
        """The files below `runs/` in the volume `state`."""
        return [*containers.run_logs(self._container("localstack"), run_id)]

    def _container(self, name: str) -> Container:
        container = self._project.containers().get(part_named(name).name)
        if container is None:
            raise StackNotRunningError(self.home)
        return container

    def _check(self) -> None:
        check_compose()
        self._project.refuse_foreign()
        check_engine(self.settings, self._engine, self._project, self._cli.config)

    def _up(self) -> None:
        try:
            self._cli.run("up", "--detach", "--no-build")
        except BaseException:
            self._down()
            raise

    def _down(self, *options: str) -> bool:
        self._project.refuse_foreign()
        was_there = bool(self._project.containers())
        if was_there or self._project.volumes():
            check_compose()
            self._cli.run("down", *options)
        return was_there

    def _start_dead_parts(self, before: dict[str, Container]) -> tuple[str, ...]:
        self._refuse_other_settings(before)
        dead = tuple(name for name in PART_NAMES if name not in before or not is_up(before[name]))
        if dead:
            self._cli.run("up", "--detach", "--no-build", "--no-recreate", *dead)
        return dead

    def _refuse_other_settings(self, before: dict[str, Container]) -> None:
        services = self._cli.config["services"]
        changed = set()
        for name, container in before.items():
            wanted = services[name]["environment"]
            has = dict(entry.split("=", 1) for entry in container.attrs["Config"]["Env"])
            changed |= {key for key in wanted if key.startswith("TARMAC_") and has.get(key) != wanted[key]}
        if changed:
            raise StackError(
                f"The stack {self.settings.name} runs in containers with another "
                f"{', '.join(sorted(changed))} than is set now. "
                "Next: `make down` first, or set TARMAC_NAME and ports to run a second stack beside it."
            )

    def _copy_authority(self) -> None:
        """Puts the certificate of the stack's authority where PGSSLROOTCERT names it."""
        source = STATE_DIR / "redshift_tls" / "ca.pem"
        target = TlsFiles.below(self.settings.state_dir).authority
        for data in containers.files_in(self._container("redshift"), source).values():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
