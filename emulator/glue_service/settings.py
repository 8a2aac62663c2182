"""The Glue API's settings, read inside the LocalStack process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from emulator.environment import EnvironmentReader


@dataclass(frozen=True)
class GlueSettings:
    """`stack_secret` may be empty; every request of a worker is then refused."""

    state_dir: Path
    stack_secret: str

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> GlueSettings:
        """Built from `TARMAC_STATE_DIR` and `TARMAC_STACK_SECRET`.

        Raises SettingsError with a line for every variable that can't be used.
        """
        read = EnvironmentReader(environ)
        settings = cls(
            state_dir=Path(read.text("TARMAC_STATE_DIR", ".tarmac")).absolute(),
            stack_secret=read.text("TARMAC_STACK_SECRET", ""),
        )
        read.finish()
        return settings

    @property
    def database_file(self) -> Path:
        """Run history, bookmarks and file ledger."""
        return self.state_dir / "glue.sqlite"
