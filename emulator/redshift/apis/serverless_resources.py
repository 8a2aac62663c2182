"""Namespaces and workgroups in the words of the redshift-serverless API."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from emulator.redshift.apis.registry import RegionRegistry, Resource

Request = Mapping[str, Any]

PREFIX = "arn:aws:redshift-serverless"
_NAMESPACE_MEMBERS = ("defaultIamRoleArn", "iamRoles", "kmsKeyId", "logExports")
_WORKGROUP_MEMBERS = (
    "baseCapacity",
    "enhancedVpcRouting",
    "ipAddressType",
    "maxCapacity",
    "pricePerformanceTarget",
    "publiclyAccessible",
    "securityGroupIds",
    "subnetIds",
    "trackName",
)
_PARAMETERS = {
    "auto_mv": "true",
    "datestyle": "ISO, MDY",
    "enable_case_sensitive_identifier": "false",
    "enable_user_activity_logging": "true",
    "query_group": "default",
    "require_ssl": "false",
    "search_path": "$user, public",
    "use_fips_ssl": "false",
}


def new_namespace(request: Request, region: RegionRegistry) -> Resource:
    """A namespace as a request describes it, with AWS's defaults."""
    identifier = str(uuid.uuid4())
    namespace: Resource = {
        "namespaceName": request["namespaceName"],
        "namespaceId": identifier,
        "namespaceArn": f"{PREFIX}:{region.region}:{region.account}:namespace/{identifier}",
        "adminUsername": request.get("adminUsername") or "admin",
        "dbName": request.get("dbName") or "dev",
        "kmsKeyId": "AWS_OWNED_KMS_KEY",
        "iamRoles": [],
        "logExports": [],
        "status": "AVAILABLE",
        "creationDate": datetime.now(UTC),
    }
    change_namespace(namespace, request)
    return namespace


def change_namespace(namespace: Resource, request: Request) -> None:
    """Takes over what a request gives."""
    for name in ("adminUsername", *_NAMESPACE_MEMBERS):
        if request.get(name) is not None:
            namespace[name] = request[name]


def new_workgroup(request: Request, region: RegionRegistry, port: int) -> Resource:
    """A workgroup as a request describes it; its endpoint is the stack's own."""
    identifier = str(uuid.uuid4())
    workgroup: Resource = {
        "workgroupName": request["workgroupName"],
        "workgroupId": identifier,
        "workgroupArn": f"{PREFIX}:{region.region}:{region.account}:workgroup/{identifier}",
        "namespaceName": request["namespaceName"],
        "baseCapacity": 128,
        "enhancedVpcRouting": False,
        "ipAddressType": "ipv4",
        "publiclyAccessible": False,
        "securityGroupIds": [],
        "subnetIds": [],
        "configParameters": [],
        "port": port,
        "endpoint": {"address": "127.0.0.1", "port": port, "vpcEndpoints": []},
        "status": "AVAILABLE",
        "creationDate": datetime.now(UTC),
    }
    change_workgroup(workgroup, request)
    return workgroup


def change_workgroup(workgroup: Resource, request: Request) -> None:
    """Takes over what a request gives; configuration parameters one by one."""
    for name in _WORKGROUP_MEMBERS:
        if request.get(name) is not None:
            workgroup[name] = request[name]
    values = dict(_PARAMETERS)
    for parameter in [*workgroup["configParameters"], *(request.get("configParameters") or [])]:
        values[parameter["parameterKey"]] = parameter["parameterValue"]
    workgroup["configParameters"] = [
        {"parameterKey": key, "parameterValue": value} for key, value in sorted(values.items())
    ]
