"""The list of all mends, in the order in which they are applied."""

from __future__ import annotations

from emulator.localstack_mends.registry import Mend

MENDS: tuple[Mend, ...] = ()
