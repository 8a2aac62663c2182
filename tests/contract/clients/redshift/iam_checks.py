"""What scripts do that log in by IAM, or run SQL through the Data API: redshift_connector, awswrangler."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any
from uuid import uuid4

import awswrangler as wr
import boto3
import redshift_connector

ACCOUNT = "555500004444"  # whose workgroups and clusters make no other test's names unknown
os.environ["AWS_ACCESS_KEY_ID"] = ACCOUNT
DATABASE, ADMIN = os.environ["PGDATABASE"], os.environ["PGUSER"]
NAME = f"iam-{uuid4().hex[:8]}"


@contextmanager
def opened() -> Iterator[str]:
    """The name of a cluster and of a workgroup."""
    serverless, clusters = boto3.client("redshift-serverless"), boto3.client("redshift")
    serverless.create_namespace(namespaceName=NAME, adminUsername=ADMIN, dbName=DATABASE)
    serverless.create_workgroup(namespaceName=NAME, workgroupName=NAME)
    clusters.create_cluster(ClusterIdentifier=NAME, NodeType="ra3.large", MasterUsername=ADMIN)
    try:
        yield NAME
    finally:
        clusters.delete_cluster(ClusterIdentifier=NAME, SkipFinalClusterSnapshot=True)
        serverless.delete_workgroup(workgroupName=NAME)
        serverless.delete_namespace(namespaceName=NAME)


def _user(**options: Any) -> str:
    """The current user of a connection that only IAM's credentials open; no host, user or password."""
    keys = {
        "access_key_id": ACCOUNT,
        "secret_access_key": os.environ["AWS_SECRET_ACCESS_KEY"],
        "region": os.environ["AWS_DEFAULT_REGION"],
        "endpoint_url": os.environ["AWS_ENDPOINT_URL"],
    }
    with closing(
        redshift_connector.connect(iam=True, database=DATABASE, sslmode="verify-ca", **keys, **options)
    ) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT current_user")
        return str(cursor.fetchone()[0])


def a_cluster_is_found_and_its_user_logs_in(name: str) -> None:
    """redshift_connector calls DescribeClusters and GetClusterCredentials."""
    assert _user(cluster_identifier=name, db_user=ADMIN) == ADMIN


def a_user_is_made_on_the_way(name: str) -> None:
    user = f"new_{uuid4().hex[:8]}"
    assert _user(cluster_identifier=name, db_user=user, auto_create=True) == user


def an_iam_identity_logs_in_to_a_cluster(name: str) -> None:
    """redshift_connector calls GetClusterCredentialsWithIAM."""
    assert _user(cluster_identifier=name, group_federation=True) == ADMIN


def a_workgroup_is_found_and_logged_in_to(name: str) -> None:
    """redshift_connector calls GetWorkgroup and GetCredentials."""
    assert _user(is_serverless=True, serverless_work_group=name, serverless_acct_id=ACCOUNT) == ADMIN


def awswrangler_connects_with_temporary_credentials(name: str) -> None:
    options = {"cluster_identifier": name, "user": ADMIN, "database": DATABASE}
    with closing(wr.redshift.connect_temp(**options, sslmode="verify-ca")) as connection:
        frame = wr.redshift.read_sql_query("SELECT 1 AS a, 'x' AS b", con=connection)
    assert frame.to_dict("records") == [{"a": 1, "b": "x"}]


def awswrangler_reads_through_the_data_api(name: str) -> None:
    sql = "SELECT 7 AS a, 'x' AS b, 2.5::float8 AS c, TRUE AS d, NULL::int AS e"
    for place in ({"workgroup_name": name}, {"cluster_id": name, "db_user": ADMIN}):
        connection = wr.data_api.redshift.connect(database=DATABASE, **place)
        frame = wr.data_api.redshift.read_sql_query(sql, con=connection)
        assert frame.to_dict("records") == [{"a": 7, "b": "x", "c": 2.5, "d": True, "e": None}]
