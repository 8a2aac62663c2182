"""Which operations of Redshift's three APIs are answered.

An operation is *real* if its provider has a handler for it, *kept* if moto keeps what it is given without any
other effect, and else *refused*: what a new version of a service model brings is refused until somebody
builds it. `python -m emulator.redshift.apis.operation_support` writes docs/redshift-operations.md.
"""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from localstack.aws.spec import load_service

from emulator.redshift.apis.clusters import RedshiftProvider
from emulator.redshift.apis.data_api import RedshiftDataProvider
from emulator.redshift.apis.serverless import RedshiftServerlessProvider

PROVIDERS = (RedshiftDataProvider, RedshiftServerlessProvider, RedshiftProvider)
_KEPT = re.compile("SubnetGroup|ParameterGroup|ClusterParameters")
_INTRODUCTION = """# Redshift's APIs, operation by operation

Written by `python -m emulator.redshift.apis.operation_support`; a test fails when it is stale.

- **real**: tarmac answers, as AWS does as far as it is known.
- **kept**: moto keeps and shows what it is given; it has no other effect.
- **refused**: `OperationNotSupportedException`, or `UnsupportedOperation` of the redshift API (HTTP 400),
  in a message that names the operation.
"""


def handled(provider: type) -> list[str]:
    """The operations that a provider's methods are marked as handlers of, in alphabetical order."""
    methods = [method for _, method in inspect.getmembers(provider, inspect.isfunction)]
    return sorted(str(method.operation) for method in methods if hasattr(method, "operation"))


def section(provider: type) -> str:
    """One API's part of the page."""
    service = str(vars(provider)["service"])
    answered = handled(provider)
    groups = {
        "real": [name for name in answered if not _KEPT.search(name)],
        "kept": [name for name in answered if _KEPT.search(name)],
        "refused": sorted(set(load_service(service).operation_names) - set(answered)),
    }
    lines = [f"\n## {service}\n"]
    lines += [f"**{kind}** ({len(names)}): {', '.join(names)}.\n" for kind, names in groups.items() if names]
    return "\n".join(lines)


def as_markdown() -> str:
    """The page docs/redshift-operations.md."""
    return _INTRODUCTION + "".join(section(provider) for provider in PROVIDERS)


if __name__ == "__main__":
    (Path(__file__).parents[3] / "docs" / "redshift-operations.md").write_text(as_markdown())
