"""boto3 clients of the worker itself, one per service, region and credentials."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any

import boto3
from botocore.config import Config

from emulator.glue_worker.run_contract import RoleCredentials, RunAssignment
from emulator.glue_worker.settings import WorkerSettings

MOST_CLIENTS = 64


class AwsClients:
    """Makes clients, and keeps the ones asked for last; safe to use from several threads."""

    def __init__(self, settings: WorkerSettings) -> None:
        self._settings = settings
        self._session = boto3.Session()
        self._clients: OrderedDict[tuple[str, str, str], Any] = OrderedDict()
        self._lock = threading.Lock()

    def of_run(self, service: str, assignment: RunAssignment) -> Any:
        """A client that acts as the run's role, or without one as its account, in the run's region."""
        return self._get(service, assignment.region, self._settings.credentials_of(assignment))

    def of_account(self, service: str, account_id: str, region: str) -> Any:
        """A client for that service in that account and region."""
        key = self._settings.access_key_of(account_id)
        return self._get(service, region, RoleCredentials(key, self._settings.secret_key, session_token=""))

    def _get(self, service: str, region: str, credentials: RoleCredentials) -> Any:
        key = (service, region, credentials.access_key)
        with self._lock:
            if key not in self._clients:
                self._clients[key] = self._made(service, region, credentials)
            self._clients.move_to_end(key)
            if len(self._clients) > MOST_CLIENTS:
                self._clients.popitem(last=False)
            return self._clients[key]

    def _made(self, service: str, region: str, credentials: RoleCredentials) -> Any:
        return self._session.client(
            service,  # type: ignore[call-overload]
            endpoint_url=self._settings.gateway_url,
            aws_access_key_id=credentials.access_key,
            aws_secret_access_key=credentials.secret_key,
            aws_session_token=credentials.session_token or None,
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
