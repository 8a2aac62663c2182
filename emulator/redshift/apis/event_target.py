"""A cluster or workgroup as the target of an EventBridge rule: its statements run through the Data API.

Source: RedshiftDataParameters in the EventBridge API; the event itself is not part of the statement.
"""

from __future__ import annotations

from typing import Any

from localstack.services.events.target import TargetSender, TargetSenderFactory

_OPTIONS = {
    "Database": "Database",
    "DbUser": "DbUser",
    "SecretManagerArn": "SecretArn",
    "StatementName": "StatementName",
    "WithEvent": "WithEvent",
}
"""Members of RedshiftDataParameters, and what the Data API calls them."""


def register() -> None:
    """Makes rules deliver to ARNs of clusters and workgroups."""
    for service in ("redshift", "redshift-serverless"):
        TargetSenderFactory.register_target_sender(service, RedshiftDataTargetSender)


class RedshiftDataTargetSender(TargetSender):  # type: ignore[misc]
    """Runs a rule's statement at each event."""

    def __init__(self, target: Any, rule_arn: str, rule_name: str, _service: str, *place: str) -> None:
        super().__init__(target, rule_arn, rule_name, "redshift-data", *place)

    def send_event(self, _event: Any, _trace_header: Any) -> None:
        """Raises ClientError if the Data API refuses the statement."""
        given = self.target.get("RedshiftDataParameters") or {}
        request = {name: given[member] for member, name in _OPTIONS.items() if given.get(member) is not None}
        request |= where(self.target["Arn"])
        if given.get("Sqls"):
            self.client.batch_execute_statement(Sqls=given["Sqls"], **request)
        else:
            self.client.execute_statement(Sql=given.get("Sql", ""), **request)


def where(arn: str) -> dict[str, str]:
    """The Data API's name of the cluster or workgroup with that ARN."""
    service, resource = arn.split(":")[2], arn.split(":", 5)[5]
    if service == "redshift":
        return {"ClusterIdentifier": resource.removeprefix("cluster:")}
    name = resource.removeprefix("workgroup/")
    return {"WorkgroupName": arn if _is_id(name) else name}


def _is_id(name: str) -> bool:
    return len(name) == 36 and name.count("-") == 4
