"""Registers the Redshift Data API with LocalStack; no logic."""

from __future__ import annotations

from localstack.services.plugins import Service, aws_provider


@aws_provider(api="redshift-data")  # type: ignore[untyped-decorator]
def redshift_data() -> Service:
    from emulator.redshift.data_api import RedshiftDataProvider, dispatch_table

    return Service.for_provider(RedshiftDataProvider(), dispatch_table_factory=dispatch_table)
