"""Deploy, preview, rollback and destroy on a sandbox, with bad input and interrupts."""

from __future__ import annotations

import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from emulator.stack.sandbox import Sandbox
from pipeline import artifacts, deployment_records
from pipeline.artifact_bucket import ArtifactBucket
from pipeline.aws_account import identify
from pipeline.bucket_emptying import empty_bucket
from pipeline.change_sets import LONGEST_BODY_BYTES
from pipeline.cloudformation_stack import Stack
from pipeline.deploy import deploy, preview, rollback
from pipeline.deployment_records import DeploymentRecord, keep_record, remove_old_artifacts
from pipeline.destroy import destroy, plan_destroy
from pipeline.errors import ArtifactError, DeployError, StackError
from pipeline.settings import PipelineSettings, load_settings
from scripts.pipeline_deployment import pointed_at

SETTLED_S = 60
BUCKETS = """
Resources:
  Gone:
    Type: AWS::S3::Bucket
    Properties: {BucketName: PREFIX-gone}
  Kept:
    Type: AWS::S3::Bucket
    DeletionPolicy: Retain
    Properties: {BucketName: PREFIX-kept}
"""
QUEUE = "Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: PREFIX-queue}}}"


class Deployments:
    """The deployments of one prefix; what was reported stays in `told`."""

    def __init__(self, sandbox: Sandbox, session: boto3.Session, prefix: str) -> None:
        self.sandbox, self.session, self.told = sandbox, session, list[str]()
        self.settings = replace(load_settings("local"), prefix=prefix)

    def deploy(self, **changed: Any) -> str:
        """Deploys with these settings; returns what this deploy reported."""
        began = len(self.told)
        wanted: PipelineSettings = replace(self.settings, **changed)
        deploy(wanted, self.told.append, self.session, self.told.append)
        return "\n".join(self.told[began:])

    def destroy(self) -> list[str]:
        return destroy(plan_destroy(self.settings, self.session), self.told.append, self.session)

    def stack(self, body: str = "") -> Stack:
        """The pipeline's stack, made of another template if one is given."""
        stack = Stack(self.session.client("cloudformation"), self.settings.stack_name)
        if body:
            stack.deploy(body.replace("PREFIX", self.settings.prefix), {})
        return stack

    @property
    def bucket(self) -> ArtifactBucket:
        return ArtifactBucket.of(self.session, self.settings.prefix, identify(self.session, self.settings))

    def job(self) -> Any:
        return self.sandbox.client("glue").get_job(JobName=f"{self.settings.prefix}-load")["Job"]


@pytest.fixture(scope="module", autouse=True)
def session(sandbox: Sandbox) -> Iterator[boto3.Session]:
    """One for all, since a new one reads botocore's descriptions of the services anew."""
    with pointed_at(sandbox.settings):
        yield boto3.Session()


@pytest.fixture
def deployments(sandbox: Sandbox, session: boto3.Session) -> Iterator[Deployments]:
    made = Deployments(sandbox, session, f"dep-{uuid.uuid4().hex[:8]}")
    yield made
    for line in made.destroy():
        if line.startswith("AWS::S3::Bucket"):
            remove_bucket(sandbox, line.split()[1])


def remove_bucket(sandbox: Sandbox, name: str) -> None:
    """Removes one that a template retained."""
    empty_bucket(sandbox.client("s3"), name)
    sandbox.client("s3").delete_bucket(Bucket=name)


def test_a_preview_shows_the_changes_and_makes_none(deployments: Deployments) -> None:
    (found,) = preview(deployments.settings, deployments.session)
    assert (found.stack, found.status) == (deployments.settings.stack_name, "new")
    assert ("Add", "Job", "AWS::Glue::Job") in [(c.action, c.logical_id, c.type) for c in found.changes]
    assert not deployments.stack().exists()
    assert not deployments.bucket.exists()


def test_a_preview_of_an_update_names_what_is_modified(deployments: Deployments) -> None:
    deployments.stack(QUEUE)
    (found,) = preview(deployments.settings, deployments.session)
    assert found.status == "CREATE_COMPLETE"
    assert ("Remove", "Q") in [(change.action, change.logical_id) for change in found.changes]
    queues = deployments.sandbox.client("sqs").list_queues(QueueNamePrefix=deployments.settings.prefix)
    assert len(queues["QueueUrls"]) == 1


@pytest.mark.parametrize(
    ("definition", "told"),
    [
        ('{"StartAt": "A",', "is no JSON: .* in line 1"),
        ('{"StartAt": "A", "States": {"A": {"Type": "Pass"}}}', r"(?s)is no state machine.*\[Next, End\]"),
    ],
)
def test_a_state_machine_that_does_not_parse_is_refused_before_anything_is_changed(
    deployments: Deployments, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, definition: str, told: str
) -> None:
    (tmp_path / "broken.json").write_text(definition)
    monkeypatch.setattr(artifacts, "DEFINITION", tmp_path / "broken.json")
    with pytest.raises(ArtifactError, match=told):
        deployments.deploy()
    assert not deployments.bucket.exists()


def test_a_stack_in_rollback_complete_is_replaced(deployments: Deployments) -> None:
    client, name = deployments.sandbox.client("cloudformation"), deployments.settings.stack_name
    deployments.sandbox.client("sqs").create_queue(QueueName=f"{deployments.settings.prefix}-queue")
    broken = QUEUE.replace("PREFIX", deployments.settings.prefix).replace("SQS::Queue", "Nobody::Knows")
    client.create_stack(StackName=name, TemplateBody=broken)
    stack = deployments.stack()
    deployments.sandbox.wait_until(lambda: stack.status() == "ROLLBACK_COMPLETE", SETTLED_S, "the rollback")
    assert stack.deploy(BUCKETS.replace("PREFIX", deployments.settings.prefix), {}) == "created"


def test_a_bucket_name_that_another_account_has_is_told_and_nothing_is_left(
    deployments: Deployments,
) -> None:
    prefix = deployments.settings.prefix
    other = deployments.sandbox.client("s3", account_id="111111111111")
    other.create_bucket(Bucket=f"{prefix}-gone")
    with pytest.raises(StackError, match=r"(?s)What was made is deleted again.*Gone .*CREATE_FAILED"):
        deployments.stack(BUCKETS)
    assert not deployments.stack().exists()
    other.delete_bucket(Bucket=f"{prefix}-gone")
    deployments.stack(BUCKETS)
    assert deployments.stack().status() == "CREATE_COMPLETE"


def test_a_template_too_long_for_a_request_is_deployed_from_the_artifact_bucket(
    deployments: Deployments,
) -> None:
    body = f"{QUEUE.replace('PREFIX', deployments.settings.prefix)}\n" + "#" * LONGEST_BODY_BYTES
    deployments.bucket.ensure()
    deployments.bucket.write("templates/long.yaml", body.encode())
    assert deployments.stack().deploy(body, {}, deployments.bucket.url("templates/long.yaml")) == "created"


def test_a_rollback_brings_the_script_and_the_values_of_the_deployment_before_back(
    deployments: Deployments, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    scripts = []
    for number in (1, 2):
        changed = tmp_path / f"script-{number}.py"
        changed.write_text(f"print({number})\n")
        monkeypatch.setattr(artifacts, "SCRIPT", changed)
        deployments.deploy(max_rejected_ratio=number / 10)
        scripts.append(deployments.job()["Command"]["ScriptLocation"])
    assert len(set(scripts)) == 2
    rollback(deployments.settings, deployments.told.append, deployments.session)
    job = deployments.job()
    assert job["Command"]["ScriptLocation"] == scripts[0]
    assert job["DefaultArguments"]["--max_rejected_ratio"] == "0.1"
    with pytest.raises(ArtifactError, match="nothing to roll back to"):
        rollback(deployments.settings, deployments.told.append, deployments.session)


def test_old_artifacts_are_removed_unless_a_kept_deployment_or_the_stack_names_them(
    deployments: Deployments, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = deployments.bucket
    bucket.ensure()
    for name in "abcd":
        bucket.write(f"scripts/{name}.py", b"")
        keep_record(bucket, DeploymentRecord("t", [f"scripts/{name}.py"], {}))
        keep_record(bucket, DeploymentRecord("t", [f"scripts/{name}.py"], {}))
    bucket.write("scripts/uploaded-by-a-deploy-that-is-not-recorded-yet.py", b"")
    assert remove_old_artifacts(bucket, 4, {}) == 0
    assert remove_old_artifacts(bucket, 3, {}) == 0, "the unused artifact is younger than a day"
    monkeypatch.setattr(deployment_records, "YOUNG", timedelta(0))
    assert remove_old_artifacts(bucket, 2, {"ScriptKey": "scripts/a.py"}) == 2
    assert [key for key, _ in bucket.objects("scripts/")] == [f"scripts/{name}.py" for name in "acd"]


def test_neither_a_record_nor_an_argument_nor_what_is_told_holds_the_password(
    deployments: Deployments,
) -> None:
    with pytest.raises(DeployError) as error:  # the crawler fails by it, at the end
        deployments.deploy(warehouse_password="a-secret-word")
    records = [deployments.bucket.read(key) for key, _ in deployments.bucket.objects("deployments/")]
    api = deployments.sandbox.client("cloudformation")
    stack = api.describe_stacks(StackName=deployments.settings.stack_name)
    assert len(records) == 1
    for text in (*records, *deployments.told, *map(str, (deployments.job(), stack, error.value))):
        assert "a-secret-word" not in text


def test_an_interrupted_deploy_is_continued_by_the_next(deployments: Deployments) -> None:
    sandbox = deployments.sandbox
    running = subprocess.Popen(
        [sys.executable, "-c", "from scripts.tarmac import app; app()", "deploy"],
        env={
            **sandbox.settings.process_environment(""),
            "STACK": sandbox.stack.kind,
            "PIPELINE_PREFIX": deployments.settings.prefix,
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stderr is not None
    for line in running.stderr:
        if line.endswith("CREATE_COMPLETE\n"):
            running.send_signal(signal.SIGINT)
            break
    told = running.stderr.read()
    assert running.wait(SETTLED_S) == 130, told
    assert "Interrupted: CloudFormation goes on with stack" in told
    deployments.deploy()
    assert deployments.stack().status() in ("CREATE_COMPLETE", "UPDATE_COMPLETE")


def test_destroy_empties_every_version_and_leaves_what_the_template_retains(deployments: Deployments) -> None:
    deployments.stack(BUCKETS)
    s3, prefix = deployments.sandbox.client("s3"), deployments.settings.prefix
    for bucket in (f"{prefix}-gone", f"{prefix}-kept"):
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        for body in (b"one", b"two"):
            s3.put_object(Bucket=bucket, Key="a b+ü.csv", Body=body)
        s3.delete_object(Bucket=bucket, Key="a b+ü.csv")
        s3.create_multipart_upload(Bucket=bucket, Key="begun.csv")
    deployments.bucket.ensure()
    plan = plan_destroy(deployments.settings, deployments.session)
    assert plan.versions == {f"{prefix}-gone": 3, deployments.bucket.name: 0}
    left = deployments.destroy()
    assert f"AWS::S3::Bucket {prefix}-kept" in left
    names = [item["Name"] for item in s3.list_buckets()["Buckets"] if item["Name"].startswith(prefix)]
    assert names == [f"{prefix}-kept"]
    assert len(s3.list_object_versions(Bucket=f"{prefix}-kept")["Versions"]) == 2
    remove_bucket(deployments.sandbox, f"{prefix}-kept")


def test_an_interrupted_destroy_is_ended_by_the_next(deployments: Deployments) -> None:
    deployments.stack(BUCKETS)
    deployments.bucket.ensure()
    deployments.bucket.write("scripts/a.py", b"")

    def interrupt(line: str) -> None:
        if line.endswith("deleted") and line.startswith("Stack"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        destroy(plan_destroy(deployments.settings, deployments.session), interrupt, deployments.session)
    assert not deployments.stack().exists()
    assert deployments.bucket.exists()
    deployments.destroy()
    remove_bucket(deployments.sandbox, f"{deployments.settings.prefix}-kept")
    assert plan_destroy(deployments.settings, deployments.session).is_empty
