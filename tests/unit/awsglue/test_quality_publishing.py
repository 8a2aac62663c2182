"""The options of EvaluateDataQuality, and what its outcomes are published as."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from emulator.glue_worker.engine import quality_options, quality_results
from emulator.glue_worker.engine.errors import GlueError, NotInTarmacError
from emulator.glue_worker.engine.quality import RuleOutcome
from emulator.glue_worker.engine.quality_results import Result

AT = dt.datetime(2026, 3, 4, 5, 6, 7, tzinfo=dt.UTC)
OUTCOMES = [
    RuleOutcome("RowCount > 0", "Passed", None, {"Dataset.*.RowCount": 3.0}),
    RuleOutcome('IsComplete "é"', "Failed", "Value: 0.5", {"Column.é.Completeness": 0.5}),
]
RESULT = Result("dqresult-1", "orders", "load", "jr_1", AT, OUTCOMES)


def test_results_are_published_and_metrics_are_not_unless_asked_for() -> None:
    assert quality_options.publishing({}) == quality_options.Publishing("", False, True, "")


@pytest.mark.parametrize("value", [True, "true", "True"])
def test_a_flag_may_be_a_text(value: object) -> None:
    assert quality_options.publishing({"enableDataQualityCloudWatchMetrics": value}).metrics


def test_a_flag_that_is_none_is_told() -> None:
    with pytest.raises(GlueError, match="enableDataQualityCloudWatchMetrics is 'yes'"):
        quality_options.publishing({"enableDataQualityCloudWatchMetrics": "yes"})


def test_an_unknown_publishing_option_is_refused_by_name() -> None:
    with pytest.raises(NotInTarmacError, match="'resultsS3prefix'"):
        quality_options.publishing({"resultsS3prefix": "s3://b"})


def test_studios_additional_options_are_understood() -> None:
    options = {
        "observations.scope": "ALL",
        "performanceTuning.caching": "CACHE_INPUT",
        "dataQualityResultsPublishing.strategy": "BEST_EFFORT",
        "compositeRuleEvaluation.method": "ROW",
        "publishAggregatedMetrics.status": "ENABLED",
    }
    assert quality_options.running(options) == quality_options.Running(True, True, True)


@pytest.mark.parametrize(("name", "value"), [("x", "y"), ("observations.scope", "SOME")])
def test_an_unknown_additional_option_or_value_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(NotInTarmacError, match=f"'{name}' = '{value}'"):
        quality_options.running({name: value})


@pytest.mark.parametrize(
    ("prefix", "bucket", "folder"),
    [("s3://b/a/c/", "b", "a/c/"), ("s3://b", "b", ""), ("b", "b", ""), ("b/a", "b", "a/")],
)
def test_results_lie_in_folders_of_the_date(prefix: str, bucket: str, folder: str) -> None:
    key = f"{folder}year=2026/month=03/day=04/dqresult-1.json"
    assert quality_results.location(prefix, RESULT) == (bucket, key)


def test_results_are_a_json_object_per_rule() -> None:
    lines = [json.loads(line) for line in quality_results.json_lines(RESULT).splitlines()]
    assert lines[1] == {
        "jobName": "load",
        "jobRunId": "jr_1",
        "evaluationContext": "orders",
        "resultId": "dqresult-1",
        "evaluationCompletedOn": "2026-03-04T05:06:07+00:00",
        "rule": 'IsComplete "é"',
        "outcome": "Failed",
        "failureReason": "Value: 0.5",
        "evaluatedMetrics": {"Column.é.Completeness": 0.5},
    }


def test_metrics_have_the_context_and_the_job_as_dimensions() -> None:
    passed, failed = quality_results.metrics(RESULT)
    assert passed["MetricName"] == "glue.data.quality.rules.passed"
    assert (passed["Value"], failed["Value"]) == (1.0, 1.0)
    assert passed["Dimensions"] == [
        {"Name": "EvaluationContext", "Value": "orders"},
        {"Name": "JobName", "Value": "load"},
    ]


def test_the_event_names_the_job_its_run_and_the_score() -> None:
    entry = quality_results.event(RESULT)
    detail = json.loads(entry["Detail"])
    assert entry["Source"] == "aws.glue-dataquality"
    assert detail["context"] == {
        "jobId": "jr_1",
        "jobName": "load",
        "evaluationContext": "orders",
        "contextType": "GLUE_JOB",
    }
    assert (detail["state"], detail["score"], detail["numRulesFailed"]) == ("FAILED", 0.5, 1)
