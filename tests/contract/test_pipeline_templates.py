"""The example's template on a running sandbox: created, left alone, updated in place, and cleaned up."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import boto3
import pytest

from emulator.stack.sandbox import Sandbox
from pipeline.cloudformation_stack import Stack
from pipeline.deploy import Deployment, deploy
from pipeline.errors import StackError, StatementError
from pipeline.settings import PipelineSettings, load_settings
from pipeline.warehouse_setup import Warehouse
from scripts.pipeline_deployment import pipeline_environment

Deploy = Callable[[PipelineSettings], tuple[Deployment, str]]

BROKEN_TEMPLATE = """
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: broken-template-queue
  StateMachine:
    Type: AWS::StepFunctions::StateMachine
    DependsOn: Queue
    Properties:
      RoleArn: arn:aws:iam::000000000000:role/none
      DefinitionString: "this is no state machine"
"""


@pytest.fixture
def settings(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> PipelineSettings:
    for name, value in pipeline_environment(sandbox.settings).items():
        monkeypatch.setenv(name, value)
    return replace(load_settings("local"), prefix="templates")


@pytest.fixture
def deployed(settings: PipelineSettings) -> Deploy:
    """Deploys and gives the names and what was reported."""

    def run(wanted: PipelineSettings) -> tuple[Deployment, str]:
        lines: list[str] = []
        return deploy(wanted, lines.append), "\n".join(lines)

    return run


def job_arguments(sandbox: Sandbox, name: str) -> dict[str, str]:
    found: dict[str, str] = sandbox.client("glue").get_job(JobName=name)["Job"]["DefaultArguments"]
    return found


def poll_setting(sandbox: Sandbox, arn: str) -> Any:
    found = sandbox.client("stepfunctions").describe_state_machine(stateMachineArn=arn)
    return json.loads(found["definition"])["States"]["ReadSettings"]["Parameters"]["PollSeconds.$"]


def test_deploying_twice_changes_nothing(settings: PipelineSettings, deployed: Deploy) -> None:
    first, _ = deployed(settings)
    second, report = deployed(settings)
    assert second == first
    assert "nothing uploaded" in report
    assert "nothing to change" in report


def test_a_changed_setting_is_updated_in_place(
    sandbox: Sandbox, settings: PipelineSettings, deployed: Deploy
) -> None:
    before, _ = deployed(settings)
    after, report = deployed(replace(settings, max_rejected_ratio=0.25, poll_seconds=7))
    assert "updated" in report
    assert after == before
    assert job_arguments(sandbox, after.job)["--max_rejected_ratio"] == "0.25"
    assert poll_setting(sandbox, after.state_machine_arn) == "States.StringToJson('7')"


def test_the_airports_are_there_once_however_often_they_are_loaded(
    sandbox: Sandbox, settings: PipelineSettings, deployed: Deploy
) -> None:
    deployed(settings)
    deployed(settings)
    counted = sandbox.query("SELECT COUNT(*), COUNT(DISTINCT airport_id) FROM airlines.dim_airport_codes")
    assert counted == [(365, 365)]


def test_the_crawled_airports_table_is_the_one_that_the_job_reads(
    sandbox: Sandbox, settings: PipelineSettings, deployed: Deploy
) -> None:
    deployment, _ = deployed(settings)
    table = job_arguments(sandbox, deployment.job)["--airports_table"]
    found = sandbox.client("glue").get_table(DatabaseName=deployment.catalog_database, Name=table)["Table"]
    names = [column["Name"] for column in found["StorageDescriptor"]["Columns"]]
    assert names == ["airport_id", "city", "state", "name"]


def test_two_deployments_live_side_by_side(settings: PipelineSettings, deployed: Deploy) -> None:
    one, _ = deployed(settings)
    other, _ = deployed(replace(settings, prefix="templates-two"))
    assert one.raw_bucket != other.raw_bucket
    assert one.state_machine_arn != other.state_machine_arn
    assert one.catalog_database != other.catalog_database


def test_the_deployed_rule_matches_dropped_files_only(
    sandbox: Sandbox, settings: PipelineSettings, deployed: Deploy
) -> None:
    deployment, _ = deployed(settings)
    events = sandbox.client("events")
    pattern = events.describe_rule(Name=deployment.rule)["EventPattern"]

    def matches(key: str) -> bool:
        detail = {"bucket": {"name": deployment.raw_bucket}, "object": {"key": key}}
        event = {
            **{"id": "1", "account": "000000000000", "time": "2026-09-01T00:00:00Z", "region": "us-east-1"},
            **{"source": "aws.s3", "detail-type": "Object Created", "resources": [], "detail": detail},
        }
        return bool(events.test_event_pattern(EventPattern=pattern, Event=json.dumps(event))["Result"])

    assert matches("raw/year=2026/month=09/day=01/a b+c%20.csv")
    assert not matches("raw/notes.txt")
    assert not matches("temp/part-0000.csv")


@pytest.mark.usefixtures("settings")
def test_a_failed_create_is_explained_and_leaves_nothing(sandbox: Sandbox) -> None:
    stack = Stack(boto3.client("cloudformation"), "templates-broken")
    with pytest.raises(StackError, match="StateMachine"):
        stack.deploy(BROKEN_TEMPLATE, {})
    assert stack.status() in (None, "DELETE_COMPLETE")
    assert "QueueUrls" not in sandbox.client("sqs").list_queues(QueueNamePrefix="broken-template")
    good = BROKEN_TEMPLATE.split("  StateMachine:")[0]
    assert stack.deploy(good, {}) == "created"
    stack.delete()


def test_a_statement_that_the_warehouse_refuses_says_why(settings: PipelineSettings) -> None:
    warehouse = Warehouse(boto3.client("redshift-data"), settings)
    with pytest.raises(StatementError, match="Could not load the airports"):
        warehouse.load_airports("s3://no-such-bucket/airports.csv", "arn:aws:iam::000000000000:role/none")
