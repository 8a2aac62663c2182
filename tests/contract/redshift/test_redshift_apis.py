"""redshift-serverless and redshift, as far as clients need them to connect; all is the stack's warehouse."""

from __future__ import annotations

import contextlib
import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from botocore.exceptions import ClientError

from emulator.stack.sandbox import Sandbox
from tests.contract.redshift.conftest import connect
from tests.redshift_facts import gap, works

ACCOUNT = "555500001111"  # whose workgroups and clusters make no other test's names unknown


def unique(prefix: str) -> str:
    return f"{prefix}-{uuid.uuid4().hex[:8]}"


def row_as(user: str, password: str, place: dict[str, Any], database: str, sql: str) -> Any:
    """The first row of a query that this user runs at that endpoint."""
    address = {name.lower(): value for name, value in place.items()}
    with contextlib.closing(
        psycopg.connect(
            host=address["address"], port=address["port"], user=user, password=password, dbname=database
        )
    ) as connection:
        return connection.execute(sql.encode()).fetchone()


@pytest.fixture
def serverless(sandbox: Sandbox) -> Iterator[Any]:
    client = sandbox.client("redshift-serverless", account_id=ACCOUNT)
    yield client
    for workgroup in client.list_workgroups()["workgroups"]:
        client.delete_workgroup(workgroupName=workgroup["workgroupName"])
    for namespace in client.list_namespaces()["namespaces"]:
        client.delete_namespace(namespaceName=namespace["namespaceName"])


@pytest.fixture
def redshift(sandbox: Sandbox) -> Iterator[Any]:
    client = sandbox.client("redshift", account_id=ACCOUNT)
    yield client
    for cluster in client.describe_clusters()["Clusters"]:
        client.delete_cluster(ClusterIdentifier=cluster["ClusterIdentifier"], SkipFinalClusterSnapshot=True)


@pytest.fixture
def workgroup(serverless: Any) -> dict[str, Any]:
    """A workgroup in a namespace of the stack's database and user."""
    name = unique("wg")
    serverless.create_namespace(
        namespaceName=name, adminUsername="awsuser", tags=[{"key": "a", "value": "1"}]
    )
    created: dict[str, Any] = serverless.create_workgroup(namespaceName=name, workgroupName=name)["workgroup"]
    return created


@pytest.fixture
def cluster(redshift: Any) -> dict[str, Any]:
    """A cluster with the stack's database and user."""
    created: dict[str, Any] = redshift.create_cluster(
        ClusterIdentifier=unique("cluster"), NodeType="ra3.large", MasterUsername="awsuser"
    )["Cluster"]
    return created


@works(
    "Redshift API",
    *("redshift-serverless CreateNamespace", "redshift-serverless GetNamespace"),
    *("redshift-serverless ListNamespaces", "redshift-serverless UpdateNamespace"),
    *("redshift-serverless DeleteNamespace",),
)
def test_a_namespace_has_its_database_and_admin_user(serverless: Any, sandbox: Sandbox) -> None:
    name = unique("ns")
    database, user = name.replace("-", "_"), f"admin_{uuid.uuid4().hex[:6]}"
    namespace = serverless.create_namespace(
        namespaceName=name, dbName=database, adminUsername=user, adminUserPassword="Secret99"
    )["namespace"]
    assert (namespace["status"], namespace["adminUsername"]) == ("AVAILABLE", user)
    place = {"Address": "127.0.0.1", "Port": sandbox.settings.redshift_port}
    sql = "SELECT current_user::text, current_database()::text"
    assert row_as(user, "Secret99", place, database, sql) == (user, database)
    serverless.update_namespace(namespaceName=name, adminUserPassword="Other999", adminUsername=user)
    assert row_as(user, "Other999", place, database, sql) == (user, database)
    assert serverless.get_namespace(namespaceName=name)["namespace"] == namespace
    assert [one["namespaceName"] for one in serverless.list_namespaces()["namespaces"]] == [name]
    with pytest.raises(ClientError, match="ConflictException"):
        serverless.create_namespace(namespaceName=name)
    assert serverless.delete_namespace(namespaceName=name)["namespace"]["status"] == "DELETING"
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        serverless.get_namespace(namespaceName=name)
    with contextlib.closing(connect(sandbox)) as connection:
        connection.execute(f"DROP DATABASE {database}")


@works(
    "Redshift API",
    *("redshift-serverless CreateWorkgroup", "redshift-serverless GetWorkgroup"),
    *("redshift-serverless ListWorkgroups", "redshift-serverless UpdateWorkgroup"),
    *("redshift-serverless DeleteWorkgroup",),
)
def test_a_workgroups_endpoint_is_the_stacks(
    serverless: Any, workgroup: dict[str, Any], sandbox: Sandbox
) -> None:
    name = workgroup["workgroupName"]
    assert workgroup["status"] == "CREATING"
    found = serverless.get_workgroup(workgroupName=name)["workgroup"]
    port = sandbox.settings.redshift_port
    assert (found["status"], found["endpoint"]["port"]) == ("AVAILABLE", port)
    settings, password = sandbox.settings, sandbox.settings.password
    assert row_as(settings.user, password, found["endpoint"], settings.database, "SELECT 1") == (1,)
    parameter = {"parameterKey": "search_path", "parameterValue": "staging"}
    serverless.update_workgroup(workgroupName=name, baseCapacity=8, configParameters=[parameter])
    (changed,) = serverless.list_workgroups()["workgroups"]
    assert (changed["baseCapacity"], parameter in changed["configParameters"]) == (8, True)
    with pytest.raises(ClientError, match="ConflictException"):
        serverless.delete_namespace(namespaceName=name)
    assert serverless.delete_workgroup(workgroupName=name)["workgroup"]["status"] == "DELETING"
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        serverless.get_workgroup(workgroupName=name)


@works("Redshift API", "redshift-serverless GetCredentials")
def test_credentials_of_a_workgroup_log_in_until_they_expire(
    serverless: Any, workgroup: dict[str, Any], sandbox: Sandbox
) -> None:
    name, settings = workgroup["workgroupName"], sandbox.settings
    given = serverless.get_credentials(workgroupName=name, dbName=settings.database, durationSeconds=3600)
    again = serverless.get_credentials(workgroupName=name)
    assert given["dbUser"] == "IAM:root"
    sql = """SELECT current_user::text, session_user::text, rolvaliduntil FROM pg_roles
      WHERE rolname = session_user"""
    for credentials in (given, again):
        user, login, until = row_as(
            credentials["dbUser"], credentials["dbPassword"], workgroup["endpoint"], settings.database, sql
        )
        assert (user, login) == (settings.user, "IAM:root")
        assert abs((until - given["expiration"]).total_seconds()) < 2
    assert 3500 < (given["expiration"] - datetime.now(UTC)).total_seconds() <= 3600
    with contextlib.closing(connect(sandbox, sandbox.settings.warehouse_port)) as connection:
        connection.execute("ALTER ROLE \"IAM:root\" VALID UNTIL '2020-01-01'")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        row_as(given["dbUser"], given["dbPassword"], workgroup["endpoint"], settings.database, sql)
    for bad in ({"durationSeconds": 60}, {"durationSeconds": 7200}):
        with pytest.raises(ClientError, match="ValidationException"):
            serverless.get_credentials(workgroupName=name, **bad)
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        serverless.get_credentials(workgroupName="no-such-one")


@works("Redshift API", "redshift-serverless manageAdminPassword")
def test_a_managed_admin_password_is_in_a_secret(serverless: Any, sandbox: Sandbox) -> None:
    name, user = unique("ns"), f"admin_{uuid.uuid4().hex[:6]}"
    namespace = serverless.create_namespace(namespaceName=name, adminUsername=user, manageAdminPassword=True)[
        "namespace"
    ]
    secrets = sandbox.client("secretsmanager", account_id=ACCOUNT)
    arn = namespace["adminPasswordSecretArn"]
    secret = json.loads(secrets.get_secret_value(SecretId=arn)["SecretString"])
    place = {"Address": "127.0.0.1", "Port": sandbox.settings.redshift_port}
    assert row_as(user, secret["password"], place, "dev", "SELECT 1") == (1,)
    serverless.delete_namespace(namespaceName=name)
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        secrets.get_secret_value(SecretId=arn)


@works("Redshift API", "redshift ManageMasterPassword")
def test_a_managed_master_password_is_in_a_secret(redshift: Any, sandbox: Sandbox) -> None:
    name, user = unique("c"), f"admin_{uuid.uuid4().hex[:6]}"
    cluster = redshift.create_cluster(
        ClusterIdentifier=name, NodeType="ra3.large", MasterUsername=user, ManageMasterPassword=True
    )["Cluster"]
    secrets = sandbox.client("secretsmanager", account_id=ACCOUNT)
    found = secrets.get_secret_value(SecretId=cluster["MasterPasswordSecretArn"])["SecretString"]
    place = {"Address": "127.0.0.1", "Port": sandbox.settings.redshift_port}
    assert row_as(user, json.loads(found)["password"], place, "dev", "SELECT 1") == (1,)


@works(
    "Redshift API",
    *("redshift-serverless TagResource", "redshift-serverless UntagResource"),
    *("redshift-serverless ListTagsForResource",),
)
def test_namespaces_and_workgroups_have_tags(serverless: Any, workgroup: dict[str, Any]) -> None:
    arn = workgroup["workgroupArn"]
    serverless.tag_resource(resourceArn=arn, tags=[{"key": "a", "value": "1"}, {"key": "b", "value": "2"}])
    serverless.untag_resource(resourceArn=arn, tagKeys=["a"])
    assert serverless.list_tags_for_resource(resourceArn=arn)["tags"] == [{"key": "b", "value": "2"}]
    namespace = serverless.get_namespace(namespaceName=workgroup["namespaceName"])["namespace"]
    found = serverless.list_tags_for_resource(resourceArn=namespace["namespaceArn"])["tags"]
    assert found == [{"key": "a", "value": "1"}]


def test_the_stacks_own_user_keeps_its_password(serverless: Any, redshift: Any) -> None:
    with pytest.raises(ClientError, match="TARMAC_PASSWORD"):
        serverless.create_namespace(
            namespaceName=unique("ns"), adminUsername="awsuser", adminUserPassword="Secret99"
        )
    with pytest.raises(ClientError, match="TARMAC_PASSWORD"):
        redshift.create_cluster(
            ClusterIdentifier=unique("c"),
            NodeType="ra3.large",
            MasterUsername="awsuser",
            MasterUserPassword="Secret99",
        )


@works("Data API", "a workgroup or cluster that doesn't exist is refused, once the account has one")
def test_the_data_api_knows_the_workgroups_and_clusters(
    workgroup: dict[str, Any], cluster: dict[str, Any], redshift: Any, sandbox: Sandbox
) -> None:
    data = sandbox.client("redshift-data", account_id=ACCOUNT)
    statement = {"Sql": "SELECT 1", "Database": sandbox.settings.database}
    identifier = cluster["ClusterIdentifier"]
    for known in (
        {"WorkgroupName": workgroup["workgroupName"]},
        {"WorkgroupName": workgroup["workgroupArn"]},
        {"ClusterIdentifier": identifier},
    ):
        assert data.execute_statement(**statement, **known)["Id"]
    for unknown in ({"WorkgroupName": "no-such-one"}, {"ClusterIdentifier": "no-such-one"}):
        with pytest.raises(ClientError) as caught:
            data.execute_statement(**statement, **unknown)
        error = caught.value.response["Error"]
        assert error == {
            "Code": "ValidationException",
            "Message": "Redshift endpoint doesn't exist in this region.",
        }
    redshift.pause_cluster(ClusterIdentifier=identifier)
    with pytest.raises(ClientError, match="paused"):
        data.execute_statement(**statement, ClusterIdentifier=identifier)


@works(
    "Redshift API",
    *("redshift CreateCluster", "redshift DescribeClusters", "redshift ModifyCluster"),
    *("redshift ModifyClusterIamRoles", "redshift PauseCluster", "redshift ResumeCluster"),
    *("redshift DeleteCluster", "redshift DescribeLoggingStatus"),
)
def test_a_cluster_lives_and_is_deleted(redshift: Any, cluster: dict[str, Any], sandbox: Sandbox) -> None:
    name = {"ClusterIdentifier": cluster["ClusterIdentifier"]}
    assert cluster["ClusterStatus"] == "creating"
    redshift.get_waiter("cluster_available").wait(**name)
    (found,) = redshift.describe_clusters(**name)["Clusters"]
    assert found["Endpoint"] == {"Address": "127.0.0.1", "Port": sandbox.settings.redshift_port}
    with pytest.raises(ClientError, match="ClusterAlreadyExists"):
        redshift.create_cluster(**name, NodeType="ra3.large", MasterUsername="awsuser")
    redshift.modify_cluster(**name, NumberOfNodes=2, PubliclyAccessible=True)
    redshift.modify_cluster_iam_roles(**name, AddIamRoles=["arn:aws:iam::555500001111:role/loader"])
    (changed,) = redshift.describe_clusters()["Clusters"]
    assert (changed["NumberOfNodes"], changed["PubliclyAccessible"]) == (2, True)
    assert [role["ApplyStatus"] for role in changed["IamRoles"]] == ["in-sync"]
    assert redshift.pause_cluster(**name)["Cluster"]["ClusterStatus"] == "pausing"
    with pytest.raises(ClientError, match="InvalidClusterState"):
        redshift.pause_cluster(**name)
    assert redshift.resume_cluster(**name)["Cluster"]["ClusterStatus"] == "resuming"
    assert redshift.describe_logging_status(**name)["LoggingEnabled"] is False
    with pytest.raises(ClientError, match="FinalClusterSnapshotIdentifier is required unless"):
        redshift.delete_cluster(**name)
    redshift.delete_cluster(**name, SkipFinalClusterSnapshot=True)
    redshift.get_waiter("cluster_deleted").wait(**name)
    with pytest.raises(ClientError) as caught:
        redshift.describe_clusters(**name)
    assert caught.value.response["Error"]["Code"] == "ClusterNotFound"


@works("Redshift API", "redshift CreateTags", "redshift DeleteTags", "redshift DescribeTags")
def test_clusters_have_tags(redshift: Any, cluster: dict[str, Any]) -> None:
    arn = f"arn:aws:redshift:us-east-1:{ACCOUNT}:cluster:{cluster['ClusterIdentifier']}"
    redshift.create_tags(ResourceName=arn, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    redshift.delete_tags(ResourceName=arn, TagKeys=["a"])
    (found,) = redshift.describe_tags(ResourceName=arn)["TaggedResources"]
    assert found == {"Tag": {"Key": "b", "Value": "2"}, "ResourceName": arn, "ResourceType": "cluster"}
    assert [one["Tags"] for one in redshift.describe_clusters(TagKeys=["b"])["Clusters"]] == [[found["Tag"]]]
    assert redshift.describe_clusters(TagKeys=["a"])["Clusters"] == []


@works("Redshift API", "redshift GetClusterCredentials")
def test_credentials_of_a_cluster_log_in_as_the_user(
    redshift: Any, cluster: dict[str, Any], sandbox: Sandbox
) -> None:
    """The calls of awswrangler's `redshift.connect_temp` and of redshift_connector with `iam=True`."""
    name = {"ClusterIdentifier": cluster["ClusterIdentifier"]}
    user, group = (f"{kind}_{uuid.uuid4().hex[:8]}" for kind in ("analyst", "readers"))
    sandbox.query(f"CREATE GROUP {group}")
    place = redshift.describe_clusters(**name)["Clusters"][0]["Endpoint"]
    database = sandbox.settings.database
    missing = redshift.get_cluster_credentials(**name, DbUser=user, DbName=database, AutoCreate=False)
    assert missing["DbUser"] == f"IAM:{user}"
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        row_as(missing["DbUser"], missing["DbPassword"], place, database, "SELECT 1")
    made = redshift.get_cluster_credentials(
        **name, DbUser=user, DbName=database, AutoCreate=True, DbGroups=[group], DurationSeconds=900
    )
    sql = f"SELECT current_user::text, pg_has_role('{group}', 'member')"
    assert made["DbUser"] == f"IAMA:{user}"
    assert row_as(made["DbUser"], made["DbPassword"], place, database, sql) == (user, True)
    stack_user = redshift.get_cluster_credentials(**name, DbUser=sandbox.settings.user)
    found = row_as(
        stack_user["DbUser"], stack_user["DbPassword"], place, database, "SELECT current_user::text"
    )
    assert found == (sandbox.settings.user,)
    assert sandbox.query("SELECT 1")  # with the password that it had


@works("Redshift API", "redshift GetClusterCredentialsWithIAM")
def test_credentials_of_an_iam_identity_log_in(
    redshift: Any, cluster: dict[str, Any], sandbox: Sandbox
) -> None:
    given = redshift.get_cluster_credentials_with_iam(
        ClusterIdentifier=cluster["ClusterIdentifier"], DbName=sandbox.settings.database
    )
    assert (given["DbUser"], given["NextRefreshTime"]) == ("IAM:root", given["Expiration"])
    place = redshift.describe_clusters()["Clusters"][0]["Endpoint"]
    assert row_as(given["DbUser"], given["DbPassword"], place, "dev", "SELECT 1") == (1,)
    with pytest.raises(ClientError, match="ClusterNotFound"):
        redshift.get_cluster_credentials_with_iam(ClusterIdentifier="no-such-one")


@gap(
    "Redshift API",
    *(
        "redshift snapshots",
        "redshift ResizeCluster",
        "redshift data shares",
        "redshift-serverless snapshots",
    ),
    *("redshift-serverless usage limits", "redshift-serverless custom domains"),
    why="refused by name, as all operations that nothing stands behind",
)
@pytest.mark.parametrize(
    ("service", "operation", "request_"),
    [
        ("redshift", "CreateClusterSnapshot", {"SnapshotIdentifier": "s", "ClusterIdentifier": "c"}),
        ("redshift", "ResizeCluster", {"ClusterIdentifier": "c"}),
        ("redshift", "DescribeDataShares", {}),
        ("redshift-serverless", "CreateSnapshot", {"namespaceName": "abc", "snapshotName": "s"}),
        ("redshift-serverless", "ListUsageLimits", {}),
        (
            "redshift-serverless",
            "GetCustomDomainAssociation",
            {"customDomainName": "d", "workgroupName": "wgr"},
        ),
    ],
)
def test_operations_that_nothing_stands_behind_are_refused_by_name(
    sandbox: Sandbox, service: str, operation: str, request_: dict[str, Any]
) -> None:
    client = sandbox.client(service, account_id=ACCOUNT)
    with pytest.raises(ClientError, match=f"{operation} is not supported by tarmac"):
        client._make_api_call(operation, request_)


@works("Redshift API", "redshift cluster subnet groups and parameter groups (kept, without effect)")
def test_parameter_groups_are_kept(redshift: Any) -> None:
    name = unique("group")
    redshift.create_cluster_parameter_group(
        ParameterGroupName=name, ParameterGroupFamily="redshift-1.0", Description="x"
    )
    (group,) = redshift.describe_cluster_parameter_groups(ParameterGroupName=name)["ParameterGroups"]
    assert group["Description"] == "x"
    redshift.delete_cluster_parameter_group(ParameterGroupName=name)
