"""The warehouse's process: makes its data once, keeps committed rows through kills, runs where root works."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from emulator.stack.sandbox_stacks import free_ports
from emulator.stack.waiting import wait_until


class Warehouse:
    """A warehouse of one test."""

    def __init__(self, state_dir: Path) -> None:
        (self.port,) = free_ports(1)
        self.state_dir = state_dir
        self.data_dir = state_dir / "warehouse"
        self.log_path = state_dir.parent / "warehouse.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, **changes: str) -> None:
        """Starts it; doesn't wait."""
        environment = {
            **os.environ,
            "TARMAC_STATE_DIR": str(self.state_dir),
            "TARMAC_WAREHOUSE_PORT": str(self.port),
            **changes,
        }
        with self.log_path.open("ab") as log:
            command = [sys.executable, "-m", "emulator.stack.warehouse"]
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)

    def connect(self, **options: Any) -> psycopg.Connection[Any]:
        """A connection, as soon as it answers."""
        found: list[psycopg.Connection[Any]] = []
        values: dict[str, Any] = {"user": "awsuser", "password": "tarmac", "dbname": "dev", **options}

        def try_once() -> bool:
            try:
                found.append(psycopg.connect(host="127.0.0.1", port=self.port, autocommit=True, **values))
            except psycopg.OperationalError:
                return False
            return True

        wait_until(try_once, 30, f"an answer of the warehouse; its log: {self.log_path}")
        return found[0]

    def postmaster(self) -> int:
        """The process id of the server."""
        return int((self.data_dir / "postmaster.pid").read_text().splitlines()[0])

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Sends a signal; the exit status."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(timeout=30)


Start = Callable[..., Warehouse]


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    made = Warehouse(tmp_path / "state")
    yield made
    if made.process is not None:
        made.stop()


def test_committed_rows_survive_the_kill_of_every_process(warehouse: Warehouse) -> None:
    warehouse.start()
    with closing(warehouse.connect()) as connection:
        connection.execute("CREATE TABLE kept (a INT)")
        for number in range(20):
            connection.execute("INSERT INTO kept VALUES (%s)", [number])
        os.kill(warehouse.postmaster(), signal.SIGKILL)
    assert warehouse.process is not None
    assert warehouse.process.wait(timeout=20) != 0
    warehouse.start()
    with closing(warehouse.connect()) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (20,)


def test_a_killed_parent_takes_the_server_with_it_and_the_next_start_works(warehouse: Warehouse) -> None:
    warehouse.start()
    with closing(warehouse.connect()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS a")
        warehouse.stop(signal.SIGKILL)
        warehouse.start()
    with closing(warehouse.connect()) as connection:
        assert connection.execute("SELECT a FROM kept").fetchone() == (1,)


def test_sigterm_stops_it_in_order_although_clients_are_connected(warehouse: Warehouse) -> None:
    warehouse.start()
    with closing(warehouse.connect()):
        assert warehouse.stop() == 0
    assert not (warehouse.data_dir / "postmaster.pid").exists()
    assert "database system is shut down" in warehouse.log_path.read_text()


def test_the_lock_of_a_process_that_is_not_a_server_is_removed(warehouse: Warehouse) -> None:
    warehouse.start()
    warehouse.connect().close()
    warehouse.stop()
    (warehouse.data_dir / "postmaster.pid").write_text("1\n")
    warehouse.start()
    warehouse.connect().close()


def test_an_interrupted_initialisation_is_done_again(warehouse: Warehouse) -> None:
    leftover = warehouse.state_dir / "warehouse.initdb-1234"
    leftover.mkdir(parents=True)
    (leftover / "PG_VERSION").write_text("18\n")
    warehouse.start()
    warehouse.connect().close()
    assert not leftover.exists()


def test_another_user_and_database_are_made_in_an_existing_folder(warehouse: Warehouse) -> None:
    warehouse.start()
    warehouse.connect().close()
    warehouse.stop()
    warehouse.start(TARMAC_USER="O'Brien", TARMAC_PASSWORD='it\'s "new"', TARMAC_DATABASE="Other db")
    options = {"user": "O'Brien", "password": 'it\'s "new"', "dbname": "Other db"}
    with closing(warehouse.connect(**options)) as connection:
        assert connection.execute(
            "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
        ).fetchone() == (True,)


def test_data_of_another_version_is_refused_with_the_next_step(warehouse: Warehouse) -> None:
    warehouse.data_dir.mkdir(parents=True)
    (warehouse.data_dir / "PG_VERSION").write_text("16\n")
    if os.geteuid() == 0:
        os.chown(warehouse.data_dir, 65534, 65534)
    warehouse.start()
    assert warehouse.process is not None
    assert warehouse.process.wait(timeout=20) == 1
    assert "was made by PostgreSQL 16" in warehouse.log_path.read_text()
    assert "`make reset` clears it" in warehouse.log_path.read_text()


def test_it_is_tuned_for_loopback_and_old_drivers(warehouse: Warehouse) -> None:
    warehouse.start()
    with closing(warehouse.connect()) as connection:
        names = "listen_addresses, unix_socket_directories, password_encryption, synchronous_commit, TimeZone"
        found = [connection.execute(f"SHOW {name}").fetchall()[0][0] for name in names.split(", ")]
        assert found == ["127.0.0.1", "", "md5", "on", "UTC"]
        (limit,) = connection.execute("SHOW max_connections").fetchall()[0]
        assert int(limit) >= 120


@pytest.mark.skipif(
    os.geteuid() != 0, reason="only root has folders that others can't enter and must not run it"
)
def test_for_root_it_runs_unprivileged_in_a_folder_that_nobody_else_may_enter(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    tmp_path.chmod(0o700)
    warehouse.start()
    warehouse.connect().close()
    status = Path(f"/proc/{warehouse.postmaster()}/status").read_text()
    uids = next(line for line in status.splitlines() if line.startswith("Uid:")).split()[1:]
    assert "0" not in uids
    assert tmp_path.stat().st_mode & 0o777 == 0o700
