"""Answers whether policies allow requests; runs where the packages of locks/policies.txt are.

Reads {"policies": {role: [document]}, "trust": {role: document}, "requests": [...]} as JSON, writes a list of
booleans. A request is {"role", "action", "resource", "context"}: may the role do that by its own policies?
With a "principal", such as service:glue.amazonaws.com: does the document in `trust`, which may be a
resource's own, too, let that principal?

iamprover 0.7.1 (Apache-2.0) turns a policy into formulas of Z3, which decide here about one concrete request.
What it would only approximate is refused: operators of conditions other than those below, policy variables.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import z3
from iamprover.engine.context import Context
from iamprover.engine.encoder import allowed
from iamprover.model import Policy, Principal
from iamprover.parsers.iam import parse_policy_document

ABSENT = "\x00"
"""Stands for a condition key that the request lacks: no value of a policy equals it."""
POSITIVE = ("StringEquals", "StringLike", "ArnEquals", "ArnLike", "Bool")
ANYTHING = "*"


class NotDecidableError(Exception):
    """A policy has what the evaluator would only approximate."""


def main() -> None:
    """One question on standard input, its answers on standard output."""
    question = json.load(sys.stdin)
    own = {role: _parsed(role, documents) for role, documents in question["policies"].items()}
    trust = {role: _parsed(role, [document]) for role, document in question["trust"].items()}
    json.dump([_is_allowed(request, own, trust) for request in question["requests"]], sys.stdout)


def _parsed(role: str, documents: list[Any]) -> list[Policy]:
    for document in documents:
        for problem in _problems(document):
            raise NotDecidableError(f"{role}: {problem}")
    return [parse_policy_document(role, document) for document in documents]


def _problems(document: Any) -> Iterator[str]:
    statements = document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]
    for statement in statements:
        if "NotPrincipal" in statement:
            yield "NotPrincipal is not evaluated"
        if "${" in json.dumps(statement):
            yield f"the policy variable in {json.dumps(statement)} is not evaluated"
        for operator, keys in statement.get("Condition", {}).items():
            if operator not in POSITIVE:
                yield f"the condition operator {operator} is not evaluated"
            if ANYTHING in keys.values():
                yield f"{operator} with {ANYTHING!r} would hold for an absent key, too"


def _is_allowed(
    request: Mapping[str, Any], own: Mapping[str, list[Policy]], trust: Mapping[str, list[Policy]]
) -> bool:
    principal, role = request.get("principal"), request["role"]
    context = Context()
    formula = allowed(
        Principal(principal or role, [] if principal else own[role]),
        z3.StringVal(request["action"].lower()),
        z3.StringVal(request["resource"]),
        context,
        resource_policies=trust[role] if principal else [],
    )
    given = {key.lower(): value for key, value in request["context"].items()}
    values = [(var, z3.StringVal(given.get(key, ABSENT))) for key, var in context.string_vars.items()]
    answer = z3.simplify(z3.substitute(formula, *values))
    if not (z3.is_true(answer) or z3.is_false(answer)):
        raise NotDecidableError(f"{request} is left open: {answer}")
    return bool(z3.is_true(answer))


if __name__ == "__main__":
    main()
