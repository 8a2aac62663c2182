from __future__ import annotations

from pathlib import Path

import pytest

from emulator.glue_worker.memory_limit import LEAST_BYTES, WORKER_BYTES, container_bytes

GB = 1024**3
STATISTICS = "cache 5\nanon 1073741824\ntotal_rss 1073741824\nfile 7\n"


def cgroup(tmp_path: Path, version: int, limit: str) -> Path:
    folder = tmp_path if version == 2 else tmp_path / "memory"
    folder.mkdir(exist_ok=True)
    (folder / ("memory.max" if version == 2 else "memory.limit_in_bytes")).write_text(limit)
    (folder / "memory.stat").write_text(STATISTICS)
    return tmp_path


@pytest.mark.parametrize("version", [1, 2])
def test_a_script_gets_what_the_container_has_left(tmp_path: Path, version: int) -> None:
    assert container_bytes(cgroup(tmp_path, version, f"{2 * GB}\n")) == GB


@pytest.mark.parametrize("version", [1, 2])
def test_a_script_gets_enough_to_begin_in_a_full_container(tmp_path: Path, version: int) -> None:
    assert container_bytes(cgroup(tmp_path, version, f"{GB}\n")) == LEAST_BYTES


@pytest.mark.parametrize(("version", "limit"), [(1, "9223372036854771712\n"), (2, "max\n")])
def test_a_container_without_a_limit_limits_nothing(tmp_path: Path, version: int, limit: str) -> None:
    assert container_bytes(cgroup(tmp_path, version, limit)) == WORKER_BYTES


def test_a_machine_without_cgroups_limits_nothing(tmp_path: Path) -> None:
    assert container_bytes(tmp_path) == WORKER_BYTES
