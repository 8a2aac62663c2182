"""Loads the services of a pipeline once the gateway serves, so that the first event is a fast one."""

from __future__ import annotations

import logging
import threading
import time

LOG = logging.getLogger(__name__)

SERVICES = (
    "s3",
    "iam",
    "sts",
    "cloudformation",
    "stepfunctions",
    "events",
    "sns",
    "sqs",
    "glue",
    "logs",
    "kms",
)


def warm_in_background() -> None:
    """Starts a thread that waits until LocalStack is ready, loads `SERVICES`, and rehearses one event."""
    threading.Thread(target=_warm, name="tarmac-warm-up", daemon=True).start()


def _warm() -> None:
    from localstack.runtime import events
    from localstack.services.plugins import SERVICE_PLUGINS

    from emulator.localstack_mends.rehearsal import rehearse

    events.infra_ready.wait()
    started = time.monotonic()
    for name in SERVICES:
        try:
            SERVICE_PLUGINS.require(name)
        except Exception as error:
            LOG.warning("service %s is not there yet (%s); it is loaded with the first call", name, error)
    try:
        rehearse()
    except Exception as error:
        LOG.warning("the rehearsal of an event failed (%s); the first real one is slower", error)
    LOG.info("services warm after %.1f s", time.monotonic() - started)
