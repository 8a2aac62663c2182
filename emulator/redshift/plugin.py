"""Registers Redshift's APIs with LocalStack; no logic."""

from __future__ import annotations

from typing import Any

from localstack.runtime import hooks
from localstack.services.plugins import Service, aws_provider


def _service(provider: Any) -> Service:
    from emulator.redshift.apis.api_dispatch import dispatch_table

    return Service.for_provider(provider, dispatch_table_factory=dispatch_table)


@aws_provider(api="redshift-data")  # type: ignore[untyped-decorator]
def redshift_data() -> Service:
    from emulator.redshift.apis.data_api import RedshiftDataProvider
    from emulator.redshift.apis.data_api_connection import WarehousePlace
    from emulator.redshift.apis.registry import shared_registry

    return _service(RedshiftDataProvider(shared_registry(), WarehousePlace.from_environment()))


@aws_provider(api="redshift-serverless")  # type: ignore[untyped-decorator]
def redshift_serverless() -> Service:
    from emulator.redshift.apis.data_api_connection import WarehousePlace
    from emulator.redshift.apis.registry import shared_registry
    from emulator.redshift.apis.serverless import RedshiftServerlessProvider

    return _service(RedshiftServerlessProvider(shared_registry(), WarehousePlace.from_environment()))


@aws_provider(api="redshift", name="tarmac")  # type: ignore[untyped-decorator]
def redshift() -> Service:
    from emulator.redshift.apis.clusters import RedshiftProvider
    from emulator.redshift.apis.data_api_connection import WarehousePlace
    from emulator.redshift.apis.registry import shared_registry

    return _service(RedshiftProvider(shared_registry(), WarehousePlace.from_environment()))


@hooks.on_infra_start(name="tarmac_redshift_targets")  # type: ignore[untyped-decorator]
def register_targets() -> None:
    from emulator.redshift.apis import event_target

    event_target.register()
