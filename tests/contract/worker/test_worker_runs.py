"""Job runs on the worker: how they end, what they leave in the logs (aws-semantics.md §D)."""

from __future__ import annotations

import json
from collections.abc import Callable

from .conftest import ScriptRunner

SPARK = "from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\n"


def test_what_a_script_prints_is_in_cloudwatch_logs_under_the_runs_id(runner: ScriptRunner) -> None:
    run = runner.run("import sys\nprint('to stdout')\nprint('to stderr', file=sys.stderr)")
    assert run.state == "SUCCEEDED", run.error
    logs = runner.client("logs")
    for group, text in (("output", "to stdout"), ("error", "to stderr")):
        events = logs.get_log_events(logGroupName=f"/aws-glue/jobs/{group}", logStreamName=run.job_run["Id"])
        assert [event["message"] for event in events["events"]] == [text]


def test_what_functions_print_that_spark_calls_is_in_the_error_log(runner: ScriptRunner) -> None:
    script = "spark.sparkContext.parallelize([7]).foreach(lambda n: print('working on', n))"
    run = runner.run(SPARK + script)
    assert run.state == "SUCCEEDED", run.error
    assert "working on 7" in run.stderr.splitlines()
    assert runner.run(SPARK + "print(spark.range(3).count())").stderr == ""


def test_a_script_gets_its_arguments_as_on_aws(runner: ScriptRunner) -> None:
    run = runner.run(
        "import sys, json; print(json.dumps(sys.argv[1:]))", {"--day": "é 1", "--conf": "spark.x=1"}
    )
    given = json.loads(run.stdout)
    name, run_id = run.job_run["JobName"], run.job_run["Id"]
    assert given[:2] == ["--JOB_NAME", name]
    assert dict(zip(given[::2], given[1::2], strict=True)) == {
        "--JOB_NAME": name,
        "--JOB_ID": given[3],
        "--JOB_RUN_ID": run_id,
        "--job-bookmark-option": "job-bookmark-disable",
        "--day": "é 1",
    }


def test_a_script_finds_the_versions_of_glue_5_1(runner: ScriptRunner) -> None:
    script = """
    import sys
    java = spark._jvm.java.lang.System.getProperty("java.version")
    scala = spark._jvm.scala.util.Properties.versionNumberString()
    print(spark.version, sys.version.split()[0].rpartition(".")[0], java.split(".")[0], scala)
    """
    assert runner.glue(script).lines() == ["3.5.6 3.11 17 2.12.18"]


def test_plain_boto3_works_without_any_option(runner: ScriptRunner) -> None:
    run = runner.run("import boto3\nprint([b['Name'] for b in boto3.client('s3').list_buckets()['Buckets']])")
    assert runner.bucket in run.lines()[0]


def test_a_query_error_has_sparks_class(runner: ScriptRunner) -> None:
    run = runner.run(SPARK + "spark.range(1).select('nope')")
    assert run.error.startswith(
        "Error Category: QUERY_ERROR; Spark Error Class: UNRESOLVED_COLUMN.WITH_SUGGESTION; "
        "Failed Line Number: 3; AnalysisException: [UNRESOLVED_COLUMN.WITH_SUGGESTION]"
    )


def test_a_script_that_does_not_exist_fails_the_run(runner: ScriptRunner) -> None:
    command = {"Name": "glueetl", "ScriptLocation": f"s3://{runner.bucket}/nope.py"}
    run = runner.run("pass", Command=command)
    assert run.state == "FAILED"
    assert f"bucket: {runner.bucket}, key: nope.py" in run.error


def test_a_run_in_another_account_sees_that_accounts_objects(
    runner_of: Callable[..., ScriptRunner],
) -> None:
    there = runner_of("123456789012")
    there.put("in/a.txt", "theirs\n")
    script = f"""
import boto3
print(boto3.client('sts').get_caller_identity()['Account'])
print(spark.read.text('s3://{there.bucket}/in/a.txt').first()[0])
"""
    assert there.run(SPARK + script).lines() == ["123456789012", "theirs"]


def test_runs_at_the_same_time_do_not_wait_for_each_other(runner: ScriptRunner) -> None:
    script = """
    import boto3, threading, time
    from botocore.exceptions import ClientError
    from pyspark.sql import SparkSession
    spark = SparkSession.builder.getOrCreate()
    s3 = boto3.client('s3')
    s3.put_object(Bucket='{bucket}', Key='met/{mine}', Body=b'1')
    deadline = time.monotonic() + 60
    while s3.list_objects_v2(Bucket='{bucket}', Prefix='met/')['KeyCount'] < 2:
        assert time.monotonic() < deadline, 'the other run never came'
        threading.Event().wait(0.1)
    print(spark.range(7).count())
    """
    started = [runner.start(script.format(bucket=runner.bucket, mine=mine)) for mine in "ab"]
    assert [runner.ended(*one).lines() for one in started] == [["7"], ["7"]]


def test_a_report_says_where_the_seconds_went_and_how_many_records(runner: ScriptRunner) -> None:
    runner.put("in/a.txt", "1\n2\n3\n")
    run = runner.run(
        SPARK + f"spark.read.text('s3://{runner.bucket}/in/').write.text('s3://{runner.bucket}/out/')"
    )
    assert run.state == "SUCCEEDED", run.error
    assert (run.report["records_read"], run.report["records_written"]) == (3, 3)
    assert {"files", "jvm", "fork", "script", "total"} <= run.report["phases"].keys()
