"""What each test of the Redshift endpoint proves, and the table of it in docs/fidelity.md.

A test (or one of its parameters) is marked `works(kind, name, …)`, `refused(kind, name, …)` where Redshift
refuses, too, or `gap(kind, name, …, why=…)` where tarmac says that it can't.
`python -m tests.redshift_facts` collects the marks and writes the table; a test fails when it is stale.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import pytest

KINDS = (
    "statement",
    "clause",
    "type",
    "function",
    "semantics",
    "system view",
    "setting",
    "COPY option",
    "COPY bad input",
    "UNLOAD option",
    "Data API",
    "Redshift API",
    "client",
    "protocol",
)
STATUSES = ("works", "refused as Redshift", "known gap")
ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "fidelity.md"
_TABLE = re.compile(r"(?<=<!-- redshift -->\n).*?(?=<!-- /redshift -->)", re.DOTALL)


def works(kind: str, *names: str) -> pytest.MarkDecorator:
    """This test shows that these do what they do in Redshift."""
    return _mark(kind, names, STATUSES[0])


def refused(kind: str, *names: str) -> pytest.MarkDecorator:
    """This test shows that these are refused, as Redshift refuses them."""
    return _mark(kind, names, STATUSES[1])


def gap(kind: str, *names: str, why: str) -> pytest.MarkDecorator:
    """This test shows that tarmac refuses these by name (or can't run here), though Redshift has them."""
    return _mark(kind, names, STATUSES[2], why)


def _mark(kind: str, names: tuple[str, ...], status: str, why: str = "") -> pytest.MarkDecorator:
    assert kind in KINDS, f"{kind!r} is none of {KINDS}"
    return pytest.mark.redshift(kind=kind, names=names, status=status, why=why)


@dataclass
class Collected:
    """A pytest plug-in that gathers the marks of all collected tests."""

    names: dict[tuple[str, str], dict[str, str]] = field(default_factory=lambda: defaultdict(dict))

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Notes the marks: the names by kind and status, each with the reason of a gap."""
        for item in session.items:
            for mark in item.iter_markers("redshift"):
                found = self.names[mark.kwargs["kind"], mark.kwargs["status"]]
                found.update(dict.fromkeys(mark.kwargs["names"], mark.kwargs["why"]))

    def as_markdown(self) -> str:
        """The table, a line for each kind and status that some test is marked with."""
        lines = ["| what | | names |", "|---|---|---|"]
        for kind in KINDS:
            for status in STATUSES:
                if names := self.names.get((kind, status)):
                    lines.append(f"| {kind} | {status} | {_listed(names)} |")
        return "\n".join(lines) + "\n"


def _listed(names: dict[str, str]) -> str:
    ordered = sorted(names.items(), key=lambda item: item[0].lower())
    return ", ".join(f"{_code(name)} ({why})" if why else _code(name) for name, why in ordered)


def _code(name: str) -> str:
    return "`" + name.replace("|", "\\|") + "`"


def collect() -> Collected:
    """Collects every test that can be marked, without running any."""
    collected = Collected()
    folders = [
        str(ROOT / "tests" / kind)
        for kind in ("unit/redshift", "contract/redshift", "contract/clients", "contract/worker")
    ]
    arguments = ["--collect-only", "-qq", "--no-header", "-p", "no:cacheprovider", *folders]
    if pytest.main(arguments, plugins=[collected]) != pytest.ExitCode.OK:
        raise SystemExit("the tests can't be collected")
    return collected


def with_table(page: str, table: str) -> str:
    """The page with this table between its marks."""
    return _TABLE.sub(lambda _: table, page)


if __name__ == "__main__":
    new_page = with_table(PAGE.read_text(), collect().as_markdown())
    if "--check" in sys.argv and new_page != PAGE.read_text():
        raise SystemExit("the table of Redshift is stale: run `.venv/bin/python -m tests.redshift_facts`")
    PAGE.write_text(new_page)
