"""Which rules each row passes: the engine's answer, and the rule types that it only answers for all rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as fn
from pyspark.sql import types as t

from emulator.glue_worker.engine.errors import NotInTarmacError
from emulator.glue_worker.engine.quality_conditions import OwnRule
from emulator.glue_worker.engine.quality_rules import COMPOSITE, Ruleset, leaves_of

PASS, FAIL, SKIP = "DataQualityRulesPass", "DataQualityRulesFail", "DataQualityRulesSkip"
RESULT = "DataQualityEvaluationResult"
# AWS answers these for each row; the engine has a condition for the first two, and none for the others.
WITH_CONDITION = ("ColumnDataType", "DataFreshness")
WITHOUT_CONDITION = ("DatasetMatch", "ReferentialIntegrity")
_VERDICT = "tarmac row verdict"


def completed(
    rows: DataFrame, columns: list[str], ruleset: Ruleset, executable: list[Any], own: list[OwnRule]
) -> DataFrame:
    """The engine's rows with the verdicts that it lacks, and nothing of its own.

    `columns` are those of the frame, `executable` the engine's forms of the ruleset's rules, `own` the rules
    that tarmac evaluates. Raises NotInTarmacError for a rule that AWS answers for each row and the engine
    does not.
    """
    for rule in ruleset.rules:
        _refuse_without_condition(rule)
    verdicts = {
        rule.dqRule().toString(): _verdict(rule)
        for rule in executable
        if rule.dqRule().getRuleType() in WITH_CONDITION
    }
    verdicts |= {one.rule.toString(): one.verdict for one in own}
    return _with_verdicts(rows, verdicts).select(*[f"`{name}`" for name in columns], PASS, FAIL, SKIP, RESULT)


def counted(rows: DataFrame, names: list[str]) -> tuple[dict[str, tuple[int, int, int]], int, int]:
    """How many rows passed, failed and were skipped by each rule; all rows; those that failed no rule."""
    per_rule = [
        fn.count_if(fn.array_contains(column, name)) for name in names for column in (PASS, FAIL, SKIP)
    ]
    counts = rows.agg(*per_rule, fn.count("*"), fn.count_if(fn.col(RESULT) == "Passed")).collect()[0]
    by_rule = {
        name: (counts[3 * at], counts[3 * at + 1], counts[3 * at + 2]) for at, name in enumerate(names)
    }
    return by_rule, counts[-2], counts[-1]


def _refuse_without_condition(rule: Any) -> None:
    types = [leaf.getRuleType() for leaf in leaves_of(rule)]
    lacking = WITHOUT_CONDITION + (WITH_CONDITION if rule.getRuleType() == COMPOSITE else ())
    for kind in types:
        if kind in lacking:
            raise NotInTarmacError(
                f"rowLevelOutcomes of the DQDL rule `{rule.toString()}` ({kind})",
                "its ruleOutcomes are there",
            )


def _verdict(executable: Any) -> Column:
    """Whether a row passes; NULL for one that the rule's where clause leaves out."""
    passes = fn.coalesce(Column(executable.outcomeExpression()), fn.lit(False))
    where = executable.dqRule().getWhereClause()
    return passes if where is None else fn.when(fn.expr(where), passes)


def _with_verdicts(rows: DataFrame, verdicts: dict[str, Column]) -> DataFrame:
    """The rows with these rules' verdicts in place of the engine's; in two steps, however many they are."""
    if not verdicts:
        return rows
    names = {f"{_VERDICT} {number}": name for number, name in enumerate(verdicts)}
    judged = rows.withColumns(dict(zip(names, verdicts.values(), strict=True)))
    places = {PASS: lambda v: v, FAIL: lambda v: ~v, SKIP: lambda v: v.isNull()}
    arrays = {array: _with_rules(array, names, place) for array, place in places.items()}
    return judged.withColumns(arrays).withColumn(
        RESULT, fn.when(fn.size(FAIL) == 0, "Passed").otherwise("Failed")
    )


def _with_rules(array: str, names: dict[str, str], place: Callable[[Column], Column]) -> Column:
    """The array with the rules whose verdict belongs there, and without the others; `names` by column."""
    engines = fn.filter(array, lambda rule: ~rule.isin(list(names.values())))
    ours = fn.array(*[fn.when(place(fn.col(f"`{column}`")), name) for column, name in names.items()])
    return fn.concat(engines, fn.array_compact(ours))


AGGREGATED_SCHEMA = t.StructType(
    [
        t.StructField(name, t.LongType())
        for name in (
            *("TotalRowsProcessed", "PassedRows", "FailedRows"),
            *("TotalRulesProcessed", "RulesPassed", "RulesFailed"),
        )
    ]
)
