"""TARMAC_LINEAGE: off, into files, or to a URL."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.environment import SettingsError
from emulator.glue_worker import lineage, run_environment
from emulator.glue_worker.jvm_command import JvmInstallation
from emulator.glue_worker.settings import WARM_UP_ACCOUNT
from tests.unit.glue_worker.worker_fixtures import assignment, settings


def test_without_the_option_a_run_has_no_listener_and_the_jvm_no_jar(tmp_path: Path) -> None:
    off = settings(tmp_path)
    assert off.lineage_jars_dir is None
    made = run_environment.spark_settings(assignment(), off, tmp_path)
    assert not [name for name in made if "openlineage" in name or "extraListeners" in name]


def test_the_jvms_class_path_has_the_jar_only_with_the_option(tmp_path: Path) -> None:
    on = settings(tmp_path, TARMAC_LINEAGE="file")
    installation = JvmInstallation(tmp_path, tmp_path, on.cache_dir, on.lineage_jars_dir)
    assert installation.class_path[-1] == on.cache_dir / "jars" / "lineage" / "*"
    assert len(JvmInstallation(tmp_path, tmp_path, on.cache_dir).class_path) == 2


def test_a_run_has_glues_namespace_its_jobs_name_and_its_id(tmp_path: Path) -> None:
    made = lineage.spark_settings(assignment(), settings(tmp_path, TARMAC_LINEAGE="file"))
    assert made["spark.extraListeners"] == "io.openlineage.spark.agent.OpenLineageSparkListener"
    assert made["spark.openlineage.namespace"] == "arn:aws:glue:eu-central-1:000000000000"
    assert made["spark.openlineage.parentJobName"] == "copy orders"
    assert made["spark.openlineage.parentRunId"] == lineage.parent_run_id("jr_1")
    assert made["spark.openlineage.run.tags"] == "JobRunId:jr_1:AWS_GLUE"
    assert made["spark.glue.JOB_RUN_ID"] == "jr_1"


def test_files_are_named_after_the_run_below_the_state_folder(tmp_path: Path) -> None:
    made = lineage.spark_settings(assignment(), settings(tmp_path, TARMAC_LINEAGE="file"))
    assert made["spark.openlineage.transport.type"] == "file"
    assert made["spark.openlineage.transport.location"] == str(tmp_path / "state" / "lineage" / "jr_1.jsonl")


@pytest.mark.parametrize(
    ("url", "base", "endpoint"),
    [
        ("http://127.0.0.1:5000", "http://127.0.0.1:5000", "api/v1/lineage"),
        ("https://lineage.example/v2/events/", "https://lineage.example", "v2/events"),
    ],
)
def test_a_url_is_posted_to(tmp_path: Path, url: str, base: str, endpoint: str) -> None:
    made = lineage.spark_settings(assignment(), settings(tmp_path, TARMAC_LINEAGE=url))
    transport = {name.rpartition(".")[2]: value for name, value in made.items() if ".transport." in name}
    assert transport == {"type": "http", "url": base, "endpoint": endpoint}


def test_the_warm_up_tells_nobody(tmp_path: Path) -> None:
    on = settings(tmp_path, TARMAC_LINEAGE="http://127.0.0.1:5000")
    made = lineage.spark_settings(assignment(account_id=WARM_UP_ACCOUNT), on)
    assert made["spark.openlineage.transport.type"] == "file"
    assert str(on.worker_dir) in made["spark.openlineage.transport.location"]


def test_a_jobs_own_conf_comes_on_top(tmp_path: Path) -> None:
    own = {"--conf": "spark.openlineage.namespace=mine"}
    on = settings(tmp_path, TARMAC_LINEAGE="file")
    made = run_environment.spark_settings(assignment(arguments=own), on, tmp_path)
    assert made["spark.openlineage.namespace"] == "mine"


def test_anything_else_is_told_with_what_is_possible(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"TARMAC_LINEAGE is 'on', but must be off, file or an http"):
        settings(tmp_path, TARMAC_LINEAGE="on")
