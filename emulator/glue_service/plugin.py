"""Registers the Glue API with LocalStack; no logic."""

from __future__ import annotations

from localstack.runtime import hooks
from localstack.services.edge import ROUTER
from localstack.services.plugins import Service, aws_provider


@aws_provider()  # type: ignore[untyped-decorator]
def glue() -> Service:
    from emulator.glue_service.dispatch import glue_dispatch_table
    from emulator.glue_service.glue_api import glue_api
    from emulator.glue_service.provider import GlueProvider

    return Service.for_provider(GlueProvider(glue_api()), dispatch_table_factory=glue_dispatch_table)


@hooks.on_infra_start(name="tarmac_routes")  # type: ignore[untyped-decorator]
def register_routes() -> None:
    from emulator.glue_service import event_target, request_types
    from emulator.glue_service.glue_api import glue_api
    from emulator.glue_service.internal_routes import WorkerRoutes
    from emulator.glue_service.run_report import ReportRoutes

    WorkerRoutes(glue_api()).register(ROUTER)
    ReportRoutes(glue_api()).register(ROUTER)
    request_types.register()
    event_target.register()
