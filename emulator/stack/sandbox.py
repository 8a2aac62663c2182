"""A stack of a test's own, with everything that a test asks of it."""

from __future__ import annotations

import contextlib
import json
import urllib.request
from collections.abc import Callable
from typing import Any, TypeVar

import boto3
import pg8000.dbapi

from emulator.stack.client_environment import (
    CLIENT_CONFIG,
    aws_client,
    aws_session,
    subprocess_environment,
    warehouse_connection,
)
from emulator.stack.interface import AnyStack, PartStatus
from emulator.stack.waiting import wait_until

T = TypeVar("T")
ENDED = ("SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")


class Sandbox:
    """A running stack: its clients, its warehouse, and waits that say what they waited for."""

    def __init__(self, stack: AnyStack) -> None:
        self.stack = stack
        self.settings = stack.settings

    @property
    def gateway_url(self) -> str:
        """The endpoint of every AWS service."""
        return self.settings.gateway_url

    def client(self, service: str, account_id: str | None = None, region: str | None = None) -> Any:
        """A boto3 client of this sandbox; another account's with `account_id` (12 digits)."""
        return aws_client(self.settings, service, account_id, region)

    def resource(self, service: str, account_id: str | None = None) -> Any:
        """A boto3 resource of this sandbox."""
        session: boto3.session.Session = aws_session(self.settings, account_id)
        return session.resource(  # type: ignore[call-overload]
            service, endpoint_url=self.gateway_url, config=CLIENT_CONFIG
        )

    def warehouse(self) -> pg8000.dbapi.Connection:
        """A new DB-API connection (pg8000) to the Redshift endpoint; the caller closes it."""
        return warehouse_connection(self.settings)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of one statement, committed; an empty list for a statement without a result."""
        with contextlib.closing(self.warehouse()) as connection:
            cursor = connection.cursor()
            cursor.execute(sql)
            rows = [tuple(row) for row in cursor.fetchall()] if cursor.description else []
            connection.commit()
            return rows

    def environment(self) -> dict[str, str]:
        """Variables for a subprocess that shall meet this sandbox: AWS CLI, boto3 and psql need no option."""
        return subprocess_environment(self.settings)

    def wait_until(self, predicate: Callable[[], T], timeout_s: float, what: str) -> T:
        """See `emulator.stack.waiting.wait_until`."""
        return wait_until(predicate, timeout_s, what)

    def wait_for_execution(self, execution_arn: str, timeout_s: float = 60) -> dict[str, Any]:
        """What DescribeExecution says of an execution that has ended, however it did."""
        stepfunctions = self.client("stepfunctions")

        def ended() -> dict[str, Any] | None:
            answer: dict[str, Any] = stepfunctions.describe_execution(executionArn=execution_arn)
            return answer if answer["status"] in ENDED else None

        answer = self.wait_until(ended, timeout_s, f"the end of {execution_arn}")
        assert answer is not None
        return answer

    def status(self) -> list[PartStatus]:
        """Each process: state, port, pid, memory, restarts."""
        return self.stack.status()

    def alerts(self) -> list[dict[str, Any]]:
        """Every SNS message published in this sandbox, oldest first."""
        found: list[dict[str, Any]] = self._get("/_tarmac/alerts")
        return found

    def runs(self, run_id: str | None = None) -> list[dict[str, Any]]:
        """Job runs, newest first, with the files each one read."""
        found: list[dict[str, Any]] = self._get("/_tarmac/runs" + (f"?run_id={run_id}" if run_id else ""))
        return found

    def restart(self, part: str) -> None:
        """Ends one part in order and waits until it is ready again."""
        self.stack.restart(part)

    def stop(self, part: str) -> None:
        """Ends one part in order; it stays down until `start`."""
        self.stack.stop_part(part)

    def start(self, part: str) -> None:
        """Starts a part that was stopped, and waits until it is ready."""
        self.stack.restart(part)

    def kill(self, part: str, wait: bool = True) -> None:
        """Kills one part's program by SIGKILL, as a crash would; waits until its next one is ready."""
        started_again = self.stack.kill(part)
        if wait:
            wait_until(started_again, 30, f"{part} to be started again")
            self.stack.wait_until_ready((part,))

    def log(self, part: str, lines: int = 100) -> str:
        """The end of a part's log; empty while there is none."""
        return "".join(next(log.texts(lines)) for log in self.stack.part_logs((part,)))

    def _get(self, path: str) -> Any:
        with urllib.request.urlopen(self.gateway_url + path, timeout=30) as answer:
            return json.load(answer)
