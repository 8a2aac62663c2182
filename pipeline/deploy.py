"""Deploys the pipeline: `python -m pipeline.deploy --profile local`.

Where to is boto3's own business (AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL and the like); names and the
warehouse come from the profile. May run again at any time: what is right already stays untouched.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from pipeline.artifacts import ArtifactKeys, ensure_bucket, upload_artifacts
from pipeline.cloudformation_stack import Stack
from pipeline.errors import DeployError
from pipeline.settings import PipelineSettings, SettingsError, load_settings
from pipeline.warehouse_setup import Warehouse

TEMPLATE = Path(__file__).parent / "cloudformation" / "pipeline.yaml"
CRAWL_DEADLINE_S = 900.0


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

    report: Callable[[str], None]

    @contextmanager
    def step(self, title: str) -> Iterator[list[str]]:
        """Texts added to the yielded list end up in the step's line."""
        started = time.monotonic()
        notes: list[str] = []
        yield notes
        note = f": {', '.join(notes)}" if notes else ""
        self.report(f"{title}{note} ({time.monotonic() - started:.1f} s)")


def deploy(
    settings: PipelineSettings, report: Callable[[str], None], session: boto3.Session | None = None
) -> Deployment:
    """Creates or updates everything and returns its names; `report` gets one line a step.

    Raises DeployError when CloudFormation or the warehouse refuses, botocore's errors when AWS can't be
    reached or denies access.
    """
    session = session or boto3.Session()
    steps = Steps(report)
    account = session.client("sts").get_caller_identity()["Account"]
    bucket = f"{settings.prefix}-artifacts-{account}-{session.region_name}"
    with steps.step(f"Artifacts in {bucket}") as notes:
        made = ensure_bucket(session, bucket)
        keys, uploaded = upload_artifacts(session, bucket)
        notes.append(f"{'bucket made, ' if made else ''}{uploaded or 'nothing'} uploaded")
    stack = Stack(session.client("cloudformation"), settings.stack_name)
    with steps.step(f"Stack {settings.stack_name}") as notes:
        outcome = stack.deploy(TEMPLATE.read_text(encoding="utf-8"), _parameters(settings, bucket, keys))
        notes.append("nothing to change" if outcome == "unchanged" else outcome)
    outputs = stack.outputs()
    _prepare_warehouse(session, settings, steps, outputs, f"s3://{bucket}/{keys.airports}")
    return _deployment(settings, bucket, outputs)


def _parameters(settings: PipelineSettings, bucket: str, keys: ArtifactKeys) -> dict[str, str]:
    return {
        "Prefix": settings.prefix,
        "DatabaseName": settings.catalog_database,
        "ArtifactBucket": bucket,
        "ScriptKey": keys.script,
        "LibraryKey": keys.library,
        "DefinitionKey": keys.definition,
        "PollSeconds": str(settings.poll_seconds),
        "MaxRejectedRatio": f"{settings.max_rejected_ratio:g}",
        "WarehouseUrl": settings.warehouse_url,
        "WarehouseDatabase": settings.warehouse_database,
        "WarehouseUser": settings.warehouse_user,
        "WarehousePassword": settings.warehouse_password,
        "WarehouseSecretArn": settings.warehouse_secret_arn,
        "DataQualityRuleset": settings.data_quality_ruleset,
        "AlertEmail": settings.alert_email,
        "WorkerType": settings.worker_type,
        "NumberOfWorkers": str(settings.number_of_workers),
        "JobTimeoutMinutes": str(settings.job_timeout_minutes),
    }


def _prepare_warehouse(
    session: boto3.Session, settings: PipelineSettings, steps: Steps, outputs: dict[str, str], airports: str
) -> None:
    warehouse = Warehouse(session.client("redshift-data"), settings)
    with steps.step("Warehouse tables"):
        warehouse.create_tables()
    with steps.step("Airports loaded by COPY"):
        warehouse.load_airports(airports, outputs["CopyRoleArn"])
    with steps.step(f"Crawler {outputs['AirportsCrawler']}"):
        run_crawler(session, outputs["AirportsCrawler"])


def run_crawler(session: boto3.Session, name: str) -> None:
    """Runs the crawler and waits for its end. Raises DeployError if the crawl fails."""
    glue = session.client("glue")
    # If someone else started it, waiting for its end will do: the tables exist by now.
    with suppress(glue.exceptions.CrawlerRunningException):
        glue.start_crawler(Name=name)
    deadline, wait_s = time.monotonic() + CRAWL_DEADLINE_S, 0.05
    while time.monotonic() < deadline:
        crawler = glue.get_crawler(Name=name)["Crawler"]
        if crawler["State"] == "READY":
            return _check_crawl(name, crawler.get("LastCrawl", {}))
        time.sleep(wait_s)
        wait_s = min(wait_s * 1.5, 5.0)
    raise DeployError(f"Crawler {name} is still {crawler['State']} after {CRAWL_DEADLINE_S:.0f} s")


def _check_crawl(name: str, last_crawl: Mapping[str, Any]) -> None:
    if last_crawl.get("Status") != "SUCCEEDED":
        cause = last_crawl.get("ErrorMessage", "it gave no reason")
        raise DeployError(f"Crawler {name} ended {last_crawl.get('Status', 'without a result')}: {cause}")


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


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m pipeline.deploy", description="Deploy the pipeline.")
    parser.add_argument("--profile", default="local", help="a file of pipeline/profiles (default: local)")
    try:
        deployment = deploy(load_settings(parser.parse_args().profile), print)
    except (DeployError, SettingsError, BotoCoreError, ClientError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Drop files under {deployment.raw_path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
