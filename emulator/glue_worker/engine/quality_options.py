"""The options of EvaluateDataQuality. Pure.

Source: aws-semantics.md §G; AWS Glue's API, `DQResultsPublishingOptions` and `AdditionalOptionKeys`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.glue_worker.engine.errors import GlueError, NotInTarmacError

PUBLISHING = (
    "dataQualityEvaluationContext",
    "enableDataQualityCloudWatchMetrics",
    "enableDataQualityResultsPublishing",
    "resultsS3Prefix",
)
RUNNING = {
    "compositeRuleEvaluation.method": ("COLUMN", "ROW"),
    "dataQualityResultsPublishing.strategy": ("BEST_EFFORT", "STRICT"),
    "observations.scope": ("ALL", "NONE"),
    "performanceTuning.caching": ("CACHE_NOTHING", "CACHE_INPUT"),
    "publishAggregatedMetrics.status": ("DISABLED", "ENABLED"),
}


@dataclass(frozen=True)
class Publishing:
    """Where outcomes go beside the frames; `context` names the evaluation there."""

    context: str = ""
    metrics: bool = False
    results: bool = True
    s3_prefix: str = ""


@dataclass(frozen=True)
class Running:
    """How rules are evaluated."""

    composite_by_row: bool = False
    caches_input: bool = False
    aggregates: bool = False


def publishing(options: Mapping[str, Any]) -> Publishing:
    """From `publishing_options`. Raises NotInTarmacError for an unknown key, GlueError for a bad flag."""
    for name in options:
        if name not in PUBLISHING:
            raise NotInTarmacError(f"the publishing option {name!r} of EvaluateDataQuality")
    return Publishing(
        context=str(options.get("dataQualityEvaluationContext", "")),
        metrics=_flag(options, "enableDataQualityCloudWatchMetrics", default=False),
        results=_flag(options, "enableDataQualityResultsPublishing", default=True),
        s3_prefix=str(options.get("resultsS3Prefix", "")),
    )


def running(options: Mapping[str, Any]) -> Running:
    """From `additional_options`. Raises NotInTarmacError for an unknown key or value."""
    for name, value in options.items():
        if value not in RUNNING.get(name, ()):
            raise NotInTarmacError(f"the additional option {name!r} = {value!r} of EvaluateDataQuality")
    return Running(
        composite_by_row=options.get("compositeRuleEvaluation.method") == "ROW",
        caches_input=options.get("performanceTuning.caching") == "CACHE_INPUT",
        aggregates=options.get("publishAggregatedMetrics.status") == "ENABLED",
    )


def _flag(options: Mapping[str, Any], name: str, default: bool) -> bool:
    text = str(options.get(name, default)).lower()
    if text not in ("true", "false"):
        raise GlueError(f"The publishing option {name} is {options[name]!r}, but must be True or False")
    return text == "true"
