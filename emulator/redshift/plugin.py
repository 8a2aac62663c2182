"""Registers Redshift's APIs with LocalStack; no logic."""

from __future__ import annotations

from localstack.services.plugins import Service, aws_provider


@aws_provider(api="redshift-data")  # type: ignore[untyped-decorator]
def redshift_data() -> Service:
    from emulator.redshift.api_dispatch import dispatch_table
    from emulator.redshift.data_api import RedshiftDataProvider
    from emulator.redshift.registry import shared_registry

    provider = RedshiftDataProvider(shared_registry())
    return Service.for_provider(provider, dispatch_table_factory=dispatch_table)
