"""Terraform's AWS provider makes a Glue pipeline, sees it as it is, and takes it away.

Skipped by name where the binary or the provider is not there (`terraform init` fetches it from its registry,
or from a mirror that TF_CLI_CONFIG_FILE names). The calls that the provider makes are replayed in
`test_terraform_calls.py` and `test_redshift_aws_cli.py`, which need neither.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.stack.sandbox import Sandbox
from tests.contract.clients.machines import unique
from tests.contract.clients.terraform_runs import NO_CHANGES, initialised, terraform
from tests.redshift_facts import gap

FOLDER = Path(__file__).parent
UNREACHABLE = "its provider could not be installed where the tests ran; the calls it makes are replayed"


@pytest.mark.process
def test_apply_an_empty_plan_and_destroy(sandbox: Sandbox, tmp_path: Path) -> None:
    folder, name = initialised(FOLDER / "terraform", tmp_path), unique("tf")
    terraform(sandbox, folder, name, "apply", "-auto-approve")
    assert sandbox.client("glue").get_job(JobName=name)["Job"]["GlueVersion"] == "5.1"
    assert terraform(sandbox, folder, name, "plan", "-detailed-exitcode") == NO_CHANGES
    terraform(sandbox, folder, name, "destroy", "-auto-approve")
    names = sandbox.client("glue").list_jobs()["JobNames"]
    assert name not in names


@pytest.mark.process
@gap("client", "Terraform apply of aws_redshiftdata_statement", why=UNREACHABLE)
def test_a_statement_is_applied_once(sandbox: Sandbox, tmp_path: Path) -> None:
    folder, name = initialised(FOLDER / "terraform_redshift", tmp_path), unique("tf")
    api = sandbox.client("redshift-serverless")
    api.create_namespace(namespaceName=name)
    api.create_workgroup(workgroupName=name, namespaceName=name)
    terraform(sandbox, folder, name, "apply", "-auto-approve")
    schema = name.replace("-", "_")
    assert sandbox.query(f"SELECT COUNT(*) FROM svv_all_schemas WHERE schema_name = '{schema}'") == [(1,)]
    assert terraform(sandbox, folder, name, "plan", "-detailed-exitcode") == NO_CHANGES
    terraform(sandbox, folder, name, "destroy", "-auto-approve")
    sandbox.query(f"DROP SCHEMA {schema}")
    api.delete_workgroup(workgroupName=name)
    api.delete_namespace(namespaceName=name)
