"""The endpoint's settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from emulator.environment import EnvironmentReader


@dataclass(frozen=True)
class RedshiftSettings:
    """Where the endpoint listens, which PostgreSQL it relays to, where S3 and its certificate are."""

    listen_host: str
    port: int
    warehouse_host: str
    warehouse_port: int
    user: str
    password: str
    database: str
    gateway_url: str
    access_key: str
    secret_key: str
    region: str
    connect_timeout_s: float
    state_dir: Path

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> RedshiftSettings:
        """Built from `TARMAC_*` variables; raises SettingsError naming every bad one."""
        read = EnvironmentReader(environ)
        gateway_port = read.port("TARMAC_GATEWAY_PORT", 4566)
        settings = cls(
            listen_host=read.text("TARMAC_LISTEN_HOST", "127.0.0.1"),  # a container's is 0.0.0.0
            port=read.port("TARMAC_REDSHIFT_PORT", 5439),
            warehouse_host=read.text("TARMAC_WAREHOUSE_HOST", "127.0.0.1"),
            warehouse_port=read.port("TARMAC_WAREHOUSE_PORT", 5440),
            user=read.text("TARMAC_USER", "awsuser"),
            password=read.text("TARMAC_PASSWORD", "tarmac"),
            database=read.text("TARMAC_DATABASE", "dev"),
            gateway_url=read.text("TARMAC_GATEWAY_URL", f"http://127.0.0.1:{gateway_port}"),
            access_key=read.text("TARMAC_ACCESS_KEY", "test"),
            secret_key=read.text("TARMAC_SECRET_KEY", "test"),
            region=read.text("TARMAC_REGION", "us-east-1"),
            connect_timeout_s=read.number("TARMAC_WAREHOUSE_CONNECT_S", 10.0),
            state_dir=Path(read.text("TARMAC_STATE_DIR", ".tarmac")).absolute(),
        )
        read.finish()
        return settings
