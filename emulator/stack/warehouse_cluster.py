"""The warehouse's settings, and how its data folder is made."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from emulator.environment import EnvironmentReader
from emulator.stack.warehouse_account import Runner, WarehouseError, run_program, visible_path

BOOTSTRAP_SUPERUSER = "rdsdb"  # owns the catalogue, as in Redshift; has no password, so nobody logs in as it
STAMP_NAME = "tarmac_settings.json"
INITDB_OPTIONS = (
    *("--encoding=UTF8", "--no-data-checksums", "--no-sync"),
    *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
    *("--auth-host=md5", "--set=password_encryption=md5"),
)


@dataclass(frozen=True)
class WarehouseSettings:
    """The folder, port and names of the warehouse."""

    state_dir: Path
    port: int
    database: str
    user: str
    password: str

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> WarehouseSettings:
        """Built from `TARMAC_*` variables; raises SettingsError naming every bad one."""
        read = EnvironmentReader(environ)
        settings = cls(
            state_dir=Path(read.text("TARMAC_STATE_DIR", ".tarmac")).absolute(),
            port=read.port("TARMAC_WAREHOUSE_PORT", 5440),
            database=read.text("TARMAC_DATABASE", "dev"),
            user=read.text("TARMAC_USER", "awsuser"),
            password=read.text("TARMAC_PASSWORD", "tarmac"),
        )
        read.finish()
        return settings

    @property
    def data_dir(self) -> Path:
        return self.state_dir / "warehouse"


def prepare_data(settings: WarehouseSettings, programs: Path, runner: Runner) -> None:
    """Makes the data folder, the user and the database, where they don't exist yet.

    `initdb` works in a folder beside the final one, which is renamed at the end: an interrupted one leaves
    nothing that a later start could take for a database. Raises WarehouseError with the program's own words.
    """
    _clear_interrupted(settings)
    if not settings.data_dir.exists():
        _initialise(settings, programs, runner)
    _check_version(settings.data_dir, programs)
    if _stamp_of(settings) != _read_stamp(settings.data_dir):
        _create_user_and_database(settings, programs, runner)
        (settings.data_dir / STAMP_NAME).write_text(_stamp_of(settings))


def _clear_interrupted(settings: WarehouseSettings) -> None:
    for leftover in settings.state_dir.glob("warehouse.initdb-*"):
        shutil.rmtree(leftover, ignore_errors=True)


def _initialise(settings: WarehouseSettings, programs: Path, runner: Runner) -> None:
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    scratch = settings.state_dir / f"warehouse.initdb-{secrets.token_hex(4)}"
    scratch.mkdir(mode=0o700)
    if runner.uid is not None and runner.gid is not None:
        os.chown(scratch, runner.uid, runner.gid)
    with visible_path(scratch, runner) as (path, descriptors):
        arguments = ["-D", path, "--username", BOOTSTRAP_SUPERUSER, "--auth-local=reject", *INITDB_OPTIONS]
        run_program(programs / "initdb", arguments, runner, descriptors)
    scratch.rename(settings.data_dir)


def _check_version(data_dir: Path, programs: Path) -> None:
    made_by = (data_dir / "PG_VERSION").read_text().strip()
    if made_by != "18":
        raise WarehouseError(
            f"{data_dir} was made by PostgreSQL {made_by}, {programs} is 18: `make reset` clears it"
        )


def _stamp_of(settings: WarehouseSettings) -> str:
    return json.dumps([settings.user, settings.password, settings.database])


def _read_stamp(data_dir: Path) -> str:
    path = data_dir / STAMP_NAME
    return path.read_text() if path.exists() else ""


def _create_user_and_database(settings: WarehouseSettings, programs: Path, runner: Runner) -> None:
    user, password = _literal(settings.user), _literal(settings.password)
    script = [
        f"DO $do$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {user})"
        f" THEN EXECUTE format('CREATE ROLE %I', {user}); END IF;"
        f" EXECUTE format('ALTER ROLE %I SUPERUSER LOGIN PASSWORD %L', {user}, {password}); END $do$",
        f'CREATE DATABASE "{settings.database.replace(chr(34), chr(34) * 2)}"',
    ]
    with visible_path(settings.data_dir, runner) as (path, descriptors):
        arguments = ["--single", "-F", "-c", "log_min_messages=error", "-D", path, "template1"]
        said = run_program(programs / "postgres", arguments, runner, descriptors, "\n".join(script) + "\n")
    problems = [line for line in said.splitlines() if "ERROR:" in line and "already exists" not in line]
    if problems:
        raise WarehouseError(
            f"user {settings.user!r} and database {settings.database!r}: " + "; ".join(problems)
        )


def _literal(text: str) -> str:
    if "\n" in text or "$do$" in text:
        raise WarehouseError("TARMAC_USER and TARMAC_PASSWORD can't hold line breaks or '$do$'")
    return "'" + text.replace("'", "''") + "'"
