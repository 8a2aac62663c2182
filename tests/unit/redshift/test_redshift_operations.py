"""The page of operations is what the providers answer, and the Data API answers all of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from localstack.aws.spec import load_service

from emulator.redshift.apis.api_dispatch import dispatch_table
from emulator.redshift.apis.data_api import RedshiftDataProvider
from emulator.redshift.apis.data_api_connection import WarehousePlace
from emulator.redshift.apis.operation_support import PROVIDERS, as_markdown, handled
from emulator.redshift.apis.registry import Registry

PAGE = Path(__file__).parents[3] / "docs" / "redshift-operations.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text() == as_markdown(), "run: python -m emulator.redshift.apis.operation_support"


def test_all_operations_of_the_data_api_are_answered() -> None:
    assert set(handled(RedshiftDataProvider)) == set(load_service("redshift-data").operation_names)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_operation_of_a_service_is_answered_or_refused(provider: type) -> None:
    table = dispatch_table(provider(Registry(), WarehousePlace.from_environment()))
    assert set(table) == set(load_service(vars(provider)["service"]).operation_names)
