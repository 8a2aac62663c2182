"""The redshift API: clusters, credentials and tags.

Every cluster is the stack's one warehouse; its database and master user are made in it, and stay when it is
deleted. Subnet groups and parameter groups are moto's: they are kept and have no effect. All other operations
are refused by name (`api_dispatch.py`).
"""

from __future__ import annotations

from typing import Any

from localstack.aws.api import RequestContext
from localstack.services.moto import call_moto

from emulator.glue_service.request_validation import check_request
from emulator.redshift.apis import admin_secrets
from emulator.redshift.apis.api_dispatch import Answer, caller_arn, operation
from emulator.redshift.apis.api_errors import ApiError
from emulator.redshift.apis.cluster_resources import (
    arn_of,
    change_cluster,
    change_roles,
    check_members,
    new_cluster,
)
from emulator.redshift.apis.data_api_connection import WarehousePlace
from emulator.redshift.apis.data_api_results import paged
from emulator.redshift.apis.registry import RegionRegistry, Registry, Resource
from emulator.redshift.apis.warehouse_users import WarehouseUsers, iam_user_of

SHORTEST_S, LONGEST_S = 900, 3600
LISTED = 100


class RedshiftProvider:
    """All state is by account and region."""

    service = "redshift"
    check = staticmethod(check_request)

    def __init__(self, registry: Registry, place: WarehousePlace) -> None:
        self._registry = registry
        self._place = place
        self._users = WarehouseUsers(place)

    def _region(self, context: RequestContext) -> RegionRegistry:
        return self._registry.of(context.account_id, context.region)

    @operation("CreateCluster")
    def create_cluster(self, context: RequestContext, request: Answer) -> Answer:
        check_members(request)
        region = self._region(context)
        with region.lock:
            if request["ClusterIdentifier"] in region.clusters:
                raise ApiError("ClusterAlreadyExists", "Cluster already exists")
            cluster = new_cluster(request, region, self._place.port)
            self._set_admin(region, cluster, request)
            self._users.ensure_database(cluster["DBName"])
            region.clusters[cluster["ClusterIdentifier"]] = cluster
            region.tags[arn_of(cluster, region)] = _tags(request)
        return {"Cluster": _shown(cluster, region) | {"ClusterStatus": "creating"}}

    @operation("DescribeClusters")
    def describe_clusters(self, context: RequestContext, request: Answer) -> Answer:
        region = self._region(context)
        if request.get("ClusterIdentifier"):
            return {"Clusters": [_shown(_cluster(region, request), region)]}
        found = [_shown(cluster, region) for cluster in region.clusters.values()]
        return _page("Clusters", [one for one in found if _has_tags(one, request)], request)

    @operation("ModifyCluster")
    def modify_cluster(self, context: RequestContext, request: Answer) -> Answer:
        check_members(request)
        region = self._region(context)
        with region.lock:
            cluster = _cluster(region, request)
            self._set_admin(region, cluster, request)
            change_cluster(cluster, request)
            if request.get("NewClusterIdentifier"):
                _rename(region, cluster, request["NewClusterIdentifier"])
        return {"Cluster": _shown(cluster, region) | {"ClusterStatus": "modifying"}}

    @operation("ModifyClusterIamRoles")
    def modify_cluster_iam_roles(self, context: RequestContext, request: Answer) -> Answer:
        region = self._region(context)
        with region.lock:
            cluster = _cluster(region, request)
            change_roles(cluster, request.get("AddIamRoles") or [], request.get("RemoveIamRoles") or [])
            if request.get("DefaultIamRoleArn") is not None:
                cluster["DefaultIamRoleArn"] = request["DefaultIamRoleArn"]
        return {"Cluster": _shown(cluster, region)}

    @operation("PauseCluster")
    def pause_cluster(self, context: RequestContext, request: Answer) -> Answer:
        return self._move(context, request, "available", "paused", "pausing")

    @operation("ResumeCluster")
    def resume_cluster(self, context: RequestContext, request: Answer) -> Answer:
        return self._move(context, request, "paused", "available", "resuming")

    def _move(self, context: RequestContext, request: Answer, before: str, after: str, shown: str) -> Answer:
        region = self._region(context)
        with region.lock:
            cluster = _cluster(region, request)
            if cluster["ClusterStatus"] != before:
                text = f"There is an operation running on the Cluster: it is {cluster['ClusterStatus']}."
                raise ApiError("InvalidClusterState", text)
            cluster["ClusterStatus"] = after
            cluster["ClusterAvailabilityStatus"] = "Available" if after == "available" else "Paused"
        return {"Cluster": _shown(cluster, region) | {"ClusterStatus": shown}}

    @operation("DeleteCluster")
    def delete_cluster(self, context: RequestContext, request: Answer) -> Answer:
        region = self._region(context)
        if request.get("FinalClusterSnapshotIdentifier"):
            text = "FinalClusterSnapshotIdentifier is not supported by tarmac: there are no snapshots"
            raise ApiError("UnsupportedOperation", text)
        with region.lock:
            cluster = _cluster(region, request)
            # LocalStack's AWS::Redshift::Cluster, a caller inside, leaves the option out.
            if not request.get("SkipFinalClusterSnapshot") and not context.is_internal_call:
                text = "FinalClusterSnapshotIdentifier is required unless SkipFinalClusterSnapshot is"
                raise ApiError("InvalidParameterCombination", f"{text} specified.")
            del region.clusters[cluster["ClusterIdentifier"]]
            tags = region.tags.pop(arn_of(cluster, region), {})
            admin_secrets.delete(region, cluster.get("MasterPasswordSecretArn"))
        return {"Cluster": cluster | {"ClusterStatus": "deleting", "Tags": _tag_list(tags)}}

    @operation("GetClusterCredentials")
    def get_cluster_credentials(self, context: RequestContext, request: Answer) -> Answer:
        _cluster(self._region(context), request)
        user, groups = request["DbUser"], list(request.get("DbGroups") or [])
        is_made, exists = bool(request.get("AutoCreate")), self._users.exists(request["DbUser"])
        if groups and exists:
            text = "DbGroups of a user that exists is not supported by tarmac; see docs/fidelity.md"
            raise ApiError("UnsupportedOperation", text)
        lifetime_s = _lifetime_s(request)
        if is_made and not exists:
            self._users.create(user, groups)
        given = self._users.issue(("IAMA:" if is_made else "IAM:") + user, user, lifetime_s)
        return {"DbUser": given.user, "DbPassword": given.password, "Expiration": given.expires_at}

    @operation("GetClusterCredentialsWithIAM")
    def get_cluster_credentials_with_iam(self, context: RequestContext, request: Answer) -> Answer:
        _cluster(self._region(context), request)
        user = iam_user_of(caller_arn(context))
        given = self._users.issue(user, self._place.admin.user, _lifetime_s(request))
        return {
            "DbUser": given.user,
            "DbPassword": given.password,
            "Expiration": given.expires_at,
            "NextRefreshTime": given.expires_at,
        }

    @operation("DescribeLoggingStatus")
    def describe_logging_status(self, context: RequestContext, request: Answer) -> Answer:
        _cluster(self._region(context), request)
        return {"LoggingEnabled": False}

    @operation("CreateTags")
    def create_tags(self, context: RequestContext, request: Answer) -> Answer:
        _known_tags(self._region(context), request).update(_tags(request))
        return {}

    @operation("DeleteTags")
    def delete_tags(self, context: RequestContext, request: Answer) -> Answer:
        tags = _known_tags(self._region(context), request)
        for key in request["TagKeys"]:
            tags.pop(key, None)
        return {}

    @operation("DescribeTags")
    def describe_tags(self, context: RequestContext, request: Answer) -> Answer:
        region = self._region(context)
        arns = [arn_of(cluster, region) for cluster in region.clusters.values()]
        if request.get("ResourceName"):
            _known_tags(region, request)
            arns = [request["ResourceName"]]
        found = [
            {"Tag": tag, "ResourceName": arn, "ResourceType": "cluster"}
            for arn in arns
            for tag in _tag_list(region.tags[arn])
            if _has_tags({"Tags": [tag]}, request)
        ]
        return _page("TaggedResources", found, request)

    @operation("CreateClusterSubnetGroup")
    def create_cluster_subnet_group(self, context: RequestContext, _request: Answer) -> Any:
        return call_moto(context)

    @operation("DescribeClusterSubnetGroups")
    def describe_cluster_subnet_groups(self, context: RequestContext, _request: Answer) -> Any:
        return call_moto(context)

    @operation("DeleteClusterSubnetGroup")
    def delete_cluster_subnet_group(self, context: RequestContext, _request: Answer) -> Any:
        return call_moto(context)

    @operation("CreateClusterParameterGroup")
    def create_cluster_parameter_group(self, context: RequestContext, _request: Answer) -> Any:
        return call_moto(context)

    @operation("DescribeClusterParameterGroups")
    def describe_cluster_parameter_groups(self, context: RequestContext, _request: Answer) -> Any:
        return call_moto(context)

    @operation("DescribeClusterParameters")
    def describe_cluster_parameters(self, context: RequestContext, _request: Answer) -> Any:
        return call_moto(context)

    @operation("DeleteClusterParameterGroup")
    def delete_cluster_parameter_group(self, context: RequestContext, _request: Answer) -> Any:
        return call_moto(context)

    def _set_admin(self, region: RegionRegistry, cluster: Resource, request: Answer) -> None:
        """The master user, with the password that is given or kept in a secret."""
        user, password = cluster["MasterUsername"], request.get("MasterUserPassword")
        if request.get("ManageMasterPassword"):
            if password:
                text = "MasterUserPassword can't be specified with ManageMasterPassword."
                raise ApiError("InvalidParameterCombination", text)
            password = self._users.password_for(user)
            known = cluster.get("MasterPasswordSecretArn")
            owner = cluster["ClusterIdentifier"]
            cluster["MasterPasswordSecretArn"] = admin_secrets.keep(region, owner, user, password, known)
        self._users.ensure_admin(user, password)


def _cluster(region: RegionRegistry, request: Answer) -> Resource:
    name = request.get("ClusterIdentifier") or ""
    if name not in region.clusters:
        raise ApiError("ClusterNotFound", f"Cluster {name} not found.", 404)
    return region.clusters[name]


def _rename(region: RegionRegistry, cluster: Resource, name: str) -> None:
    if name in region.clusters:
        raise ApiError("ClusterAlreadyExists", "Cluster already exists")
    tags = region.tags.pop(arn_of(cluster, region), {})
    del region.clusters[cluster["ClusterIdentifier"]]
    cluster["ClusterIdentifier"] = name
    region.clusters[name], region.tags[arn_of(cluster, region)] = cluster, tags


def _lifetime_s(request: Answer) -> int:
    lifetime_s = int(request.get("DurationSeconds") or SHORTEST_S)
    if not SHORTEST_S <= lifetime_s <= LONGEST_S:
        text = f"DurationSeconds must be between {SHORTEST_S} and {LONGEST_S}"
        raise ApiError("InvalidParameterValue", text)
    return lifetime_s


def _shown(cluster: Resource, region: RegionRegistry) -> Resource:
    return cluster | {"Tags": _tag_list(region.tags.get(arn_of(cluster, region), {}))}


def _tags(request: Answer) -> dict[str, str]:
    return {tag["Key"]: tag.get("Value", "") for tag in request.get("Tags") or []}


def _tag_list(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _has_tags(shown: Resource, request: Answer) -> bool:
    """Whether it has one of the keys, and one of the values, that are asked for."""
    keys, values = request.get("TagKeys"), request.get("TagValues")
    return (not keys or any(tag["Key"] in keys for tag in shown["Tags"])) and (
        not values or any(tag["Value"] in values for tag in shown["Tags"])
    )


def _known_tags(region: RegionRegistry, request: Answer) -> dict[str, str]:
    arn = request["ResourceName"]
    if arn not in region.tags:
        raise ApiError("ResourceNotFoundFault", f"The resource {arn} isn't found.", 404)
    return region.tags[arn]


def _page(name: str, items: list[Any], request: Answer) -> Answer:
    found, marker = paged(items, request.get("Marker"), int(request.get("MaxRecords") or LISTED))
    return {name: found} | ({"Marker": marker} if marker else {})
