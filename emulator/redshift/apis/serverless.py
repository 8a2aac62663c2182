"""The redshift-serverless API: namespaces, workgroups, credentials and tags.

Every workgroup is the stack's one warehouse. A namespace's database and admin user are made in it, and stay
when the namespace is deleted. All other operations are refused by name (`api_dispatch.py`).
"""

from __future__ import annotations

from localstack.aws.api import RequestContext

from emulator.glue_service.request_validation import check_request
from emulator.redshift.apis import admin_secrets
from emulator.redshift.apis import serverless_resources as resources
from emulator.redshift.apis.api_dispatch import Answer, caller_arn, operation
from emulator.redshift.apis.api_errors import ApiError, invalid, not_found
from emulator.redshift.apis.data_api_connection import WarehousePlace
from emulator.redshift.apis.data_api_results import paged
from emulator.redshift.apis.registry import RegionRegistry, Registry, Resource
from emulator.redshift.apis.warehouse_users import WarehouseUsers, iam_user_of

SHORTEST_S, LONGEST_S = 900, 3600
LISTED = 100


class RedshiftServerlessProvider:
    """All state is by account and region."""

    service = "redshift-serverless"
    check = staticmethod(check_request)

    def __init__(self, registry: Registry, place: WarehousePlace) -> None:
        self._registry = registry
        self._place = place
        self._users = WarehouseUsers(place)

    def _region(self, context: RequestContext) -> RegionRegistry:
        return self._registry.of(context.account_id, context.region)

    @operation("CreateNamespace")
    def create_namespace(self, context: RequestContext, request: Answer) -> Answer:
        region = self._region(context)
        with region.lock:
            name = request["namespaceName"]
            if name in region.namespaces:
                raise conflict(f"The namespace {name} already exists.")
            namespace = resources.new_namespace(request, region)
            self._set_admin(region, namespace, request)
            self._users.ensure_database(namespace["dbName"])
            region.namespaces[name] = namespace
            region.tags[namespace["namespaceArn"]] = _tags(request)
        return {"namespace": dict(namespace)}

    @operation("GetNamespace")
    def get_namespace(self, context: RequestContext, request: Answer) -> Answer:
        return {"namespace": _namespace(self._region(context), request)}

    @operation("ListNamespaces")
    def list_namespaces(self, context: RequestContext, request: Answer) -> Answer:
        return _page("namespaces", self._region(context).namespaces, request)

    @operation("UpdateNamespace")
    def update_namespace(self, context: RequestContext, request: Answer) -> Answer:
        region = self._region(context)
        with region.lock:
            namespace = _namespace(region, request)
            changed = dict(namespace)
            resources.change_namespace(changed, request)
            self._set_admin(region, changed, request)
            namespace.update(changed)
        return {"namespace": dict(namespace)}

    @operation("DeleteNamespace")
    def delete_namespace(self, context: RequestContext, request: Answer) -> Answer:
        region = self._region(context)
        if request.get("finalSnapshotName"):
            raise invalid("finalSnapshotName is not supported by tarmac: there are no snapshots")
        with region.lock:
            namespace = _namespace(region, request)
            name = namespace["namespaceName"]
            users = [one for one in region.workgroups.values() if one["namespaceName"] == name]
            if users:
                raise conflict(f"The namespace {name} is in use by workgroup {users[0]['workgroupName']}.")
            del region.namespaces[name]
            region.tags.pop(namespace["namespaceArn"], None)
            admin_secrets.delete(region, namespace.get("adminPasswordSecretArn"))
        return {"namespace": namespace | {"status": "DELETING"}}

    @operation("CreateWorkgroup")
    def create_workgroup(self, context: RequestContext, request: Answer) -> Answer:
        region = self._region(context)
        with region.lock:
            name = request["workgroupName"]
            if name in region.workgroups:
                raise conflict(f"The workgroup {name} already exists.")
            _namespace(region, request)
            if any(one["namespaceName"] == request["namespaceName"] for one in region.workgroups.values()):
                raise conflict(f"The namespace {request['namespaceName']} already has a workgroup.")
            workgroup = resources.new_workgroup(request, region, self._place.port)
            region.workgroups[name] = workgroup
            region.tags[workgroup["workgroupArn"]] = _tags(request)
        return {"workgroup": workgroup | {"status": "CREATING"}}

    @operation("GetWorkgroup")
    def get_workgroup(self, context: RequestContext, request: Answer) -> Answer:
        return {"workgroup": _workgroup(self._region(context), request)}

    @operation("ListWorkgroups")
    def list_workgroups(self, context: RequestContext, request: Answer) -> Answer:
        return _page("workgroups", self._region(context).workgroups, request)

    @operation("UpdateWorkgroup")
    def update_workgroup(self, context: RequestContext, request: Answer) -> Answer:
        region = self._region(context)
        with region.lock:
            workgroup = _workgroup(region, request)
            resources.change_workgroup(workgroup, request)
        return {"workgroup": workgroup | {"status": "MODIFYING"}}

    @operation("DeleteWorkgroup")
    def delete_workgroup(self, context: RequestContext, request: Answer) -> Answer:
        region = self._region(context)
        with region.lock:
            workgroup = _workgroup(region, request)
            del region.workgroups[workgroup["workgroupName"]]
            region.tags.pop(workgroup["workgroupArn"], None)
        return {"workgroup": workgroup | {"status": "DELETING"}}

    @operation("GetCredentials")
    def get_credentials(self, context: RequestContext, request: Answer) -> Answer:
        if request.get("customDomainName"):
            raise not_found("customDomainName is not supported by tarmac: there are no custom domains")
        if not request.get("workgroupName"):
            raise invalid("Either workgroupName or customDomainName must be specified.")
        _workgroup(self._region(context), request)
        lifetime_s = int(request.get("durationSeconds") or SHORTEST_S)
        if not SHORTEST_S <= lifetime_s <= LONGEST_S:
            raise invalid(f"durationSeconds must be between {SHORTEST_S} and {LONGEST_S}.")
        user = iam_user_of(caller_arn(context))
        given = self._users.issue(user, self._place.admin.user, lifetime_s)
        return {
            "dbUser": given.user,
            "dbPassword": given.password,
            "expiration": given.expires_at,
            "nextRefreshTime": given.expires_at,
        }

    @operation("TagResource")
    def tag_resource(self, context: RequestContext, request: Answer) -> Answer:
        _known_tags(self._region(context), request).update(_tags(request))
        return {}

    @operation("UntagResource")
    def untag_resource(self, context: RequestContext, request: Answer) -> Answer:
        tags = _known_tags(self._region(context), request)
        for key in request["tagKeys"]:
            tags.pop(key, None)
        return {}

    @operation("ListTagsForResource")
    def list_tags_for_resource(self, context: RequestContext, request: Answer) -> Answer:
        tags = _known_tags(self._region(context), request)
        return {"tags": [{"key": key, "value": value} for key, value in tags.items()]}

    def _set_admin(self, region: RegionRegistry, namespace: Resource, request: Answer) -> None:
        """The admin user of a namespace, with the password that is given or kept in a secret."""
        user, password = namespace["adminUsername"], request.get("adminUserPassword")
        if request.get("manageAdminPassword"):
            if password:
                raise invalid("adminUserPassword can't be specified with manageAdminPassword.")
            password = self._users.password_for(user)
            known = namespace.get("adminPasswordSecretArn")
            kept = admin_secrets.keep(region, namespace["namespaceName"], user, password, known)
            namespace["adminPasswordSecretArn"] = kept
        self._users.ensure_admin(user, password)


def conflict(message: str) -> ApiError:
    """A ConflictException."""
    return ApiError("ConflictException", message)


def _namespace(region: RegionRegistry, request: Answer) -> Resource:
    name = request["namespaceName"]
    if name not in region.namespaces:
        raise not_found(f"The namespace {name} isn't found.")
    return region.namespaces[name]


def _workgroup(region: RegionRegistry, request: Answer) -> Resource:
    name = request["workgroupName"]
    if name not in region.workgroups:
        raise not_found(f"The workgroup {name} isn't found.")
    return region.workgroups[name]


def _tags(request: Answer) -> dict[str, str]:
    return {tag["key"]: tag["value"] for tag in request.get("tags") or []}


def _known_tags(region: RegionRegistry, request: Answer) -> dict[str, str]:
    arn = request["resourceArn"]
    if arn not in region.tags:
        raise not_found(f"The resource {arn} isn't found.")
    return region.tags[arn]


def _page(name: str, known: dict[str, Resource], request: Answer) -> Answer:
    size = int(request.get("maxResults") or LISTED)
    found, token = paged(list(known.values()), request.get("nextToken"), size)
    return {name: found} | ({"nextToken": token} if token else {})
