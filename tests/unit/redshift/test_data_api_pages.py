"""Values, pages and tokens of the Data API."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.redshift.data_api_models import (
    DataApiError,
    StatementPart,
    StatementRecord,
    StatementStore,
    Status,
    Target,
)
from emulator.redshift.data_api_values import field_of, page

TARGET = Target("workgroup", "", "dev", "", "")


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (None, {"isNull": True}),
        (True, {"booleanValue": True}),
        (7, {"longValue": 7}),
        (0.5, {"doubleValue": 0.5}),
        ("x", {"stringValue": "x"}),
        (b"x", {"blobValue": b"x"}),
        ([1], {"stringValue": "[1]"}),
    ],
)
def test_a_value_is_one_member_of_the_union(value: Any, field: dict[str, Any]) -> None:
    assert field_of(value) == field


def test_pages_follow_each_other_and_end() -> None:
    items, token, seen = list(range(25)), None, []
    for _ in range(3):
        found, token = page(items, token, 10)
        seen += found
    assert (seen, token) == (items, None)
    with pytest.raises(DataApiError):
        page(items, "!", 10)


def test_a_final_status_stays() -> None:
    part = StatementPart("id", "SELECT 1")
    for status in (Status.PICKED, Status.STARTED, Status.ABORTED, Status.FINISHED):
        part.move(status)
    assert part.status is Status.ABORTED


def test_a_batch_has_parts_with_numbered_ids_and_a_single_statement_is_its_own_part() -> None:
    store = StatementStore()
    batch = StatementRecord.of(["SELECT 1", "SELECT 2"], True, TARGET)
    single = StatementRecord.of(["SELECT 3"], False, TARGET)
    store.add(batch)
    store.add(single)
    assert store.part(f"{batch.id}:2").sql == "SELECT 2"
    assert store.part(single.id) is single.parts[0] is single.whole
    assert store.part(batch.id) is batch.whole
    for missing in (f"{batch.id}:3", "nothing"):
        with pytest.raises(DataApiError, match="Query does not exist"):
            store.part(missing)
