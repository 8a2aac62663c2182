"""The namespaces, workgroups and clusters of each account and region; all of them are the one warehouse.

While an account has none in a region, any name is a way to the warehouse there, so that a pipeline's names
need no set-up; once it has one, a name that doesn't exist is refused as AWS refuses it.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from emulator.redshift.apis.api_errors import invalid

Resource = dict[str, Any]
"""A resource in the words of its API: Namespace, Workgroup or Cluster."""


@dataclass(frozen=True)
class Target:
    """Where a statement runs: a workgroup (name or ARN) or a cluster, the database, and who asks."""

    workgroup: str
    cluster: str
    database: str
    db_user: str
    secret_arn: str


@dataclass
class RegionRegistry:
    """What one account has in one region; each kind by name."""

    account: str
    region: str
    namespaces: dict[str, Resource] = field(default_factory=dict)
    workgroups: dict[str, Resource] = field(default_factory=dict)
    clusters: dict[str, Resource] = field(default_factory=dict)
    tags: dict[str, dict[str, str]] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def require(self, target: Target) -> None:
        """Raises ApiError if a target names a workgroup or cluster that doesn't exist or doesn't run."""
        if not self.workgroups and not self.clusters:
            return
        if target.cluster:
            cluster = self.clusters.get(target.cluster)
            if cluster is not None and cluster["ClusterStatus"] == "paused":
                raise invalid(f"The cluster {target.cluster} is paused.")
            is_known = cluster is not None
        else:
            is_known = self.workgroup(target.workgroup) is not None
        if not is_known:
            raise invalid("Redshift endpoint doesn't exist in this region.")

    def workgroup(self, name_or_arn: str) -> Resource | None:
        """The workgroup with that name or ARN, if there is one."""
        for name, workgroup in self.workgroups.items():
            if name_or_arn in (name, workgroup["workgroupArn"]):
                return workgroup
        return None

    def arn_of(self, target: Target) -> str:
        """The ARN of what a statement ran on; of a name that was never created, one made of the name."""
        if target.cluster:
            return f"arn:aws:redshift:{self.region}:{self.account}:cluster:{target.cluster}"
        if target.workgroup.startswith("arn:"):
            return target.workgroup
        known = self.workgroup(target.workgroup)
        prefix = f"arn:aws:redshift-serverless:{self.region}:{self.account}:workgroup/"
        return str(known["workgroupArn"]) if known else prefix + target.workgroup


class Registry:
    """All accounts and regions; what Redshift's three APIs share."""

    def __init__(self) -> None:
        self._regions: dict[tuple[str, str], RegionRegistry] = {}
        self._lock = threading.Lock()

    def of(self, account: str, region: str) -> RegionRegistry:
        """What that account has in that region."""
        with self._lock:
            return self._regions.setdefault((account, region), RegionRegistry(account, region))


@cache
def shared_registry() -> Registry:
    """The one registry of this process."""
    return Registry()
