"""The settings of one worker process."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from emulator.environment import EnvironmentReader
from emulator.glue_worker.run_contract import RoleCredentials, RunAssignment

DEFAULT_ACCOUNT = "000000000000"
WARM_UP_ACCOUNT = "999999999999"


@dataclass(frozen=True)
class WorkerSettings:
    """Everything a worker is told from outside."""

    worker_id: str
    gateway_url: str
    stack_secret: str
    state_dir: Path
    spark_jars_dir: Path
    cache_dir: Path
    spark_master: str
    access_key: str
    secret_key: str
    region: str
    slots: int
    jvm_heap_mb: int
    lineage: str = "off"  # off, file, or a URL

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> WorkerSettings:
        """Built from `TARMAC_*` variables.

        Raises SettingsError with a line for every variable that can't be used.
        """
        read = EnvironmentReader(environ)
        settings = cls(
            worker_id=f"worker-{os.getpid()}",
            gateway_url=read.text("TARMAC_GATEWAY_URL", "http://127.0.0.1:4566"),
            stack_secret=read.required("TARMAC_STACK_SECRET"),
            state_dir=Path(read.text("TARMAC_STATE_DIR", ".tarmac")).absolute(),
            spark_jars_dir=Path(
                read.text("TARMAC_SPARK_JARS_DIR", "~/.cache/tarmac/jars/spark")
            ).expanduser(),
            cache_dir=Path(read.text("TARMAC_CACHE_DIR", "~/.cache/tarmac")).expanduser(),
            spark_master=read.text("TARMAC_SPARK_MASTER", "local[*]"),
            access_key=read.text("TARMAC_ACCESS_KEY", "test"),
            secret_key=read.text("TARMAC_SECRET_KEY", "test"),
            region=read.text("TARMAC_REGION", "us-east-1"),
            slots=int(read.number("TARMAC_WORKER_SLOTS", 3)),
            jvm_heap_mb=int(read.number("TARMAC_SPARK_MEMORY_MB", 1536)),
            lineage=read.word_or_url("TARMAC_LINEAGE", ("off", "file")),
        )
        read.finish()
        return settings

    @property
    def worker_dir(self) -> Path:
        return self.state_dir / "worker"

    @property
    def lineage_dir(self) -> Path:
        return self.state_dir / "lineage"

    @property
    def lineage_jars_dir(self) -> Path | None:
        """The jars of the lock's group `lineage`; None when lineage is off."""
        return None if self.lineage == "off" else self.cache_dir / "jars" / "lineage"

    def run_dir(self, run_id: str) -> Path:
        return self.state_dir / "runs" / run_id

    def access_key_of(self, account_id: str) -> str:
        """The access key that selects an account: the account's id, except for the stack's own."""
        own = self.access_key if self.access_key.isdigit() and len(self.access_key) == 12 else DEFAULT_ACCOUNT
        return self.access_key if account_id == own else account_id

    def credentials_of(self, assignment: RunAssignment) -> RoleCredentials:
        """What a run signs its calls with: its role's session, or without one the account's key."""
        key = self.access_key_of(assignment.account_id)
        return assignment.credentials or RoleCredentials(key, self.secret_key, session_token="")
