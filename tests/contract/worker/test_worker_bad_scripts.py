"""Scripts that go wrong: the state and the words that their runs end with."""

from __future__ import annotations

import textwrap
import time

import psutil
import pytest

from emulator.stack.sandbox import Sandbox

from .conftest import PROLOGUE, ScriptRunner

SPARK = "from pyspark.sql import SparkSession, functions as f\nspark = SparkSession.builder.getOrCreate()\n"
UNCLASSIFIED = "Error Category: UNCLASSIFIED_ERROR; Failed Line Number: "
COUNT = SPARK + "print(spark.range(3).count())"


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("import sys\nsys.exit(1)", "Error Category: SYSTEM_EXIT_ERROR; SystemExit: 1"),
        ("import sys\nsys.exit('no day')", "Error Category: SYSTEM_EXIT_ERROR; SystemExit: no day"),
        ("import sys\nsys.exit(0)", "Error Category: SYSTEM_EXIT_ERROR; SystemExit: 0"),
        ("import os\nos._exit(1)", "Command failed with exit code 1"),
        ("import os\nos.kill(os.getpid(), 9)", "Command failed with exit code 137 (SIGKILL)"),
        ("import os\nos.kill(os.getpid(), 15)", "Command failed with exit code 143 (SIGTERM)"),
        ("import ctypes\nctypes.string_at(0)", "Command failed with exit code 139 (SIGSEGV)"),
        ("x = (", "Error Category: SYNTAX_ERROR; SyntaxError: '(' was never closed (job-"),
        ("import nonesuch", "Error Category: IMPORT_ERROR; Failed Line Number: 1; ModuleNotFound"),
        ("def f(): f()\nf()", f"{UNCLASSIFIED}1; RecursionError: maximum"),
        ("\n\nraise ValueError('x' * 10_000_000)", f"{UNCLASSIFIED}3; Value"),
        ("raise ValueError('\\ud800 half')", f"{UNCLASSIFIED}1; ValueError: \\ud800"),
        ("bytearray(20 << 30)", "Error Category: OUT_OF_MEMORY_ERROR; Failed Line Number: 1; MemoryError: "),
        ("input()", f"{UNCLASSIFIED}1; EOFError: EOF when reading a line"),
        ("import os, sys\nos.closerange(3, 999)\n1/0", "Command failed with exit code 1"),
    ],
)  # fmt: skip
def test_a_script_that_fails_ends_its_run_in_glues_words(
    runner: ScriptRunner, script: str, words: str
) -> None:
    run = runner.run(script)
    assert run.state == "FAILED"
    assert run.error.startswith(words)


@pytest.mark.parametrize(
    "script",
    [
        "import os\nos._exit(0)",
        "import os, shutil\nos.chdir('/')\nshutil.rmtree(os.environ['HOME'])",
        "import os, sys\nos.closerange(0, 999)",
        "import os, sys\nif os.fork() == 0: raise ValueError('in a child')\nos.wait()",
        "import threading, time\nthreading.Thread(target=time.sleep, args=[3600], daemon=True).start()",
    ],
)
def test_a_script_may_do_what_a_process_may(runner: ScriptRunner, script: str) -> None:
    run = runner.run(script)
    assert run.state == "SUCCEEDED", run.error


def test_a_script_that_is_no_utf8_is_a_syntax_error(runner: ScriptRunner) -> None:
    runner.put("latin.py", "day = 'é'\n".encode("latin-1"))
    command = {"Name": "glueetl", "ScriptLocation": f"s3://{runner.bucket}/latin.py"}
    run = runner.run("pass", Command=command)
    assert (run.state, run.error[:41]) == ("FAILED", "Error Category: SYNTAX_ERROR; SyntaxError")


def test_a_run_lasts_as_long_as_its_threads(runner: ScriptRunner) -> None:
    script = """
    import threading, time
    def late(): time.sleep(0.5); print('late')
    threading.Thread(target=late).start()
    print('end of the script')
    """
    assert runner.run(script).lines() == ["end of the script", "late"]


def test_no_process_outlives_the_run_that_started_it(runner: ScriptRunner) -> None:
    script = """
    import subprocess
    for session in (False, True):
        print(subprocess.Popen(['sleep', '3600'], start_new_session=session).pid)
    """
    pids = [int(pid) for pid in runner.run(script).lines()]
    runner.sandbox.wait_until(
        lambda: not any(map(psutil.pid_exists, pids)), 20, "the end of a run's processes"
    )


def test_200_mb_of_output_are_kept_while_the_worker_stays_small(runner: ScriptRunner) -> None:
    before = worker_bytes(runner.sandbox)
    run = runner.run("line = 'x' * 999\nfor _ in range(200_000): print(line)")
    assert run.state == "SUCCEEDED", run.error
    assert len(run.stdout) == 200_000_000
    assert worker_bytes(runner.sandbox) - before < 60_000_000
    events = runner.client("logs").get_log_events(
        logGroupName="/aws-glue/jobs/output", logStreamName=run.job_run["Id"], limit=1, startFromHead=False
    )
    assert "stdout.log" in events["events"][-1]["message"]


def test_a_script_that_ends_spark_in_the_middle_may_start_it_again(runner: ScriptRunner) -> None:
    script = SPARK + "spark.stop()\nspark = SparkSession.builder.getOrCreate()\nprint(spark.range(3).count())"
    assert runner.run(script).lines() == ["3"]


def test_a_failure_in_a_function_that_spark_calls_has_no_text_as_on_aws(runner: ScriptRunner) -> None:
    script = f"""
@f.udf('int')
def parsed(number): return int('n/a')
spark.range(3).select(parsed('id')).write.csv('s3://{runner.bucket}/out/')
"""
    run = runner.run(SPARK + script)
    assert run.error == "Error Category: UNCLASSIFIED_ERROR; Failed Line Number: 6; PythonException: "
    assert "ValueError: invalid literal for int() with base 10: 'n/a'" in run.stderr


def test_a_jvm_that_dies_or_runs_out_of_memory_fails_its_run_and_the_next_one_works(
    runner: ScriptRunner,
) -> None:
    died = runner.run(SPARK + "spark._jvm.System.exit(9)")
    assert died.state == "FAILED"
    assert died.error.endswith("(Spark's JVM ended during the run, exit code 9)")
    full = runner.run(SPARK + "spark._sc._gateway.new_array(spark._jvm.long, 2_000_000_000)")
    assert full.error.startswith("Error Category: OUT_OF_MEMORY_ERROR; Failed Line Number: 3; ")
    assert full.error.endswith("java.lang.OutOfMemoryError: Java heap space)")
    assert runner.run(COUNT).lines() == ["3"]


def test_committing_twice_is_no_error(runner: ScriptRunner) -> None:
    runner.put("in/a.csv", "1\n")
    script = """
    job = Job(glue)
    args = getResolvedOptions(sys.argv, ['JOB_NAME'])
    job.init(args['JOB_NAME'], args)
    source = {'paths': [f's3://{BUCKET}/in/']}
    read = lambda: glue.create_dynamic_frame.from_options('s3', source, 'csv', transformation_ctx='read')
    print(read().count())
    job.commit()
    job.commit()
    """
    head = f"BUCKET = {runner.bucket!r}\n{PROLOGUE}"
    name, run_id = runner.start(head + textwrap.dedent(script), BOOKMARKS)
    assert runner.ended(name, run_id).lines() == ["1"]
    again = runner.client("glue").start_job_run(JobName=name, Arguments=BOOKMARKS)["JobRunId"]
    assert runner.ended(name, again).lines() == ["0"]


def test_a_run_that_goes_on_too_long_ends_in_timeout(endless: tuple[ScriptRunner, str, str]) -> None:
    runner, name, run_id = endless
    run = runner.ended(name, run_id)
    assert run.state == "TIMEOUT"
    assert run.error == ""
    assert 60 <= run.job_run["ExecutionTime"] <= 63


BOOKMARKS = {"--job-bookmark-option": "job-bookmark-enable"}


@pytest.fixture(scope="module", autouse=True)
def endless(sandbox: Sandbox) -> tuple[ScriptRunner, str, str]:
    """A run with a time limit of a minute, which passes while the other tests of this file run."""
    bucket = f"endless-{time.time_ns()}"
    runner = ScriptRunner(sandbox, bucket)
    runner.client("s3").create_bucket(Bucket=bucket)
    return (runner, *runner.start("import time\nwhile True: time.sleep(1)", Timeout=1))


def worker_bytes(sandbox: Sandbox) -> int:
    """Memory of the worker's own process, without its JVMs and runs."""
    pid = next(part.pid for part in sandbox.status() if part.name == "glue-worker")
    return int(psutil.Process(pid).memory_info().rss)
