"""Which operations of the Glue API are answered, and why the rest are refused.

An operation is *real* if the provider has a handler for it, and else *refused*: what a new version of the
service model brings is refused until somebody builds it. None is left to moto, which makes some successes up.

`python -m emulator.glue_service.operation_support` writes docs/glue-operations.md.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localstack.aws.spec import load_service

REFUSALS = (
    ("Blueprint", "no blueprints"),
    ("DevEndpoint", "no development endpoints; AWS has retired them"),
    ("Session|Statement", "no interactive sessions"),
    ("ML|LabelsTask|LabelingSet", "no machine learning transforms"),
    ("DataQuality", "rulesets run inside a job: EvaluateDataQuality"),
    (
        "Registr|SchemaVersion|Schemas?$|SchemaByDefinition",
        "no schema registry; nothing would check versions",
    ),
    ("ColumnStatisticsTask", "nothing computes column statistics; they can be put and read"),
    ("TableOptimizer", "no Iceberg tables"),
    ("Integration", "no zero-ETL integrations"),
    ("IdentityCenter", "no IAM Identity Center"),
    ("UsageProfile", "no usage profiles"),
    ("CustomEntityType", "no sensitive data detection"),
    ("Unfiltered", "no Lake Formation"),
    ("Catalogs?$", "one catalog per account and region"),
    ("Catalog(ImportStatus|ToGlue)", "no catalog of Athena's to import"),
    ("SourceControl", "no Git"),
    ("Entity|Entities|EntityRecords|ConnectionTypes?$", "no connections to applications (SaaS)"),
    ("DataflowGraph|Script|Mapping|Plan", "no generated scripts"),
)
"""Patterns of names of operations and why none of them is answered, the first that matches."""


NOTES = (
    ("ResourcePolic", "kept, not enforced"),
    ("EncryptionSettings|SecurityConfiguration", "kept; nothing is encrypted"),
    ("PartitionIndex", "kept; they make nothing faster"),
    ("ColumnStatisticsFor", "kept as they are put; nothing computes them"),
    ("UserDefinedFunction", "kept; nothing runs them"),
)
"""What is read back as it was put and has no other effect."""

_PAGE = """# The Glue API, operation by operation

Written by `python -m emulator.glue_service.operation_support`; a test fails when it is stale.

- **real** ({real}): tarmac answers, as AWS does as far as it is known.
- **moto**: none; operations that moto would answer are refused where nothing stands behind the answer.
- **refused** ({refused}): `OperationNotSupportedException` (HTTP 400), in a message that names the operation.

| operation | answered | note |
|---|---|---|
"""


@dataclass(frozen=True)
class Support:
    """How one operation is answered: `by` is `real` or `refused`, `note` the reason."""

    operation: str
    by: str
    note: str = ""


def supported(provider: type) -> list[Support]:
    """Every operation of the service model, in alphabetical order."""
    real = handled_operations(provider)
    return [_support(name, real) for name in sorted(load_service("glue").operation_names)]


def handled_operations(provider: type) -> frozenset[str]:
    """The operations that a provider's methods are marked as handlers of."""
    methods = [method for _, method in inspect.getmembers(provider, inspect.isfunction)]
    return frozenset(str(method.operation) for method in methods if hasattr(method, "operation"))


def refusal_of(operation: str) -> str:
    """Why an operation is not answered; empty if nobody has said."""
    return next((why for pattern, why in REFUSALS if re.search(pattern, operation)), "")


def as_markdown(found: Iterable[Support]) -> str:
    """The page docs/glue-operations.md."""
    found = list(found)
    counts = {by: sum(one.by == by for one in found) for by in ("real", "refused")}
    rows = [f"| {one.operation} | {one.by} | {one.note} |" for one in found]
    return _PAGE.format(**counts) + "\n".join(rows) + "\n"


def _support(name: str, real: frozenset[str]) -> Support:
    if name in real:
        return Support(name, "real", next((note for pattern, note in NOTES if re.search(pattern, name)), ""))
    return Support(name, "refused", refusal_of(name))


def _write(page: Path) -> None:
    from emulator.glue_service.provider import GlueProvider

    provider: Any = GlueProvider
    page.write_text(as_markdown(supported(provider)))


if __name__ == "__main__":
    _write(Path(__file__).parents[2] / "docs" / "glue-operations.md")
