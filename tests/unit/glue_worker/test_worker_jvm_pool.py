from __future__ import annotations

import threading
from pathlib import Path

import pytest

from emulator.glue_worker.errors import JvmEndedError
from emulator.glue_worker.jvm_command import JvmInstallation, JvmRequest
from emulator.glue_worker.jvm_pool import JvmPool
from emulator.glue_worker.spark_jvm import SparkJvm


class FakeJvm:
    """A JVM as the pool sees it."""

    pid = 1

    def __init__(self) -> None:
        self.alive = True
        self.cleanable = True
        self.may_finish_cleaning = threading.Event()
        self.may_finish_cleaning.set()

    def is_alive(self) -> bool:
        return self.alive

    def close_door(self) -> None:
        self.may_finish_cleaning.wait(10)
        if not self.cleanable:
            raise JvmEndedError("gone")

    def kill(self) -> None:
        self.alive = False


@pytest.fixture
def pool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> JvmPool:
    monkeypatch.setattr(SparkJvm, "launch", lambda *_given: FakeJvm())
    return JvmPool(JvmInstallation(tmp_path, tmp_path, tmp_path), heap_mb=64)


def test_one_run_after_the_other_gets_the_same_jvm(pool: JvmPool) -> None:
    first = pool.lease()
    pool.give_back(first, reusable=True)
    assert pool.lease() is first


def test_runs_at_the_same_time_get_a_jvm_each_and_one_stays(pool: JvmPool) -> None:
    first, second = pool.lease(), pool.lease()
    assert first is not second
    pool.give_back(first, reusable=True)
    pool.give_back(second, reusable=True)
    assert (first.is_alive(), second.is_alive()) == (True, False)


def test_a_run_with_jars_or_options_gets_a_jvm_of_its_own(pool: JvmPool) -> None:
    warm = pool.lease()
    pool.give_back(warm, reusable=True)
    assert pool.lease(JvmRequest(extra_jars=("x.jar",))) is not warm
    assert pool.lease(JvmRequest(of_its_own=True)) is not warm
    assert pool.lease() is warm


def test_a_jvm_that_can_not_be_cleaned_is_replaced(pool: JvmPool) -> None:
    jvm = pool.lease()
    jvm.cleanable = False  # type: ignore[attr-defined]
    pool.give_back(jvm, reusable=True)
    assert not jvm.is_alive()
    assert pool.is_cold()
    assert pool.lease() is not jvm


def test_a_jvm_that_died_while_idle_is_not_given_out(pool: JvmPool) -> None:
    jvm = pool.lease()
    pool.give_back(jvm, reusable=True)
    jvm.kill()
    assert pool.lease() is not jvm


def test_a_run_waits_for_a_jvm_that_is_being_cleaned_rather_than_start_another(pool: JvmPool) -> None:
    jvm = pool.lease()
    jvm.may_finish_cleaning.clear()  # type: ignore[attr-defined]
    giving = threading.Thread(target=pool.give_back, args=(jvm, True))
    giving.start()
    leased: list[object] = []
    leasing = threading.Thread(target=lambda: leased.append(pool.lease()))
    leasing.start()
    jvm.may_finish_cleaning.set()  # type: ignore[attr-defined]
    giving.join(10)
    leasing.join(10)
    assert leased == [jvm]


def test_closing_ends_idle_and_leased_ones(pool: JvmPool) -> None:
    idle, leased = pool.lease(), pool.lease()
    pool.give_back(idle, reusable=True)
    pool.close()
    assert not idle.is_alive()
    assert not leased.is_alive()
