"""What `--conf` and the arguments that stand for Spark's settings mean (aws-semantics.md §D)."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.glue_worker import spark_conf
from emulator.glue_worker.errors import RunCannotStartError


def test_several_confs_in_one_argument_are_told_apart() -> None:
    found = spark_conf.parse_conf("spark.sql.shuffle.partitions=7 --conf spark.x=a=b --conf spark.y= z ")
    assert found == {"spark.sql.shuffle.partitions": "7", "spark.x": "a=b", "spark.y": "z"}


@pytest.mark.parametrize("text", ["spark.x", "=1", "spark.x=1 --conf spark.y"])
def test_what_is_no_setting_is_refused_in_glues_words(text: str) -> None:
    with pytest.raises(RunCannotStartError, match=r"^LAUNCH ERROR \| Invalid input to --conf"):
        spark_conf.parse_conf(text)


def test_a_setting_that_only_spark_submit_acts_on_is_refused_by_name() -> None:
    with pytest.raises(RunCannotStartError, match=r"spark\.jars\.packages"):
        spark_conf.parse_conf("spark.jars.packages=a:b:1")


@pytest.mark.parametrize(("text", "megabytes"), [("2g", 2048), ("700m", 700), ("1024", 1024), ("64MB", 256)])
def test_the_drivers_memory_is_the_jvms_heap(text: str, megabytes: int) -> None:
    assert spark_conf.heap_mb({"spark.driver.memory": text}) == megabytes


def test_a_heap_that_is_no_size_is_refused() -> None:
    with pytest.raises(RunCannotStartError, match="lots"):
        spark_conf.heap_mb({"spark.driver.memory": "lots"})


def test_an_event_log_is_written_when_the_ui_is_on_and_has_a_path(tmp_path: Path) -> None:
    both = {"--enable-spark-ui": "true", "--spark-event-logs-path": "s3://b/logs/"}
    assert spark_conf.event_log(both, tmp_path)["spark.eventLog.dir"] == tmp_path.as_uri()
    assert spark_conf.event_log({**both, "--enable-spark-ui": "false"}, tmp_path) == {}
    assert spark_conf.event_log({"--enable-spark-ui": "true"}, tmp_path) == {}
