"""Deploys the pipeline, previews a deploy, and brings an earlier one back.

Where to is boto3's own business (AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL and the like); names and the
warehouse come from the profile. May run again at any time: what is right already stays untouched, and what an
interrupted deploy left is mended.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from functools import cached_property

import boto3

from pipeline import warehouse_stack
from pipeline.artifact_bucket import ArtifactBucket
from pipeline.artifacts import (
    DEFINITION,
    ArtifactKeys,
    artifact_keys,
    definition_text,
    template_text,
    upload_artifacts,
)
from pipeline.aws_account import Identity, identify, open_session
from pipeline.aws_errors import aws_errors_explained
from pipeline.cloudformation_stack import Outcome, Preview, Stack
from pipeline.crawls import run_crawler
from pipeline.definition_check import check_definition
from pipeline.deployment_records import (
    DeploymentRecord,
    keep_record,
    previous_record,
    remove_old_artifacts,
    withdraw_newest,
)
from pipeline.settings import PipelineSettings
from pipeline.template_parameters import template_parameters, without_secrets
from pipeline.warehouse_setup import Warehouse

Report = Callable[[str], None]


@dataclass(frozen=True)
class Deployment:
    """The names of what was deployed."""

    stack: str
    raw_bucket: str
    work_bucket: str
    artifact_bucket: str
    state_machine_arn: str
    topic_arn: str
    job: str
    raw_crawler: str
    airports_crawler: str
    catalog_database: str
    rule: str
    dlq_url: str

    @property
    def raw_path(self) -> str:
        """Where files are dropped: `<raw_path>year=YYYY/month=MM/day=DD/<name>.csv`."""
        return f"s3://{self.raw_bucket}/raw/"


@dataclass
class Steps:
    """Reports each step with its seconds when it has ended."""

    report: Report

    @contextmanager
    def step(self, title: str) -> Iterator[list[str]]:
        """Texts added to the yielded list end up in the step's line."""
        started = time.monotonic()
        notes: list[str] = []
        yield notes
        note = f": {', '.join(notes)}" if notes else ""
        self.report(f"{title}{note} ({time.monotonic() - started:.1f} s)")


def _silent(_: str) -> None:
    """Tells nobody."""


@dataclass
class _Target:
    """Where one deployment goes, and who is told."""

    settings: PipelineSettings
    session: boto3.Session
    identity: Identity
    steps: Steps
    progress: Report  # gets the stacks' events as they come

    @cached_property
    def bucket(self) -> ArtifactBucket:
        return ArtifactBucket.of(self.session, self.settings.prefix, self.identity)

    def stack(self, name: str) -> Stack:
        return Stack(self.session.client("cloudformation"), name, progress=self.progress)


@contextmanager
def _target(
    settings: PipelineSettings, report: Report, session: boto3.Session | None, progress: Report
) -> Iterator[_Target]:
    with aws_errors_explained():
        session = session or open_session(settings)
        yield _Target(settings, session, identify(session, settings), Steps(report), progress)


def deploy(
    settings: PipelineSettings,
    report: Report,
    session: boto3.Session | None = None,
    progress: Report = _silent,
) -> Deployment:
    """Creates or updates everything and returns its names; `report` gets one line a step.

    Raises DeployError (pipeline/errors.py): before anything changes if AWS can't be used or the state machine
    is none, else when CloudFormation or the warehouse refuses; the next deploy goes on from there.
    """
    with _target(settings, report, session, progress) as target:
        _check_definition(target)
        keys = _upload(target)
        settings = target.settings = _with_warehouse(target)
        stack = _deploy_stack(target, keys)
        outputs = stack.outputs()
        _prepare_warehouse(target, outputs, f"s3://{target.bucket.name}/{keys.airports}")
        return _deployment(settings, target.bucket.name, outputs)


def _check_definition(target: _Target) -> None:
    """Before anything changes; one that an earlier deploy has uploaded was checked by that deploy."""
    if not target.bucket.holds(artifact_keys().definition):
        check_definition(target.session.client("stepfunctions"), definition_text(), DEFINITION.name)


def _upload(target: _Target) -> ArtifactKeys:
    bucket = target.bucket
    with target.steps.step(f"Artifacts in {bucket.name}") as notes:
        made = bucket.ensure()
        keys, uploaded = upload_artifacts(bucket)
        notes.append(f"{'bucket made, ' if made else ''}{uploaded or 'nothing'} uploaded")
    return keys


def _with_warehouse(target: _Target) -> PipelineSettings:
    """The settings, completed by what the warehouse stack made if there is to be one."""
    if target.settings.warehouse != "create":
        return target.settings
    stack = target.stack(target.settings.warehouse_stack_name)
    with target.steps.step(f"Stack {stack.name}") as notes:
        notes.append(_words(warehouse_stack.deploy(stack, target.settings)))
    return warehouse_stack.completed(target.settings, stack, target.session)


def _deploy_stack(target: _Target, keys: ArtifactKeys) -> Stack:
    stack, bucket = target.stack(target.settings.stack_name), target.bucket
    parameters = template_parameters(target.settings, bucket.name, keys)
    with target.steps.step(f"Stack {stack.name}") as notes:
        notes.append(_words(stack.deploy(template_text(), parameters, bucket.url(keys.template))))
    record = DeploymentRecord(keys.template, list(astuple(keys)), without_secrets(parameters))
    keep_record(bucket, record)
    removed = remove_old_artifacts(bucket, target.settings.deployments_kept, record.parameters)
    if removed:
        target.steps.report(f"{removed} artifacts removed that no kept deployment names")
    return stack


def _words(outcome: Outcome) -> str:
    return "nothing to change" if outcome == "unchanged" else outcome


def _prepare_warehouse(target: _Target, outputs: dict[str, str], airports: str) -> None:
    warehouse = Warehouse(target.session.client("redshift-data"), target.settings)
    with target.steps.step("Warehouse tables"):
        warehouse.create_tables()
    with target.steps.step("Airports loaded by COPY"):
        warehouse.load_airports(airports, outputs["CopyRoleArn"])
    with target.steps.step(f"Crawler {outputs['AirportsCrawler']}"):
        run_crawler(target.session, outputs["AirportsCrawler"])


def preview(
    settings: PipelineSettings, session: boto3.Session | None = None, progress: Report = _silent
) -> list[Preview]:
    """What a deploy would do to each stack; makes change sets, deletes them, and changes nothing else.

    Raises DeployError as `deploy` does.
    """
    with _target(settings, _silent, session, progress) as target:
        _check_definition(target)
        found = []
        if settings.warehouse == "create":
            warehouse = target.stack(settings.warehouse_stack_name)
            found.append(warehouse_stack.preview(warehouse, settings))
            if found[0].status == "new":
                target.settings = warehouse_stack.to_be_made(settings)
            else:
                target.settings = warehouse_stack.completed(settings, warehouse, target.session)
        keys = artifact_keys()
        parameters = template_parameters(target.settings, target.bucket.name, keys)
        return [*found, target.stack(settings.stack_name).preview(template_text(), parameters)]


def rollback(
    settings: PipelineSettings,
    report: Report,
    session: boto3.Session | None = None,
    progress: Report = _silent,
) -> None:
    """Brings the pipeline's stack back to the deployment before the last one: its template, files and values.

    The warehouse and its tables stay as they are. Raises DeployError if there is no earlier deployment.
    """
    with _target(settings, report, session, progress) as target:
        bucket, stack = target.bucket, target.stack(settings.stack_name)
        time_of, record = previous_record(bucket)
        with target.steps.step(f"Stack {stack.name} back to the deployment of {time_of}") as notes:
            body = bucket.read(record.template)
            notes.append(_words(stack.deploy(body, record.parameters, bucket.url(record.template))))
        withdraw_newest(bucket)


def _deployment(settings: PipelineSettings, bucket: str, outputs: dict[str, str]) -> Deployment:
    return Deployment(
        stack=settings.stack_name,
        raw_bucket=outputs["RawBucket"],
        work_bucket=outputs["WorkBucket"],
        artifact_bucket=bucket,
        state_machine_arn=outputs["StateMachineArn"],
        topic_arn=outputs["TopicArn"],
        job=outputs["JobName"],
        raw_crawler=outputs["RawCrawler"],
        airports_crawler=outputs["AirportsCrawler"],
        catalog_database=outputs["DatabaseName"],
        rule=outputs["RuleName"],
        dlq_url=outputs["UndeliveredEventsUrl"],
    )
