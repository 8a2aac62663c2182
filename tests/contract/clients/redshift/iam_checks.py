"""How clients log in without a password of their own: temporary credentials, secrets, Glue connections."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import awswrangler as wr
import boto3
import redshift_connector

NAME = "client-" + os.environ["CHECK_SCHEMA"].replace("_", "-")
DATABASE = os.environ["PGDATABASE"]


@contextmanager
def opened() -> Iterator[Any]:
    """A workgroup and a cluster of the checks' own."""
    serverless: Any = boto3.client("redshift-serverless")
    clusters: Any = boto3.client("redshift")
    serverless.create_namespace(namespaceName=NAME)
    serverless.create_workgroup(workgroupName=NAME, namespaceName=NAME)
    admin = {"MasterUsername": "admin_of_" + os.environ["CHECK_SCHEMA"], "MasterUserPassword": "Abcd1234"}
    try:
        clusters.create_cluster(
            ClusterIdentifier=NAME, NodeType="ra3.large", ClusterType="single-node", **admin
        )
        yield serverless
    finally:
        clusters.delete_cluster(ClusterIdentifier=NAME, SkipFinalClusterSnapshot=True)
        serverless.delete_workgroup(workgroupName=NAME)
        serverless.delete_namespace(namespaceName=NAME)


def _user_of(connection: Any) -> str:
    with closing(connection):
        cursor = connection.cursor()
        cursor.execute("SELECT session_user")
        return str(cursor.fetchone()[0])


def _endpoint(serverless: Any) -> dict[str, Any]:
    endpoint = serverless.get_workgroup(workgroupName=NAME)["workgroup"]["endpoint"]
    return {"host": endpoint["address"], "port": endpoint["port"]}


def redshift_connector_logs_in_to_a_cluster(_serverless: Any) -> None:
    """iam=True with a cluster's name: DescribeClusters, then GetClusterCredentials."""
    user = "cluster_" + os.environ["CHECK_SCHEMA"]
    connection = redshift_connector.connect(
        iam=True,
        database=DATABASE,
        db_user=user,
        auto_create=True,
        cluster_identifier=NAME,
        region=os.environ["AWS_REGION"],
        access_key_id=os.environ["AWS_ACCESS_KEY_ID"],
        secret_access_key=os.environ["AWS_SECRET_ACCESS_KEY"],
    )
    assert _user_of(connection) in (user, f"IAMA:{user}")


def redshift_connector_logs_in_to_a_workgroup(serverless: Any) -> None:
    """iam=True with a workgroup's name: GetWorkgroup or the endpoint, then GetCredentials."""
    connection = redshift_connector.connect(
        iam=True,
        database=DATABASE,
        is_serverless=True,
        serverless_work_group=NAME,
        serverless_acct_id="000000000000",
        region=os.environ["AWS_REGION"],
        access_key_id=os.environ["AWS_ACCESS_KEY_ID"],
        secret_access_key=os.environ["AWS_SECRET_ACCESS_KEY"],
        **_endpoint(serverless),
    )
    assert _user_of(connection).startswith("IAM")


def temporary_credentials_of_both_apis_log_in(serverless: Any) -> None:
    """As scripts fetch them by boto3 and hand them to a driver."""
    given = serverless.get_credentials(workgroupName=NAME, dbName=DATABASE)
    login = {"user": given["dbUser"], "password": given["dbPassword"], "database": DATABASE}
    assert _user_of(redshift_connector.connect(**login, **_endpoint(serverless))) == given["dbUser"]
    clusters = boto3.client("redshift")
    given = clusters.get_cluster_credentials_with_iam(ClusterIdentifier=NAME, DbName=DATABASE)
    login = {"user": given["DbUser"], "password": given["DbPassword"], "database": DATABASE}
    assert _user_of(redshift_connector.connect(**login, **_endpoint(serverless))) == given["DbUser"]


def awswrangler_connects_with_temporary_credentials(_serverless: Any) -> None:
    """wr.redshift.connect_temp: DescribeClusters and GetClusterCredentials."""
    user = "temp_" + os.environ["CHECK_SCHEMA"]
    connection = wr.redshift.connect_temp(NAME, user, database=DATABASE, auto_create=True)
    assert _user_of(connection) in (user, f"IAMA:{user}")


def awswrangler_connects_by_a_secret_or_a_glue_connection(serverless: Any) -> None:
    """wr.redshift.connect(secret_id=…) and wr.redshift.connect("name of a Glue connection")."""
    endpoint = _endpoint(serverless)
    login = {"username": os.environ["PGUSER"], "password": os.environ["PGPASSWORD"]}
    secret = {**login, **endpoint, "engine": "redshift", "dbname": DATABASE}
    boto3.client("secretsmanager").create_secret(Name=NAME, SecretString=json.dumps(secret))
    assert _user_of(wr.redshift.connect(secret_id=NAME, dbname=DATABASE)) == os.environ["PGUSER"]
    properties = {
        "JDBC_CONNECTION_URL": f"jdbc:redshift://{endpoint['host']}:{endpoint['port']}/{DATABASE}",
        "USERNAME": login["username"],
        "PASSWORD": login["password"],
    }
    given: Any = {"Name": NAME, "ConnectionType": "JDBC", "ConnectionProperties": properties}
    boto3.client("glue").create_connection(ConnectionInput=given)
    assert _user_of(wr.redshift.connect(NAME)) == os.environ["PGUSER"]
    boto3.client("glue").delete_connection(ConnectionName=NAME)
    boto3.client("secretsmanager").delete_secret(SecretId=NAME, ForceDeleteWithoutRecovery=True)
