"""The settings of one stack: its ports, folders, names and credentials."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from emulator.environment import EnvironmentReader
from emulator.stack.clean_environment import clean_environment


@dataclass(frozen=True)
class StackSettings:
    """Everything that tells one stack from another; two with different values run side by side."""

    name: str
    state_dir: Path
    cache_dir: Path
    gateway_port: int
    redshift_port: int
    warehouse_port: int
    database: str
    user: str
    password: str
    access_key: str
    secret_key: str
    region: str
    spark_master: str
    lineage: str = "off"  # OpenLineage events: off, file, or a URL

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> StackSettings:
        """Built from `TARMAC_*` variables.

        Raises SettingsError with a line for every variable that can't be used.
        """
        read = EnvironmentReader(environ)
        settings = cls(
            name=read.text("TARMAC_NAME", "tarmac"),
            state_dir=Path(read.text("TARMAC_STATE_DIR", ".tarmac")).absolute(),
            cache_dir=Path(read.text("TARMAC_CACHE_DIR", "~/.cache/tarmac")).expanduser().absolute(),
            gateway_port=read.port("TARMAC_GATEWAY_PORT", 4566),
            redshift_port=read.port("TARMAC_REDSHIFT_PORT", 5439),
            warehouse_port=read.port("TARMAC_WAREHOUSE_PORT", 5440),
            database=read.text("TARMAC_DATABASE", "dev"),
            user=read.text("TARMAC_USER", "awsuser"),
            password=read.text("TARMAC_PASSWORD", "tarmac"),
            access_key=read.text("TARMAC_ACCESS_KEY", "test"),
            secret_key=read.text("TARMAC_SECRET_KEY", "test"),
            region=read.text("TARMAC_REGION", "us-east-1"),
            spark_master=read.text("TARMAC_SPARK_MASTER", "local[*]"),
            lineage=read.word_or_url("TARMAC_LINEAGE", ("off", "file")),
        )
        read.finish()
        return settings

    @property
    def gateway_url(self) -> str:
        """The endpoint of every AWS service."""
        return f"http://127.0.0.1:{self.gateway_port}"

    @property
    def logs_dir(self) -> Path:
        """One log per process."""
        return self.state_dir / "logs"

    @property
    def spark_jars_dir(self) -> Path:
        """The jars of the lock's group `spark`."""
        return self.cache_dir / "jars" / "spark"

    @property
    def jsonata_jars_dir(self) -> Path:
        """The jars of the lock's group `jsonata`."""
        return self.cache_dir / "jars" / "jsonata"

    def process_environment(self, stack_secret: str) -> dict[str, str]:
        """The environment of the stack's processes: what passes of this one's, plus these settings."""
        return {
            **clean_environment(),
            "TARMAC_NAME": self.name,
            "TARMAC_STATE_DIR": str(self.state_dir),
            "TARMAC_CACHE_DIR": str(self.cache_dir),
            "TARMAC_GATEWAY_PORT": str(self.gateway_port),
            "TARMAC_GATEWAY_URL": self.gateway_url,
            "TARMAC_REDSHIFT_HOST": "127.0.0.1",
            "TARMAC_REDSHIFT_PORT": str(self.redshift_port),
            "TARMAC_WAREHOUSE_HOST": "127.0.0.1",
            "TARMAC_WAREHOUSE_PORT": str(self.warehouse_port),
            "TARMAC_DATABASE": self.database,
            "TARMAC_USER": self.user,
            "TARMAC_PASSWORD": self.password,
            "TARMAC_ACCESS_KEY": self.access_key,
            "TARMAC_SECRET_KEY": self.secret_key,
            "TARMAC_REGION": self.region,
            "TARMAC_SPARK_MASTER": self.spark_master,
            "TARMAC_LINEAGE": self.lineage,
            "TARMAC_SPARK_JARS_DIR": str(self.spark_jars_dir),
            "TARMAC_STACK_SECRET": stack_secret,
        }
