"""When many S3 objects are read from local copies."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from emulator.glue_worker.engine.small_files import AT_LEAST_FILES, AT_MOST_BYTES, are_better_copied
from emulator.glue_worker.run_contract import S3File


def session(master: str = "local[2]", **conf: str) -> Any:
    context = SimpleNamespace(master=master, getConf=lambda: {f"spark.{name}": conf[name] for name in conf})
    return SimpleNamespace(sparkContext=context)


LOCAL = session()


def files(*extra: str, size: int = 10) -> list[S3File]:
    keys = [f"raw/day={number}/a b.csv" for number in range(AT_LEAST_FILES)]
    return [S3File("b", key, "e", 0, size) for key in [*keys, *extra]]


def test_many_small_files_are_copied() -> None:
    assert are_better_copied(LOCAL, files())


def test_few_or_large_files_are_not() -> None:
    assert not are_better_copied(LOCAL, files()[1:])
    assert not are_better_copied(LOCAL, files(size=AT_MOST_BYTES // AT_LEAST_FILES + 1))


def test_spark_elsewhere_could_not_see_the_copies() -> None:
    assert not are_better_copied(session("spark://host:7077"), files())


def test_a_listener_hears_of_the_objects_themselves() -> None:
    assert not are_better_copied(session(extraListeners="io.openlineage.spark.agent.X"), files())


@pytest.mark.parametrize(
    "key", ["raw/a:b.csv", "raw/../a.csv", "raw/./a.csv", "raw//a.csv", f"raw/{'ü' * 200}.csv", "raw/day=1"]
)
def test_keys_that_no_file_can_have_prevent_it(key: str) -> None:
    assert not are_better_copied(LOCAL, files(key))
