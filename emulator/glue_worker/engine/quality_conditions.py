"""Row conditions of the DQDL rules that tarmac evaluates itself, as the open engine answers them wrongly.

These are `ColumnValues … with threshold`, whose threshold the engine passes over, and `ColumnLength` over
NULLs. Source: AWS Glue's developer guide, "ColumnValues" and "ColumnLength", "Null behavior": NULL fails all
conditions on values but `!=` and `not in`, and has the length 0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pyspark.sql import Column
from pyspark.sql import functions as fn

from emulator.glue_worker.engine.errors import NotInTarmacError

Comparison = Callable[[Column, list[float]], Column]
# `between` is without its bounds, in DQDL.
_COMPARISONS: dict[str, Comparison] = {
    "GREATER_THAN": lambda value, to: value > to[0],
    "GREATER_THAN_EQUAL_TO": lambda value, to: value >= to[0],
    "LESS_THAN": lambda value, to: value < to[0],
    "LESS_THAN_EQUAL_TO": lambda value, to: value <= to[0],
    "BETWEEN": lambda value, to: (value > to[0]) & (value < to[1]),
    "NOT_BETWEEN": lambda value, to: (value <= to[0]) | (value >= to[1]),
}
_MATCHES = ("MATCHES", "NOT_MATCHES")
_NEGATED = ("NOT_EQUALS", "NOT_IN")
_KEYWORDS: dict[str, Callable[[Column], Column]] = {
    "NULL": lambda value: value.isNull(),
    "EMPTY": lambda value: value == "",
    "WHITESPACES_ONLY": lambda value: (fn.trim(value) == "") & (value != ""),
}


@dataclass(frozen=True)
class OwnRule:
    """A rule that tarmac evaluates: whether a row passes (NULL if it is left out), and the metric's name."""

    rule: Any
    verdict: Column
    metric: str


def own_rule(rule: Any, column_type: str, has_nulls: bool) -> OwnRule | None:
    """The rule as tarmac evaluates it; None if the engine's answer is right, or if there is no condition.

    `column_type` is the target column's, empty if the frame has none. Raises NotInTarmacError for operands
    that are no plain values.
    """
    kind = rule.getRuleType()
    if kind not in ("ColumnLength", "ColumnValues"):
        return None
    target, condition = target_of(rule), rule.getCondition()
    value = fn.col(f"`{target}`")
    if kind == "ColumnLength" and has_nulls and column_type == "string":
        length = fn.length(fn.coalesce(value, fn.lit("")))
        return _own(rule, _of_numbers(length, condition, rule), f"Column.{target}.LengthCompliance")
    if kind == "ColumnLength" or rule.getThresholdCondition() is None or not column_type:
        return None
    metric = f"Column.{target}.ColumnValues.Compliance"
    if type_name(condition) == "StringBasedCondition":
        return _own(rule, _of_strings(value, condition), metric)
    if _is_of_numbers(condition, column_type):
        return _own(rule, _of_numbers(value, condition, rule), metric)
    return None


def _is_of_numbers(condition: Any, column_type: str) -> bool:
    """A condition on numbers that fits the column; that with a bare NULL fits any."""
    if type_name(condition) != "NumberBasedCondition":
        return False
    has_numbers = any(type_name(operand) != "NullNumericOperand" for operand in condition.getOperands())
    return column_type != "string" or not has_numbers


def type_name(java_object: Any) -> str:
    """The name of a Java object's class, without its package."""
    return str(java_object.getClass().getSimpleName())


def target_of(rule: Any) -> str:
    """The column that a rule is about; empty if it is about none, or several."""
    return str((rule.getParameters() or {}).get("TargetColumn") or "")


def _own(rule: Any, passes: Column, metric: str) -> OwnRule:
    where = rule.getWhereClause()
    whole = fn.coalesce(passes, fn.lit(False))
    return OwnRule(rule, whole if where is None else fn.when(fn.expr(where), whole), metric)


def _of_numbers(value: Column, condition: Any, rule: Any) -> Column:
    operator = condition.getOperator().name()
    operands = list(condition.getOperands())
    numbers = [float(op.getOperand()) for op in operands if type_name(op) == "AtomicNumberOperand"]
    nulls = [operand for operand in operands if type_name(operand) == "NullNumericOperand"]
    if len(numbers) + len(nulls) != len(operands) or (nulls and operator in _COMPARISONS):
        raise NotInTarmacError(f"In the DQDL rule `{rule.toString()}`: an operand that is no plain number")
    if operator in _COMPARISONS:
        return _COMPARISONS[operator](value, numbers)
    return _among([value.isin(numbers), *(value.isNull() for _ in nulls)], operator)


def _of_strings(value: Column, condition: Any) -> Column:
    operator = condition.getOperator().name()
    operands = list(condition.getOperands())
    if operator in _MATCHES:
        pattern = operands[0].getOperand()
        # The engine's own patterns, so that a rule means the same with a threshold and without one.
        return value.rlike(f"^{pattern}$" if operator == "MATCHES" else rf"^(?!\b{pattern}\b).*$")
    keywords = [op.formatOperand() for op in operands if type_name(op) == "KeywordStringOperand"]
    texts = [op.getOperand() for op in operands if type_name(op) == "QuotedStringOperand"]
    return _among([value.isin(texts), *(_KEYWORDS[word](value) for word in keywords)], operator)


def _among(alternatives: list[Column], operator: str) -> Column:
    """Whether one of these holds; or, negated, none of them: a NULL then passes unless it is among them."""
    found = fn.lit(False)
    for alternative in alternatives:
        found = found | fn.coalesce(alternative, fn.lit(False))
    return ~found if operator in _NEGATED else found
