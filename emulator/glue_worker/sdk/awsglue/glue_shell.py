"""AWS's interactive shell, which tarmac does not have: each name of this module is refused."""

from __future__ import annotations

from emulator.glue_worker.engine.errors import NotInTarmacError


def __getattr__(name: str) -> object:
    if name.startswith("__"):
        raise AttributeError(name)
    raise NotInTarmacError(f"awsglue.glue_shell.{name}")
