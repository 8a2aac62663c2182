"""The table of operations is true, complete, and the page that is in the tree."""

from __future__ import annotations

from pathlib import Path

from localstack.aws.spec import load_service

from emulator.glue_service.operation_support import (
    REFUSALS,
    as_markdown,
    refusal_of,
    supported,
)
from emulator.glue_service.provider import GlueProvider

PAGE = Path(__file__).parents[3] / "docs" / "glue-operations.md"


def test_the_page_lists_what_the_code_answers() -> None:
    stale = "run `.venv/bin/python -m emulator.glue_service.operation_support` and commit the page"
    assert PAGE.read_text() == as_markdown(supported(GlueProvider)), stale


def test_every_operation_of_the_service_model_is_listed_once() -> None:
    names = [one.operation for one in supported(GlueProvider)]
    assert names == sorted(load_service("glue").operation_names)


def test_every_refusal_has_a_reason() -> None:
    assert [one.operation for one in supported(GlueProvider) if one.by == "refused" and not one.note] == []


def test_every_reason_is_that_of_some_refused_operation() -> None:
    refused = [one.operation for one in supported(GlueProvider) if one.by == "refused"]
    used = {refusal_of(name) for name in refused}
    assert {why for _, why in REFUSALS} == used
