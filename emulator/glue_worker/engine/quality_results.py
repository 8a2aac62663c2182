"""Publishes the outcomes of an evaluation: log, S3, CloudWatch metrics and EventBridge.

Source: aws-semantics.md §G; "Set up alerts, deployments and scheduling for AWS Glue Data Quality" (metrics,
event, and that the event needs the metrics). The names of the JSON's fields are those that AWS writes for
evaluations of catalog tables; for jobs they are unverified.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from dataclasses import dataclass
from typing import Any, Literal

import boto3

from emulator.glue_worker import run_context
from emulator.glue_worker.engine.job_logger import JobLogger
from emulator.glue_worker.engine.quality import Evaluation, RuleOutcome
from emulator.glue_worker.engine.quality_options import Publishing

NAMESPACE = "Glue Data Quality"
EVENT_SOURCE = "aws.glue-dataquality"
EVENT_TYPE = "Data Quality Evaluation Results Available"


@dataclass(frozen=True)
class Result:
    """The outcomes of one evaluation, with what they are published under."""

    result_id: str
    context: str
    job_name: str
    job_run_id: str
    completed: dt.datetime
    outcomes: list[RuleOutcome]

    @property
    def failed(self) -> list[RuleOutcome]:
        return [outcome for outcome in self.outcomes if not outcome.passed]

    @property
    def passed(self) -> int:
        return len(self.outcomes) - len(self.failed)


def publish(evaluation: Evaluation, publishing: Publishing) -> None:
    """Logs the outcomes and sends them where the options say.

    Raises botocore's ClientError when S3, CloudWatch or EventBridge refuse them.
    """
    result = _result(evaluation.outcomes, publishing.context)
    _log(result, evaluation.ruleset.has_analyzers)
    if publishing.s3_prefix:
        _write(result, publishing.s3_prefix)
    if publishing.metrics:
        _client("cloudwatch").put_metric_data(Namespace=NAMESPACE, MetricData=metrics(result))
        _client("events").put_events(Entries=[event(result)])


def metrics(result: Result) -> list[dict[str, Any]]:
    """The number of rules that passed and of those that failed."""
    names = {"EvaluationContext": result.context, "JobName": result.job_name}
    dimensions = [{"Name": name, "Value": value} for name, value in names.items() if value]
    counts = {"passed": result.passed, "failed": len(result.failed)}
    return [
        {
            "MetricName": f"glue.data.quality.rules.{name}",
            "Dimensions": dimensions,
            "Timestamp": result.completed,
            "Value": float(count),
            "Unit": "Count",
        }
        for name, count in counts.items()
    ]


def event(result: Result) -> dict[str, str]:
    """The event's entry for PutEvents, with the detail as AWS sends it for jobs."""
    detail = {
        "resultId": result.result_id,
        "context": {
            "jobId": result.job_run_id,
            "jobName": result.job_name,
            "evaluationContext": result.context,
            "contextType": "GLUE_JOB",
        },
        "rulesetNames": [result.context],
        "state": "FAILED" if result.failed else "SUCCEEDED",
        "score": result.passed / len(result.outcomes) if result.outcomes else 1.0,
        "numRulesSucceeded": result.passed,
        "numRulesFailed": len(result.failed),
        "numRulesSkipped": 0,
    }
    return {"Source": EVENT_SOURCE, "DetailType": EVENT_TYPE, "Detail": json.dumps(detail)}


def json_lines(result: Result) -> str:
    """A JSON object per rule, one a line."""
    lines = [
        {
            "jobName": result.job_name,
            "jobRunId": result.job_run_id,
            "evaluationContext": result.context,
            "resultId": result.result_id,
            "evaluationCompletedOn": result.completed.isoformat(),
            "rule": outcome.rule,
            "outcome": outcome.outcome,
            "failureReason": outcome.failure_reason,
            "evaluatedMetrics": outcome.evaluated_metrics,
        }
        for outcome in result.outcomes
    ]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def location(prefix: str, result: Result) -> tuple[str, str]:
    """Bucket and key: the prefix, with or without `s3://`, then folders of the date, then the result's id."""
    bucket, _, folder = prefix.removeprefix("s3://").partition("/")
    date = result.completed.strftime("year=%Y/month=%m/day=%d")
    parts = (folder.strip("/"), date, f"{result.result_id}.json")
    return bucket, "/".join(part for part in parts if part)


def _result(outcomes: list[RuleOutcome], context: str) -> Result:
    run = run_context.current()
    names = (run.assignment.job_name, run.assignment.run_id) if run is not None else ("", "")
    return Result(f"dqresult-{uuid.uuid4().hex}", context, *names, dt.datetime.now(dt.UTC), outcomes)


def _client(service: Literal["cloudwatch", "events", "s3"]) -> Any:
    return boto3.client(service)


def _write(result: Result, prefix: str) -> None:
    bucket, key = location(prefix, result)
    _client("s3").put_object(Bucket=bucket, Key=key, Body=json_lines(result).encode())


def _log(result: Result, has_analyzers: bool) -> None:
    name = f" {result.context}" if result.context else ""
    logger = JobLogger()
    logger.info(f"Data quality{name}: {result.passed} of {len(result.outcomes)} rules passed")
    for outcome in result.failed:
        logger.warn(f"Data quality{name}: {outcome.rule} failed: {outcome.failure_reason}")
    if has_analyzers:
        logger.warn(f"Data quality{name}: tarmac evaluates no analyzers and detects no anomalies")
