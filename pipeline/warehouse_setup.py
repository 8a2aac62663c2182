"""Makes the warehouse's tables and loads the airports, through the Redshift Data API."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import StatementError
from pipeline.settings import PipelineSettings
from pipeline.warehouse_sql import copy_csv

if TYPE_CHECKING:
    from mypy_boto3_redshift_data import RedshiftDataAPIServiceClient

DDL_FILE = Path(__file__).parent / "redshift_create_table_commands.sql"
AIRPORTS_TABLE = "airlines.dim_airport_codes"
AIRPORT_COLUMNS = ("airport_id", "city", "state", "name")
DEADLINE_S = 600.0


def split_statements(script: str) -> list[str]:
    """The statements of a script without their comments; no literal in it may hold `;` or `--`."""
    without_comments = re.sub(r"--[^\n]*", "", script)
    return [statement.strip() for statement in without_comments.split(";") if statement.strip()]


@dataclass(frozen=True)
class Warehouse:
    """The warehouse of these settings."""

    client: RedshiftDataAPIServiceClient
    settings: PipelineSettings

    def create_tables(self) -> int:
        """Runs the DDL in one transaction; returns its number of statements."""
        statements = split_statements(DDL_FILE.read_text(encoding="utf-8"))
        self.execute(statements, f"make the tables of {DDL_FILE.name}")
        return len(statements)

    def load_airports(self, s3_uri: str, copy_role_arn: str) -> None:
        """Replaces the airports by those of the CSV file, in one transaction."""
        copy = copy_csv(AIRPORTS_TABLE, AIRPORT_COLUMNS, s3_uri, copy_role_arn)
        self.execute([f"DELETE FROM {AIRPORTS_TABLE}", f"{copy} IGNOREHEADER 1"], "load the airports")

    def execute(self, statements: list[str], purpose: str) -> None:
        """Runs the statements in one transaction and waits for its end.

        Raises StatementError if the warehouse refuses one; nothing has happened then.
        """
        request: dict[str, Any] = {**self._place(), "Sqls": statements}
        submitted = self.client.batch_execute_statement(**request)
        deadline, wait_s = time.monotonic() + DEADLINE_S, 0.02
        while time.monotonic() < deadline:
            found = self.client.describe_statement(Id=submitted["Id"])
            if found["Status"] == "FINISHED":
                return
            if found["Status"] in ("FAILED", "ABORTED"):
                raise StatementError(_refusal(purpose, found.get("Error", found["Status"])))
            time.sleep(wait_s)
            wait_s = min(wait_s * 1.5, 2.0)
        raise StatementError(f"Could not {purpose}: no end after {DEADLINE_S:.0f} s. Next: see if it is up")

    def _place(self) -> dict[str, str]:
        """Which database, and who asks for it: the secret's user, else the caller by IAM."""
        place = {"Database": self.settings.warehouse_database}
        if self.settings.warehouse_cluster:
            place["ClusterIdentifier"] = self.settings.warehouse_cluster
        else:
            place["WorkgroupName"] = self.settings.warehouse_workgroup
        if self.settings.warehouse_secret_arn:
            place["SecretArn"] = self.settings.warehouse_secret_arn
        return place


def _refusal(purpose: str, reason: str) -> str:
    words = reason.lower()
    next_step = "mend what it names, then deploy again"
    if any(text in words for text in ("assume", "credentials of role", "not attached")):
        next_step = "attach the COPY role (output CopyRoleArn of the stack) to the cluster or namespace"
    return f"Could not {purpose}: {reason.rstrip('.')}. Next: {next_step}."
