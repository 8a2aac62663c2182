"""A script reaches Redshift over TLS as on AWS: nothing in it names the stack's certificate."""

from __future__ import annotations

import pytest

from tests.redshift_facts import works

from .conftest import ScriptRunner

SHELL = {"Name": "pythonshell", "PythonVersion": "3.9"}
SCRIPT = """
import redshift_connector
with redshift_connector.connect(
    host='127.0.0.1', port={port}, database='{database}', user='{user}', password='{password}'
) as connection:
    print('encrypted', connection._usock.version())
import psycopg2
from contextlib import closing
place = dict(host='127.0.0.1', port={port}, dbname='{database}', user='{user}', password='{password}')
with closing(psycopg2.connect(sslmode='verify-full', **place)) as connection:
    print('encrypted', connection.info.ssl_in_use)
"""


@pytest.mark.process
@works("client", "redshift_connector and psycopg2 over TLS in Glue's Python shell jobs")
def test_a_python_shell_job_verifies_the_stacks_certificate(runner: ScriptRunner) -> None:
    settings = runner.sandbox.settings
    script = SCRIPT.format(
        port=settings.redshift_port,
        database=settings.database,
        user=settings.user,
        password=settings.password,
    )
    runner.put("tls.py", script)
    command = {**SHELL, "ScriptLocation": f"s3://{runner.bucket}/tls.py"}
    done = runner.run("", {"library-set": "analytics"}, GlueVersion="3.0", Command=command)
    assert done.lines() == ["encrypted TLSv1.3", "encrypted True"]
