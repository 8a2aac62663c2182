"""A stack is the same whoever starts it, and a client needs no option to meet it."""

from __future__ import annotations

import subprocess

import pytest

from emulator.stack.clean_environment import clean_environment, no_proxy_value
from emulator.stack.client_environment import client_environment, export_lines, subprocess_environment
from emulator.stack.settings import StackSettings

USERS = {
    "PATH": "/usr/bin",
    "HOME": "/home/someone",
    "AWS_PROFILE": "production",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
    "PGHOST": "elsewhere",
    "SPARK_HOME": "/opt/spark",
    "DEBUG": "1",
    "HTTP_PROXY": "http://proxy.example",
    "TARMAC_NAME": "mine",
    "LC_ALL": "C.UTF-8",
}


def test_nothing_of_the_users_aws_or_postgresql_settings_reaches_the_parts() -> None:
    assert clean_environment(USERS) == {
        "PATH": "/usr/bin",
        "HOME": "/home/someone",
        "TARMAC_NAME": "mine",
        "LC_ALL": "C.UTF-8",
        "NO_PROXY": "*",
        "no_proxy": "*",
    }


def test_a_client_gets_endpoint_keys_region_and_the_warehouse() -> None:
    settings = StackSettings.from_environment({"TARMAC_STATE_DIR": "/state"})
    variables = client_environment(settings, {})
    assert variables == {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:4566",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "PGHOST": "127.0.0.1",
        "PGPORT": "5439",
        "PGDATABASE": "dev",
        "PGUSER": "awsuser",
        "PGPASSWORD": "tarmac",
        "PGSSLROOTCERT": "/state/redshift_tls/ca.pem",
    }


def test_behind_a_proxy_a_client_is_told_to_leave_loopback_alone() -> None:
    variables = client_environment(StackSettings.from_environment({}), {**USERS, "NO_PROXY": "intra.example"})
    assert variables["NO_PROXY"] == "intra.example,127.0.0.1,localhost,.localhost"
    assert no_proxy_value({}) == "127.0.0.1,localhost,.localhost"


def test_a_shell_takes_the_export_lines_whatever_the_password() -> None:
    password = """a 'b' "c" $d `e` \\f"""
    lines = export_lines(StackSettings.from_environment({"TARMAC_PASSWORD": password}))
    script = "\n".join([*lines, 'printf "%s" "$PGPASSWORD"'])
    assert subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout == password


def test_a_subprocess_of_a_test_sees_the_stack_and_not_the_users_account(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "secret")
    variables = subprocess_environment(StackSettings.from_environment({}))
    assert "AWS_PROFILE" not in variables
    assert "AWS_SESSION_TOKEN" not in variables
    assert variables["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"
