"""Runs the Redshift endpoint: `python -m emulator.redshift`."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import resource
import signal
import sys
from concurrent.futures import ThreadPoolExecutor

from emulator.environment import SettingsError
from emulator.redshift.catalog import Catalog
from emulator.redshift.local_statements import LocalStatementMaker
from emulator.redshift.relay.server import Endpoint
from emulator.redshift.settings import RedshiftSettings

WORKER_THREADS = 128  # each COPY and UNLOAD keeps one while it runs
OPEN_FILES = 4096  # two for each session, and those of COPY and UNLOAD


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


def allow_open_files(count: int) -> None:
    """Raises the process's own limit as far as the system lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count if hard == resource.RLIM_INFINITY else min(count, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def main() -> int:
    """The process's entry point; returns its exit status."""
    allow_open_files(OPEN_FILES)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        asyncio.run(serve(RedshiftSettings.from_environment()))
    except (SettingsError, OSError) as error:
        print(f"redshift: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
