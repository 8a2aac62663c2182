"""Runs the Redshift endpoint: `python -m emulator.redshift`."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import sys
from concurrent.futures import ThreadPoolExecutor

from emulator.environment import SettingsError
from emulator.redshift.catalog import Catalog
from emulator.redshift.local_statements import LocalStatementMaker
from emulator.redshift.server import Endpoint
from emulator.redshift.settings import RedshiftSettings

WORKER_THREADS = 128  # each COPY and UNLOAD keeps one while it runs


async def serve(settings: RedshiftSettings) -> None:
    """Serves until SIGTERM or SIGINT."""
    catalog = Catalog(settings)
    local_statements = LocalStatementMaker(settings, catalog)
    endpoint = Endpoint(settings, catalog, local_statements)
    server = asyncio.create_task(endpoint.serve())
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(WORKER_THREADS, "redshift"))
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, server.cancel)
    warm_up = asyncio.create_task(asyncio.to_thread(local_statements.warm_up))
    with contextlib.suppress(asyncio.CancelledError):
        await server
    warm_up.cancel()


def main() -> int:
    """The process's entry point; returns its exit status."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        asyncio.run(serve(RedshiftSettings.from_environment()))
    except (SettingsError, OSError) as error:
        print(f"redshift: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
