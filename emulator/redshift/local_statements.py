"""Which statement of the endpoint's own a COPY or UNLOAD becomes."""

from __future__ import annotations

import gc

from emulator.redshift.catalog import Catalog
from emulator.redshift.ddl.late_views import LateBindingView
from emulator.redshift.ddl.role_statements import DropRole
from emulator.redshift.ddl.table_statements import Truncate, alteration
from emulator.redshift.dialect.sql_tokens import first_word
from emulator.redshift.relay.conversation import LocalStatement
from emulator.redshift.settings import RedshiftSettings


class LocalStatementMaker:
    """Makes the statements that the endpoint executes itself.

    What they need (pyarrow, boto3) is imported when first asked for: the endpoint listens sooner that way.
    """

    def __init__(self, settings: RedshiftSettings, catalog: Catalog) -> None:
        self._settings = settings
        self._catalog = catalog

    def __call__(self, sql: str) -> LocalStatement:
        """The statement, not yet executed; raises RedshiftError if it can't be read."""
        word = first_word(sql)
        if word == "TRUNCATE":
            return Truncate(sql)
        if word == "ALTER":
            return alteration(sql)
        if word == "CREATE":
            return LateBindingView(sql)
        if word == "DROP":
            return DropRole(sql)
        if word == "COPY":
            from emulator.redshift.loads.copy_from_s3 import CopyFromS3
            from emulator.redshift.loads.copy_options import parse_copy

            return CopyFromS3(parse_copy(sql), self._settings, self._catalog)
        from emulator.redshift.unloads.unload_options import parse_unload
        from emulator.redshift.unloads.unload_to_s3 import UnloadToS3

        return UnloadToS3(parse_unload(sql), self._settings)

    def warm_up(self) -> None:
        """Does, while nobody waits, what the first COPY and UNLOAD would have to do.

        What is there by then stays: looking through it for garbage again and again halves COPY's speed.
        """
        self("COPY warm_up FROM 's3://warm-up/up' IAM_ROLE default")
        self("UNLOAD ('SELECT 1') TO 's3://warm-up/up' IAM_ROLE default")
        gc.freeze()
