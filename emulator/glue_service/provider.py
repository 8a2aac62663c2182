"""The Glue operations that tarmac answers itself, put together from their groups."""

from __future__ import annotations

from emulator.glue_service.catalog_operations import CatalogOperations
from emulator.glue_service.connection_operations import ConnectionOperations
from emulator.glue_service.glue_api import GlueApi
from emulator.glue_service.job_operations import JobOperations
from emulator.glue_service.job_run_operations import JobRunOperations
from emulator.glue_service.security_configuration_operations import SecurityConfigurationOperations
from emulator.glue_service.tag_operations import TagOperations
from emulator.glue_service.trigger_operations import TriggerOperations
from emulator.glue_service.workflow_run_operations import WorkflowRunOperations


class GlueProvider(
    CatalogOperations,
    JobOperations,
    JobRunOperations,
    ConnectionOperations,
    SecurityConfigurationOperations,
    WorkflowRunOperations,
    TagOperations,
    TriggerOperations,
):
    """What no group answers is refused by name (`dispatch.py`)."""

    service = "glue"

    def __init__(self, api: GlueApi) -> None:
        super().__init__()
        self._api = api
        api.triggers.crawlers = self
