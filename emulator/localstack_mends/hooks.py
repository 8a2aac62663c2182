"""Where LocalStack meets the mends: one hook, run before the gateway serves its first request."""

from __future__ import annotations

import logging

from localstack.runtime import hooks

LOG = logging.getLogger(__name__)


@hooks.on_infra_start(name="tarmac_mends", priority=100)  # type: ignore[untyped-decorator]
def apply_mends() -> None:
    """Applies every mend.

    Raises MovedPlaceError, which stops LocalStack, if a place that a mend patches is not what it was
    written for.
    """
    from emulator.call_record import gateway
    from emulator.localstack_mends.mends import MENDS
    from emulator.localstack_mends.registry import apply_all

    apply_all(MENDS)
    gateway.register()
    LOG.info("%d mends applied", len(MENDS))
