"""Sources of streaming jobs, which tarmac does not have."""

from __future__ import annotations

from typing import Any

from emulator.glue_worker.engine.errors import NotInTarmacError


class StreamingDataSource:
    """Refused by name when it is made."""

    def __init__(self, j_source: Any, sql_ctx: Any, name: str) -> None:
        raise NotInTarmacError("StreamingDataSource (streaming jobs)")

    def setFormat(self, format: str, **options: Any) -> None:
        raise NotInTarmacError("StreamingDataSource.setFormat")

    def getFrame(self) -> Any:
        raise NotInTarmacError("StreamingDataSource.getFrame")
