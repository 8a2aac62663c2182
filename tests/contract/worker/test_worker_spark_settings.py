"""Arguments that change a job's Spark, its JVM and its logs (aws-semantics.md §D)."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from emulator.stack.sandbox import Sandbox

from .conftest import EndedRun, ScriptRunner

Met = tuple[ScriptRunner, EndedRun, dict[str, Any]]
RESOURCE = "org/apache/spark/log4j2-defaults.properties"
SCRIPT = f"""
import json, sys
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
jvm = spark._jvm
loader = jvm.java.lang.Thread.currentThread().getContextClassLoader()
print(json.dumps({{
    'partitions': spark.conf.get('spark.sql.shuffle.partitions'),
    'ansi': spark.conf.get('spark.sql.ansi.enabled'),
    'heap_mb': jvm.Runtime.getRuntime().maxMemory() >> 20,
    'property': jvm.System.getProperty('my.own'),
    'mine': str(loader.getResource('mine.properties')),
    'sparks': str(loader.getResource('{RESOURCE}')),
    'argv': sys.argv[1:],
    'rows': spark.range(100).repartition(3).count(),
}}))
print('to stderr', file=sys.stderr)
"""
ARGUMENTS = {
    "--conf": "spark.sql.shuffle.partitions=7 --conf spark.sql.ansi.enabled=true --conf "
    "spark.driver.memory=600m --conf spark.driver.extraJavaOptions=-Dmy.own=yes",
    "--user-jars-first": "true",
    "--enable-spark-ui": "true",
    "--enable-metrics": "true",
    "--enable-continuous-cloudwatch-log": "true",
    "--continuous-log-logGroup": "/my/jobs",
}


@pytest.fixture(scope="module")
def met(sandbox: Sandbox) -> Met:
    """The run, and what its script found."""
    runner = ScriptRunner(sandbox, "spark-settings")
    runner.client("s3").create_bucket(Bucket=runner.bucket)
    jar = io.BytesIO()
    with zipfile.ZipFile(jar, "w") as archive:
        archive.writestr("mine.properties", "a=b\n")
        archive.writestr(RESOURCE, "")
    runner.put("lib/mine.jar", jar.getvalue())
    paths = {
        "--extra-jars": f"s3://{runner.bucket}/lib/mine.jar",
        "--spark-event-logs-path": f"s3://{runner.bucket}/events/",
    }
    run = runner.run(SCRIPT, {**ARGUMENTS, **paths})
    assert run.state == "SUCCEEDED", run.error
    return runner, run, json.loads(run.stdout)


def test_all_settings_of_conf_are_in_force(met: Met) -> None:
    found = met[2]
    assert (found["partitions"], found["ansi"], found["rows"]) == ("7", "true", 100)


def test_the_drivers_memory_and_java_options_are_those_of_the_jvm(met: Met) -> None:
    found = met[2]
    assert 500 <= found["heap_mb"] <= 600
    assert found["property"] == "yes"


def test_extra_jars_are_on_the_class_path_and_first_if_asked(met: Met) -> None:
    found = met[2]
    assert "mine.jar!" in found["mine"]
    assert "mine.jar!" in found["sparks"]


def test_a_script_does_not_see_what_is_for_spark(met: Met) -> None:
    assert not {"--conf", "--extra-jars", "--user-jars-first"} & set(met[2]["argv"])


def test_sparks_event_log_lies_under_the_path_named(met: Met) -> None:
    runner, run, _ = met
    key = f"events/{run.job_run['Id']}"
    runner.sandbox.wait_until(lambda: runner.keys("events/") == [key], 20, "the event log")
    body = runner.client("s3").get_object(Bucket=runner.bucket, Key=key)["Body"].read()
    events = [json.loads(line)["Event"] for line in body.splitlines()]
    assert events[0] == "SparkListenerLogStart"
    assert events[-1] == "SparkListenerApplicationEnd"


def test_continuous_logging_has_stdout_and_stderr_in_the_drivers_stream(met: Met) -> None:
    runner, run, _ = met
    stream = f"{run.job_run['Id']}-driver"
    found = runner.client("logs").get_log_events(logGroupName="/my/jobs", logStreamName=stream)["events"]
    assert {"to stderr", run.stdout.strip()} <= {event["message"] for event in found}


def test_a_conf_that_is_no_setting_fails_the_run_in_glues_words(runner: ScriptRunner) -> None:
    run = runner.run("pass", {"--conf": "spark.x"})
    assert run.error.startswith("LAUNCH ERROR | Invalid input to --conf")


@pytest.mark.parametrize(
    ("arguments", "job", "named"),
    [
        ({"--job-language": "scala"}, {}, "--job-language scala"),
        ({"--class": "Main"}, {}, "--class"),
        ({"--datalake-formats": "iceberg"}, {}, "--datalake-formats"),
        ({}, {"Name": "gluestreaming"}, "gluestreaming"),
    ],
)
def test_what_tarmac_does_not_have_fails_the_run_by_name(
    runner: ScriptRunner, arguments: dict[str, str], job: dict[str, str], named: str
) -> None:
    command = {"Name": "glueetl", "ScriptLocation": f"s3://{runner.bucket}/none.py", **job}
    run = runner.run("pass", arguments, Command=command)
    assert run.state == "FAILED"
    assert named in run.error
