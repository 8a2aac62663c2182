"""Evaluates DQDL rulesets on Deequ's evaluator, which brings AWS's own result columns.

Source: aws-semantics.md §G. Where the engine answers otherwise than AWS, its answer is put right here
(nested rules listed as rules of their own, no `EvaluatedRule`, `primary` unknown to scalar CustomSql) or
refused (`quality_rules`, `quality_rows`).
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import functions as fn
from pyspark.sql import types as t

from emulator.glue_worker.engine import quality_rows, quality_rules
from emulator.glue_worker.engine.errors import NotInTarmacError
from emulator.glue_worker.engine.lazy_frame import LazyFrame
from emulator.glue_worker.engine.quality_conditions import OwnRule
from emulator.glue_worker.engine.quality_options import Running
from emulator.glue_worker.engine.quality_rules import Ruleset
from emulator.glue_worker.engine.spark_session import inspecting

PRIMARY = "primary"
CUSTOM_SQL_METRIC = "Dataset.*.CustomSQL"
OUTCOME_SCHEMA = t.StructType(
    [
        t.StructField("Rule", t.StringType()),
        t.StructField("Outcome", t.StringType()),
        t.StructField("FailureReason", t.StringType()),
        t.StructField("EvaluatedMetrics", t.MapType(t.StringType(), t.DoubleType())),
        t.StructField("EvaluatedRule", t.StringType()),
    ]
)
COUNTS = ("PassedCount", "FailedCount", "SkippedCount", "TotalCount")


@dataclass(frozen=True)
class RuleOutcome:
    """What became of one rule; `outcome` is Passed or Failed."""

    rule: str
    outcome: str
    failure_reason: str | None
    evaluated_metrics: dict[str, float]

    @property
    def passed(self) -> bool:
        return self.outcome == "Passed"


@dataclass(frozen=True)
class Evaluation:
    """The outcomes of a ruleset on a frame; the rows' verdicts are computed when they are asked for."""

    spark: SparkSession
    ruleset: Ruleset
    running: Running
    outcomes: list[RuleOutcome]
    frame: DataFrame
    engine_rows: DataFrame
    executable: list[Any]
    own: list[OwnRule]

    @functools.cached_property
    def rows(self) -> DataFrame:
        """The rows with their verdicts. Raises NotInTarmacError where the engine has none."""
        return quality_rows.completed(
            self.engine_rows, self.frame.columns, self.ruleset, self.executable, self.own
        )

    def frames(self) -> dict[str, LazyFrame]:
        """`ruleOutcomes`, `rowLevelOutcomes` and, if asked for, `aggregatedMetrics`."""
        frames = {
            "ruleOutcomes": LazyFrame(self._rule_outcomes),
            "rowLevelOutcomes": LazyFrame(lambda: self.rows),
        }
        return frames | (
            {"aggregatedMetrics": LazyFrame(self._aggregated)} if self.running.aggregates else {}
        )

    @functools.cached_property
    def _counts(self) -> tuple[dict[str, tuple[int, int, int]], int, int]:
        with inspecting(self.spark):
            return quality_rows.counted(self.rows, self.ruleset.names)

    def _rule_outcomes(self) -> DataFrame:
        rows = [(o.rule, o.outcome, o.failure_reason, o.evaluated_metrics, o.rule) for o in self.outcomes]
        if not self.running.aggregates:
            return self.spark.createDataFrame(rows, OUTCOME_SCHEMA)
        by_rule, total, _ = self._counts
        counts = [t.StructField(name, t.LongType()) for name in COUNTS]
        counted = [(*row, *by_rule[row[0]], total) for row in rows]
        return self.spark.createDataFrame(counted, t.StructType([*OUTCOME_SCHEMA.fields, *counts]))

    def _aggregated(self) -> DataFrame:
        _, total, passed = self._counts
        rules_passed = sum(outcome.passed for outcome in self.outcomes)
        rules = len(self.outcomes)
        row = (total, passed, total - passed, rules, rules_passed, rules - rules_passed)
        return self.spark.createDataFrame([row], quality_rows.AGGREGATED_SCHEMA)


def evaluate(
    frame: DataFrame, ruleset: str, sources: Mapping[str, DataFrame], running: Running
) -> Evaluation:
    """Evaluates the ruleset on the frame, at once; `sources` are further frames by alias.

    Raises IllegalArgumentException for a ruleset that is no DQDL, NotInTarmacError for a rule that the engine
    can't answer.
    """
    spark = frame.sparkSession
    if running.caches_input:
        frame.persist()
    rules = quality_rules.parse(spark, ruleset)
    if running.composite_by_row and rules.has_composites:
        raise NotInTarmacError("`compositeRuleEvaluation.method` = ROW with composite rules")
    with inspecting(spark), _as_views(spark, {**sources, PRIMARY: frame}):
        own = quality_rules.own_rules(rules, frame)
        made = _engine(spark).EvaluateDataQuality.processRows(frame._jdf, ruleset, _scala_map(spark, sources))
        outcomes = _outcomes(DataFrame(made.apply("ruleOutcomes"), spark), rules)
        outcomes = _with_own_outcomes(_with_own_metrics(outcomes, frame), own, frame)
    rows = DataFrame(made.apply("rowLevelOutcomes"), spark)
    return Evaluation(spark, rules, running, outcomes, frame, rows, _executable(spark, rules), own)


def _engine(spark: SparkSession) -> Any:
    jvm: Any = spark._jvm
    return jvm.com.amazon.deequ.dqdl


def _executable(spark: SparkSession, rules: Ruleset) -> list[Any]:
    found = _engine(spark).translation.DQDLRuleTranslator.toExecutableRules(rules.parsed)
    return [found.apply(index) for index in range(found.size())]


def _scala_map(spark: SparkSession, frames: Mapping[str, DataFrame]) -> Any:
    jvm: Any = spark._jvm
    java_map = jvm.java.util.HashMap()
    for name, frame in frames.items():
        java_map.put(name, frame._jdf)
    return jvm.org.apache.spark.api.python.PythonUtils.toScalaMap(java_map)


def _outcomes(frame: DataFrame, rules: Ruleset) -> list[RuleOutcome]:
    """In the ruleset's order, and without the rules that a composite rule combines, as on AWS."""
    found = {row["Rule"]: row for row in frame.collect()}
    for name, row in found.items():
        quality_rules.refuse_unevaluated(name, row["FailureReason"])
    return [_outcome(found[name]) for name in rules.names]


def _outcome(row: Row) -> RuleOutcome:
    metrics = dict(row["EvaluatedMetrics"] or {})
    return RuleOutcome(row["Rule"], row["Outcome"], row["FailureReason"], metrics)


def _with_own_metrics(outcomes: list[RuleOutcome], frame: DataFrame) -> list[RuleOutcome]:
    """Several scalar CustomSql rules share a metric's name in the engine, which then gives them one value."""
    sharing = [outcome for outcome in outcomes if CUSTOM_SQL_METRIC in outcome.evaluated_metrics]
    if len(sharing) < 2:
        return outcomes
    return [_evaluated_alone(outcome, frame) if outcome in sharing else outcome for outcome in outcomes]


def _evaluated_alone(outcome: RuleOutcome, frame: DataFrame) -> RuleOutcome:
    spark = frame.sparkSession
    made = _engine(spark).EvaluateDataQuality.process(frame._jdf, f"Rules = [ {outcome.rule} ]")
    metrics = {name: value for row in DataFrame(made, spark).collect() for name, value in row[3].items()}
    return replace(outcome, evaluated_metrics=metrics)


def _with_own_outcomes(
    outcomes: list[RuleOutcome], own: list[OwnRule], frame: DataFrame
) -> list[RuleOutcome]:
    """The outcomes with those of the rules that tarmac evaluates; with no rows, the engine's stands."""
    if not own:
        return outcomes
    counts = [column for one in own for column in (fn.count_if(one.verdict), fn.count(one.verdict))]
    found = frame.agg(*counts).collect()[0]
    made = {
        one.rule.toString(): _of_ratio(one, found[2 * at] / found[2 * at + 1], frame.sparkSession)
        for at, one in enumerate(own)
        if found[2 * at + 1]
    }
    return [made.get(outcome.rule, outcome) for outcome in outcomes]


def _of_ratio(one: OwnRule, ratio: float, spark: SparkSession) -> RuleOutcome:
    """The outcome of a rule that this share of the rows meets; without a threshold all must."""
    threshold = one.rule.getThresholdCondition()
    evaluator = getattr(getattr(_engine(spark).execution, "DefaultOperandEvaluator$"), "MODULE$")
    passed = ratio == 1.0 if threshold is None else threshold.evaluate(ratio, one.rule, evaluator)
    reason = None if passed else f"Value: {ratio} does not meet the constraint requirement!"
    return RuleOutcome(one.rule.toString(), "Passed" if passed else "Failed", reason, {one.metric: ratio})


@contextmanager
def _as_views(spark: SparkSession, frames: Mapping[str, DataFrame]) -> Iterator[None]:
    """Makes frames known to CustomSql under their names; a script's own views of these names come back."""
    before = {name: spark.table(name) for name in frames if _is_temporary(spark, name)}
    for name, frame in frames.items():
        frame.createOrReplaceTempView(name)
    try:
        yield
    finally:
        for name in frames:
            spark.catalog.dropTempView(name)
        for name, frame in before.items():
            frame.createOrReplaceTempView(name)


def _is_temporary(spark: SparkSession, name: str) -> bool:
    """Whether the session has a view of this name; to list its tables would ask the Data Catalog."""
    session: Any = spark._jsparkSession
    return bool(session.sessionState().catalog().getTempView(name).isDefined())
