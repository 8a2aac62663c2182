"""`AWS::Glue::Crawler` in a stack: created, updated in place, deleted."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator.stack.sandbox import Sandbox
from tests.contract.crawling import unique


class StackOfOneCrawler:
    """A CloudFormation stack with one crawler."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._cloudformation = sandbox.client("cloudformation")
        self.glue = sandbox.client("glue")
        self.name = unique("stack")

    def apply(self, create: bool = False, **properties: Any) -> None:
        crawler = {"Type": "AWS::Glue::Crawler", "Properties": properties}
        template = {"Resources": {"Crawler": crawler}, "Outputs": {"Name": {"Value": {"Ref": "Crawler"}}}}
        call = self._cloudformation.create_stack if create else self._cloudformation.update_stack
        call(StackName=self.name, TemplateBody=json.dumps(template))
        assert self._settled() in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), self._describe()

    def crawler(self) -> dict[str, Any]:
        found: dict[str, Any] = self.glue.get_crawler(Name=self.crawler_name())["Crawler"]
        return found

    def crawler_name(self) -> str:
        name: str = self._describe()["Outputs"][0]["OutputValue"]
        return name

    def delete(self) -> None:
        stack_id = self._describe()["StackId"]
        self._cloudformation.delete_stack(StackName=self.name)

        def gone() -> bool:
            stacks = self._cloudformation.describe_stacks(StackName=stack_id)["Stacks"]
            return bool(stacks[0]["StackStatus"] == "DELETE_COMPLETE")

        self._sandbox.wait_until(gone, 30, f"stack {self.name} to be deleted")

    def _describe(self) -> dict[str, Any]:
        found: dict[str, Any] = self._cloudformation.describe_stacks(StackName=self.name)["Stacks"][0]
        return found

    def _settled(self) -> str:
        def settled() -> str | None:
            status: str = self._describe()["StackStatus"]
            return None if status.endswith("_IN_PROGRESS") else status

        status = self._sandbox.wait_until(settled, 30, f"stack {self.name} to settle")
        assert status is not None
        return status


@pytest.fixture
def stack(sandbox: Sandbox) -> StackOfOneCrawler:
    return StackOfOneCrawler(sandbox)


PROPERTIES: dict[str, Any] = {
    "Role": "Crawl",
    "DatabaseName": "db",
    "Targets": {"S3Targets": [{"Path": "s3://somewhere/raw/"}]},
}


def test_a_crawler_is_created_with_its_properties_and_a_made_up_name(stack: StackOfOneCrawler) -> None:
    schedule = {"ScheduleExpression": "cron(0 1 * * ? *)"}
    stack.apply(create=True, **PROPERTIES, Schedule=schedule, Tags={"team": "data"})
    crawler = stack.crawler()
    assert crawler["Name"].startswith(stack.name)
    assert crawler["Targets"] == PROPERTIES["Targets"]
    assert crawler["Schedule"]["ScheduleExpression"] == "cron(0 1 * * ? *)"
    assert stack.glue.list_crawlers(Tags={"team": "data"})["CrawlerNames"] == [crawler["Name"]]


def test_an_update_changes_the_crawler_in_place_and_unsets_what_is_gone(stack: StackOfOneCrawler) -> None:
    name = unique("crawler")
    policy = {"UpdateBehavior": "LOG", "DeleteBehavior": "LOG"}
    stack.apply(create=True, Name=name, **PROPERTIES, Description="before", SchemaChangePolicy=policy)
    created = stack.crawler()["CreationTime"]
    stack.apply(Name=name, **PROPERTIES, TablePrefix="p_")
    crawler = stack.crawler()
    assert (crawler["CreationTime"], crawler["TablePrefix"]) == (created, "p_")
    assert "Description" not in crawler
    assert crawler["SchemaChangePolicy"]["UpdateBehavior"] == "UPDATE_IN_DATABASE"


def test_a_deleted_stack_takes_its_crawler_along(stack: StackOfOneCrawler) -> None:
    stack.apply(create=True, **PROPERTIES)
    name = stack.crawler_name()
    stack.delete()
    with pytest.raises(stack.glue.exceptions.EntityNotFoundException):
        stack.glue.get_crawler(Name=name)
