"""Job runs on the worker: how they end, what they leave in the logs (aws-semantics.md §D)."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable

import pytest

from .conftest import ScriptRunner

SPARK = "from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\n"


def test_what_a_script_prints_is_in_cloudwatch_logs_under_the_runs_id(runner: ScriptRunner) -> None:
    run = runner.run("import sys\nprint('to stdout')\nprint('to stderr', file=sys.stderr)")
    assert run.state == "SUCCEEDED", run.error
    logs = runner.client("logs")
    for group, text in (("output", "to stdout"), ("error", "to stderr")):
        events = logs.get_log_events(logGroupName=f"/aws-glue/jobs/{group}", logStreamName=run.job_run["Id"])
        assert [event["message"] for event in events["events"]] == [text]


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


def test_plain_boto3_works_without_any_option(runner: ScriptRunner) -> None:
    run = runner.run("import boto3\nprint([b['Name'] for b in boto3.client('s3').list_buckets()['Buckets']])")
    assert runner.bucket in run.lines()[0]


@pytest.mark.parametrize(
    ("script", "error"),
    [
        (
            "def f():\n    raise ValueError('boom')\nf()",
            "Error Category: UNCLASSIFIED_ERROR; Failed Line Number: 2; ValueError: boom",
        ),
        (
            "import nonesuch",
            "Error Category: UNCLASSIFIED_ERROR; Failed Line Number: 1; "
            "ModuleNotFoundError: No module named 'nonesuch'",
        ),
        (
            "import sys\nsys.exit(3)",
            "Error Category: UNCLASSIFIED_ERROR; Failed Line Number: 2; SystemExit: 3",
        ),
        ("import os\nos._exit(3)", "Command failed with exit code 3"),
        ("import os\nos.kill(os.getpid(), 9)", "Command failed with exit code 137 (SIGKILL)"),
    ],
)
def test_a_script_that_fails_says_why_in_glues_words(runner: ScriptRunner, script: str, error: str) -> None:
    run = runner.run(script)
    assert (run.state, run.error) == ("FAILED", error)


def test_an_exit_with_zero_is_a_success(runner: ScriptRunner) -> None:
    assert runner.run("import sys\nsys.exit(0)").state == "SUCCEEDED"


def test_a_syntax_error_fails_the_run(runner: ScriptRunner) -> None:
    run = runner.run("x = (\n")
    assert run.state == "FAILED"
    assert run.error.startswith("Error Category: UNCLASSIFIED_ERROR; SyntaxError: '(' was never closed")


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


def test_a_jvm_that_dies_fails_its_run_and_the_next_one_works(runner: ScriptRunner) -> None:
    died = runner.run(SPARK + "spark._jvm.System.exit(9)")
    assert died.state == "FAILED"
    assert "JVM ended during the run" in died.error
    assert runner.run(SPARK + "print(spark.range(3).count())").lines() == ["3"]


def test_a_jvm_out_of_memory_fails_its_run_and_the_next_one_works(runner: ScriptRunner) -> None:
    died = runner.run(SPARK + "spark._sc._gateway.new_array(spark._jvm.long, 2_000_000_000)")
    assert died.state == "FAILED"
    assert runner.run(SPARK + "print(spark.range(3).count())").lines() == ["3"]


def test_a_flood_of_output_neither_blocks_nor_fills_the_logs(runner: ScriptRunner) -> None:
    run = runner.run("line = 'x' * 999\nfor _ in range(60_000): print(line)")
    assert run.state == "SUCCEEDED", run.error
    assert len(run.stdout) == 60_000_000
    logs = runner.client("logs")
    last = logs.get_log_events(
        logGroupName="/aws-glue/jobs/output", logStreamName=run.job_run["Id"], limit=1, startFromHead=False
    )["events"][-1]["message"]
    assert "stdout.log" in last


def test_a_zip_of_modules_is_there_for_the_script_and_for_functions_that_spark_calls(
    runner: ScriptRunner,
) -> None:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr("tools/__init__.py", "def twice(x):\n    return 2 * x\n")
    runner.put("tools.zip", body.getvalue())
    runner.put("single.py", "ANSWER = 42\n")
    run = runner.run(
        SPARK
        + "from tools import twice\nimport single\n"
        + "print(spark.sparkContext.parallelize([1, 2]).map(twice).sum(), single.ANSWER)",
        {"--extra-py-files": f"s3://{runner.bucket}/tools.zip,s3://{runner.bucket}/single.py"},
    )
    assert run.lines() == ["6 42"]


def test_a_wheel_is_installed_for_the_run_that_asks_for_it_alone(runner: ScriptRunner) -> None:
    body, info = io.BytesIO(), "tiny_tool-1.0.dist-info"
    with zipfile.ZipFile(body, "w") as wheel:
        wheel.writestr("tiny_tool.py", "WORD = 'installed'\n")
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: tiny-tool\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    runner.put("tiny_tool-1.0-py3-none-any.whl", body.getvalue())
    script = "import tiny_tool\nprint(tiny_tool.WORD)"
    url = f"s3://{runner.bucket}/tiny_tool-1.0-py3-none-any.whl"
    run = runner.run(
        script,
        {"--additional-python-modules": url, "--python-modules-installer-option": "--no-deps --no-index"},
    )
    assert run.lines() == ["installed"]
    assert "No module named 'tiny_tool'" in runner.run(script).error


def test_a_module_that_can_not_be_had_fails_the_run_by_name(runner: ScriptRunner) -> None:
    options = {"--python-modules-installer-option": "--no-index"}
    run = runner.run("pass", {"--additional-python-modules": "no-such-module-anywhere", **options})
    assert run.state == "FAILED"
    assert "no-such-module-anywhere" in run.error


def test_a_python_shell_job_needs_no_spark(runner: ScriptRunner) -> None:
    name = "shell.py"
    runner.put(name, "import sys\nprint('shell', '--JOB_NAME' in sys.argv)")
    command = {"Name": "pythonshell", "ScriptLocation": f"s3://{runner.bucket}/{name}"}
    run = runner.run("pass", Command=command, GlueVersion="3.0")
    assert run.lines() == ["shell True"]
    assert run.report["phases"]["jvm"] < 0.1


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
