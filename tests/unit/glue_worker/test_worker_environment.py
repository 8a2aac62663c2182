from __future__ import annotations

from pathlib import Path

import pytest

from emulator.environment import SettingsError
from emulator.glue_worker import run_environment
from emulator.glue_worker.python_environment import PythonEnvironment
from emulator.glue_worker.run_contract import RoleCredentials, RunAssignment, from_json, to_json
from emulator.glue_worker.run_request import RunRequest
from emulator.glue_worker.settings import WorkerSettings
from emulator.glue_worker.spark_jvm import Door

from .worker_fixtures import assignment, settings


def test_a_script_sees_glues_own_arguments_first() -> None:
    given = assignment(arguments={"--TempDir": "s3://t/", "--day": "1 2"})
    assert run_environment.script_arguments(given) == [
        *("--JOB_NAME", "copy orders", "--JOB_ID", "j_1", "--JOB_RUN_ID", "jr_1"),
        *("--job-bookmark-option", "job-bookmark-disable", "--TempDir", "s3://t/", "--day", "1 2"),
    ]


def test_a_jobs_own_bookmark_option_is_the_only_one() -> None:
    found = run_environment.script_arguments(
        assignment(arguments={"--job-bookmark-option": "job-bookmark-enable"})
    )
    assert found.count("--job-bookmark-option") == 1
    assert "job-bookmark-disable" not in found


def test_arguments_for_glue_itself_are_not_the_scripts() -> None:
    found = run_environment.script_arguments(
        assignment(arguments={"--conf": "a=b", "--extra-jars": "s3://j/x.jar"})
    )
    assert "--conf" not in found
    assert "--extra-jars" not in found


def test_nothing_of_the_users_environment_leaks_into_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "real")
    monkeypatch.setenv("MY_SECRET", "real")
    found = run_environment.run_environment(
        assignment(), settings(tmp_path), Door(1, "s"), tmp_path / "scratch", PythonEnvironment(tmp_path)
    )
    assert not found.keys() & {"AWS_PROFILE", "AWS_SESSION_TOKEN", "MY_SECRET"}
    assert found["AWS_ENDPOINT_URL"] == "http://127.0.0.1:9"
    assert found["AWS_DEFAULT_REGION"] == "eu-central-1"
    assert found["PYSPARK_GATEWAY_PORT"] == "1"


def test_another_accounts_run_uses_that_accounts_id_as_its_key(tmp_path: Path) -> None:
    there = run_environment.aws_environment(assignment(account_id="123456789012"), settings(tmp_path))
    here = run_environment.aws_environment(assignment(), settings(tmp_path))
    assert there["AWS_ACCESS_KEY_ID"] == "123456789012"
    assert here["AWS_ACCESS_KEY_ID"] == "test"


def test_spark_acts_in_the_runs_account(tmp_path: Path) -> None:
    found = run_environment.spark_settings(
        assignment(account_id="123456789012"), settings(tmp_path), tmp_path
    )
    assert found["spark.hadoop.fs.s3a.access.key"] == "123456789012"
    assert found["spark.executorEnv.AWS_ACCESS_KEY_ID"] == "123456789012"


def test_a_run_acts_as_the_session_of_its_role(tmp_path: Path) -> None:
    session = RoleCredentials("LSIA", "secret", "token")
    run = assignment(account_id="123456789012", credentials=session)

    found = run_environment.aws_environment(run, settings(tmp_path))
    spark = run_environment.spark_settings(run, settings(tmp_path), tmp_path)

    keys = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
    assert [found[key] for key in keys] == ["LSIA", "secret", "token"]
    hadoop = {name.removeprefix("spark.hadoop.fs.s3a."): value for name, value in spark.items()}
    assert [hadoop[name] for name in ("access.key", "secret.key", "session.token")] == [
        "LSIA",
        "secret",
        "token",
    ]
    first, last = hadoop["aws.credentials.provider"].split(",")
    assert first.endswith(".TemporaryAWSCredentialsProvider")
    assert last.endswith(".SystemPropertiesCredentialsProvider")
    java = [spark[f"aws.{name}"] for name in ("accessKeyId", "secretKey", "sessionToken")]
    assert java == ["LSIA", "secret", "token"]


def test_the_credentials_of_a_run_survive_the_contract() -> None:
    with_role = assignment(credentials=RoleCredentials("LSIA", "secret", "token"))

    for run in (with_role, assignment()):
        assert from_json(RunAssignment, to_json(run)) == run
    assert "secret" not in repr(with_role)


def test_a_request_survives_the_file_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    request = RunRequest(
        assignment(arguments={"--é": "ü"}),
        "http://x",
        "sesame",
        "r",
        "s",
        "p",
        ["a"],
        {"A": "b"},
        [],
        "py",
        "sp",
    )
    path = tmp_path / "request.json"
    request.save(path)
    assert path.stat().st_mode & 0o077 == 0
    assert RunRequest.load(path) == request
    assert "sesame" not in repr(request)


def test_every_bad_setting_is_reported_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        WorkerSettings.from_environment({"TARMAC_WORKER_SLOTS": "none", "TARMAC_SPARK_MEMORY_MB": "-1"})
    assert len(str(caught.value).splitlines()) == 3
