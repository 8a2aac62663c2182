"""Clusters in the words of the redshift API."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from emulator.redshift.apis.api_errors import ApiError
from emulator.redshift.apis.registry import RegionRegistry, Resource

Request = Mapping[str, Any]

_KEPT = (
    "AllowVersionUpgrade",
    "AutomatedSnapshotRetentionPeriod",
    "AvailabilityZone",
    "ClusterSubnetGroupName",
    "ClusterVersion",
    "DefaultIamRoleArn",
    "Encrypted",
    "EnhancedVpcRouting",
    "IpAddressType",
    "KmsKeyId",
    "MaintenanceTrackName",
    "ManualSnapshotRetentionPeriod",
    "NodeType",
    "NumberOfNodes",
    "PreferredMaintenanceWindow",
    "PubliclyAccessible",
)
"""What is described as it was given and has no other effect."""
REFUSED = (
    "ClusterSecurityGroups",
    "ElasticIp",
    "HsmClientCertificateIdentifier",
    "HsmConfigurationIdentifier",
    "LoadSampleData",
    "MultiAZ",
    "RedshiftIdcApplicationArn",
    "SnapshotScheduleIdentifier",
)
"""What nothing stands behind."""


def check_members(request: Request) -> None:
    """Raises ApiError, naming it, for a member that nothing stands behind."""
    for name in REFUSED:
        if request.get(name):
            raise ApiError("UnsupportedOperation", f"{name} is not supported by tarmac; see docs/fidelity.md")


def new_cluster(request: Request, region: RegionRegistry, port: int) -> Resource:
    """A cluster as a request describes it, with AWS's defaults; its endpoint is the stack's own."""
    is_single = request.get("ClusterType") == "single-node" or not request.get("NumberOfNodes")
    cluster: Resource = {
        "ClusterIdentifier": request["ClusterIdentifier"],
        "ClusterStatus": "available",
        "ClusterAvailabilityStatus": "Available",
        "MasterUsername": request["MasterUsername"],
        "DBName": request.get("DBName") or "dev",
        "Endpoint": {"Address": "127.0.0.1", "Port": port},
        "ClusterCreateTime": datetime.now(UTC),
        "ClusterNamespaceArn": f"arn:aws:redshift:{region.region}:{region.account}:namespace:{uuid.uuid4()}",
        "NumberOfNodes": 1 if is_single else request["NumberOfNodes"],
        "AllowVersionUpgrade": True,
        "AutomatedSnapshotRetentionPeriod": 1,
        "ManualSnapshotRetentionPeriod": -1,
        "AvailabilityZone": f"{region.region}a",
        "ClusterVersion": "1.0",
        "ClusterSecurityGroups": [],
        "Encrypted": False,
        "EnhancedVpcRouting": False,
        "IamRoles": [],
        "MaintenanceTrackName": "current",
        "PendingModifiedValues": {},
        "PubliclyAccessible": False,
    }
    change_cluster(cluster, {"ClusterParameterGroupName": "default.redshift-1.0"} | dict(request))
    change_roles(cluster, list(request.get("IamRoles") or []), [])
    return cluster


def change_cluster(cluster: Resource, request: Request) -> None:
    """Takes over what a request gives."""
    for name in _KEPT:
        if request.get(name) is not None:
            cluster[name] = request[name]
    if request.get("AvailabilityZoneRelocation") is not None:
        is_on = request["AvailabilityZoneRelocation"]
        cluster["AvailabilityZoneRelocationStatus"] = "enabled" if is_on else "disabled"
    if request.get("ClusterParameterGroupName"):
        group = {"ParameterGroupName": request["ClusterParameterGroupName"]}
        cluster["ClusterParameterGroups"] = [group | {"ParameterApplyStatus": "in-sync"}]
    if request.get("VpcSecurityGroupIds") is not None:
        cluster["VpcSecurityGroups"] = [
            {"VpcSecurityGroupId": one, "Status": "active"} for one in request["VpcSecurityGroupIds"]
        ]


def change_roles(cluster: Resource, added: list[str], removed: list[str]) -> None:
    """Attaches and detaches IAM roles."""
    known = [role["IamRoleArn"] for role in cluster["IamRoles"] if role["IamRoleArn"] not in removed]
    roles = known + [arn for arn in added if arn not in known]
    cluster["IamRoles"] = [{"IamRoleArn": arn, "ApplyStatus": "in-sync"} for arn in roles]


def arn_of(cluster: Resource, region: RegionRegistry) -> str:
    """The cluster's ARN."""
    return f"arn:aws:redshift:{region.region}:{region.account}:cluster:{cluster['ClusterIdentifier']}"
