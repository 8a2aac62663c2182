"""The AWS CLI takes a Glue stack through its whole life, as its users type it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from emulator.stack.sandbox import Sandbox
from tests.contract.clients.machines import ROLE, unique

TEMPLATE = """
Parameters:
  Note: {Type: String, Default: first}
  Name: {Type: String}
Resources:
  Database:
    Type: AWS::Glue::Database
    Properties:
      CatalogId: !Ref AWS::AccountId
      DatabaseInput: {Name: !Ref Name, Description: !Ref Note}
  Table:
    Type: AWS::Glue::Table
    Properties:
      CatalogId: !Ref AWS::AccountId
      DatabaseName: !Ref Database
      TableInput:
        Name: things
        Parameters: {note: !Ref Note}
        StorageDescriptor: {Location: s3://nowhere/, Columns: [{Name: a, Type: int}]}
  Job:
    Type: AWS::Glue::Job
    Properties:
      Name: !Ref Name
      Role: arn:aws:iam::000000000000:role/any
      Description: !Ref Note
      Command: {Name: pythonshell, PythonVersion: "3.9", ScriptLocation: s3://nowhere/a.py}
  Crawler:
    Type: AWS::Glue::Crawler
    Properties:
      Name: !Ref Name
      Role: arn:aws:iam::000000000000:role/any
      DatabaseName: !Ref Database
      Description: !Ref Note
      Targets: {S3Targets: [{Path: s3://nowhere/}]}
  Trigger:
    Type: AWS::Glue::Trigger
    Properties:
      Name: !Ref Name
      Type: ON_DEMAND
      Description: !Ref Note
      Actions: [{JobName: !Ref Job}]
Outputs:
  Job: {Value: !Ref Job}
"""


class Cli:
    """The binary `aws` with a sandbox's environment and nothing else of AWS."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """What one command did, whatever it was."""
        return subprocess.run(
            ["aws", *command, "--output", "json"],
            env={**self.sandbox.environment(), "AWS_PAGER": ""},
            capture_output=True,
            text=True,
            check=False,
        )

    def __call__(self, *command: str) -> Any:
        """The answer of a command that has to succeed; None if it has none."""
        done = self.run(*command)
        assert done.returncode == 0, done.stderr
        try:
            return json.loads(done.stdout) if done.stdout.strip() else None
        except json.JSONDecodeError:
            return done.stdout


@pytest.fixture
def aws(sandbox: Sandbox) -> Cli:
    if not shutil.which("aws"):
        pytest.skip("the AWS CLI is not on this machine")
    return Cli(sandbox)


@pytest.mark.process
def test_a_pipeline_is_made_run_looked_at_and_removed(aws: Cli, sandbox: Sandbox, tmp_path: Path) -> None:
    name = unique("cli").replace("-", "_")
    bucket = name.replace("_", "-")
    (tmp_path / "job.py").write_text("import sys\nprint('given', sys.argv[1:])\n")
    (tmp_path / "in" / "day=1").mkdir(parents=True)
    (tmp_path / "in" / "day=1" / "a.csv").write_text("a,b\n1,x\n2,y\n")
    aws("s3", "mb", f"s3://{bucket}")
    aws("s3", "cp", str(tmp_path), f"s3://{bucket}/", "--recursive", "--no-progress")

    aws("glue", "create-database", "--database-input", f"Name={name}")
    targets = f"S3Targets=[{{Path=s3://{bucket}/in/}}]"
    made = ("--name", name, "--role", ROLE, "--database-name", name, "--targets", targets)
    aws("glue", "create-crawler", *made)
    aws("glue", "start-crawler", "--name", name)
    state = ("glue", "get-crawler", "--name", name, "--query", "Crawler.State")
    sandbox.wait_until(lambda: aws(*state) == "READY", 60, "the crawl to end")
    columns = "Table.StorageDescriptor.Columns[].[Name,Type]"
    shown = aws("glue", "get-table", "--database-name", name, "--name", "in", "--query", columns)
    assert shown == [["a", "bigint"], ["b", "string"]]
    place = ("--database-name", name, "--table-name", "in")
    assert aws("glue", "get-partitions", *place, "--expression", "day = '1'")["Partitions"][0]["Values"] == [
        "1"
    ]
    assert aws("glue", "get-partitions", *place, "--expression", "day = '2'")["Partitions"] == []

    command = f"Name=pythonshell,PythonVersion=3.9,ScriptLocation=s3://{bucket}/job.py"
    aws("glue", "create-job", "--name", name, "--role", ROLE, "--command", command)
    arguments = json.dumps({"--day": "1"})
    run = aws("glue", "start-job-run", "--job-name", name, "--arguments", arguments)["JobRunId"]
    asked = ("glue", "get-job-run", "--job-name", name, "--run-id", run, "--query", "JobRun.JobRunState")
    ended = sandbox.wait_until(
        lambda: (aws(*asked) in ("SUCCEEDED", "FAILED")) and aws(*asked), 120, "the run"
    )
    assert ended == "SUCCEEDED"
    log = aws("glue", "get-job-run", "--job-name", name, "--run-id", run, "--query", "JobRun.LogGroupName")
    group = ("--log-group-name", f"{log}/output", "--log-stream-names", run)
    events = aws("logs", "filter-log-events", *group)["events"]
    assert any("--day" in event["message"] for event in events)
    assert len(aws("glue", "list-jobs", "--max-items", "1")["JobNames"]) == 1

    for kind, flag in (("job", "--job-name"), ("crawler", "--name"), ("database", "--name")):
        aws("glue", f"delete-{kind}", flag, name)
    aws("s3", "rb", f"s3://{bucket}", "--force")
    gone = aws.run("glue", "get-job", "--job-name", name)
    assert gone.returncode != 0
    assert "(EntityNotFoundException) when calling the GetJob operation" in gone.stderr


@pytest.mark.process
def test_a_stack_of_glue_types_is_deployed_changed_and_deleted(
    aws: Cli, sandbox: Sandbox, tmp_path: Path
) -> None:
    name, glue = unique("cli").replace("-", ""), sandbox.client("glue")
    (tmp_path / "stack.yaml").write_text(TEMPLATE)
    deploy = (
        "cloudformation",
        "deploy",
        "--stack-name",
        name,
        "--template-file",
        str(tmp_path / "stack.yaml"),
    )
    aws(*deploy, "--parameter-overrides", f"Name={name}")
    aws(*deploy, "--parameter-overrides", f"Name={name}", "Note=second")
    assert glue.get_database(Name=name)["Database"]["Description"] == "second"
    assert glue.get_table(DatabaseName=name, Name="things")["Table"]["Parameters"]["note"] == "second"
    assert glue.get_job(JobName=name)["Job"]["Description"] == "second"
    assert glue.get_crawler(Name=name)["Crawler"]["Description"] == "second"
    assert glue.get_trigger(Name=name)["Trigger"]["Description"] == "second"
    again = aws.run(
        *deploy, "--parameter-overrides", f"Name={name}", "Note=second", "--no-fail-on-empty-changeset"
    )
    assert again.returncode == 0, again.stderr
    assert "No changes to deploy" in again.stdout + again.stderr
    aws("cloudformation", "delete-stack", "--stack-name", name)
    aws("cloudformation", "wait", "stack-delete-complete", "--stack-name", name)
    assert name not in glue.list_jobs()["JobNames"]


@pytest.mark.process
def test_bad_requests_end_with_the_services_error(aws: Cli) -> None:
    unknown = aws.run("glue", "start-job-run", "--job-name", "nobody")
    assert "An error occurred (EntityNotFoundException) when calling the StartJobRun" in unknown.stderr
    long = aws.run("glue", "create-database", "--database-input", f"Name={'x' * 256}")
    assert "An error occurred (ValidationException)" in long.stderr
    machine = aws.run(
        "stepfunctions", "create-state-machine", "--name", "m", "--role-arn", ROLE, "--definition", "{nope"
    )
    assert "(InvalidDefinition)" in machine.stderr
