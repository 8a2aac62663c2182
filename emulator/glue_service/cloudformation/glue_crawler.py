"""`AWS::Glue::Crawler` for CloudFormation: created, updated in place and deleted through the Glue API.

`Ref` gives the crawler's name. A change of `Name` replaces the crawler. A crawler that is running is waited
for before it is updated or deleted; on AWS the stack operation fails instead.
"""

from __future__ import annotations

from typing import Any, ClassVar

from botocore.exceptions import ClientError
from localstack.services.cloudformation.provider_utils import generate_default_name
from localstack.services.cloudformation.resource_provider import (
    CloudFormationResourceProviderPlugin,
    OperationStatus,
    ProgressEvent,
    ResourceProvider,
    ResourceRequest,
)

from emulator.glue_service.cloudformation.resource import check_properties, schema
from emulator.glue_service.cloudformation.template_values import as_request

Properties = dict[str, Any]

_PROPERTIES = (
    "Classifiers",
    "Configuration",
    "CrawlerSecurityConfiguration",
    "DatabaseName",
    "Description",
    "LakeFormationConfiguration",
    "Name",
    "RecrawlPolicy",
    "Role",
    "Schedule",
    "SchemaChangePolicy",
    "TablePrefix",
    "Tags",
    "Targets",
)
_UNSET: Properties = {
    "Description": "",
    "TablePrefix": "",
    "Configuration": "",
    "Schedule": "",
    "CrawlerSecurityConfiguration": "",
    "SchemaChangePolicy": {
        "UpdateBehavior": "UPDATE_IN_DATABASE",
        "DeleteBehavior": "DEPRECATE_IN_DATABASE",
    },
    "RecrawlPolicy": {"RecrawlBehavior": "CRAWL_EVERYTHING"},
}
"""What an update sends for a property that the template no longer has."""


class GlueCrawlerProvider(ResourceProvider[Properties]):  # type: ignore[misc, unused-ignore]
    """The handlers of one crawler of a stack."""

    TYPE = "AWS::Glue::Crawler"
    SCHEMA: ClassVar[dict[str, Any]] = schema(
        TYPE, _PROPERTIES, identifier="Name", create_only=["Name"], required=["Role", "Targets"]
    )

    def create(self, request: ResourceRequest[Properties]) -> ProgressEvent[Properties]:
        model = request.desired_state
        check_properties(model, self.SCHEMA, request.logical_resource_id)
        model["Name"] = model.get("Name") or generate_default_name(
            stack_name=request.stack_name, logical_resource_id=request.logical_resource_id
        )
        request.aws_client_factory.glue.create_crawler(**_parameters(model))
        return _done(model, request)

    def update(self, request: ResourceRequest[Properties]) -> ProgressEvent[Properties]:
        model = request.desired_state
        check_properties(model, self.SCHEMA, request.logical_resource_id)
        model["Name"] = model.get("Name") or (request.previous_state or {})["Name"]
        wanted = {**_UNSET, **_parameters(model)}
        tags = wanted.pop("Tags", {})
        glue = request.aws_client_factory.glue
        if not _when_ready(glue.update_crawler, **wanted):
            return _again(model, request)
        _set_tags(glue, _arn(request, model["Name"]), tags)
        return _done(model, request)

    def delete(self, request: ResourceRequest[Properties]) -> ProgressEvent[Properties]:
        model = request.desired_state
        try:
            deleted = _when_ready(request.aws_client_factory.glue.delete_crawler, Name=model["Name"])
        except ClientError as error:
            if _code(error) != "EntityNotFoundException":
                raise
            deleted = True
        return _done(model, request) if deleted else _again(model, request)

    def read(self, request: ResourceRequest[Properties]) -> ProgressEvent[Properties]:
        name = request.desired_state["Name"]
        crawler = request.aws_client_factory.glue.get_crawler(Name=name)["Crawler"]
        known = ("Name", "Role", "DatabaseName", "Description", "Targets", "TablePrefix", "Configuration")
        return _done({key: crawler[key] for key in known if key in crawler}, request)


class GlueCrawlerProviderPlugin(CloudFormationResourceProviderPlugin):  # type: ignore[misc, unused-ignore]
    """Registers the provider with LocalStack."""

    name = "AWS::Glue::Crawler"

    def __init__(self) -> None:
        self.factory: type[GlueCrawlerProvider] | None = None

    def load(self) -> None:
        self.factory = GlueCrawlerProvider


def _parameters(model: Properties) -> Properties:
    """The parameters of CreateCrawler: as the template has them, only the schedule is a plain string."""
    parameters = {key: value for key, value in model.items() if value is not None}
    if "Schedule" in parameters:
        parameters["Schedule"] = parameters["Schedule"].get("ScheduleExpression", "")
    return as_request("CreateCrawler", parameters)


def _when_ready(call: Any, **parameters: Any) -> bool:
    """Whether the call was made; False if the crawler is running."""
    try:
        call(**parameters)
    except ClientError as error:
        if _code(error) != "CrawlerRunningException":
            raise
        return False
    return True


def _set_tags(glue: Any, arn: str, tags: dict[str, str]) -> None:
    present = glue.get_tags(ResourceArn=arn)["Tags"]
    if gone := sorted(present.keys() - tags.keys()):
        glue.untag_resource(ResourceArn=arn, TagsToRemove=gone)
    if tags:
        glue.tag_resource(ResourceArn=arn, TagsToAdd=tags)


def _arn(request: ResourceRequest[Properties], name: str) -> str:
    return f"arn:aws:glue:{request.region_name}:{request.account_id}:crawler/{name}"


def _code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])


def _done(model: Properties, request: ResourceRequest[Properties]) -> ProgressEvent[Properties]:
    return ProgressEvent(OperationStatus.SUCCESS, resource_model=model, custom_context=request.custom_context)


def _again(model: Properties, request: ResourceRequest[Properties]) -> ProgressEvent[Properties]:
    return ProgressEvent(
        OperationStatus.IN_PROGRESS, resource_model=model, custom_context=request.custom_context
    )
