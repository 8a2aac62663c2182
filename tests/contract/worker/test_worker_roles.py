"""A run acts as a session of its job's role, in its own account, whatever client asks."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .conftest import ScriptRunner

WHO = """
import boto3
from pyspark.context import SparkContext
spark = SparkContext.getOrCreate()
print(boto3.client('sts').get_caller_identity()['Arn'])
hadoop = spark._jsc.hadoopConfiguration()
print(hadoop.get('fs.s3a.access.key') == boto3.Session().get_credentials().access_key)
"""
SHELL = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])"
OF_ROLE = "arn:aws:sts::{}:assumed-role/{}/GlueJobRunnerSession"


@pytest.mark.parametrize("account", ["000000000000", "123456789012"])
def test_a_script_is_the_session_of_its_role(runner_of: Callable[..., ScriptRunner], account: str) -> None:
    runner = runner_of(account)

    assert runner.run(WHO).lines() == [OF_ROLE.format(account, "role"), "True"]


@pytest.mark.parametrize(
    ("role", "identity"),
    [
        ("arn:aws:iam::123456789012:role/service-role/Loader", OF_ROLE.format("123456789012", "Loader")),
        ("arn:aws:iam::210987654321:role/Theirs", "arn:aws:iam::123456789012:root"),
    ],
)
def test_a_role_counts_in_its_own_account_only(
    runner_of: Callable[..., ScriptRunner], role: str, identity: str
) -> None:
    runner = runner_of("123456789012")
    shell = {"Name": "pythonshell", "PythonVersion": "3.9"}
    command = {**shell, "ScriptLocation": f"s3://{runner.bucket}/who.py"}
    runner.put("who.py", SHELL)

    run = runner.run(SHELL, Role=role, Command=command, GlueVersion="3.0", MaxCapacity=0.0625)

    assert run.lines() == [identity]
