"""`EvaluateDataQuality`: DQDL rules on a DynamicFrame, on the open engine of Deequ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from awsglue.dynamicframe import DynamicFrame, DynamicFrameCollection
from awsglue.transforms.transform import GlueTransform

from emulator.glue_worker.engine import quality, quality_options, quality_results
from emulator.glue_worker.engine.lazy_frame import LazyFrame

Options = Mapping[str, Any]


class EvaluateDataQuality(GlueTransform):
    """Evaluates a ruleset; a rule that fails does not fail the job.

    Both forms take aliases of further frames in `additional_data_sources`, write what `publishing_options`
    ask for, and raise NotInTarmacError for a rule or an option that the engine does not have, and Spark's
    IllegalArgumentException for a ruleset that is no DQDL. Source: aws-semantics.md §G, "Data quality for ETL
    jobs in AWS Glue Studio" in AWS Glue's developer guide.
    """

    DATA_QUALITY_RULE_OUTCOMES_KEY = "ruleOutcomes"

    def __call__(
        self,
        frame: DynamicFrame,
        ruleset: str,
        publishing_options: Options | None = None,
        additional_data_sources: Mapping[str, DynamicFrame] | None = None,
        additional_options: Options | None = None,
        transformation_ctx: str = "",
    ) -> DynamicFrame:
        """The outcome of each rule: `Rule, Outcome, FailureReason, EvaluatedMetrics, EvaluatedRule`.

        `Outcome` is Passed or Failed; `EvaluatedMetrics` maps names to doubles.
        """
        made = self.process_rows(
            frame, ruleset, publishing_options, additional_data_sources, additional_options
        )
        outcomes: DynamicFrame = made.select(self.DATA_QUALITY_RULE_OUTCOMES_KEY)
        return outcomes

    def process_rows(
        self,
        frame: DynamicFrame,
        ruleset: str,
        publishing_options: Options | None = None,
        additional_data_sources: Mapping[str, DynamicFrame] | None = None,
        additional_options: Options | None = None,
        transformation_ctx: str = "",
    ) -> DynamicFrameCollection:
        """The frames `originalData`, `ruleOutcomes` and `rowLevelOutcomes`.

        `rowLevelOutcomes` are the rows with three arrays of rules, `DataQualityRulesPass`,
        `DataQualityRulesFail`, `DataQualityRulesSkip`, and `DataQualityEvaluationResult` (Passed, Failed).
        With `publishAggregatedMetrics.status` there are also `aggregatedMetrics`, and row counts per rule.
        """
        publishing = quality_options.publishing(publishing_options or {})
        running = quality_options.running(additional_options or {})
        sources = {alias: other.toDF() for alias, other in (additional_data_sources or {}).items()}
        evaluation = quality.evaluate(frame.toDF(), ruleset, sources, running)
        quality_results.publish(evaluation, publishing)
        named = {"originalData": LazyFrame.of(frame.toDF()), **evaluation.frames()}
        frames = {name: DynamicFrame(content, frame.glue_ctx, name) for name, content in named.items()}
        return DynamicFrameCollection(frames, frame.glue_ctx)
