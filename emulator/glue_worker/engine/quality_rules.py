"""DQDL rulesets: parsed by AWS's own parser, and checked for what the open engine would answer wrongly.

The engine is Deequ 2.1.0 with `software.amazon.glue:dqdl` 1.0.0; what it can't do is refused by name, as its
own answer would be a made-up `Failed`, or a wrong `Passed`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pyspark.errors import IllegalArgumentException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as fn

from emulator.glue_worker.engine.errors import NotInTarmacError
from emulator.glue_worker.engine.quality_conditions import OwnRule, own_rule, target_of, type_name

WITHOUT_ENGINE = ("DetectAnomalies", "FileFreshness", "FileMatch", "FileSize", "FileUniqueness")
# How the engine's own messages begin when it can't evaluate a rule.
NOT_EVALUATED = ("Rule (or nested rule) not supported", "Can't execute the assertion", "No executor found")
COMPOSITE = "Composite"
WHOLE_DAYS = ("StaticDate", "NullDateExpression")


@dataclass(frozen=True)
class Ruleset:
    """A parsed ruleset; `parsed` is the parser's own object, `rules` its top-level rules."""

    text: str
    parsed: Any
    rules: list[Any]

    @property
    def names(self) -> list[str]:
        """The rules as the outcomes name them, each once, in their order."""
        return list(dict.fromkeys(rule.toString() for rule in self.rules))

    @property
    def has_analyzers(self) -> bool:
        return len(self.parsed.getAnalyzers()) > 0

    @property
    def has_composites(self) -> bool:
        return any(rule.getRuleType() == COMPOSITE for rule in self.rules)

    def leaves(self) -> list[Any]:
        """All rules that are no combination of others."""
        return [leaf for rule in self.rules for leaf in leaves_of(rule)]


def leaves_of(rule: Any) -> list[Any]:
    """The rules that a rule combines, at any depth; itself if it combines none."""
    if rule.getRuleType() != COMPOSITE:
        return [rule]
    return [leaf for nested in rule.getNestedRules() for leaf in leaves_of(nested)]


def parse(spark: SparkSession, text: str) -> Ruleset:
    """Parses DQDL.

    Raises IllegalArgumentException with the parser's own message, and NotInTarmacError for labels, which are
    newer than the parser.
    """
    jvm: Any = spark._jvm
    try:
        parsed = jvm.com.amazon.deequ.dqdl.util.DefaultDQDLParser.parse(text)
    except IllegalArgumentException as error:
        if "labels" in str(error).lower():
            raise NotInTarmacError("a DQDL ruleset with labels") from error
        raise
    return Ruleset(text, parsed, list(parsed.getRules()))


def own_rules(ruleset: Ruleset, frame: DataFrame) -> list[OwnRule]:
    """The rules that tarmac evaluates itself; all others the engine answers as AWS does.

    Raises NotInTarmacError for the first rule of which neither holds. Looks at the data only where NULLs
    would make the engine's answer wrong.
    """
    types = dict(frame.dtypes)
    nulls = _with_nulls(frame, [column for rule in ruleset.leaves() for column in _needing_values(rule)])
    own = []
    for rule in ruleset.rules:
        if made := own_rule(rule, types.get(target_of(rule), ""), target_of(rule) in nulls):
            own.append(made)
        else:
            _refuse_wrong(leaves_of(rule), types, nulls)
    return own


def _refuse_wrong(rules: list[Any], types: dict[str, str], nulls: list[str]) -> None:
    for rule in rules:
        if what := _lacking(rule, types):
            raise _refused(what, rule.toString())
        if found := [column for column in _needing_values(rule) if column in nulls]:
            raise _refused(f"{rule.getRuleType()} over column {found[0]!r} with NULLs", rule.toString())


def refuse_unevaluated(rule: str, reason: str | None) -> None:
    """Raises NotInTarmacError if a failure's reason says that the engine could not evaluate the rule."""
    if reason and reason.startswith(NOT_EVALUATED):
        raise _refused(f"a part of the rule ({reason})", rule)


def _refused(what: str, rule: str) -> NotInTarmacError:
    return NotInTarmacError(f"In the DQDL rule `{rule}`: {what}")


def _lacking(rule: Any, types: dict[str, str]) -> str:
    """What the engine lacks for this rule; empty if nothing."""
    kind, condition = rule.getRuleType(), rule.getCondition()
    if kind in WITHOUT_ENGINE:
        return f"the rule type {kind}"
    if kind != "ColumnValues" or condition is None:
        return ""
    if type_name(condition) == "DateBasedCondition":
        return _lacking_of_dates(condition, types.get(target_of(rule), ""))
    if rule.getThresholdCondition() is not None:
        return "`with threshold`"
    return _lacking_of_numbers(condition, target_of(rule), types)


def _lacking_of_dates(condition: Any, column_type: str) -> str:
    """The engine compares whole days only, which is wrong for a moment and a column with a time of day."""
    moments = [operand for operand in condition.getOperands() if type_name(operand) not in WHOLE_DAYS]
    return (
        "a time of day (`now()`) for a timestamp" if moments and column_type.startswith("timestamp") else ""
    )


def _lacking_of_numbers(condition: Any, target: str, types: dict[str, str]) -> str:
    """In a list the engine writes numbers as doubles, and the string `5` is not `5.0`."""
    is_list = type_name(condition) == "NumberBasedCondition" and "IN" in condition.getOperator().name()
    is_text = types.get(target) == "string"
    return f"a list of numbers for the string column {target!r}" if is_list and is_text else ""


def _needing_values(rule: Any) -> list[str]:
    """The columns in which a NULL would make the engine's answer wrong.

    NULL counts as length 0 (AWS: "ColumnLength", "Null behavior"), which the engine passes over; of a key of
    several columns it does not check completeness.
    """
    kind = rule.getRuleType()
    if kind == "ColumnLength":
        return [target_of(rule)]
    columns = [str(value) for name, value in rule.getParameters().items() if name.startswith("TargetColumn")]
    return columns if kind == "IsPrimaryKey" and len(columns) > 1 else []


def _with_nulls(frame: DataFrame, columns: list[str]) -> list[str]:
    there = [column for column in columns if column in frame.columns]
    if not there:
        return []
    row = frame.agg(*[fn.max(frame[f"`{column}`"].isNull()).alias(column) for column in there]).first()
    return [column for column in there if row is not None and row[column]]
