"""boto3 clients of the worker itself, one per service, account and region."""

from __future__ import annotations

import threading
from typing import Any

import boto3
from botocore.config import Config

from emulator.glue_worker.settings import WorkerSettings


class AwsClients:
    """Makes clients that act in a run's account, and keeps them; safe to use from several threads."""

    def __init__(self, settings: WorkerSettings) -> None:
        self._settings = settings
        self._session = boto3.Session()
        self._clients: dict[tuple[str, str, str], Any] = {}
        self._lock = threading.Lock()

    def get(self, service: str, account_id: str, region: str) -> Any:
        """A client for that service in that account and region."""
        key = (service, account_id, region)
        with self._lock:
            if key not in self._clients:
                self._clients[key] = self._made(service, account_id, region)
            return self._clients[key]

    def _made(self, service: str, account_id: str, region: str) -> Any:
        return self._session.client(
            service,  # type: ignore[call-overload]
            endpoint_url=self._settings.gateway_url,
            aws_access_key_id=self._settings.access_key_of(account_id),
            aws_secret_access_key=self._settings.secret_key,
            region_name=region,
            config=Config(
                s3={"addressing_style": "path"},
                retries={"max_attempts": 2},
                connect_timeout=5,
                read_timeout=60,
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )
