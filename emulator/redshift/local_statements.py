"""Which statement of the endpoint's own a COPY or UNLOAD becomes."""

from __future__ import annotations

from emulator.redshift.catalog import Catalog
from emulator.redshift.conversation import LocalStatement
from emulator.redshift.copy_from_s3 import CopyFromS3
from emulator.redshift.copy_options import parse_copy
from emulator.redshift.settings import RedshiftSettings
from emulator.redshift.unload_options import parse_unload
from emulator.redshift.unload_to_s3 import UnloadToS3


class LocalStatementMaker:
    """Makes the statements that the endpoint executes itself."""

    def __init__(self, settings: RedshiftSettings, catalog: Catalog) -> None:
        self._settings = settings
        self._catalog = catalog

    def __call__(self, sql: str) -> LocalStatement:
        if sql.lstrip()[:4].upper() == "COPY":
            return CopyFromS3(parse_copy(sql), self._settings, self._catalog)
        return UnloadToS3(parse_unload(sql), self._settings)
